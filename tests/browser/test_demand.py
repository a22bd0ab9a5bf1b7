"""From those who wait to a shift for them, on a phone and by keyboard alone."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import look
from tests.browser.keys import tab_to
from tests.browser.site import Site
from tests.web.test_demand import full_day, wait

pytestmark = pytest.mark.anyio


async def test_a_shift_is_added_for_those_who_wait(site: Site, phone: Page) -> None:
    world = site.world
    day = await full_day(world)
    people = await world.employees(7)
    await wait(people, day, earliest="13:00", latest="15:00")
    await site.sign_in(phone, world.hana)
    await phone.goto("/plan")
    await expect(phone.get_by_text("one therapist from 13:00 to 15:00")).to_be_visible()
    await look.at(phone)
    await phone.goto(f"/plan/{day['id']}")
    await look.at(phone)
    await tab_to(phone, phone.get_by_role("link", name="Add this shift"))
    await phone.keyboard.press("Enter")
    therapist = phone.get_by_label("Therapist").last
    await expect(therapist).to_be_focused()
    await look.at(phone)
    await therapist.focus()
    await phone.keyboard.type("Tom")
    await tab_to(phone, phone.get_by_role("button", name="Save").last)
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("The day is changed.")).to_be_visible()
    assert len((await people[0].get("/offers")).json()["items"]) == 1
