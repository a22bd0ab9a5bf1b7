"""Tests in a real browser.

They are `async` like all others, in modules with `pytestmark = pytest.mark.anyio`, and live in the
server's own event loop: `await site.world.day()` and `await phone.goto("/")` go side by side.

    from tests.browser.site import DESK, Site, Visit

    async def test_a_time_is_taken_in_two_taps(site: Site, phone: Page, visit: Visit) -> None:
        day = await site.world.day()
        await phone.goto(f"/days/{day['id']}")            # paths are below the site's address
        await phone.get_by_role("radio", name="10:20").check()
        await expect(phone.get_by_role("status")).to_have_text("10:20 is yours")
        await look.at(phone)                              # axe in all modes, targets, 320 px, …
        rival = await visit(DESK, locale="de-DE", color_scheme="dark")   # another person's browser

- `site: Site`: `.world` (cast, clock, mails) and `.url`; `await site.sign_in(phone, world.emil)`
  signs somebody in. On SQLite; a module overrides the fixture `site_database` for PostgreSQL, and
  `demo` (to True) for the demo's pages. One that overrides `site` with `open_processes`, as
  test_site.py does, has two web processes on PostgreSQL, at `site.urls`, and the real time.
- `phone: Page` (390 by 844, touch) and `desk: Page` (1280 by 900), each with cookies of its own.
- `visit(device, **options) -> Page`: one more browser; options are those of Playwright's
  `new_context`, such as `java_script_enabled=False`. `page.context.new_page()` is another tab.
- `guard`: every page is watched, and a console error or warning, an error in a script, a violation
  of the CSP, a request to another host, a subresource that fails or a 5xx fails the test when it
  ends. `guard.allow(r"pattern")` excuses what the test brings about itself.
- `tests/browser/look.py`: `at` is `axe` in all modes, `targets`, `reflow`, `text_spacing`; `shoot`.
- `tests/browser/speed.py`: `budget` and `vitals`, for a page that has not been anywhere yet;
  `async with slow(phone)` is a slow phone on a slow network.
- `tests/browser/keys.py`: `tab_to`, for whoever has a keyboard alone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser import install
from tests.browser.guard import Guard
from tests.browser.site import DESK, PHONE, Site, Visit, open_site

# No name is looked up: whatever asks another host is refused here, and reported by the guard.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)  # a context's own patience is not for what is expected


@pytest.fixture
def site_database(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def demo() -> bool:
    return False


@pytest.fixture
async def site(site_database: str, tmp_path: Path, *, demo: bool) -> AsyncIterator[Site]:
    async with open_site(site_database, tmp_path, demo=demo) as opened:
        yield opened


# Not for the session: its event loop would be everybody's from then on.
@pytest.fixture(scope="package")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:  # noqa: ARG001
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=install.found(), args=[ALONE])
        yield started
        await started.close()


@pytest.fixture
def guard(site: Site) -> Guard:
    return Guard(site.urls)


async def _leave(context: BrowserContext) -> None:
    """What Chromium does not give up in time goes when it ends: it has been seen not to answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await context.close()


@pytest.fixture
async def visit(browser: Browser, site: Site, guard: Guard) -> AsyncIterator[Visit]:
    async with contextlib.AsyncExitStack() as stack:

        async def open_page(device: dict[str, Any], **options: Any) -> Page:
            common = {"base_url": site.url, "locale": "en-GB", "timezone_id": "Europe/Berlin"}
            context = await browser.new_context(**(common | device | options))
            stack.push_async_callback(_leave, context)
            context.set_default_timeout(PATIENCE_MS)
            await guard.watch(context)
            return await context.new_page()

        yield open_page
    assert not guard.troubles, "\n".join(guard.troubles)


@pytest.fixture
async def phone(visit: Visit) -> Page:
    return await visit(PHONE)


@pytest.fixture
async def desk(visit: Visit) -> Page:
    return await visit(DESK)
