"""The board of a day: what it shows to whom and when, and taking a time on it."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.streams import listening
from tests.web.forms import action, chosen, radios, tags, words
from tests.world import Browser, Someone, World, rows

pytestmark = pytest.mark.anyio

ALL = ["09:00", "09:20", "09:40", "10:00", "10:20", "10:40", "11:00", "11:20", "11:40"]
STORM = "A storm"


async def take(browser: Browser, day: dict[str, Any], slot: str, **more: str) -> httpx.Response:
    path = f"/days/{day['id']}"
    return await browser.post(f"{path}/booking", {"slot": slot} | more, page=path)


async def board(browser: Browser, day: dict[str, Any], query: str = "") -> str:
    answer = await browser.get(f"/days/{day['id']}{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


async def bookings(who: Someone) -> list[tuple[str, str]]:
    items = (await who.get("/bookings")).json()["items"]
    return [
        (one["starts_at"][11:16], one["chair"]) for one in items if one["status"] != "cancelled"
    ]


async def test_a_day_with_its_times(world: World) -> None:
    day = await world.day()
    await world.claim(world.edda, (await world.slots(day))[1])
    page = await board(await world.signed_in(world.emil), day)
    said = words(page)
    for fact in ("Acme", "Chair massage", "Thursday 3 December", "Quiet room", "15 minutes"):
        assert fact in said
    assert "13 of 14 places still free" in said
    assert "09:20 , Taken" in said
    assert "10:00 , 2 free" in said, "chairs that are free at the same time are one choice"
    assert list(radios(page)) == [time for time in ALL if time != "09:20"]
    assert said.index("Morning") < said.index("09:00")
    assert "Afternoon" not in said
    assert "Edda" not in page
    assert "Europe/Berlin" in said


async def test_a_time_is_taken(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    slots = radios(await board(browser, day))
    answer = await take(browser, day, slots["10:20"])
    page = await browser.follow(answer)
    assert page.status_code == 200
    assert "10:20 is yours" in words(page.text)
    assert await bookings(world.emil) == [("09:20", "Chair 2")]


async def test_pressing_twice_takes_once(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    slot = radios(await board(browser, day))["11:00"]
    answers = await asyncio.gather(*(take(browser, day, slot) for _ in range(4)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await bookings(world.emil)) == 1


async def test_nothing_chosen_is_said(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    for slot in ("", "nonsense"):
        answer = await take(browser, day, slot)
        assert answer.status_code == 422
        assert "<title>Error: " in answer.text
        assert "Choose a time first" in words(answer.text)
        assert 'href="#slot"' in answer.text
        assert tags(answer.text, "h2", id="slot")
    assert await bookings(world.emil) == []


async def test_another_chair_at_the_same_time_will_do(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    slot = radios(await board(browser, day))["11:00"]
    await world.claim(world.edda, {"id": slot})
    assert (await take(browser, day, slot)).status_code == 303
    assert await bookings(world.edda) == [("10:00", "Chair 1")]
    assert await bookings(world.emil) == [("10:00", "Chair 2")]


async def test_whoever_wants_one_therapist_does_not_get_another(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    page = await board(browser, day, f"?therapist={world.tara.id}")
    slots = radios(page)
    assert list(slots) == [time for time in ALL if time != "10:20"]
    assert tags(page, "input", name="therapist", value=world.tara.id)
    assert "14 of 14 places" in words(page)
    await world.claim(world.edda, {"id": slots["11:00"]})
    answer = await take(browser, day, slots["11:00"], therapist=world.tara.id)
    assert answer.status_code == 422
    assert "Somebody was faster" in words(answer.text)
    assert "11:00" not in radios(answer.text)
    assert tags(answer.text, "input", name="therapist", value=world.tara.id)


@pytest.mark.parametrize("therapist", ["nonsense", "00000000-0000-0000-0000-000000000000"])
async def test_a_therapist_that_is_none_is_anyone(world: World, therapist: str) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    page = await board(browser, day, f"?therapist={therapist}&slot=nonsense")
    assert list(radios(page)) == ALL


async def test_a_race_has_one_winner(world: World) -> None:
    shift = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:15"}
    day = await world.day(shifts=[shift])
    people = [world.emil, world.edda, *await world.employees(3)]
    browsers = [await world.signed_in(one) for one in people]
    slot = radios(await board(browsers[0], day))["09:00"]
    answers = await asyncio.gather(*(take(browser, day, slot) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422, 422]
    lost = next(answer.text for answer in answers if answer.status_code == 422)
    assert "Somebody was faster" in words(lost)
    assert "Every place is taken just now" in words(lost)
    assert radios(lost) == {}


async def test_a_slot_of_another_day_or_of_none_is_gone(world: World) -> None:
    day, other = await world.day(), await world.day(date="2026-12-04", shifts=[friday()])
    browser = await world.signed_in(world.emil)
    foreign = (await world.slots(other))[0]["id"]
    for slot in (foreign, day["id"]):
        answer = await take(browser, day, slot)
        assert answer.status_code == 422
        assert "not offered any more" in words(answer.text)
    assert await bookings(world.emil) == []


def friday() -> dict[str, str]:
    return {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "10:00"}


async def test_a_time_that_the_coordinator_took_away_is_gone(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    slot = radios(await board(browser, day))["11:40"]
    shorter = [shift | {"ends": "11:30"} for shift in day["shifts"]]
    for shift in shorter:
        shift["therapist"] = {"Tara Lindqvist": "tara@hands.example"}.get(
            shift["therapist"]["name"], "tom@hands.example"
        )
        shift.pop("delay_minutes", None)
    assert (await world.hana.patch(f"/events/{day['id']}", {"shifts": shorter})).status_code == 200
    answer = await take(browser, day, slot)
    assert "not offered any more" in words(answer.text)


async def test_whoever_has_their_time_moves_by_choosing_another(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    taken = await world.claim(world.emil, (await world.slots(day))[0])
    page = await board(browser, day)
    assert "Yours: 09:00, with Tara Lindqvist" in words(page)
    assert "09:00 , Yours" in words(page)
    assert "09:00" not in radios(page)
    assert action(page) == f"/bookings/{taken['id']}/slot"
    answer = await browser.post(action(page), {"slot": radios(page)["11:20"]})
    moved = await browser.follow(answer)
    assert "11:20 is yours now" in words(moved.text)
    assert await bookings(world.emil) == [("10:20", "Chair 1")]


async def test_too_late_to_move_is_said(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    await world.claim(world.emil, (await world.slots(day))[-1])
    world.clock.set("2026-12-03T07:30:00+00:00")
    page = await board(browser, day)
    assert radios(page) == {}
    assert "your coordinator still can" in words(page)


async def test_more_than_one_time_for_everybody(world: World) -> None:
    day, browser = await world.day(claims_per_person=2), await world.signed_in(world.emil)
    slots = radios(await board(browser, day))
    await take(browser, day, slots["09:00"])
    page = await board(browser, day)
    assert action(page) == f"/days/{day['id']}/booking"
    await take(browser, day, radios(page)["09:40"])
    full = await board(browser, day)
    assert radios(full) == {}
    assert "all the times that one person may have" in words(full)
    answer = await take(browser, day, slots["11:00"])
    assert answer.status_code == 422
    assert "You already have all the times" in words(answer.text)


async def test_one_is_not_in_two_places(world: World) -> None:
    day = await world.day()
    second = {"therapist": "nora@hands.example", "chair": "9", "starts": "09:05", "ends": "10:00"}
    await world.therapist("nora@hands.example", "Nora Lind")
    other = await world.day(shifts=[second])
    await world.claim(world.emil, (await world.slots(day))[0])
    browser = await world.signed_in(world.emil)
    page = await board(browser, other)
    assert "09:05 , You are busy" in words(page)
    assert list(radios(page)) == ["09:25", "09:45"]
    answer = await take(browser, other, (await world.slots(other))[0]["id"])
    assert "You have another massage at that time" in words(answer.text)


async def test_before_times_can_be_taken(world: World) -> None:
    day = await world.day(claims_open_at="2026-11-26T08:00:00Z")
    browser = await world.signed_in(world.emil)
    page = await board(browser, day)
    assert "Times can be taken from Thursday 26 November, 09:00." in words(page)
    assert "09:00 , 1 free" in words(page)
    assert radios(page) == {}
    booking = page.partition(f"/days/{day['id']}/booking")[2].partition("</form>")[0]
    assert booking
    assert "<button" not in booking
    answer = await take(browser, day, (await world.slots(day))[0]["id"])
    assert answer.status_code == 422
    assert "cannot be taken yet" in words(answer.text)
    world.clock.set("2026-11-26T08:00:00+00:00")
    assert list(radios(await board(browser, day))) == ALL


async def test_the_day_goes_by(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    slots = await world.slots(day)
    world.clock.set("2026-12-03T09:40:00+00:00")
    assert list(radios(await board(browser, day))) == ["11:00", "11:20", "11:40"]
    answer = await take(browser, day, slots[0]["id"])
    assert "This time has already begun" in words(answer.text)
    for instant in ("2026-12-03T10:45:00+00:00", "2026-12-05T10:45:00+00:00"):
        world.clock.set(instant)
        page = await board(browser, day)
        assert "The times of this day have passed" in words(page)
        assert radios(page) == {}
        assert "hx-sse" not in page


async def test_a_cancelled_day_says_why(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    slot = (await world.slots(day))[0]["id"]
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": STORM})
    page = await board(browser, day)
    assert f"This massage day was cancelled. {STORM}" in words(page)
    assert radios(page) == {}
    answer = await take(browser, day, slot)
    assert answer.status_code == 422
    assert "This massage day was cancelled" in words(answer.text)


async def test_a_draft_is_nobodys(world: World) -> None:
    day = await world.day(published=False)
    for who in (world.emil, world.hana):
        browser = await world.signed_in(who)
        assert (await browser.get(f"/days/{day['id']}")).status_code == 404
        assert (await take(browser, day, "")).status_code == 404


async def test_a_choice_outlives_the_session(world: World) -> None:
    day, tom = await world.day(), f"?therapist={world.tom.id}"
    slot = radios(await board(await world.signed_in(world.emil), day, tom))["10:40"]
    answer = await take(world.browser(), day, slot, therapist=world.tom.id)
    assert answer.status_code == 303
    wanted = httpx.URL(answer.headers["location"]).params["next"]
    page = await (await world.signed_in(world.emil)).get(wanted)
    assert chosen(page.text) == ["10:40"]
    assert tags(page.text, "input", name="therapist", value=world.tom.id)
    [button] = [one for one in tags(page.text, "button") if "data-named" in one]
    assert "autofocus" in button


async def test_looking_changes_nothing(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    before = await rows("SELECT count(*) AS rows FROM audit")
    for path in ("/days", f"/days/{day['id']}", f"/days/{day['id']}?slot=x", "/bookings"):
        await browser.get(path)
    assert await rows("SELECT count(*) AS rows FROM audit") == before


async def test_another_browser_sees_it_at_once(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    page = await board(browser, day)
    [times] = [one for one in tags(page, "div") if "hx-sse:connect" in one]
    path, _, query = times["hx-sse:connect"].partition("?")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    async with listening(world.app, path, query, {"cookie": cookies}) as stream:
        await world.claim(world.edda, (await world.slots(day))[0])
        html = (await stream.next(2.0))["data"]
    assert "09:00" not in radios(html)
    assert "13 of 14" in words(f"<main>{html}</main>")
    assert "<form" not in html
