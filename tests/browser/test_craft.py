"""What goes wrong around a choice, and does no harm: rivals, second taps, waiting, leaving."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser import errands, speed
from tests.browser.site import DESK, PHONE, Site, Visit
from tests.world import Someone, rows, write

pytestmark = pytest.mark.anyio
PATIENCE = 10
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


async def board(site: Site, page: Page, who: Someone, **changes: Any) -> dict[str, Any]:
    """A day, and somebody who has chosen 09:20 on it."""
    day = await site.world.day(**changes)
    await choose(site, page, who, day)
    return day


async def choose(site: Site, page: Page, who: Someone, day: dict[str, Any]) -> None:
    await site.sign_in(page, who)
    await page.goto(f"/days/{day['id']}")
    await errands.time(page, "09:20").check()


async def bookings() -> int:
    """How many times are taken by anybody."""
    found = await rows("SELECT count(*) AS taken FROM booking WHERE status <> 'cancelled'")
    return int(found[0]["taken"])


async def forget_sessions() -> None:
    await write("DELETE FROM session")


@SCRIPT
async def test_two_want_the_last_place(site: Site, visit: Visit, *, script: bool) -> None:
    """One has it. The other is told, keeps the page, and takes another time with two taps."""
    emils = await visit(PHONE, java_script_enabled=script)
    eddas = await visit(DESK, java_script_enabled=script)
    day = await board(site, emils, site.world.emil)
    await choose(site, eddas, site.world.edda, day)
    await asyncio.gather(errands.book(emils).click(), errands.book(eddas).click())
    pages = {"/bookings/" in page.url: page for page in (emils, eddas)}
    assert len(pages) == 2, [page.url for page in (emils, eddas)]
    await errands.is_booked(pages[True], "09:20")
    loser = pages[False]
    told = loser.locator("[role=alert], .news").filter(has_text="taken")
    await expect(told.first).to_be_visible()
    await errands.time(loser, "09:40").check()
    await errands.book(loser).click()
    await errands.is_booked(loser, "09:40")
    assert await bookings() == 2


async def test_news_of_a_claim_does_not_overtake_its_answer(site: Site, phone: Page) -> None:
    """The board turns while the answer is still on its way: the answer counts."""
    await board(site, phone, site.world.emil)
    turned = asyncio.Event()

    async def answer_late(route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        await asyncio.wait_for(turned.wait(), PATIENCE)
        await route.fulfill(response=answer)

    await phone.expose_function("turned", turned.set)
    await phone.evaluate("() => document.addEventListener('htmx:after:swap', () => turned())")
    await phone.route("**/booking", answer_late)
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:20")


@SCRIPT
async def test_a_second_tap_books_nothing_more(site: Site, visit: Visit, *, script: bool) -> None:
    phone = await visit(PHONE, java_script_enabled=script)
    await board(site, phone, site.world.emil, claims_per_person=3)
    await errands.book(phone).dblclick()
    await errands.is_booked(phone, "09:20")
    assert await bookings() == 1


@SCRIPT
async def test_back_after_booking_shows_what_is_true_now(
    site: Site, visit: Visit, *, script: bool
) -> None:
    phone = await visit(PHONE, java_script_enabled=script)
    await board(site, phone, site.world.emil)
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:20")
    await phone.go_back()
    await expect(phone.locator(".chip.mine")).to_contain_text("09:20")
    await expect(errands.book(phone)).to_contain_text("Move")
    await phone.go_forward()
    await errands.is_booked(phone, "09:20")
    assert await bookings() == 1


async def test_refreshing_repeats_nothing(site: Site, phone: Page) -> None:
    await board(site, phone, site.world.emil, claims_per_person=3)
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:20")
    await phone.reload()
    await errands.is_booked(phone, "09:20")
    await phone.get_by_role("button", name="Give my time back").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You gave it back")
    await phone.reload()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You gave it back")
    assert await bookings() == 0


async def test_refreshing_a_refusal_refuses_again(site: Site, visit: Visit) -> None:
    phone = await visit(PHONE, java_script_enabled=False)
    day = await board(site, phone, site.world.emil)
    await site.world.claim(site.world.edda, (await site.world.slots(day))[1])
    await errands.book(phone).click()
    await expect(phone.get_by_role("alert")).to_contain_text("taken")
    await phone.reload()
    await expect(phone.get_by_role("alert")).to_contain_text("taken")
    assert await bookings() == 1


@SCRIPT
async def test_who_has_to_sign_in_again_keeps_the_choice(
    site: Site, visit: Visit, *, script: bool
) -> None:
    phone = await visit(PHONE, java_script_enabled=script)
    await board(site, phone, site.world.emil)
    await forget_sessions()
    await errands.book(phone).click()
    await sign_in_again(site, phone)
    await expect(errands.time(phone, "09:20")).to_be_checked()
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:20")


async def test_a_live_board_that_turns_to_signing_in_keeps_the_choice(
    site: Site, phone: Page
) -> None:
    day = await board(site, phone, site.world.emil)
    await expect(phone.locator(".live")).to_be_visible()
    await forget_sessions()
    await site.world.claim(site.world.edda, (await site.world.slots(day))[0])
    await sign_in_again(site, phone)
    await expect(errands.time(phone, "09:20")).to_be_checked()


async def test_who_has_to_sign_in_again_still_moves_and_rates(site: Site, phone: Page) -> None:
    await board(site, phone, site.world.emil)
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:20")
    await phone.get_by_role("link", name="Change time").click()
    await errands.time(phone, "09:40").check()
    await forget_sessions()
    await errands.book(phone).click()
    await sign_in_again(site, phone)
    await expect(errands.time(phone, "09:40")).to_be_checked()
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:40")
    site.world.clock.set("2026-12-03T08:41:00Z")
    await phone.reload()
    await forget_sessions()
    await phone.get_by_role("button", name="7", exact=True).click()
    await sign_in_again(site, phone)
    await expect(phone.get_by_role("button", name="7", exact=True)).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("You said 7.")).to_be_visible()


async def sign_in_again(site: Site, page: Page) -> None:
    await page.wait_for_url("**/sign-in?next=**")
    await page.locator("#email").fill(site.world.emil.email)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in/code")
    await errands.enter_code(site, page, site.world.emil.email)


async def test_a_slow_connection(site: Site, phone: Page) -> None:
    """A time can be chosen before the scripts have come, and impatience books nothing twice."""
    day = await site.world.day(claims_per_person=3)
    await site.sign_in(phone, site.world.emil)
    async with speed.slow(phone):
        await phone.goto(f"/days/{day['id']}", wait_until="commit")
        await errands.time(phone, "09:20").check()
        await errands.book(phone).click(click_count=3)
        await errands.is_booked(phone, "09:20")
    assert await bookings() == 1


async def test_after_signing_out_back_shows_nothing_of_before(site: Site, phone: Page) -> None:
    await board(site, phone, site.world.emil)
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:20")
    await phone.locator("summary", has_text="Emil Grün").click()
    await phone.get_by_role("button", name="Sign out", exact=True).click()
    await expect(phone.get_by_text("You are signed out.")).to_be_visible()
    for _ in range(2):
        await phone.go_back()
        await expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")
        await expect(phone.locator("body")).not_to_contain_text("Emil")
