"""One company's sign-in for all tests that do it no harm."""

import os
from collections.abc import Iterator

import pytest

from tests.oidc.company import Company, company


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("company")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on this machine is not looked for in the world, whatever the environment says."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
