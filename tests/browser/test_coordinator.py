"""A coordinator's work in a real browser: planning, watching, changing, cancelling."""

import time
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import look
from tests.browser.site import DESK, PHONE, Site, Visit

pytestmark = pytest.mark.anyio

SECONDS, FIELDS = 60, 4
HUMAN = 90  # milliseconds from key to key
MOST_TABS = 40


async def tab_to(page: Page, selector: str) -> None:
    """With nothing but the Tab key."""
    for _ in range(MOST_TABS):
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        await page.keyboard.press("Tab", delay=HUMAN)
    raise AssertionError(f"the focus never came to {selector}")


async def filled_day(site: Site) -> dict[str, Any]:
    """Tomorrow, with Emil at 09:00 and Edda at 09:20."""
    day = await site.world.day(date="2026-11-24")
    slots = await site.world.slots(day)
    await site.world.claim(site.world.emil, slots[0])
    await site.world.claim(site.world.edda, slots[1])
    return day


async def test_a_new_day_by_keyboard_in_a_minute_and_four_fields(site: Site, desk: Page) -> None:
    await site.sign_in(desk, site.world.hana)
    fields, began = 0, time.monotonic()
    await desk.goto("/plan/new")
    await expect(desk.get_by_label("Day")).to_be_focused()
    await desk.keyboard.type("12102026", delay=HUMAN)
    fields += 1
    await tab_to(desk, "#ends")
    await desk.keyboard.type("0300PM", delay=HUMAN)
    fields += 1
    for email in ("tara@hands.example", "tom@hands.example"):
        await tab_to(desk, f"[value='{email}']")
        await desk.keyboard.press("Space")
        fields += 1
    await expect(desk.get_by_role("status")).to_contain_text("That makes 32 places.")
    await tab_to(desk, "#new-day button")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("status").first).to_contain_text("Your day is ready.")
    assert time.monotonic() - began <= SECONDS
    assert fields <= FIELDS
    await expect(desk.locator("#share-link")).to_contain_text(f"{site.url}/e/")
    [day] = (await site.world.hana.get("/events")).json()["items"]
    assert (day["date"], day["status"], day["counts"]["slots"]) == ("2026-12-10", "published", 32)


async def test_last_months_day_again_with_one_key(site: Site, desk: Page) -> None:
    day = await site.world.day()
    site.world.clock.set("2026-12-04T09:00:00Z")
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/plan")
    await desk.get_by_role("link", name="Copy Thursday 3 December").click()
    await expect(desk.get_by_label("Day")).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("Your day is ready.")).to_be_visible()
    days = (await site.world.hana.get("/events")).json()["items"]
    assert [one["date"] for one in days] == [day["date"], "2026-12-31"]


async def test_places_are_counted_while_answers_are_given(site: Site, desk: Page) -> None:
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/plan/new")
    count = desk.get_by_role("status")
    await expect(count).to_contain_text("Choose who works")
    await desk.get_by_label("Tara Lindqvist").check()
    await expect(count).to_contain_text("That makes 18 places.")
    await desk.get_by_label("30 minutes").check()
    await expect(count).to_contain_text("keep a therapist fresh")
    await desk.get_by_label("To", exact=True).fill("11:00")
    await expect(count).to_contain_text("That makes 3 places.")
    await expect(count).not_to_contain_text("break from")
    await desk.get_by_label("To", exact=True).fill("08:00")
    await expect(count).to_contain_text("must be later")


async def test_a_double_click_makes_one_day(site: Site, desk: Page) -> None:
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/plan/new")
    await desk.get_by_label("Day").fill("2026-12-10")
    await desk.get_by_label("Tara Lindqvist").check()
    await desk.get_by_role("button", name="Create and get the link").dblclick()
    await expect(desk.get_by_text("Your day is ready.")).to_be_visible()
    await desk.reload()
    await expect(desk.get_by_text("Your day is ready.")).to_be_visible()
    await desk.go_back()
    await desk.go_forward()
    assert len((await site.world.hana.get("/events")).json()["items"]) == 1


