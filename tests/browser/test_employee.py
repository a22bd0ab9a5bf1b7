"""An employee's day, from the first tap to the rating: by finger, by keys and without a script."""

import re
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Locator, Page, expect

from scheduler.domain import link
from tests.browser import look, speed
from tests.browser.guard import Guard
from tests.browser.site import DESK, PHONE, Site, Visit
from tests.web.test_signing_in import code_in
from tests.world import Someone, rows

pytestmark = pytest.mark.anyio

BOOKED = re.compile(r"/bookings/[0-9a-f-]{36}\?said=booked$")


def shared(site: Site, day: dict[str, Any]) -> str:
    return f"/e/{link.share(UUID(day['id']), site.world.app.state['keys'].secret)}"


async def personal(site: Site, day: dict[str, Any], who: Someone) -> str:
    ours, event = who.caller.organisation, UUID(day["id"])
    return f"/i/{await link.make_personal(ours, event, who.caller.id, site.world.clock())}"


def time(page: Page, clock: str) -> Locator:
    return page.get_by_role("radio", name=clock)


async def status(page: Page) -> str:
    return " ".join(await page.get_by_role("status").all_inner_texts())


async def focused(page: Page) -> str:
    """The value, the words or the name of what has the focus."""
    return str(
        await page.evaluate(
            "() => { const it = document.activeElement;"
            " return it.dataset.time ?? it.innerText.trim() ?? it.name; }"
        )
    )


