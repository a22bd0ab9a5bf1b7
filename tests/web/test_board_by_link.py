"""The board by the address that everybody shares, and by the link in an invitation."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from scheduler.domain import link
from tests.streams import listening
from tests.web.forms import action, chosen, radios, tags, words
from tests.web.test_signing_in import code_in
from tests.world import Browser, Someone, World, rows, write

pytestmark = pytest.mark.anyio

NINA = "nina@acme.example"


def shared(world: World, day: dict[str, Any]) -> str:
    return f"/e/{link.share(UUID(day['id']), world.app.state['keys'].secret)}"


async def personal(world: World, day: dict[str, Any], who: Someone) -> str:
    ours, event = who.caller.organisation, UUID(day["id"])
    return f"/i/{await link.make_personal(ours, event, who.caller.id, world.clock())}"


async def send(browser: Browser, page: str, path: str, **form: str) -> httpx.Response:
    return await browser.post(action(page), form, page=path)


async def enter_code(world: World, browser: Browser, email: str) -> httpx.Response:
    await world.tick()
    mail = world.mails(email)[-1]
    return await browser.post("/sign-in/code", {"code": code_in(mail)}, page="/sign-in/code")


async def test_a_guest_sees_title_day_and_open_times(world: World) -> None:
    day = await world.day()
    await world.claim(world.edda, (await world.slots(day))[0])
    text = (await world.browser().get(shared(world, day))).text
    assert "Chair massage" in words(text)
    assert "Thursday 3 December" in words(text)
    assert "09:20" in radios(text)
    assert tags(text, "input", id="email")
    for fact in ("Tara", "Tom", "Edda", "Acme", "Quiet room", "Hauptstr."):
        assert fact not in text


async def test_from_the_poster_to_a_time_of_one_s_own(world: World) -> None:
    day, browser = await world.day(), world.browser()
    path = shared(world, day)
    page = (await browser.get(path)).text
    answer = await send(browser, page, path, slot=radios(page)["10:40"], email=NINA)
    assert answer.headers["location"] == "/sign-in/code"
    answer = await enter_code(world, browser, NINA)
    welcome = await browser.post("/sign-in/welcome", {"name": "Nina Neu"})
    board = await browser.follow(await browser.follow(welcome))
    assert chosen(board.text) == ["10:40"]
    [button] = [one for one in tags(board.text, "button") if "data-named" in one]
    assert "autofocus" in button
    won = await send(browser, board.text, "/", slot=radios(board.text)["10:40"])
    assert "10:40 is yours" in words((await browser.follow(won)).text)


async def test_whoever_is_signed_in_is_led_to_the_board(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]["id"]
    for who in (world.emil, world.hana):
        browser = await world.signed_in(who)
        answer = await browser.get(f"{shared(world, day)}?slot={slot}")
        assert answer.headers["location"] == f"/days/{day['id']}?slot={slot}"
        answer = await browser.post(f"{shared(world, day)}/booking", {"slot": slot})
        assert answer.headers["location"] == f"/days/{day['id']}?slot={slot}"
    for who in (world.otto, world.tara):
        text = (await (await world.signed_in(who)).get(shared(world, day))).text
        assert tags(text, "input", id="email"), who.email
        assert "Quiet room" not in text


async def test_all_that_is_missing_is_said_at_once(world: World) -> None:
    day, browser = await world.day(), world.browser()
    path = shared(world, day)
    page = (await browser.get(path)).text
    answer = await send(browser, page, path)
    assert answer.status_code == 422
    assert 'href="#slot"' in answer.text
    assert 'href="#email"' in answer.text
    slot = radios(page)["09:40"]
    answer = await send(browser, page, path, slot=slot, email="nina@")
    assert chosen(answer.text) == ["09:40"]
    [field] = tags(answer.text, "input", id="email")
    assert (field["value"], field["aria-invalid"]) == ("nina@", "true")
    assert await rows("SELECT id FROM sign_in") == []


async def test_links_that_are_none(world: World) -> None:
    day, draft = await world.day(), await world.day(date="2026-12-09", published=False)
    good = shared(world, day)
    path = await personal(world, day, world.emil)
    for wrong in (
        f"/e/{day['id']}", good[:-1], f"{good}A", good[:5] + "A" + good[6:], "/e/%F0%9F%92%86",
        shared(world, draft), "/i/nonsense", path[:-1], f"/i/{world.emil.token}",
    ):  # fmt: skip
        for tried in (wrong, f"{wrong}/live"):
            assert (await world.browser().get(tried)).status_code == 404, tried
        assert (await world.browser().post(f"{wrong}/booking")).status_code == 404, wrong


async def test_a_shared_board_is_live(world: World) -> None:
    day = await world.day()
    path = shared(world, day)
    for tried in (path, await personal(world, day, world.emil)):
        async with listening(world.app, f"{tried}/live") as stream:
            assert "09:00" in radios((await stream.next(2.0))["data"])
            own = await world.claim(world.edda, (await world.slots(day))[0])
            html = (await stream.next(2.0))["data"]
            assert "09:00" not in radios(html)
            assert "Edda" not in html
        await world.edda.delete(f"/bookings/{own['id']}")


async def test_two_taps_by_the_link_in_an_invitation(world: World) -> None:
    day, browser = await world.day(), world.browser()
    path = await personal(world, day, world.emil)
    page = (await browser.get(path)).text
    assert "Booking as Emil Grün . Not you?" in words(page)
    assert "Quiet room" in words(page)
    assert f'href="{shared(world, day)}"' in page
    answer = await send(browser, page, path, slot=radios(page)["09:20"])
    booked = await browser.follow(answer)
    assert "09:20 is yours" in words(booked.text)
    assert (await browser.get(path)).headers["location"] == f"/days/{day['id']}"


async def test_a_link_counts_once(world: World) -> None:
    day, browser = await world.day(), world.browser()
    path = await personal(world, day, world.emil)
    page = (await browser.get(path)).text
    await send(browser, page, path, slot=radios(page)["09:20"])
    later = world.browser()
    await later.get(path)
    for answer in (
        await later.get(f"{path}?slot={radios(page)['09:40']}"),
        await send(browser, page, path, slot=radios(page)["09:40"]),
    ):
        assert answer.headers["location"].startswith(f"{shared(world, day)}?said=used-link&slot=")
    asked = await later.get(answer.headers["location"])
    assert "it works only once" in words(asked.text)
    assert chosen(asked.text) == ["09:40"]
    assert (await later.get("/days")).headers["location"].startswith("/sign-in")


async def test_a_scanner_that_opens_and_presses_gets_nowhere(world: World) -> None:
    day = await world.day()
    path = await personal(world, day, world.emil)
    slot = (await world.slots(day))[0]["id"]
    for _ in range(3):
        answer = await world.browser().post(f"{path}/booking", {"slot": slot}, page=path)
        assert answer.status_code == 422
        assert "not opened in this browser" in words(answer.text)
    other = world.browser()
    await other.get(await personal(world, day, world.edda))
    assert (await other.post(f"{path}/booking", {"slot": slot})).status_code == 422
    browser = world.browser()
    page = (await browser.get(path)).text
    assert (await send(browser, page, path, slot=slot)).status_code == 303


async def test_a_link_is_not_used_up_by_nothing_chosen(world: World) -> None:
    day, browser = await world.day(), world.browser()
    path = await personal(world, day, world.emil)
    page = (await browser.get(path)).text
    refused = await send(browser, page, path)
    assert "Choose a time first" in words(refused.text)
    assert (await send(browser, page, path, slot=radios(page)["09:20"])).status_code == 303


async def test_lost_after_the_link_was_used(world: World) -> None:
    shift = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:40"}
    day, browser = await world.day(shifts=[shift]), world.browser()
    path = await personal(world, day, world.emil)
    page = (await browser.get(path)).text
    slot = radios(page)["09:00"]
    await world.claim(world.edda, {"id": slot})
    answer = await send(browser, page, path, slot=slot)
    assert answer.status_code == 422
    assert "Somebody was faster" in words(answer.text)
    assert action(answer.text) == f"/days/{day['id']}/booking"
    again = await send(browser, answer.text, path, slot=radios(answer.text)["09:20"])
    assert "09:20 is yours" in words((await browser.follow(again)).text)


async def test_two_who_hold_the_same_link(world: World) -> None:
    day, browsers = await world.day(), [world.browser() for _ in range(4)]
    path = await personal(world, day, world.emil)
    pages = [(await browser.get(path)).text for browser in browsers]
    slots = list(radios(pages[0]).values())
    answers = await asyncio.gather(
        *(send(b, pages[0], path, slot=slots[n]) for n, b in enumerate(browsers))
    )
    places = sorted(answer.headers["location"][:10] for answer in answers)
    assert [place.startswith("/bookings/") for place in places].count(True) == 1
    assert len(await rows("SELECT id FROM booking")) == 1


@pytest.mark.parametrize("role", ["coordinator", "admin", "therapist"])
async def test_a_forwarded_invitation_makes_nobody_a_coordinator(world: World, role: str) -> None:
    day, colleague = await world.day(), world.browser()
    path = await personal(world, day, world.edda)
    board = (await colleague.get(path)).text
    await world.ada.put(f"/people/{world.edda.id}/roles", {"roles": ["employee", role]})
    slot = radios(board)["10:40"]
    for answer in (
        await send(colleague, board, path, slot=slot),
        await colleague.get(f"{path}?slot={slot}"),
    ):
        assert answer.headers["location"] == f"{shared(world, day)}?said=staff-link&slot={slot}"
    assert "we send you a code" in words((await colleague.follow(answer)).text)
    assert (await colleague.get("/me")).status_code == 303
    assert await rows("SELECT id FROM session") == []


async def test_a_link_ends_with_the_day_and_with_the_job(world: World) -> None:
    day = await world.day()
    path = await personal(world, day, world.emil)
    world.clock.set("2026-12-03T11:00:00+00:00")
    assert (await world.browser().get(path)).status_code == 404
    world.clock.set("2026-12-03T05:00:00+00:00")
    await write("DELETE FROM membership WHERE person = {}", world.emil.caller.id)
    assert (await world.browser().get(path)).status_code == 404


async def test_a_cancelled_day_tells_guests_no_reason(world: World) -> None:
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "A storm"})
    text = (await world.browser().get(shared(world, day))).text
    assert "This massage day was cancelled" in words(text)
    assert "storm" not in text
