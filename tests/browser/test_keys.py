"""The keyboard's helper: it arrives, and sees when nothing shows where it is."""

import pytest
from playwright.async_api import Page

from tests.browser import keys
from tests.browser.site import Site

pytestmark = pytest.mark.anyio


async def test_tab_arrives_where_focus_shows(desk: Page) -> None:
    await desk.goto("/")
    await keys.tab_to(desk, desk.get_by_role("link", name="Skip to the content"))
    await keys.tab_to(desk, desk.locator("summary", has_text="Settings"))
    await desk.keyboard.press("Enter")
    await keys.tab_to(desk, desk.get_by_role("button", name="Dark"))


async def test_what_takes_no_focus_is_not_reached(site: Site, desk: Page) -> None:
    await desk.goto(site.show("<a href='/'>One</a><a id='two' href='/' tabindex='-1'>Two</a>"))
    with pytest.raises(AssertionError, match="is not reached"):
        await keys.tab_to(desk, desk.locator("#two"))


async def test_focus_that_does_not_show_is_seen(site: Site, desk: Page) -> None:
    style = "<style>a:focus { outline: none }</style>"
    await desk.goto(site.show(f"{style}<p><a href='/'>One</a></p>"))
    with pytest.raises(AssertionError, match="nothing shows"):
        await keys.tab_to(desk, desk.get_by_role("link"))
