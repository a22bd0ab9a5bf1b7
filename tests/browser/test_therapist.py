"""A therapist's day, at the chair: on a phone, with the keyboard, without scripts or connection."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Error, Locator, Page, expect

from tests.browser import look
from tests.browser.guard import Guard
from tests.browser.site import PHONE, Site, Visit
from tests.world import World

pytestmark = pytest.mark.anyio
DROPPED = r"Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|FAILED)|ERR_INTERNET"
WISHES: list[dict[str, Any]] = [
    {"pressure": 4, "focus_areas": ["neck", "shoulders"], "avoid_areas": ["left_lower_back"],
     "technique": "deep_tissue", "quiet": True},
    {"pressure": 1},
    {},
]  # fmt: skip


async def full_day(
    world: World, slots: int = 4, wishes: Sequence[dict[str, Any]] = WISHES
) -> list[str]:
    """Tara's chair with as many people as there are slots, and Tom's; the ids of her bookings."""
    minutes = 9 * 60 + 20 * slots - 5
    ends = f"{minutes // 60:02}:{minutes % 60:02}"
    day = await world.day(shifts=[
        {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": ends},
        {"therapist": "tom@hands.example", "chair": "Chair 2", "starts": "09:00", "ends": ends},
    ])  # fmt: skip
    people = await world.employees(slots)
    taken = [slot for slot in await world.slots(day) if slot["chair"] == "Chair 1"]
    assert len(taken) == slots
    bookings = [
        await world.claim(who, slot, **wishes[number % len(wishes)])
        for number, (who, slot) in enumerate(zip(people, taken, strict=True))
    ]
    world.clock.set("2026-12-03T08:01:00Z")
    return [booking["id"] for booking in bookings]


async def open_roster(site: Site, page: Page) -> None:
    await site.sign_in(page, site.world.tara)
    await page.goto("/roster")


def now(page: Page) -> Locator:
    return page.locator(".panel")


def following(page: Page) -> Locator:
    return page.locator(".up-next")


def line(page: Page, time: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_text(time, exact=True))


def told(page: Page) -> Locator:
    return page.locator("#told")


async def test_a_day_by_tapping(site: Site, phone: Page) -> None:
    await full_day(site.world)
    await open_roster(site, phone)
    await expect(following(phone)).to_contain_text("Colleague 0")
    await expect(following(phone)).to_contain_text("Very firm pressure")
    await following(phone).get_by_role("button", name="Arrived").tap()
    await expect(now(phone)).to_contain_text("09:00")
    await expect(told(phone)).to_have_text(re.compile(r"09:00 Colleague 0\.?:\s+here\."))
    await expect(told(phone)).to_be_focused()
    await now(phone).get_by_role("button", name="Finished").tap()
    await expect(line(phone, "09:00")).to_contain_text("Done")
    await expect(phone.get_by_text("1 of 4 seen")).to_be_visible()
    await following(phone).get_by_role("button", name="No-show").tap()
    await expect(line(phone, "09:20")).to_contain_text("No-show")
    await expect(phone.get_by_text("1 no-show")).to_be_visible()
    await told(phone).get_by_role("button", name="Undo").tap()
    await expect(following(phone)).to_contain_text("09:20")
    await expect(phone.get_by_text("0 no-shows")).to_be_visible()
    await look.shoot(phone, "roster-phone")


async def test_the_page_stays_where_it_is(site: Site, phone: Page) -> None:
    await full_day(site.world, 12)
    await open_roster(site, phone)
    button = line(phone, "10:00").get_by_role("button", name="Arrived")
    await button.scroll_into_view_if_needed()
    before = await phone.evaluate("scrollY")
    await button.tap()
    await expect(line(phone, "10:00")).to_contain_text("In chair")
    await expect(told(phone)).to_be_focused()
    await expect(told(phone)).to_be_in_viewport()
    grown = await now(phone).bounding_box()  # what came in above has pushed the rest down
    assert grown
    assert abs(await phone.evaluate("scrollY") - before) <= grown["height"] + 20


async def test_a_day_by_keyboard(site: Site, desk: Page) -> None:
    await full_day(site.world)
    await open_roster(site, desk)
    await press(desk, "Arrived, ")
    await expect(told(desk)).to_be_focused()
    await desk.keyboard.press("Tab")
    await expect(told(desk).get_by_role("button", name="Undo")).to_be_focused()
    await press(desk, "Finished, ")
    await expect(desk.get_by_text("1 of 4 seen")).to_be_visible()
    await press(desk, "No-show, ")
    await expect(desk.get_by_text("1 no-show")).to_be_visible()
    await desk.keyboard.press("Tab")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("0 no-shows")).to_be_visible()


async def press(page: Page, name: str) -> None:
    """Tab to the next button that begins so, and Enter."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if (await page.evaluate("document.activeElement.textContent")).startswith(name):
            await page.keyboard.press("Enter")
            return
    pytest.fail(f"no button {name}")


