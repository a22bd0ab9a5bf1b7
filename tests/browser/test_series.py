"""A day every month, on a phone and by keyboard alone."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import look
from tests.browser.keys import tab_to
from tests.browser.site import Site

pytestmark = pytest.mark.anyio


async def test_a_day_is_repeated_and_its_drafts_are_published(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await tab_to(phone, phone.get_by_role("link", name="Repeat monthly"))
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/series")
    await tab_to(phone, phone.locator("#months"))
    await phone.keyboard.type("3")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("checkbox")).to_have_count(3)
    await look.at(phone)
    await tab_to(phone, phone.get_by_role("checkbox", name="Thursday 4 February 2027"))
    await phone.keyboard.press("Space")
    await tab_to(phone, phone.get_by_role("button", name="Plan them as drafts"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("Planned as drafts.")).to_be_visible()
    days = phone.locator("#days")
    await expect(days.get_by_role("listitem")).to_have_count(3)
    await look.at(phone)
    await tab_to(phone, days.get_by_role("checkbox", name="Thursday 7 January 2027"))
    await phone.keyboard.press("Space")
    await tab_to(phone, days.get_by_role("button", name="Publish the chosen days"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("Published. Each day has a link")).to_be_visible()
    found = (await site.world.hana.get("/events")).json()["items"]
    assert [(one["date"], one["status"]) for one in found] == [
        ("2026-12-03", "published"), ("2027-01-07", "published"), ("2027-03-04", "draft"),
    ]  # fmt: skip


async def test_a_date_that_cannot_be_is_named_at_its_box(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await site.world.day(date="2027-01-07")
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}/series?months=2&on=same_weekday")
    await tab_to(phone, phone.get_by_role("button", name="Plan them as drafts"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("alert")).to_be_focused()
    await expect(phone.get_by_text("is not free at that time").first).to_be_visible()
    await look.at(phone)


async def test_a_copy_is_changed_before_it_is_made(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/new?from={day['id']}")
    await tab_to(phone, phone.get_by_role("link", name="Change something first"))
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/copy")
    await look.at(phone)
    await tab_to(phone, phone.get_by_label("Title"))
    await phone.keyboard.press("Control+A")
    await phone.keyboard.type("After work")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("Your day is ready.")).to_be_visible()
    found = (await site.world.hana.get("/events")).json()["items"]
    assert [(one["title"], one["date"]) for one in found] == [
        ("Chair massage", "2026-12-03"), ("After work", "2026-12-31"),
    ]  # fmt: skip
