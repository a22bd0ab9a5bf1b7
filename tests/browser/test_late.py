"""Running late: said at the chair, read and answered on a phone."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import look
from tests.browser.guard import Guard
from tests.browser.keys import tab_to
from tests.browser.site import PHONE, Site, Visit
from tests.browser.test_therapist import DROPPED, full_day, kept, line, open_roster, told
from tests.world import World

pytestmark = pytest.mark.anyio


def minutes(page: Page, count: int) -> Locator:
    name = f"{count} minutes late" if count else "On time"
    return page.get_by_role("button", name=re.compile(rf"^(\+{count} ?)?{name}$"))


async def test_late_and_on_time_again_by_keyboard(site: Site, phone: Page) -> None:
    await full_day(site.world)
    await open_roster(site, phone)
    await tab_to(phone, minutes(phone, 10))
    await phone.keyboard.press("Enter")
    await expect(told(phone)).to_contain_text("10 minutes late. 4 people were told.")
    await expect(told(phone)).to_be_focused()
    await expect(minutes(phone, 10)).to_have_attribute("aria-pressed", "true")
    await expect(line(phone, "09:30")).to_contain_text("Colleague 1")
    await look.at(phone)
    await look.shoot(phone, "late-phone")
    await tab_to(phone, minutes(phone, 0))
    await phone.keyboard.press("Enter")
    await expect(told(phone)).to_contain_text("On time again. 4 people were told.")
    await expect(line(phone, "09:20")).to_contain_text("Colleague 1")


async def test_late_without_scripts(site: Site, visit: Visit) -> None:
    await full_day(site.world)
    page = await visit(PHONE, java_script_enabled=False)
    await open_roster(site, page)
    await minutes(page, 5).tap()
    await expect(told(page)).to_contain_text("5 minutes late. 4 people were told.")
    await expect(minutes(page, 5)).to_have_attribute("aria-pressed", "true")


async def test_late_without_a_connection(site: Site, phone: Page, guard: Guard) -> None:
    guard.allow(DROPPED)
    await full_day(site.world)
    await open_roster(site, phone)
    await kept(phone)
    await phone.context.set_offline(offline=True)
    await minutes(phone, 15).tap()
    await expect(phone.locator(".late")).to_contain_text("Not sent yet")
    await phone.context.set_offline(offline=False)
    await expect(phone.get_by_text("The connection is back.", exact=True)).to_be_visible()
    await minutes(phone, 15).tap()
    await expect(told(phone)).to_contain_text("15 minutes late.")


async def test_whoever_is_signed_out_meanwhile_keeps_the_minutes(site: Site, phone: Page) -> None:
    await full_day(site.world)
    await open_roster(site, phone)
    await kept(phone)
    await phone.context.clear_cookies()
    await minutes(phone, 10).tap()
    await expect(phone).to_have_url(re.compile("/sign-in"))
    back = await phone.locator("input[name=next]").first.input_value()
    await site.sign_in(phone, site.world.tara)
    await phone.goto(back)
    await expect(told(phone)).to_contain_text("You had to sign in first")
    await told(phone).get_by_role("button").tap()
    await expect(told(phone)).to_contain_text("10 minutes late.")


async def test_the_coordinator_says_it_and_the_roster_follows(
    site: Site, desk: Page, visit: Visit
) -> None:
    await full_day(site.world)
    roster = await visit(PHONE)
    await open_roster(site, roster)
    event = (await site.world.hana.get("/events")).json()["items"][0]
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{event['id']}")
    await minutes(desk, 5).first.click()
    await expect(desk.get_by_text("5 minutes late. 4 people were told.")).to_be_visible()
    await look.at(desk)
    await roster.reload()
    await expect(line(roster, "09:25")).to_contain_text("Colleague 1")


async def clash(world: World, *others: dict[str, str]) -> str:
    """Emil's time would end after the shift."""
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:35"}
    event = await world.day(shifts=[block, *others])
    first, second, *_ = await world.slots(event)
    await world.claim(world.edda, first)
    own = await world.claim(world.emil, second)
    world.clock.set("2026-12-03T07:55:00Z")
    await world.tara.put(f"/shifts/{event['shifts'][0]['id']}/delay", {"minutes": 10})
    return f"/bookings/{own['id']}"


async def test_whoever_cannot_come_any_more_keeps_it_by_keyboard(site: Site, phone: Page) -> None:
    path = await clash(site.world)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(path)
    card = phone.get_by_role("region", name="Your therapist is running late")
    await expect(card).to_contain_text("It begins at 09:30 now, instead of 09:20.")
    await expect(card).to_contain_text("That is after the end of the shift.")
    await look.at(phone)
    await look.shoot(phone, "late-booked")
    await tab_to(phone, card.get_by_role("button", name="Keep 09:30"))
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".note[role=status]")).to_contain_text("09:30")
    await expect(card.get_by_role("button")).to_have_count(0)


async def test_whoever_cannot_come_any_more_takes_another_by_keyboard(
    site: Site, phone: Page
) -> None:
    toms = {"therapist": "tom@hands.example", "chair": "2", "starts": "10:00", "ends": "10:15"}
    path = await clash(site.world, toms)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(path)
    card = phone.get_by_role("region", name="Your therapist is running late")
    await tab_to(phone, card.get_by_role("link", name="Choose another time"))
    await phone.keyboard.press("Enter")
    await tab_to(phone, phone.get_by_role("radio", name="10:00"))
    await phone.keyboard.press("Space")
    await look.at(phone)
    await tab_to(phone, phone.get_by_role("button", name="Move to 10:00"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status")).to_contain_text("10:00 is yours now")
    await expect(card).to_have_count(0)


async def test_whoever_cannot_come_any_more_gives_it_back_by_keyboard(
    site: Site, phone: Page
) -> None:
    path = await clash(site.world)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(path)
    card = phone.get_by_role("region", name="Your therapist is running late")
    await tab_to(phone, card.get_by_role("button", name="Give it back"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You gave it back")