async def tab_to(page: Page, words: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if words in await focused(page):
            return
    raise AssertionError(f"“{words}” cannot be reached with the Tab key")


async def test_the_board_is_for_everybody(site: Site, phone: Page) -> None:
    day = await site.world.day(claims_per_person=2)
    slots = await site.world.slots(day)
    await site.world.claim(site.world.edda, slots[1])
    await site.world.claim(site.world.emil, slots[0])
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await look.at(phone)
    await time(phone, "10:00").check()
    await look.at(phone)
    await look.shoot(phone, "board")


async def test_a_board_by_link_is_for_everybody(site: Site, phone: Page) -> None:
    day = await site.world.day()
    for path in (shared(site, day), await personal(site, day, site.world.emil)):
        await phone.goto(path)
        await look.at(phone)
    await phone.goto(shared(site, day))
    await phone.route("**/booking", lambda route: route.continue_())
    await phone.evaluate("() => document.querySelector('form.board').submit()")
    await expect(phone).to_have_title(re.compile("^Error: "))
    await expect(phone.get_by_role("alert")).to_be_focused()
    await look.at(phone)


@pytest.mark.parametrize(
    "instant", ["2026-11-23T09:00:00+00:00", "2026-11-27T09:00:00+00:00",
                "2026-12-03T09:41:00+00:00", "2026-12-05T09:00:00+00:00"]
)  # fmt: skip
async def test_a_board_is_for_everybody_at_any_time(site: Site, phone: Page, instant: str) -> None:
    day = await site.world.day(claims_open_at="2026-11-26T08:00:00Z")
    site.world.clock.set(instant)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await look.at(phone)


async def test_the_page_of_a_time_is_for_everybody(site: Site, phone: Page) -> None:
    own = await site.world.claim(
        site.world.emil, (await site.world.slots(await site.world.day()))[0]
    )
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/bookings/{own['id']}?said=booked")
    await expect(phone.get_by_role("status")).to_be_focused()
    await phone.get_by_text("What you like").click()
    await look.at(phone)
    await phone.goto(f"/bookings/{own['id']}/move")
    await look.at(phone)
    await phone.goto("/bookings")
    await look.at(phone)
    site.world.clock.set("2026-12-03T08:20:00+00:00")
    await phone.goto(f"/bookings/{own['id']}")
    await phone.get_by_role("button", name="3", exact=True).first.click()
    await look.at(phone)
    await look.shoot(phone, "rate")


async def test_two_taps_by_a_personal_link(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await phone.goto(await personal(site, day, site.world.emil))
    await time(phone, "09:20").tap()
    button = phone.get_by_role("button", name="Book 09:20")
    await expect(phone.get_by_text("Thu 3 Dec, 09:20")).to_be_visible()
    await button.tap()
    await expect(phone).to_have_url(BOOKED)
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You’re booked")


async def test_from_the_poster_with_one_field_and_a_code(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await phone.goto(shared(site, day))
    await time(phone, "10:40").tap()
    await phone.get_by_label("Your work address").fill("nina@acme.example")
    await phone.get_by_role("button", name="Book 10:40").tap()
    await phone.wait_for_url("**/sign-in/code")
    await site.world.tick()
    code = code_in(site.world.mails("nina@acme.example")[0])
    await phone.get_by_role("textbox").fill(code)
    await phone.keyboard.press("Enter")
    await phone.get_by_label("What do your colleagues call you?").fill("Nina Neu")
    await phone.keyboard.press("Enter")
    book = phone.get_by_role("button", name="Book 10:40")
    await expect(book).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone).to_have_url(BOOKED)


async def test_lost_while_choosing(site: Site, phone: Page, visit: Visit) -> None:
    shift = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "11:00"}
    day = await site.world.day(shifts=[shift])
    rival = await visit(DESK)
    await site.sign_in(phone, site.world.emil)
    await site.sign_in(rival, site.world.edda)
    for page in (phone, rival):
        await page.goto(f"/days/{day['id']}")
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        await time(page, "09:20").check()
    await rival.get_by_role("button", name="Book 09:20").click()
    await expect(rival).to_have_url(BOOKED)
    chip = phone.locator(".chip", has_text="09:20")
    await expect(chip).to_contain_text("Taken")
    assert await status(phone) == "09:20 was just taken. The next free time is 09:40."
    assert await focused(phone) == "09:40"
    assert await phone.locator("input:checked").count() == 0
    assert "4 of 6 places" not in await phone.inner_text("main")
    await expect(phone.get_by_text("5 of 6 places still free")).to_be_visible()
    await expect(phone.get_by_role("button", name="Book", exact=True)).to_be_visible()
    await phone.keyboard.press("Space")
    await expect(phone.get_by_role("button", name="Book 09:40")).to_be_visible()
    assert await status(phone) == ""
    await look.axe(phone)


async def test_a_change_shows_within_a_second(site: Site, phone: Page) -> None:
    """The quickest of six: this machine may be busy with something else."""
    day = await site.world.day()
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await expect(phone.get_by_text("Live", exact=True)).to_be_visible()
    waited = []
    for slot in (await site.world.slots(day))[:3]:
        for change in ("post", "delete"):
            await phone.evaluate(CHANGED)
            begun = perf_counter()
            await one_change(site.world.edda, slot, change)
            await phone.evaluate("() => window.changed")
            waited.append(perf_counter() - begun)
    assert min(waited) < 1


CHANGED = """() => { window.changed = new Promise((resolve) => {
  document.addEventListener("htmx:after:swap", resolve, { once: true });
}).then(() => true); }"""


async def one_change(who: Someone, slot: dict[str, Any], change: str) -> None:
    if change == "post":
        answer = await who.post(f"/slots/{slot['id']}/booking")
    else:
        [own] = [
            one for one in (await who.get("/bookings")).json()["items"]
            if one["status"] != "cancelled"
        ]  # fmt: skip
        answer = await who.delete(f"/bookings/{own['id']}")
    assert answer.is_success


async def test_what_others_do_leaves_a_choice_alone(site: Site, phone: Page) -> None:
    day = await site.world.day()
    slots = await site.world.slots(day)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await time(phone, "11:00").check()
    first = await time(phone, "11:00").get_attribute("value")
    for slot in (slots[0]["id"], first):
        who = site.world.edda if slot == first else site.world.hana
        await site.world.claim(who, {"id": slot})
    await expect(phone.locator(".chip", has_text="09:00")).to_contain_text("Taken")
    await expect(phone.locator(".chip", has_text="11:00")).to_contain_text("Chosen")
    await expect(time(phone, "11:00")).to_be_checked()
    await expect(time(phone, "11:00")).to_be_focused()
    await expect(phone.locator("#now")).not_to_contain_text("14 of 14")
    await phone.get_by_role("button", name="Book 11:00").click()
    await expect(phone.get_by_text("Chair 2, with Tom Okafor")).to_be_visible()


async def test_a_board_opens_by_itself_and_ends_by_itself(site: Site, phone: Page) -> None:
    day = await site.world.day(claims_open_at="2026-11-26T08:00:00Z")
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await expect(phone.get_by_text("Times can be taken from")).to_be_visible()
    site.world.clock.set("2026-11-26T08:00:00+00:00")
    await expect(time(phone, "09:00")).to_be_visible()
    await site.world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "A storm"})
    await expect(phone.get_by_text("This massage day was cancelled. A storm")).to_be_visible()


