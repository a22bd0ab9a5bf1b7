"""In line on a phone: a full board, a place, a time that somebody gives back, and taking it."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser import look
from tests.browser.errands import address_in_mail, enter_code, link_of
from tests.browser.keys import tab_to
from tests.browser.site import DESK, PHONE, Site, Visit
from tests.waiting import full_day, give_back, join
from tests.world import Someone

pytestmark = pytest.mark.anyio


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


async def at_the_board(site: Site, page: Page, who: Someone, day: dict[str, Any]) -> None:
    """And what changes there is heard of from now on."""
    await site.sign_in(page, who)
    await page.goto(f"/days/{day['id']}")
    await listening(page)


async def listening(page: Page) -> None:
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_from_a_full_board_to_a_time_with_the_keyboard(site: Site, phone: Page) -> None:
    day, world = await full_day(site.world), site.world
    await at_the_board(site, phone, world.emil, day)
    await look.at(phone)
    await look.shoot(phone, "full")
    await tab_to(phone, button(phone, "Join the waitlist"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("status").first).to_contain_text("You are in line")
    await expect(phone.get_by_role("status").first).to_be_focused()
    await expect(phone.get_by_text("You are number 1 in line.")).to_be_visible()
    await listening(phone)
    await look.at(phone)
    await look.shoot(phone, "in-line")
    await give_back(day, 0)
    await expect(phone.get_by_text("09:00 is held for you until")).to_be_visible()
    await expect(phone.locator(".news")).to_have_text("09:00 is held for you.")
    await look.at(phone)
    await look.shoot(phone, "held")
    await phone.goto(await address_in_mail(site, "emil@acme.example", "/offers/"))
    await expect(phone.get_by_role("heading", level=1)).to_have_text("A time for you")
    await look.at(phone)
    await look.shoot(phone, "offer")
    await tab_to(phone, button(phone, "Take 09:00"))
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You’re booked")
    await expect(phone.get_by_role("status")).to_contain_text("09:00 is yours")


async def test_news_of_joining_does_not_overtake_the_answer(site: Site, phone: Page) -> None:
    day = await full_day(site.world)
    await at_the_board(site, phone, site.world.emil, day)
    heard = "() => console.info('heard')"
    await phone.evaluate(f"document.addEventListener('htmx:after:swap', {heard})")

    async def late(route: Route) -> None:
        async with phone.expect_console_message(lambda message: message.text == "heard"):
            answer = await route.fetch(max_redirects=0)
        await route.fulfill(response=answer)

    await phone.route("**/waitlist", late)
    await button(phone, "Join the waitlist").tap()
    await expect(phone.get_by_role("status").first).to_contain_text("You are in line")


async def test_what_is_held_is_taken_at_the_board_in_two_taps(site: Site, phone: Page) -> None:
    day = await full_day(site.world)
    await join(site.world.emil, day)
    await at_the_board(site, phone, site.world.emil, day)
    await give_back(day, 1)
    await phone.get_by_role("radio", name="09:20").tap()
    await button(phone, "Book 09:20").tap()
    await expect(phone.get_by_role("status")).to_contain_text("09:20 is yours")


async def test_two_in_line_at_two_phones(site: Site, phone: Page, visit: Visit) -> None:
    day, other = await full_day(site.world), await visit(PHONE)
    await join(site.world.emil, day)
    site.world.clock.advance(minutes=1)
    await join(site.world.edda, day)
    await at_the_board(site, phone, site.world.emil, day)
    await at_the_board(site, other, site.world.edda, day)
    await give_back(day, 0)
    await phone.get_by_role("link", name="Take it or pass").tap()
    await expect(other.get_by_role("radio")).to_have_count(0)
    await button(phone, "Pass").tap()
    await expect(phone.get_by_role("status")).to_contain_text("It goes to the next in line")
    await look.at(phone)
    await other.get_by_role("link", name="Take it or pass").tap()
    await button(other, "Take 09:00").tap()
    await expect(other.get_by_role("status")).to_contain_text("09:00 is yours")
    await phone.get_by_role("link", name="Look at the day").tap()
    await expect(phone.get_by_text("You are number 1 in line.")).to_be_visible()


async def test_it_runs_out_while_the_page_is_open(site: Site, phone: Page) -> None:
    day = await full_day(site.world)
    await join(site.world.emil, day)
    await give_back(day, 0)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(await address_in_mail(site, "emil@acme.example", "/offers/"))
    site.world.clock.advance(minutes=30)
    await button(phone, "Take 09:00").tap()
    await expect(phone.get_by_role("alert")).to_be_focused()
    await expect(phone.get_by_role("alert")).to_contain_text("not held for you any more")
    await expect(button(phone, "Take 09:00")).to_have_count(0)
    await look.at(phone)


async def test_it_runs_out_while_the_board_is_open(site: Site, phone: Page) -> None:
    day = await full_day(site.world)
    await join(site.world.emil, day)
    await give_back(day, 0)
    await at_the_board(site, phone, site.world.emil, day)
    await expect(phone.get_by_role("radio", name="09:00")).to_be_visible()
    site.world.clock.advance(minutes=30)
    await site.world.tick()
    await expect(phone.get_by_text("is held for you until")).to_have_count(0)
    await expect(phone.get_by_text("You are number 1 in line.")).to_be_visible()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
async def test_all_of_it_without_a_script(site: Site, visit: Visit, device: dict[str, Any]) -> None:
    day, page = await full_day(site.world, 3), await visit(device, java_script_enabled=False)
    await site.sign_in(page, site.world.emil)
    await page.goto(f"/days/{day['id']}")
    await page.get_by_text("Only some times suit me").click()
    await page.get_by_label("Not before").select_option("09:20")
    await button(page, "Join the waitlist").click()
    await expect(page.get_by_text("You are number 1 in line.")).to_be_visible()
    await page.get_by_role("link", name="Change or leave").click()
    await page.get_by_label("Over by").select_option("09:55")
    await button(page, "Save what suits me").click()
    await give_back(day, 1)
    await page.goto("/bookings")
    await page.get_by_role("link", name="Take it or pass").click()
    await button(page, "Pass").click()
    await page.get_by_role("link", name="Look at the day").click()
    await expect(page.get_by_label("Not before")).to_have_value("09:20")
    await give_back(day, 2)
    await page.reload()
    await page.get_by_role("radio", name="09:40").check()
    await button(page, "Book").click()
    await expect(page.get_by_role("status")).to_contain_text("09:40 is yours")


async def test_from_the_poster_with_an_address_and_a_code(site: Site, phone: Page) -> None:
    day = await full_day(site.world)
    await phone.goto(link_of(site, day))
    await look.at(phone)
    await phone.get_by_text("Only some times suit me").click()
    await phone.get_by_label("Not before").select_option("09:20")
    await phone.get_by_label("The work address that we write to").fill("emil@acme.example")
    await button(phone, "Join the waitlist").tap()
    await phone.wait_for_url("**/sign-in/code")
    await enter_code(site, phone, "emil@acme.example")
    await phone.wait_for_url("**/days/**")
    await expect(phone.get_by_text("One more tap, and you are in line.")).to_be_visible()
    await expect(phone.get_by_label("Not before")).to_have_value("09:20")
    await expect(button(phone, "Join the waitlist")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("You are number 1 in line.")).to_be_visible()


async def test_the_coordinator_sees_the_line_grow(site: Site, desk: Page) -> None:
    day = await full_day(site.world)
    await join(site.world.emil, day, earliest="09:00")
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}")
    await expect(desk.get_by_role("heading", name="1 person waits")).to_be_visible()
    await join(site.world.edda, day)
    await expect(desk.get_by_role("heading", name="2 people wait")).to_be_visible()
    await give_back(day, 0)
    await expect(desk.get_by_text("Held for Emil Grün until 10:30")).to_be_visible()
    await look.at(desk)
    await look.shoot(desk, "line-plan")
