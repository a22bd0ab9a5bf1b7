"""`python -m docs.pictures` takes what the README shows."""

import re
from pathlib import Path

import pytest

from docs.pictures.__main__ import FOLDER, take
from docs.pictures.pages import PICTURES
from tests.commands import ROOT

pytestmark = pytest.mark.anyio


async def test_every_picture_can_be_taken_again(tmp_path: Path) -> None:
    await take(PICTURES, tmp_path)
    taken = {path.name for path in tmp_path.iterdir()}
    assert taken == {path.name for path in FOLDER.glob("*.png")}


def test_the_readme_shows_pictures_that_the_command_takes() -> None:
    shown = re.findall(r"docs/pictures/(\w+)\.png", (ROOT / "README.md").read_text("utf-8"))
    assert set(shown) <= {picture.name for picture in PICTURES}
