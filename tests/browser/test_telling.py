"""Choosing which messages one gets, ending them, and writing to people, as people reach it."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.browser import keys, look
from tests.browser.errands import address_in_mail, book, is_booked, time
from tests.browser.site import PHONE, Site, Visit
from tests.web.test_unsubscribe import ALL

pytestmark = pytest.mark.anyio


async def ending(site: Site) -> str:
    """The path at which Emil ends invitations."""
    world = site.world
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/invitations", {"people": [world.emil.id]})
    await world.tick()
    header = str(world.mails(world.emil.email)[-1]["List-Unsubscribe"])
    return urlsplit(header.strip("<>")).path


async def test_choosing_messages_by_keyboard(site: Site, phone: Page) -> None:
    await site.sign_in(phone, site.world.emil)
    await phone.goto("/me")
    await look.axe(phone)
    await phone.get_by_role("link", name="Choose").click()
    await look.at(phone)
    await look.shoot(phone, "me-messages")
    nudges = phone.get_by_role("checkbox", name="Tell me when times are left")
    await expect(nudges).not_to_be_checked()
    await keys.tab_to(phone, nudges)
    await phone.keyboard.press("Space")
    await keys.tab_to(phone, phone.get_by_role("button", name="Save"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status")).to_contain_text("Saved.")
    await expect(nudges).to_be_checked()
    await look.axe(phone)


async def test_ending_messages_without_signing_in(site: Site, phone: Page) -> None:
    await phone.goto(await ending(site))
    await look.at(phone)
    await look.shoot(phone, "unsubscribe")
    await keys.tab_to(phone, phone.get_by_role("button", name="Send me no more of them"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status")).to_contain_text("from Acme: ended.")
    await look.at(phone)
    assert (await site.world.emil.get("/me/messages")).json()["invitation"] is False


async def test_ending_messages_without_a_script(site: Site, visit: Visit) -> None:
    phone = await visit(PHONE, java_script_enabled=False)
    await phone.goto(await ending(site))
    await phone.get_by_role("button", name="Send me no more of them").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "You get no more of these messages"
    )


async def test_asking_on_the_board_and_telling_from_the_day(
    site: Site, phone: Page, desk: Page
) -> None:
    day = await site.world.day()
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await look.at(phone)
    await keys.tab_to(phone, phone.get_by_role("button", name="Tell me by e-mail"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("You are told by e-mail when times are left.")).to_be_visible()
    await look.axe(phone)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}")
    await look.at(desk)
    await look.shoot(desk, "plan-nudge")
    await keys.tab_to(desk, desk.get_by_role("button", name="Tell 1 person who asked"))
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("status").first).to_contain_text("1 person is told")


async def test_from_the_word_that_times_are_left_to_a_time_by_keyboard(
    site: Site, phone: Page
) -> None:
    world = site.world
    day = await world.day()
    await world.emil.put("/me/messages", ALL | {"nudge": True})
    assert (await world.hana.put(f"/events/{day['id']}/nudge")).is_success
    await phone.goto(await address_in_mail(site, world.emil.email, "/i/"))
    await expect(phone.get_by_text("Booking as Emil Grün.")).to_be_visible()
    await look.at(phone)
    await keys.tab_to(phone, time(phone, "09:00"))
    await phone.keyboard.press("Space")
    await keys.tab_to(phone, book(phone))
    await phone.keyboard.press("Enter")
    await is_booked(phone, "09:00")


async def test_writing_to_those_who_wait(site: Site, phone: Page) -> None:
    world = site.world
    day = await world.day()
    await world.claim(world.edda, (await world.slots(day))[0])
    await world.emil.post(f"/events/{day['id']}/waitlist", {"latest": "09:15"})
    await site.sign_in(phone, world.hana)
    await phone.goto(f"/plan/{day['id']}/message")
    await look.at(phone)
    await look.shoot(phone, "plan-message")
    await phone.get_by_role("radio", name="Both: who has a time, and who waits for one").check()
    await phone.get_by_label("Your message").focus()
    await phone.keyboard.type("Bring tea.")
    await keys.tab_to(phone, phone.get_by_role("button", name="Send it"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status")).to_have_text("On its way to 2 people.")
    await world.tick()
    assert "Bring tea." in str(world.mails(world.emil.email)[-1].get_body(("plain",)))