async def test_nothing_chosen_is_said(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await phone.get_by_role("button", name="Book").click()
    assert await status(phone) == "Choose a time first."
    assert await focused(phone) == "09:00"


async def test_pressing_twice_going_back_and_loading_again(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await time(phone, "09:20").check()
    await phone.get_by_role("button", name="Book 09:20").dblclick()
    await expect(phone).to_have_url(BOOKED)
    await phone.reload()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You’re booked")
    await phone.go_back()
    await expect(phone.get_by_text("Yours: 09:20")).to_be_visible()
    assert len(await rows("SELECT id FROM booking")) == 1


async def test_a_session_that_ends_in_the_middle(site: Site, phone: Page) -> None:
    day = await site.world.day()
    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}?therapist={site.world.tom.id}")
    await time(phone, "10:20").check()
    await phone.context.clear_cookies()
    await phone.get_by_role("button", name="Book 10:20").click()
    await phone.get_by_role("textbox").first.fill("emil@acme.example")
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/sign-in/code")
    await site.world.tick()
    await phone.get_by_role("textbox").fill(code_in(site.world.mails("emil@acme.example")[-1]))
    await phone.keyboard.press("Enter")
    await phone.get_by_role("button", name="Book 10:20").click()
    await expect(phone.get_by_text("with Tom Okafor")).to_be_visible()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
async def test_all_of_it_without_a_script(site: Site, visit: Visit, device: dict[str, Any]) -> None:
    day, page = await site.world.day(), await visit(device, java_script_enabled=False)
    await page.goto(await personal(site, day, site.world.emil))
    await page.get_by_role("link", name="Tom Okafor").click()
    await time(page, "10:20").check()
    await expect(page.get_by_text("The one you chose")).to_be_visible()
    await page.get_by_role("button", name="Book").click()
    await page.get_by_role("link", name="Change time").click()
    await page.get_by_role("button", name="Move").click()
    await expect(page.get_by_role("alert")).to_contain_text("Choose a time first")
    await time(page, "11:20").check()
    await page.get_by_role("button", name="Move").click()
    await expect(page.get_by_role("status")).to_contain_text("11:20 is yours now")
    await page.get_by_text("What you like").click()
    await page.get_by_label("Firm pressure", exact=True).check()
    await page.get_by_role("group", name="Leave alone").get_by_label("Neck").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("Saved")
    await page.get_by_role("button", name="Give my time back").click()
    await page.get_by_role("button", name="Take 11:20 again").click()
    site.world.clock.set("2026-12-03T10:36:00+00:00")
    await site.sign_in(page, site.world.emil)
    await page.goto("/bookings")
    await page.get_by_role("link", name="Thursday 3 December").first.click()
    await page.get_by_role("group", name="now").get_by_role("button", name="2").click()
    await expect(page.get_by_text("You said 2.")).to_be_visible()


async def test_all_of_it_with_the_keyboard(site: Site, desk: Page) -> None:
    day = await site.world.day()
    await site.sign_in(desk, site.world.emil)
    await desk.goto(f"/days/{day['id']}")
    await tab_to(desk, "09:00")
    await desk.keyboard.press("ArrowRight")
    assert await focused(desk) == "09:20", "the times are one stop, and arrows go on"
    await tab_to(desk, "Book 09:20")
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(BOOKED)
    await tab_to(desk, "Give my time back")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("status")).to_contain_text("Somebody else can have 09:20")
    await tab_to(desk, "Take 09:20 again")
    await desk.keyboard.press("Enter")
    await desk.wait_for_url("**said=booked")
    await desk.goto(desk.url.partition("?")[0])
    await tab_to(desk, "Change time")
    await desk.keyboard.press("Enter")
    await desk.wait_for_url("**/move")
    await tab_to(desk, "09:00")
    await desk.keyboard.press("Space")
    await tab_to(desk, "Move to 09:00")
    await desk.keyboard.press("Enter")
    await desk.wait_for_url("**said=moved")
    site.world.clock.set("2026-12-03T08:16:00+00:00")
    await site.sign_in(desk, site.world.emil)
    await desk.goto(desk.url.partition("?")[0])
    await tab_to(desk, "7")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("You said 7.")).to_be_visible()


async def test_a_connection_that_drops(site: Site, phone: Page, guard: Guard) -> None:
    guard.allow(r"/live")
    guard.allow(r"Failed to fetch|ERR_FAILED")
    day = await site.world.day()
    await site.sign_in(phone, site.world.emil)
    await phone.route("**/live*", lambda route: route.abort())
    await phone.goto(f"/days/{day['id']}")
    slot = await time(phone, "09:00").get_attribute("value")
    await site.world.claim(site.world.edda, {"id": slot})
    await time(phone, "09:00").check()
    await expect(phone.get_by_text("Live", exact=True)).to_be_hidden()
    await phone.get_by_role("button", name="Book 09:00").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Somebody was faster")
    await time(phone, "09:20").check()
    await phone.get_by_role("button", name="Book 09:20").click()
    await expect(phone).to_have_url(BOOKED)


async def addresses(site: Site) -> dict[str, str]:
    """A day of 76 places, as full as a day gets, and a time on another."""
    shifts = [
        {"therapist": f"{who}@hands.example", "chair": who, "starts": "09:00", "ends": "21:40"}
        for who in ("tara", "tom")
    ]
    day = await site.world.day(shifts=shifts)
    other = await site.world.day(date="2026-12-04")
    own = await site.world.claim(site.world.emil, (await site.world.slots(other))[0])
    return {
        "board": f"/days/{day['id']}",
        "guest": shared(site, day),
        "personal": await personal(site, day, site.world.edda),
        "booked": f"/bookings/{own['id']}",
        "mine": "/bookings",
    }


@pytest.mark.parametrize("name", ["board", "guest", "personal", "booked", "mine"])
async def test_the_pages_are_light(site: Site, phone: Page, name: str) -> None:
    path = (await addresses(site))[name]
    if name not in {"guest", "personal"}:
        await site.sign_in(phone, site.world.emil)
    await speed.budget(phone, path)


@pytest.mark.parametrize("name", ["board", "booked"])
async def test_the_pages_are_quick_on_a_slow_phone(site: Site, phone: Page, name: str) -> None:
    path = (await addresses(site))[name]
    await site.sign_in(phone, site.world.emil)
    await speed.vitals(phone, path)
