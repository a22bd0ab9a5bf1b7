"""What others wrote and we keep: listed, unchanged, and with its licence beside it."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from jinja2 import UndefinedError

from scheduler.web.pages.page import TEMPLATES

ROOT = Path(__file__).parents[1]
LOCKS = [
    ROOT / "scheduler/web/static/vendor/assets.lock",
    ROOT / "tests/browser/vendor/assets.lock",
]
NOT_OURS = {"*.min.js", "*.woff2", "*LICENSE*"}


def packages(lock: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(lock.read_text())["package"]
    return found


def listed(lock: Path) -> Iterator[tuple[Path, str]]:
    for package in packages(lock):
        for name, digest in package["sha512"].items():
            yield (lock.parent / name).resolve(), digest


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_vendored_files_are_as_they_came(lock: Path) -> None:
    for path, digest in listed(lock):
        assert hashlib.sha512(path.read_bytes()).hexdigest() == digest, path


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_every_package_has_its_version_in_the_names_and_its_licence_beside(lock: Path) -> None:
    for package in packages(lock):
        assert package["licence"]
        assert package["licence_file"] in package["sha512"]
        names = [name for name in package["sha512"] if "/" not in name]
        assert all(f"-{package['version']}" in name for name in names)


def test_no_file_of_others_is_unlisted() -> None:
    known = {path for lock in LOCKS for path, _ in listed(lock)}
    beside = {path for lock in LOCKS for path in lock.parent.iterdir()} - set(LOCKS)
    elsewhere = {
        path
        for folder in ("scheduler", "tests", "docs")
        for pattern in NOT_OURS
        for path in (ROOT / folder).rglob(pattern)
        if "node_modules" not in path.parts  # installed, not kept
    }
    assert beside | elsewhere <= known


def test_an_icon_is_decoration_and_an_unknown_one_an_error() -> None:
    icon: Any = cast("Any", TEMPLATES.get_template("_icons.html").module).icon
    drawn = icon("calendar")
    assert drawn.startswith("<svg")
    assert 'aria-hidden="true" focusable="false"' in drawn
    assert "<path" in drawn
    with pytest.raises(UndefinedError):
        icon("calender")
