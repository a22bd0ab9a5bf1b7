"""One company's sign-in for all tests that do it no harm."""

from collections.abc import Iterator

import pytest

from tests.oidc.company import Company, company


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("company")) as opened:
        yield opened
