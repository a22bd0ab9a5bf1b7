"""The page of a time that somebody has taken, and the list of all of them."""

from typing import Any

import httpx
import pytest

from tests.web.forms import action, radios, tags, words
from tests.world import Browser, World, calendar_part, rows

pytestmark = pytest.mark.anyio


async def booked(world: World, **day: Any) -> tuple[Browser, dict[str, Any]]:
    """Emil's browser, and his time at 09:00."""
    slots = await world.slots(await world.day(**day))
    return await world.signed_in(world.emil), await world.claim(world.emil, slots[0])


async def page(browser: Browser, own: dict[str, Any], query: str = "") -> str:
    answer = await browser.get(f"/bookings/{own['id']}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def press(browser: Browser, own: dict[str, Any], what: str, **form: str) -> httpx.Response:
    path = f"/bookings/{own['id']}"
    return await browser.post(f"{path}/{what}", form, page=path)


async def test_a_time_with_all_that_matters(world: World) -> None:
    browser, own = await booked(world)
    said = words(await page(browser, own, "?said=booked"))
    for fact in (
        "You’re booked", "09:00", "Europe/Berlin", "Thursday 3 December", "Quiet room, 3rd floor",
        "Hauptstr. 1", "Chair 1, with Tara Lindqvist", "Add to calendar", "Change time",
        "We remind you", "Give my time back", "until Thursday 3 December, 05:00",
        "09:00 is yours",
    ):  # fmt: skip
        assert fact in said
    assert "tense" not in said, "nobody is asked before they are there"


async def test_the_calendar_s_entry_is_the_one_of_the_mail(world: World) -> None:
    browser, own = await booked(world)
    await world.tick()
    mailed = calendar_part(world.mails("emil@acme.example")[0])
    answer = await browser.get(f"/bookings/{own['id']}/invite.ics")
    assert answer.headers["content-type"] == "text/calendar; method=REQUEST; charset=utf-8"
    assert 'filename="invite.ics"' in answer.headers["content-disposition"]
    downloaded = answer.text.replace("\r\n ", "")
    assert lines(downloaded) == lines(mailed)
    await press(browser, own, "cancellation")
    assert (await browser.get(f"/bookings/{own['id']}/invite.ics")).status_code == 409


def lines(ics: str) -> list[str]:
    return [line for line in ics.splitlines() if line and not line.startswith("DTSTAMP")]


async def test_giving_it_back_and_taking_it_again(world: World) -> None:
    browser, own = await booked(world)
    answer = await press(browser, own, "cancellation")
    back = (await browser.follow(answer)).text
    assert "You gave it back" in words(back)
    assert "Somebody else can have 09:00 now" in words(back)
    assert (await press(browser, own, "cancellation")).status_code == 303, "twice is once"
    [again] = [one["action"] for one in tags(back, "form") if "/days/" in one["action"]]
    [slot] = tags(back, "input", name="slot")
    answer = await browser.post(again, {"slot": slot["value"]})
    assert "You’re booked" in words((await browser.follow(answer)).text)
    assert answer.headers["location"] != f"/bookings/{own['id']}?said=booked"


async def test_what_was_given_back_may_be_gone(world: World) -> None:
    browser, own = await booked(world)
    await press(browser, own, "cancellation")
    await world.claim(world.edda, {"id": own["slot_id"]})
    answer = await browser.post(f"/days/{own['event_id']}/booking", {"slot": own["slot_id"]})
    assert answer.status_code == 422
    assert "Somebody was faster" in words(answer.text)
    assert "09:20" in radios(answer.text)


async def test_moving_keeps_the_old_time_until_the_new_one_is_won(world: World) -> None:
    browser, own = await booked(world)
    path = f"/bookings/{own['id']}/move"
    board = (await browser.get(path)).text
    assert "Yours is 09:00. It stays yours until you have the new one." in words(board)
    assert action(board) == f"/bookings/{own['id']}/slot"
    slot = radios(board)["09:20"]
    await world.claim(world.edda, {"id": slot})
    lost = await browser.post(action(board), {"slot": slot}, page=path)
    assert lost.status_code == 422
    assert "Somebody was faster" in words(lost.text)
    assert "Yours is 09:00" in words(lost.text)
    won = await browser.post(action(board), {"slot": radios(board)["09:40"]}, page=path)
    assert "09:40 is yours now" in words((await browser.follow(won)).text)
    nothing = await browser.post(action(board), {}, page=path)
    assert "Choose a time first" in words(nothing.text)


async def test_moving_finds_another_chair_at_the_same_time(world: World) -> None:
    browser, own = await booked(world)
    slot = radios((await browser.get(f"/bookings/{own['id']}/move")).text)["11:00"]
    await world.claim(world.edda, {"id": slot})
    answer = await press(browser, own, "slot", slot=slot)
    assert "Chair 2, with Tom Okafor" in words((await browser.follow(answer)).text)


async def test_the_cut_off(world: World) -> None:
    browser, own = await booked(world)
    world.clock.set("2026-12-03T04:00:01+00:00")
    said = words(await page(browser, own))
    assert "until 05:00. Your coordinator still can" in said
    assert "Give my time back" not in said
    assert "Change time" not in said
    refused = await press(browser, own, "cancellation")
    assert refused.status_code == 422
    assert "too late" in words(refused.text)
    assert (
        (await browser.get(f"/bookings/{own['id']}/move"))
        .headers["location"]
        .endswith(f"/bookings/{own['id']}")
    )
    assert (await press(browser, own, "slot", slot=own["slot_id"])).status_code == 303


async def test_a_time_that_was_given_back_meanwhile_cannot_be_moved(world: World) -> None:
    browser, own = await booked(world)
    slot = radios((await browser.get(f"/bookings/{own['id']}/move")).text)["11:00"]
    await press(browser, own, "cancellation")
    for chosen in (slot, "x"):
        answer = await press(browser, own, "slot", slot=chosen)
        assert answer.status_code == 422, answer.text
        assert "<title>Error: " in answer.text


async def test_rating_before_and_after(world: World) -> None:
    browser, own = await booked(world)
    early = await press(browser, own, "ratings/before", score="7")
    assert early.status_code == 422
    assert "too early" in words(early.text)
    world.clock.set("2026-12-03T08:00:00+00:00")
    assert scores(await page(browser, own), "before") == dict.fromkeys(map(str, range(11)))
    thanks = await browser.follow(await press(browser, own, "ratings/before", score="7"))
    assert "Thank you" in words(thanks.text)
    assert pressed(thanks.text, "before") == ["7"]
    assert not scores(thanks.text, "after")
    world.clock.set("2026-12-03T08:15:00+00:00")
    asked = await page(browser, own)
    assert "<h1>How tense do you feel now?</h1>" in asked
    assert pressed(asked, "after") == []
    for score in ("3", "2"):
        await press(browser, own, "ratings/after", score=score, area="neck")
    assert pressed(await page(browser, own), "after") == ["2"]
    ratings = (await world.emil.get(f"/bookings/{own['id']}")).json()["ratings"]
    assert ratings == {"before": {"score": 7, "area": None}, "after": {"score": 2, "area": "neck"}}
    world.clock.set("2026-12-10T11:00:00+00:00")
    closed = await press(browser, own, "ratings/after", score="1")
    assert "Ratings for this time are closed" in words(closed.text)
    assert not scores(closed.text, "after")


def scores(text: str, moment: str) -> dict[str, str | None]:
    form = text.partition(f"/ratings/{moment}")[2].partition("</form>")[0]
    return {one["value"]: one.get("aria-pressed") for one in tags(form, "button", type="submit")}


def pressed(text: str, moment: str) -> list[str]:
    return [score for score, state in scores(text, moment).items() if state == "true"]


@pytest.mark.parametrize("score", ["", "11", "-1", "3.5", "a lot"])
async def test_scores_that_are_none(world: World, score: str) -> None:
    browser, own = await booked(world)
    world.clock.set("2026-12-03T08:30:00+00:00")
    answer = await press(browser, own, "ratings/after", score=score)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert await rows("SELECT score FROM rating") == []


async def test_a_moment_that_is_none_is_not_there(world: World) -> None:
    browser, own = await booked(world)
    assert (await press(browser, own, "ratings/during", score="3")).status_code == 404


async def test_a_score_outlives_the_session(world: World) -> None:
    _, own = await booked(world)
    world.clock.set("2026-12-03T08:30:00+00:00")
    answer = await press(world.browser(), own, "ratings/after", score="4", moment="after")
    wanted = httpx.URL(answer.headers["location"]).params["next"]
    text = (await (await world.signed_in(world.emil)).get(wanted)).text
    assert "Tap 4 once more" in words(text)
    [button] = [one for one in tags(text, "button", name="score") if "autofocus" in one]
    assert button["value"] == "4"


async def test_saying_what_one_likes(world: World) -> None:
    browser, own = await booked(world)
    form = {"pressure": "3", "focus": ["neck", "shoulders"], "avoid": ["neck"], "quiet": "true"}
    path = f"/bookings/{own['id']}"
    await world.emil.put(f"{path}/preferences", {"technique": "seated"})
    answer = await browser.post(f"{path}/preferences", form, page=path)
    saved = (await browser.follow(answer)).text
    assert "Saved" in words(saved)
    assert ticked(saved) == [("pressure", "3"), ("focus", "shoulders"), ("avoid", "neck"),
                             ("quiet", "true")]  # fmt: skip
    kept = (await world.emil.get(path)).json()
    assert (kept["technique"], kept["sequence"]) == ("seated", 0)
    later = await world.day(date="2026-12-10")
    again = await world.claim(world.emil, (await world.slots(later))[0])
    offered = await page(browser, again)
    assert ticked(offered) == ticked(saved)
    assert "As last time" in words(offered)
    assert (await world.emil.get(f"/bookings/{again['id']}")).json()["pressure"] is None


def ticked(text: str) -> list[tuple[str, str]]:
    return [(one["name"], one["value"]) for one in tags(text, "input") if "checked" in one]


@pytest.mark.parametrize(
    "wrong", [{"pressure": "5"}, {"pressure": "firm"}, {"focus": "heart"}, {"quiet": "maybe"}]
)
async def test_wishes_that_cannot_be(world: World, wrong: dict[str, str]) -> None:
    browser, own = await booked(world)
    answer = await press(browser, own, "preferences", **wrong)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text


async def test_wishes_outlive_the_session_and_end_with_the_beginning(world: World) -> None:
    browser, own = await booked(world)
    path = f"/bookings/{own['id']}"
    sent = {"pressure": "1", "avoid": ["neck", "arms_hands"]}
    answer = await world.browser().post(f"{path}/preferences", sent, page=path)
    text = (await browser.get(httpx.URL(answer.headers["location"]).params["next"])).text
    assert ticked(text) == [("pressure", "1"), ("avoid", "neck"), ("avoid", "arms_hands")]
    assert "Save once more" in words(text)
    world.clock.set("2026-12-03T08:00:00+00:00")
    late = await browser.post(f"{path}/preferences", sent, page=path)
    assert "This time has already begun" in words(late.text)
    assert "What you like" not in words(late.text)


async def test_who_came_and_who_did_not(world: World) -> None:
    browser, own = await booked(world)
    world.clock.set("2026-12-03T07:55:00+00:00")
    for status, heading in (("checked_in", "You are here"), ("no_show", "We missed you"),
                            ("completed", "How tense do you feel now?")):  # fmt: skip
        await world.tara.put(f"/bookings/{own['id']}/attendance", {"status": status})
        assert f"<h1>{heading}</h1>" in await page(browser, own)


async def test_a_day_that_was_cancelled(world: World) -> None:
    browser, own = await booked(world)
    await world.hana.put(f"/events/{own['event_id']}/cancellation", {"reason": "A storm"})
    said = words(await page(browser, own))
    assert "This day was cancelled" in said
    assert "A storm" in said
    assert "again" not in said


async def test_my_times(world: World) -> None:
    browser = await world.signed_in(world.emil)
    empty = words((await browser.get("/bookings")).text)
    assert "Nothing planned just yet" in empty
    browser, own = await booked(world)
    later = await world.day(date="2026-12-10")
    shown = (await browser.get("/bookings")).text
    assert f'href="/bookings/{own["id"]}"' in shown
    assert f'href="/days/{later["id"]}"' in shown
    assert f'href="/days/{own["event_id"]}"' not in shown, "one time is all that this day has"
    assert "14 free" in words(shown)
    world.clock.set("2026-12-03T09:00:00+00:00")
    assert "Earlier" in words((await browser.get("/bookings")).text)


async def test_where_an_employee_begins(world: World) -> None:
    browser = await world.signed_in(world.emil)
    assert (await browser.get("/")).headers["location"] == "/days"
    assert (await browser.get("/days")).headers["location"] == "/bookings"
    day = await world.day()
    assert (await browser.get("/days")).headers["location"] == f"/days/{day['id']}"
    await world.claim(world.emil, (await world.slots(day))[0])
    assert (await browser.get("/days")).headers["location"] == "/bookings"


async def test_markup_is_only_text(world: World) -> None:
    evil = "\"><img src=x onerror=alert(1)>'{{ 7 * 7 }}"
    await world.therapist("nora@hands.example", evil)
    shift = {"therapist": "nora@hands.example", "chair": evil, "starts": "09:00", "ends": "10:00"}
    place = {"name": evil, "address": evil}
    browser, own = await booked(world, title=evil, location=place, shifts=[shift])
    day = f"/days/{own['event_id']}"
    await world.hana.put(f"/events/{own['event_id']}/cancellation", {"reason": evil})
    paths = [day, f"/bookings/{own['id']}", "/bookings"]
    browser, other = await booked(
        world, title=evil, location=place, shifts=[shift], date="2026-12-09"
    )
    own_page = f"/bookings/{other['id']}"
    paths += [f"/days/{other['event_id']}?slot={evil}", f"{own_page}?said={evil}"]
    paths += [f"{own_page}/move", f"{own_page}?moment=after&score={evil}"]
    for path in paths:
        text = (await browser.get(path)).text
        assert "<img" not in text, path
        assert evil in words(text), path
