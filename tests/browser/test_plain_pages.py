"""The pages that everybody may open."""

import pytest
from playwright.async_api import Page, expect

from scheduler.mail import messages
from scheduler.mail.transports import MaildirTransport
from tests.browser import look
from tests.browser.site import Site
from tests.mail.cast import LETTER, booking

pytestmark = pytest.mark.anyio


@pytest.fixture
def demo() -> bool:
    return True


async def deliver_invite(site: Site) -> None:
    mail = messages.invite(LETTER, booking(), None)
    async with MaildirTransport(site.mail).open() as sender:
        await sender.send(mail)


@pytest.mark.parametrize("path", ["/", "/api/docs", "/demo", "/demo/mailbox", "/sign-in"])
async def test_a_page_is_for_everybody(site: Site, phone: Page, path: str) -> None:
    await deliver_invite(site)
    await phone.goto(path)
    await look.at(phone)


async def test_a_message_is_for_everybody(site: Site, phone: Page) -> None:
    await deliver_invite(site)
    await phone.goto("/demo/mailbox")
    await phone.get_by_role("heading", level=2).get_by_role("link").click()
    await expect(phone.get_by_role("heading", name="As plain text")).to_be_visible()
    await look.at(phone)


async def test_the_menu_is_for_everybody(phone: Page) -> None:
    await phone.goto("/")
    await phone.locator("summary", has_text="Settings").click()
    await expect(phone.get_by_role("group", name="Colours")).to_be_visible()
    await look.at(phone)
