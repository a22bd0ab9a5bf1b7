"""What the pages of today cost, and that the measures see what costs more."""

import random

import pytest
from playwright.async_api import Page

from tests.browser import speed
from tests.browser.site import Site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/sign-in"])
async def test_a_page_is_light(phone: Page, path: str) -> None:
    await speed.budget(phone, path)


async def test_a_page_is_quick_on_a_slow_phone(phone: Page) -> None:
    await speed.vitals(phone, "/")


async def test_a_heavy_page_is_seen(site: Site, phone: Page) -> None:
    noise = random.Random(1).randbytes(100_000).hex()  # noqa: S311  (no secret)
    with pytest.raises(AssertionError, match=r"bytes, and 60000 may be\n.*/tried/"):
        await speed.budget(phone, site.show(f"<p>{noise}</p>"))


async def test_what_moves_is_seen(site: Site, phone: Page) -> None:
    script = "setTimeout(() => document.querySelector('h1').append('Today'), 600)"
    body = f"<h1></h1><p>One</p><p>Two</p><script>{script}</script>"
    with pytest.raises(AssertionError, match=r"shift=0\.0"):
        await speed.vitals(phone, site.show(body))


async def test_what_comes_late_is_seen(site: Site, phone: Page) -> None:
    text = "<p>" + "Late. " * 200 + "</p>"
    script = f"setTimeout(() => document.body.innerHTML = '{text}', 2200)"
    with pytest.raises(AssertionError, match=r"largest_paint_ms="):
        await speed.vitals(phone, site.show(f"<p>One</p><script>{script}</script>"))
