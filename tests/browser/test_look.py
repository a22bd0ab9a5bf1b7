"""The looking itself: it sees what it should, and lets pass what is well."""

import pytest
from playwright.async_api import Page

from tests.browser import look
from tests.browser.site import Site

pytestmark = pytest.mark.anyio
HIDING = "width: 6rem; height: 1.5rem; overflow: hidden; white-space: nowrap"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<main><h1>Today</h1><img src='data:,'></main>", "image-alt"),
        ("<main><h1>Today</h1><p style='color: #ccc'>Free</p></main>", "color-contrast"),
        ("<main><h1>Today</h1><input></main>", "label"),
        ("<main><p>Today</p></main>", "page-has-heading-one"),
        ("<h1>Today</h1>", "region"),
    ],
)
async def test_axe_sees(site: Site, desk: Page, body: str, rule: str) -> None:
    await desk.goto(site.show(body))
    with pytest.raises(AssertionError, match=rf"\n{rule}: "):
        await look.axe(desk)


async def test_what_is_wrong_in_the_dark_alone_is_seen(site: Site, desk: Page) -> None:
    style = "@media (prefers-color-scheme: dark) { p { color: #eee } }"
    await desk.goto(site.show(f"<style>{style}</style><main><h1>Today</h1><p>Free</p></main>"))
    await look.axe(desk)
    with pytest.raises(AssertionError, match="color-contrast"):
        await look.at(desk)


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        ("<div style='width: 30rem'>Wide</div>", "the page is 488 wide, and 320 are there"),
        (f"<p style='{HIDING}'>A time for you in the afternoon</p>", "cut off at its side"),
        ("<p style='height: 1rem; overflow: clip'>One<br>Two</p>", "cut off at its end"),
        ("<p>One</p><p style='margin-top: -2.2rem'>Two</p>", "“Two” lies over p “One”"),
    ],
)
async def test_what_is_lost_on_a_small_page_is_seen(
    site: Site, phone: Page, body: str, lost: str
) -> None:
    await phone.goto(site.show(body))
    with pytest.raises(AssertionError, match=lost):
        await look.reflow(phone)


async def test_what_spreading_text_hides_is_seen(site: Site, phone: Page) -> None:
    tight = "width: 6.5rem; overflow: hidden; white-space: nowrap"
    await phone.goto(site.show(f"<p class='chip' style='{tight}'>10:20, 1 free</p>"))
    await look.reflow(phone)
    with pytest.raises(AssertionError, match="cut off"):
        await look.text_spacing(phone)
    await look.text_spacing(phone, allowed=[".chip"])


async def test_what_scrolls_or_is_for_screen_readers_is_not_lost(site: Site, phone: Page) -> None:
    hidden = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
    table = "<div style='overflow-x: auto'><table style='width: 60rem'><tr><td>1</table></div>"
    body = f"<p style='{hidden}'>For screen readers</p>{table}<details><summary>More</summary>"
    await phone.goto(site.show(f"{body}<p>One</p><p style='margin-top: -3rem'>Two</p></details>"))
    await look.reflow(phone)
    await look.text_spacing(phone)


@pytest.mark.parametrize(
    "body",
    [
        "<button>No</button>",
        "<p><a href='/'>Back</a></p>",
        "<label><input type='radio'>10:20</label>",
        "<details><summary>More</summary></details>",
    ],
)
async def test_what_is_too_small_to_tap_is_seen(site: Site, phone: Page, body: str) -> None:
    await phone.goto(site.show(body))
    with pytest.raises(AssertionError, match="and 44 are needed"):
        await look.targets(phone)


async def test_what_can_be_tapped_beside_itself_is_large_enough(site: Site, phone: Page) -> None:
    chip = "display: inline-block; width: 5rem; height: 3rem"
    sentence = "<p>Read <a href='/'>the rules</a>.</p>"
    label = f"<label style='{chip}'><input type='radio' style='opacity: 0'>10:20</label>"
    hidden = "<details><summary style='height: 3rem'>More</summary><button>No</button></details>"
    await phone.goto(site.show(sentence + label + hidden))
    await look.targets(phone)


async def test_a_page_is_left_as_it_was(site: Site, phone: Page) -> None:
    await phone.goto(site.show("<main><h1>Today</h1></main>"))
    state = """() => [innerWidth, document.adoptedStyleSheets.length,
      ...["prefers-color-scheme: dark", "forced-colors: active", "prefers-reduced-motion"]
        .map((one) => matchMedia(`(${one})`).matches)]"""
    before = await phone.evaluate(state)
    await look.at(phone)
    assert await phone.evaluate(state) == before