async def test_a_day_without_scripts(site: Site, visit: Visit) -> None:
    await full_day(site.world)
    page = await visit(PHONE, java_script_enabled=False)
    await open_roster(site, page)
    await expect(page.get_by_role("button", name="Print roster")).to_be_hidden()
    await following(page).get_by_role("button", name="Arrived").tap()
    await expect(told(page)).to_contain_text("here.")
    await page.reload()
    await expect(now(page)).to_contain_text("09:00")
    await now(page).get_by_role("button", name="Finished").tap()
    await told(page).get_by_role("button", name="Undo").tap()
    await expect(now(page)).to_contain_text("09:00")


async def test_two_taps_are_one(site: Site, phone: Page) -> None:
    await full_day(site.world)
    await open_roster(site, phone)
    await following(phone).get_by_role("button", name="Arrived").dblclick()
    await expect(now(phone)).to_contain_text("09:00")
    await expect(following(phone)).to_contain_text("09:20")
    await expect(line(phone, "09:20")).not_to_contain_text("In chair")


async def test_the_day_follows_what_others_do(site: Site, phone: Page) -> None:
    bookings = await full_day(site.world)
    await open_roster(site, phone)
    await expect(line(phone, "09:20")).to_contain_text("Colleague 1")
    await site.world.hana.delete(f"/bookings/{bookings[1]}")
    await expect(line(phone, "09:20")).to_contain_text("Free", timeout=15_000)
    await site.world.tara.put(f"/bookings/{bookings[0]}/attendance", {"status": "checked_in"})
    await expect(now(phone)).to_contain_text("09:00", timeout=15_000)


async def test_a_time_given_back_before_the_tap(site: Site, phone: Page) -> None:
    bookings = await full_day(site.world)
    await open_roster(site, phone)
    await site.world.hana.delete(f"/bookings/{bookings[1]}")
    await line(phone, "09:20").get_by_role("button", name="Arrived").tap()
    await expect(told(phone)).to_contain_text("This time was given back.")
    await expect(line(phone, "09:20")).to_contain_text("Free")


async def test_the_day_stays_without_a_connection(site: Site, phone: Page, guard: Guard) -> None:
    guard.allow(DROPPED)
    await full_day(site.world)
    await open_roster(site, phone)
    await kept(phone)
    await phone.context.set_offline(offline=True)
    lost = phone.get_by_role("status").filter(has_text="No connection. This is the day as of 09:01")
    await expect(lost).to_be_visible()
    await following(phone).get_by_role("button", name="Arrived").tap()
    await expect(following(phone)).to_contain_text("Not sent yet")
    await look.axe(phone)
    await look.shoot(phone, "roster-offline")
    site.world.clock.advance(minutes=2)
    await phone.context.set_offline(offline=False)
    await expect(phone.get_by_text("The connection is back.", exact=True)).to_be_visible()
    await expect(following(phone)).to_contain_text("Not sent yet")
    await following(phone).get_by_role("button", name="Arrived").tap()
    await expect(now(phone)).to_contain_text("09:00")
    await expect(phone.get_by_text("Not sent yet")).to_have_count(0)


async def test_a_tap_in_vain_can_be_read_on_the_panel(
    site: Site, phone: Page, guard: Guard
) -> None:
    guard.allow(DROPPED)
    bookings = await full_day(site.world)
    await site.world.tara.put(f"/bookings/{bookings[0]}/attendance", {"status": "checked_in"})
    await open_roster(site, phone)
    await kept(phone)
    await phone.context.set_offline(offline=True)
    await now(phone).get_by_role("button", name="Finished").tap()
    await expect(now(phone)).to_contain_text("Not sent yet")
    await look.axe(phone)


async def test_the_day_can_be_opened_again_without_a_connection(
    site: Site, phone: Page, guard: Guard
) -> None:
    guard.allow(DROPPED)
    await full_day(site.world)
    await open_roster(site, phone)
    await kept(phone)
    await phone.context.set_offline(offline=True)
    for path in ("/roster", "/roster/2026-12-03"):
        await phone.goto(path)
        await expect(phone.get_by_role("heading", level=1)).to_have_text("Good morning, Tara")
        await expect(phone.get_by_text("This is the day as of 09:01")).to_be_visible()
        await expect(following(phone)).to_have_css("border-radius", "24px")
    await phone.context.set_offline(offline=False)
    await expect(phone.get_by_text("The connection is back.", exact=True)).to_be_visible()


