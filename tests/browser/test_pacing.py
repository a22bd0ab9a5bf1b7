"""Rules for the therapists' bodies on a phone: a remedy by keyboard, and the page of the rules."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import look
from tests.browser.keys import tab_to
from tests.browser.site import Site

pytestmark = pytest.mark.anyio

LONG = [{"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "12:00"}]


async def test_a_day_is_mended_by_keyboard(site: Site, phone: Page) -> None:
    day = await site.world.day(shifts=LONG)
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await expect(phone.get_by_text("Chair 1: 3 h without a break.")).to_be_visible()
    await look.at(phone)
    await tab_to(phone, phone.get_by_role("button", name="Add a break from 10:20 to 10:35"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("The day is changed.")).to_be_visible()
    await expect(phone.get_by_text("without a break")).to_have_count(0)


async def test_a_remedy_shows_first_whom_it_touches(site: Site, phone: Page) -> None:
    world = site.world
    day = await world.day(shifts=LONG)
    await world.claim(world.emil, (await world.slots(day))[4])
    await site.sign_in(phone, world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await tab_to(phone, phone.get_by_role("button", name="Add a break from 10:20 to 10:35"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="This touches 1 time")).to_be_visible()
    await look.at(phone)
    await tab_to(phone, phone.get_by_role("button", name="Change it and tell 1 person"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("everybody concerned is told")).to_be_visible()


async def test_a_new_day_is_mended_while_it_is_planned(site: Site, phone: Page) -> None:
    await site.sign_in(phone, site.world.hana)
    await phone.goto("/plan/new")
    await phone.get_by_label("Tara Lindqvist").check()
    await phone.get_by_label("30 minutes").check()
    remedy = phone.get_by_role("link", name="Make each massage 15 minutes")
    await expect(remedy).to_be_visible()
    await look.at(phone)
    await tab_to(phone, remedy)
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_label("15 minutes")).to_be_checked()
    await expect(phone.get_by_label("Tara Lindqvist")).to_be_checked()
    await expect(remedy).to_have_count(0)


async def test_the_rules_are_changed_by_keyboard(site: Site, phone: Page) -> None:
    await site.sign_in(phone, site.world.ada)
    await phone.goto("/admin/pacing")
    await look.at(phone)
    await tab_to(phone, phone.locator("#most_hands_on_minutes"))
    await phone.keyboard.type("300")
    await phone.keyboard.press("Tab")
    await phone.keyboard.press("ArrowRight")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("The rules are changed.")).to_be_visible()
    held = (await site.world.ada.get("/organisation/pacing")).json()
    assert (held["most_hands_on_minutes"], held["hands_on_as"]) == (300, "rule")
    await tab_to(phone, phone.get_by_role("button", name="Back to the preset"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("These are your rules now.")).to_be_visible()
