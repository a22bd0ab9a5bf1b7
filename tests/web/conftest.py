"""The world for whoever looks at everything in it, once: what a page is like no engine decides."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scheduler.settings import load
from tests.browser.site import ACMES
from tests.crawl import BASE
from tests.world import World, open_world


@pytest.fixture
async def told_world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """With the demo's pages."""
    settings = load(
        {
            "CHAIRTIME_DATABASE_URL": sqlite_url,
            "CHAIRTIME_MAIL_URL": f"maildir:{tmp_path}/mail",
            "CHAIRTIME_BASE_URL": BASE,
        }
    )
    async with open_world(settings, demo=ACMES) as opened:
        yield opened
