"""What people do at the pages, one errand at a time, each in the language of their browser."""

import re
from typing import Any
from uuid import UUID

from playwright.async_api import Locator, Page, expect

from scheduler import i18n
from scheduler.domain import link
from tests.browser.site import Site


def said(text: str, language: str = "en", **values: object) -> str:
    """A sentence of ours as the page has it."""
    with i18n.speaking(language):
        return i18n.gettext(text, **values)


def link_of(site: Site, day: dict[str, Any]) -> str:
    """What the coordinator shares."""
    return f"{site.url}/e/{link.share(UUID(day['id']), site.world.app.state['keys'].secret)}"


async def newest_mail(site: Site, to: str) -> str:
    """Its subject and text, once all that waits has left."""
    await site.world.tick()
    mail = site.world.mails(to)[-1]
    body = mail.get_body(("plain",))
    assert body
    return f"{mail['Subject']}\n{body.get_content()}"


async def code_for(site: Site, email: str) -> str:
    found = re.search(r"\b\d{6}\b", await newest_mail(site, email))
    assert found, f"{email} got no code"
    return found[0]


async def address_in_mail(site: Site, email: str, path: str) -> str:
    found = re.search(rf"{re.escape(site.url)}{path}\S+", await newest_mail(site, email))
    assert found, f"{email} got no address below {path}"
    return found[0]


def times(page: Page) -> Locator:
    return page.locator(".chip.open input")


def time(page: Page, clock: str) -> Locator:
    return page.get_by_role("radio", name=re.compile(rf"^{clock}"))


def book(page: Page) -> Locator:
    return page.locator(".dock button")


async def ask_by_link(page: Page, address: str, clock: str, email: str) -> None:
    """Choose a time on a phone that nobody is known on, and say an address."""
    await page.goto(address)
    await time(page, clock).check()
    await page.locator("#email").fill(email)
    await book(page).click()
    await page.wait_for_url("**/sign-in/code")


async def enter_code(site: Site, page: Page, email: str) -> None:
    await page.locator("#code").fill(await code_for(site, email))
    await page.keyboard.press("Enter")


async def take_by_link(
    site: Site, page: Page, address: str, clock: str, email: str, *, name: str = ""
) -> None:
    """All of it: the time is still chosen after the code, and one tap books it."""
    await ask_by_link(page, address, clock, email)
    await enter_code(site, page, email)
    if name:
        await page.wait_for_url("**/sign-in/welcome")
        await page.locator("#name").fill(name)
        await page.keyboard.press("Enter")
    await page.wait_for_url("**/days/**")
    await expect(time(page, clock)).to_be_checked()
    await page.screenshot()  # a tap that comes before the page is seen can be lost, unnoticed
    await book(page).click()
    await is_booked(page, clock)


async def is_booked(page: Page, clock: str) -> None:
    await page.wait_for_url("**/bookings/**")
    await expect(page.locator(".hero .clock time")).to_have_text(clock)