async def test_a_day_without_script(site: Site, visit: Visit) -> None:
    page = await visit(PHONE, java_script_enabled=False)
    await site.sign_in(page, site.world.hana)
    await page.goto("/plan")
    await page.get_by_role("link", name="Plan the first day").click()
    await page.get_by_label("Day").fill("2026-12-10")
    await page.get_by_label("Tara Lindqvist").check()
    await page.get_by_role("button", name="Only count the places").click()
    await expect(page.get_by_role("status")).to_contain_text("That makes 18 places.")
    await page.get_by_role("button", name="Create and get the link").click()
    await expect(page.locator("#share-link")).to_contain_text("/e/")
    await expect(page.get_by_role("button", name="Copy the link")).to_be_hidden()
    await page.get_by_role("link", name="Change", exact=True).click()
    await page.get_by_role("button", name="Add a chair").click()
    await page.get_by_label("Therapist").last.select_option("Tom Okafor")
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.get_by_role("heading", name="Chair 2")).to_be_visible()
    await page.get_by_role("link", name="Cancel the day").click()
    await page.get_by_label("Why?").fill("Storm")
    await page.get_by_role("button", name="Cancel the day").click()
    await expect(page.get_by_text("This day was cancelled: Storm")).to_be_visible()


async def test_the_link_is_copied(site: Site, visit: Visit) -> None:
    page = await visit(DESK, permissions=["clipboard-read", "clipboard-write"])
    await site.sign_in(page, site.world.hana)
    day = await site.world.day()
    await page.goto(f"/plan/{day['id']}")
    await page.get_by_role("button", name="Copy the link").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await page.evaluate("() => navigator.clipboard.readText()")
    assert copied == await page.locator("#share-link").inner_text()
    assert copied.startswith(f"{site.url}/e/")


async def test_a_day_fills_while_one_looks(site: Site, desk: Page) -> None:
    day = await site.world.day()
    await site.sign_in(desk, site.world.hana)
    async with desk.expect_request("**/live?*"):
        await desk.goto(f"/plan/{day['id']}")
    await expect(desk.get_by_role("heading", name="0 of 14 places taken")).to_be_visible()
    await site.world.claim(site.world.emil, (await site.world.slots(day))[0])
    await expect(desk.get_by_role("heading", name="1 of 14 places taken")).to_be_visible()
    await expect(desk.get_by_text("emil@acme.example")).to_be_visible()


async def test_somebody_is_booked_for_by_keyboard(site: Site, desk: Page) -> None:
    day = await site.world.day()
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}")
    await desk.get_by_role("link", name="Book for somebody: 11:00, Chair 2").focus()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_label("Their e-mail address")).to_be_focused()
    assert await desk.get_by_label("Time").evaluate("(e) => e.selectedOptions[0].text") == "11:00"
    await desk.keyboard.type("nobody@acme.example")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("alert")).to_be_focused()
    await expect(desk).to_have_title("Error: Chair massage, Thursday 3 December · Chairtime")
    await desk.get_by_label("Their e-mail address").fill("edda@acme.example")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("Booked. The invitation is on its way.")).to_be_visible()
    await expect(desk.get_by_text("Edda Okoye")).to_be_visible()


async def test_a_time_is_moved_and_given_back_for_somebody(site: Site, phone: Page) -> None:
    day = await filled_day(site)
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await phone.get_by_role("link", name="Change the time of Emil Grün, 09:00").tap()
    await phone.get_by_role("group", name="Chair 2").get_by_label("11:40").check()
    await phone.get_by_role("button", name="Move it and tell them").tap()
    await expect(phone.get_by_text("Moved. The old time is free again.")).to_be_visible()
    await phone.get_by_role("link", name="Change the time of Emil Grün, 11:40").tap()
    await phone.get_by_role("button", name="Give it back and tell them").tap()
    await expect(phone.get_by_text("Given back.")).to_be_visible()
    await expect(phone.get_by_text("Emil Grün")).to_be_hidden()