async def test_yesterdays_day_is_not_shown(site: Site, phone: Page, guard: Guard) -> None:
    guard.allow(DROPPED)
    await full_day(site.world)
    await open_roster(site, phone)
    await kept(phone)
    await phone.evaluate("""async () => {
      const cache = await caches.open("roster"), page = await cache.match("/kept-roster");
      const headers = new Headers(page.headers);
      headers.set("x-until", new Date(Date.now() - 1000).toISOString());
      await cache.put("/kept-roster", new Response(await page.text(), { headers }));
    }""")
    await phone.context.set_offline(offline=True)
    with pytest.raises(Error, match="ERR_"):
        await phone.goto("/roster")


async def kept(page: Page) -> None:
    """Until the worker looks after the page, and today's is stored."""
    await page.evaluate("""async () => {
      await navigator.serviceWorker.ready;
      const isKept = async () => (await caches.open("roster")).match("/kept-roster");
      while (!(await isKept())) await new Promise((resolve) => setTimeout(resolve, 50));
    }""")


async def names_kept(page: Page) -> str:
    told: str = await page.evaluate("""async () => {
      const found = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys()) found.push(await (await cache.match(one)).text());
      }
      return found.join();
    }""")
    return told


async def test_only_today_is_kept_and_nothing_after_signing_out(site: Site, phone: Page) -> None:
    await full_day(site.world)
    slots = await site.world.slots(await site.world.day(date="2026-12-04"))
    await site.world.claim(site.world.edda, slots[0])
    await open_roster(site, phone)
    await kept(phone)
    assert "Colleague 1" in await names_kept(phone)
    await phone.goto("/roster/2026-12-04")
    await expect(phone.get_by_text("Edda O.")).to_be_visible()
    assert "Edda" not in await names_kept(phone)
    await phone.locator(".menu > summary").click()
    await phone.get_by_role("button", name="Sign out").click()
    await expect(phone).to_have_url(re.compile(r"signed-out"))
    assert await names_kept(phone) == ""
    assert await phone.evaluate("navigator.serviceWorker.getRegistrations()") == []


async def test_whoever_is_signed_out_meanwhile_keeps_the_tap(site: Site, phone: Page) -> None:
    await full_day(site.world)
    await open_roster(site, phone)
    await kept(phone)
    await phone.context.clear_cookies()
    await following(phone).get_by_role("button", name="Arrived").tap()
    await expect(phone).to_have_url(re.compile("/sign-in"))
    assert "Colleague" not in await names_kept(phone)
    back = await phone.locator("input[name=next]").first.input_value()
    await site.sign_in(phone, site.world.tara)
    await phone.goto(back)
    await expect(told(phone)).to_contain_text("You had to sign in first")
    await told(phone).get_by_role("button", name="Arrived").tap()
    await expect(now(phone)).to_contain_text("09:00")


@pytest.mark.parametrize("state", ["begin", "middle", "later", "empty"])
async def test_the_roster_is_for_everybody(site: Site, phone: Page, state: str) -> None:
    bookings = await full_day(site.world)
    await site.sign_in(phone, site.world.tara)
    path = {"later": "/roster/2026-12-03", "empty": "/roster/2026-12-24"}.get(state, "/roster")
    if state == "middle":
        marks = ("no_show", "checked_in", "checked_in", "confirmed")
        for booking, status in zip(bookings, marks, strict=True):
            mark = {"status": status}
            answer = await site.world.tara.put(f"/bookings/{booking}/attendance", mark)
            assert answer.status_code == 200
        path = f"/roster?said=no_show&booking={bookings[0]}&was=confirmed"
    if state == "later":
        site.world.clock.advance(hours=8)
    await phone.goto(path)
    await look.at(phone)


async def test_every_chair_and_the_calendar_are_for_everybody(site: Site, desk: Page) -> None:
    await full_day(site.world)
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/roster")
    await expect(desk.get_by_role("heading", name="Tom Okafor, Chair 2")).to_be_visible()
    await look.at(desk)
    await desk.context.clear_cookies()
    await site.sign_in(desk, site.world.tara)
    await desk.goto("/calendar-feed")
    await look.at(desk)
    await desk.get_by_role("button", name="Make my address").click()
    await expect(desk.locator("#feed-address")).to_contain_text("/calendars/")
    await look.at(desk)


async def test_one_sheet_of_paper_for_each_chair(site: Site, desk: Page, tmp_path: Path) -> None:
    await full_day(site.world, 20, WISHES[:1])
    await open_roster(site, desk)
    assert await sheets(desk, tmp_path) == 1
    await desk.context.clear_cookies()
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/roster")
    assert await sheets(desk, tmp_path) == 2
    await desk.emulate_media(media="print")
    assert await desk.locator(".ticks:visible").count() == 20
    assert await desk.get_by_role("button").count() == 0


async def sheets(page: Page, folder: Path) -> int:
    """Of A4, as Chromium prints it."""
    printed = await page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", printed)
    (folder / "roster.pdf").write_bytes(printed)  # to look at
    return len(re.findall(rb"/Type /Page\b", printed))
