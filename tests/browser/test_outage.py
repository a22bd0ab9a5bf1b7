"""A therapist is missing: from the coordinator's page to the answer of those who were moved."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import look
from tests.browser.keys import tab_to
from tests.browser.site import Site
from tests.world import Someone, plan

pytestmark = pytest.mark.anyio


async def morning(site: Site) -> dict[str, Any]:
    """Tomorrow, with Emil and Edda at Tara's; Tom has one time left."""
    toms = {**plan()["shifts"][1], "ends": "10:15"}
    day = await site.world.day(date="2026-11-24", shifts=[plan()["shifts"][0], toms])
    slots = await site.world.slots(day)
    await site.world.claim(site.world.emil, slots[0])
    await site.world.claim(site.world.edda, slots[1])
    return day


async def test_a_shift_is_taken_out_by_keyboard(site: Site, desk: Page) -> None:
    day = await morning(site)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}")
    await desk.get_by_role("link", name="Therapist ill or chair out: Chair 1").focus()
    await desk.keyboard.press("Enter")
    would = desk.get_by_role("region", name="2 people have a time here")
    await expect(would).to_contain_text("Emil Grün, 09:00 goes to 10:00, Tom Okafor")
    await expect(would).to_contain_text("Edda Okoye, 09:20 has no other time")
    await tab_to(desk, desk.locator("#extra_until"))
    await desk.keyboard.type("1035AM")
    await tab_to(desk, desk.locator("[formmethod=get]"))
    await desk.keyboard.press("Enter")
    await expect(would).to_contain_text("Edda Okoye, 09:20 goes to 10:20, Tom Okafor an extra time")
    await tab_to(desk, desk.locator("#reason"))
    await desk.keyboard.type("We are sorry.")
    await tab_to(desk, desk.locator("[name=agreed]"))
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("status")).to_contain_text("Everybody it touches is told")
    await expect(desk.get_by_role("heading", level=1, name="Chair 1 is out")).to_be_visible()
    await expect(desk.get_by_text("went to 10:20, Tom Okafor")).to_be_visible()
    await look.at(desk)
    await desk.get_by_role("button", name="Bring it back").click()
    await expect(desk.get_by_text("It is back.")).to_be_visible()


async def test_a_substitute_takes_over_by_keyboard(site: Site, phone: Page) -> None:
    await site.world.therapist("tim@hands.example", "Tim Takeover")
    day = await morning(site)
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await tab_to(phone, phone.get_by_role("link", name="Therapist ill or chair out: Chair 1"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("region", name="2 people have a time here")).to_be_visible()
    await look.at(phone)
    free = phone.get_by_label("Therapists who are free then")
    await tab_to(phone, free)
    await phone.keyboard.type("Tim")
    await expect(free.locator("option:checked")).to_have_text("Tim Takeover")
    await tab_to(phone, phone.get_by_role("button", name="Give the shift to them"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("The shift is theirs now.")).to_be_visible()
    await expect(phone.get_by_role("heading", name="Chair 1 Tim Takeover")).to_be_visible()


async def booking_of(who: Someone) -> str:
    [booking] = (await who.get("/bookings")).json()["items"]
    return f"/bookings/{booking['id']}"


async def test_a_new_time_is_kept_or_given_back(site: Site, phone: Page) -> None:
    day = await morning(site)
    world = site.world
    path = f"/shifts/{day['shifts'][0]['id']}/outage"
    out = await world.hana.put(path, {"extra_until": "10:35", "reason": "We are sorry."})
    assert out.status_code == 200
    await site.sign_in(phone, world.emil)
    await phone.goto(await booking_of(world.emil))
    moved = phone.get_by_role("region", name="Your time has moved")
    await expect(moved).to_contain_text("Tara Lindqvist cannot come.")
    await look.at(phone)
    await tab_to(phone, phone.get_by_role("button", name="Keep 10:00"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status")).to_contain_text("10:00 it is.")
    await site.sign_in(phone, world.edda)
    await phone.goto(await booking_of(world.edda))
    await tab_to(phone, phone.locator("[name=wait]"))
    await phone.keyboard.press("Space")
    await tab_to(phone, phone.locator("[action$=refusal] button"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status")).to_contain_text("You are first in line")
    place = (await world.edda.post(f"/events/{day['id']}/waitlist", {})).json()
    assert place["position"] == 1


async def test_who_had_to_go_reads_why(site: Site, phone: Page) -> None:
    day = await site.world.day(date="2026-11-24", shifts=[plan()["shifts"][0]])
    await site.world.claim(site.world.emil, (await site.world.slots(day))[0])
    assert (await site.world.hana.put(f"/shifts/{day['shifts'][0]['id']}/outage")).is_success
    await site.sign_in(phone, site.world.emil)
    await phone.goto(await booking_of(site.world.emil))
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Your time was cancelled")
    await expect(phone.get_by_text("went to the head of the waitlist")).to_be_visible()
    await look.at(phone)
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}/shifts/{day['shifts'][0]['id']}/outage")
    await expect(phone.get_by_text("Find a substitute, or cancel the day.")).to_be_visible()
    await look.at(phone)
