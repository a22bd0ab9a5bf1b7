"""Several web processes behind one browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.site import Site, open_processes

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(postgres_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_processes(postgres_url, tmp_path) as opened:
        yield opened


async def test_who_is_signed_in_is_so_in_every_process(site: Site, phone: Page) -> None:
    await phone.goto("/")
    assert phone.url == f"{site.url}/"
    await site.sign_in(phone, site.world.emil)
    for url in site.urls:
        await phone.goto(f"{url}/")
        assert phone.url == f"{url}/bookings"
