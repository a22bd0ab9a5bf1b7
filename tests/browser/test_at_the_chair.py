"""At short notice on phones: a missed time finds somebody, and somebody at the chair sits down."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import look
from tests.browser.errands import address_in_mail
from tests.browser.keys import tab_to
from tests.browser.site import PHONE, Site, Visit
from tests.waiting import full_day
from tests.web.test_at_the_chair import at
from tests.web.test_chair_pages import chair

pytestmark = pytest.mark.anyio


@pytest.fixture
async def day(site: Site) -> dict[str, Any]:
    """Full, 09:00 to 09:15 and 09:20 to 09:35, and it is five past nine."""
    found = await full_day(site.world)
    site.world.clock.set(at(5))
    return found


async def press(page: Page, wanted: Locator) -> None:
    """By keyboard alone."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")


def first(page: Page) -> Locator:
    return page.locator(".line").filter(has=page.get_by_text("09:00", exact=True))


async def open_roster(site: Site, page: Page) -> None:
    await site.sign_in(page, site.world.tara)
    await page.goto("/roster")


async def test_a_missed_time_finds_whoever_can_come(
    site: Site, phone: Page, visit: Visit, day: dict[str, Any]
) -> None:
    theirs = await visit(PHONE)
    await site.sign_in(theirs, site.world.edda)
    await theirs.goto(f"/days/{day['id']}")
    await press(theirs, theirs.get_by_role("button", name="I can come in ten minutes"))
    await expect(theirs.get_by_role("status").first).to_contain_text("You stand by.")
    await look.at(theirs)
    await look.shoot(theirs, "standby")

    await open_roster(site, phone)
    await press(phone, first(phone).get_by_role("button", name="No-show"))
    await expect(phone.get_by_text("is offered to somebody who can come at once")).to_be_visible()
    await look.at(phone)
    await look.shoot(phone, "no-show")

    await theirs.goto(await address_in_mail(site, "edda@acme.example", "/offers/"))
    await press(theirs, theirs.get_by_role("button", name="Take 09:05"))
    await expect(theirs.get_by_role("heading", level=1)).to_have_text("You’re booked")
    await phone.evaluate("window.dispatchEvent(new Event('focus'))")  # as a look at it would
    await expect(
        phone.get_by_text("The rest of this time is taken: Edda O. comes.")
    ).to_be_visible()
    await look.at(phone)
    await look.shoot(phone, "taken")


async def test_a_walk_in_takes_two_taps(site: Site, phone: Page, day: dict[str, Any]) -> None:
    await open_roster(site, phone)
    await press(phone, first(phone).get_by_role("button", name="No-show"))
    await expect(phone.get_by_text("The rest of this time is open.")).to_be_visible()
    taps = 0
    for role, name in (("", "Walk-in"), ("button", "Somebody without an account")):
        wanted = (
            phone.get_by_role("button", name=name) if role else phone.locator(".walk-in summary")
        )
        await press(phone, wanted)
        taps += 1
        if not role:
            await look.at(phone)
            await look.shoot(phone, "walk-in")
    await expect(phone.locator("#told")).to_contain_text("has this time.")
    assert taps == 2
    assert day["counts"]["slots"] == 2
    await look.at(phone)
    await look.shoot(phone, "sat-down")


async def test_whoever_has_no_address_is_told_by_the_coordinator(site: Site, phone: Page) -> None:
    day = await site.world.day()
    site.world.clock.set(at(5))
    later = (await site.world.slots(day))[2]
    await site.world.tara.post(f"/slots/{later['id']}/walk-in")
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await press(phone, phone.get_by_role("link", name="Walk-in"))
    await expect(phone.get_by_text("They have no address")).to_have_count(2)
    await look.at(phone)
    await press(phone, phone.get_by_role("button", name="Give it back"))
    await expect(phone.get_by_role("status").first).to_contain_text("Given back.")


async def test_the_list_stays_open_while_the_day_follows(
    site: Site, phone: Page, day: dict[str, Any]
) -> None:
    await open_roster(site, phone)
    await press(phone, first(phone).get_by_role("button", name="No-show"))
    await expect(phone.get_by_text("The rest of this time is open.")).to_be_visible()
    await press(phone, phone.locator(".walk-in summary"))
    path = f"/bookings/{day['bookings'][1]['id']}/attendance"
    await site.world.tara.put(path, {"status": "checked_in"})
    await phone.evaluate("window.dispatchEvent(new Event('focus'))")
    await expect(phone.get_by_text("In your chair now")).to_be_visible()
    await expect(phone.get_by_role("button", name="Somebody without an account")).to_be_visible()


async def test_whoever_comes_late_keeps_what_is_left(
    site: Site, phone: Page, day: dict[str, Any]
) -> None:
    assert day["status"] == "published"
    await open_roster(site, phone)
    await press(phone, first(phone).get_by_role("button", name="No-show"))
    await expect(phone.get_by_text("The rest of this time is open.")).to_be_visible()
    await press(phone, first(phone).get_by_role("button", name="Arrived"))
    await expect(phone.get_by_text("10 of 15 minutes left").first).to_be_visible()
    await look.at(phone)
    await look.shoot(phone, "late")


async def test_the_code_at_the_chair_is_one_tap(site: Site, phone: Page, desk: Page) -> None:
    day = await site.world.day()
    site.world.clock.set(at(5))
    here = await chair(site.world, day)
    await phone.goto(here)
    await look.at(phone)
    await phone.get_by_role("button", name="Send me a code").click()
    await expect(phone.get_by_role("alert")).to_be_focused()
    await look.at(phone)
    await site.sign_in(phone, site.world.edda)
    await phone.goto(here)
    await look.at(phone)
    await look.shoot(phone, "chair")
    await press(phone, phone.get_by_role("button", name="Take 09:00"))
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You’re booked")
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}/chair-cards")
    await look.at(desk)
    await look.shoot(desk, "chair-cards")