async def test_a_change_shows_whom_it_touches_and_then_is_done(site: Site, desk: Page) -> None:
    day = await filled_day(site)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}/edit")
    await desk.get_by_label("Title").fill("Back day")
    await desk.get_by_label("From", exact=True).first.fill("09:10")
    await desk.get_by_label("From", exact=True).first.press("Enter")
    touched = desk.get_by_role("region", name="This touches 2 times that are taken")
    await expect(touched).to_be_focused()
    await expect(touched).to_contain_text("Emil Grün, 09:00")
    await expect(touched).to_contain_text("moves to Tuesday 24 November, 09:10")
    await expect(desk.get_by_label("Title")).to_have_value("Back day")
    await desk.get_by_role("button", name="Change it and tell 2 people").click()
    await expect(desk.get_by_role("heading", level=1, name="Back day")).to_be_visible()
    await expect(desk.get_by_text("everybody concerned is told")).to_be_visible()


async def test_chairs_and_breaks_are_added_where_one_is(site: Site, desk: Page) -> None:
    day = await site.world.day()
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}/edit")
    await desk.get_by_role("button", name="Add a chair").click()
    await expect(desk.get_by_label("Therapist").nth(2)).to_be_focused()
    await desk.get_by_role("button", name="Add a break").nth(2).click()
    await expect(desk.get_by_label("Break from").last).to_be_focused()
    await desk.get_by_role("button", name="Remove this break").last.click()
    await expect(desk.get_by_role("button", name="Add a break").nth(2)).to_be_focused()
    await desk.get_by_role("button", name="Remove this chair: Chair 3").click()
    await expect(desk.get_by_role("button", name="Add a chair")).to_be_focused()
    await expect(desk.get_by_label("Therapist")).to_have_count(2)


async def test_a_day_is_cancelled(site: Site, phone: Page) -> None:
    day = await filled_day(site)
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}")
    await phone.get_by_role("link", name="Cancel the day").tap()
    await expect(phone.get_by_text("2 times are taken.")).to_be_visible()
    await phone.get_by_label("Why?").fill("The therapist is ill")
    await phone.get_by_role("button", name="Cancel the day and tell everybody").tap()
    await expect(phone.get_by_text("This day was cancelled: The therapist is ill")).to_be_visible()
    await expect(phone.get_by_role("link", name="Copy to a new day")).to_be_visible()


@pytest.mark.parametrize("name", ["home", "new", "wrong", "day", "draft", "cancelled", "edit"])
async def test_a_page_is_for_everybody(site: Site, desk: Page, name: str) -> None:
    world = site.world
    await site.sign_in(desk, world.hana)
    if name != "new":
        draft = await world.day(published=False, title="Back to back")
        gone = await world.day(date="2026-12-05")
        await world.hana.put(f"/events/{gone['id']}/cancellation", {"reason": "Storm"})
        day = await filled_day(site)
        world.clock.advance(hours=1)
    match name:
        case "home":
            await desk.goto("/plan")
        case "new":
            await desk.goto("/plan/new")
            await desk.get_by_text("Somebody new").click()
            await desk.get_by_text("More", exact=True).click()
        case "wrong":
            await desk.goto(f"/plan/{day['id']}/edit")
            await desk.get_by_role("button", name="Add a break").first.click()
            await desk.get_by_label("Title").fill("")
            await desk.get_by_role("button", name="Save").last.click()
        case "day":
            await desk.goto(f"/plan/{day['id']}?said=published")
        case "draft":
            await desk.goto(f"/plan/{draft['id']}?said=drafted")
        case "cancelled":
            await desk.goto(f"/plan/{gone['id']}")
        case "edit":
            await desk.goto(f"/plan/{day['id']}/edit")
            await desk.get_by_label("From", exact=True).first.fill("09:10")
            await desk.get_by_role("button", name="Save").last.click()
    await look.at(desk)
    await look.shoot(desk, f"coordinator-{name}")


async def test_small_pages_are_for_everybody(site: Site, desk: Page) -> None:
    world = site.world
    await site.sign_in(desk, world.hana)
    day = await filled_day(site)
    [booking] = (await world.emil.get("/bookings")).json()["items"]
    for path in (
        f"/plan/{day['id']}/bookings/{booking['id']}",
        f"/plan/{day['id']}/cancellation",
        f"/plan/new?from={day['id']}",
    ):
        await desk.goto(path)
        await look.at(desk)
    await site.sign_in(desk, world.olga)
    await desk.goto("/plan")
    await look.at(desk)
