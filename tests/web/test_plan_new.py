"""A new day in four answers, counted on the way, or as a copy of an earlier one."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.facts import fingerprint
from tests.web.test_plan_home import words
from tests.world import Browser, World

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOTH = ["tara@hands.example", "tom@hands.example"]


def answers(**changes: Any) -> dict[str, Any]:
    sent = {"date": "2026-12-10", "starts": "09:00", "ends": "15:00", "therapists": BOTH}
    return sent | {"slot_minutes": "15"} | changes


async def created(world: World, browser: Browser, answer: httpx.Response) -> dict[str, Any]:
    """The day that a form has made, as the API shows it to Hana."""
    assert answer.status_code == 303, words(answer.text)
    event = answer.headers["location"].removeprefix("/plan/").partition("?")[0]
    assert (await browser.follow(answer)).status_code == 200
    found: dict[str, Any] = (await world.hana.get(f"/events/{event}")).json()
    return found


async def test_four_answers_make_a_published_day(world: World) -> None:
    hana = await world.signed_in(world.hana)
    answer = await hana.post("/plan/new", answers())
    assert answer.headers["location"].endswith("?said=created")
    day = await created(world, hana, answer)
    assert (day["status"], day["date"], day["timezone"]) == (
        "published", "2026-12-10", "Europe/Berlin",
    )  # fmt: skip
    assert (day["slot_minutes"], day["counts"]["slots"]) == (15, 32)
    assert [(shift["chair"], shift["therapist"]["name"]) for shift in day["shifts"]] == [
        ("Chair 1", "Tara Lindqvist"), ("Chair 2", "Tom Okafor"),
    ]  # fmt: skip
    assert day["shifts"][0]["breaks"] == [{"starts": "12:00", "ends": "12:30"}]
    page = (await hana.follow(answer)).text
    assert "Your day is ready. Share its link" in page
    assert "chairtime.example/e/" in page


async def test_a_draft_stays_a_draft(world: World) -> None:
    hana = await world.signed_in(world.hana)
    answer = await hana.post("/plan/new", answers(draft="true"))
    assert answer.headers["location"].endswith("?said=drafted")
    assert (await created(world, hana, answer))["status"] == "draft"


async def test_the_form_begins_with_what_is_likely(world: World) -> None:
    hana = await world.signed_in(world.hana)
    first = (await hana.get("/plan/new")).text
    assert 'value="09:00"' in first
    assert "checked" not in first.partition('name="therapists"')[2].partition("</fieldset>")[0]
    await world.day(location={"name": "Roof", "address": "Up"}, slot_minutes=25)
    again = (await hana.get("/plan/new")).text
    boxes = again.partition('id="therapists"')[2].partition("</fieldset>")[0]
    assert boxes.count(" checked") == 2
    assert 'value="25" checked' in again
    assert 'value="12:00"' in again
    assert "Chair massage, Roof, Europe/Berlin" in words(again)


async def test_the_only_therapist_is_chosen(world: World) -> None:
    olga = await world.signed_in(world.olga)
    page = (await olga.get("/plan/new")).text
    assert 'value="tara@hands.example" checked' in page
    assert "Europe/London" in page


async def test_places_are_counted_while_answers_are_given(world: World) -> None:
    hana = await world.signed_in(world.hana)
    before = await fingerprint()
    answer = await hana.get("/plan/new/count", params=answers())
    assert answer.status_code == 200
    assert "<html" not in answer.text
    said = words(f"<main>{answer.text}")
    assert (
        "That makes 32 places. With 5 minutes to reset after each, and a break from 12:00" in said
    )
    undated = await hana.get("/plan/new/count", params=answers(date=""))
    assert "That makes 32 places." in undated.text
    long = await hana.get("/plan/new/count", params=answers(ends="18:00", slot_minutes="30"))
    assert "days over 6 h " in long.text
    assert await fingerprint() == before


@on_sqlite
async def test_what_cannot_be_counted_says_why(world: World) -> None:
    hana = await world.signed_in(world.hana)
    for changes, why in (
        ({"therapists": []}, "Choose who works"),
        ({"ends": "08:00"}, "must be later"),
        ({"ends": ""}, "Say when it ends."),
        ({"starts": "9"}, "must be a time such as 09:00"),
        ({"slot_minutes": "4"}, "at least 5"),
        ({"timezone": "Mars/Olympus"}, "is not a time zone"),
        ({"date": "2026-11-01"}, "in the past"),
        ({"pause": "own"}, "This is missing."),
    ):
        answer = await hana.get("/plan/new/count", params=answers(**changes))
        assert answer.status_code == 200, changes
        assert why in words(f"<main>{answer.text}"), changes


async def test_without_script_the_page_counts(world: World) -> None:
    hana = await world.signed_in(world.hana)
    page = (await hana.get("/plan/new", params=answers(therapists=BOTH[:1], title="Back"))).text
    assert "That makes 16 places." in page
    assert 'value="tara@hands.example" checked' in page
    assert 'value="tom@hands.example" checked' not in page
    assert 'value="2026-12-10"' in page
    assert 'value="Back"' in page


async def test_more_can_be_said_at_once(world: World) -> None:
    hana = await world.signed_in(world.hana)
    sent = answers(
        title="Back day", place="Roof", address="", timezone="Europe/London", pause="own",
        pause_starts="11:00", pause_ends="11:20",
    )  # fmt: skip
    day = await created(world, hana, await hana.post("/plan/new", sent))
    assert (day["title"], day["timezone"]) == ("Back day", "Europe/London")
    assert day["location"] == {"name": "Roof", "address": ""}
    assert all(shift["breaks"] == [{"starts": "11:00", "ends": "11:20"}] for shift in day["shifts"])
    none = await hana.post("/plan/new", answers(pause="none", date="2026-12-11"))
    assert [shift["breaks"] for shift in (await created(world, hana, none))["shifts"]] == [[], []]


async def test_a_new_therapist_comes_with_the_day(world: World) -> None:
    await world.tenant("New Ltd", "new.example", "Europe/Paris")
    hana = await world.signed_in(world.hana)
    sent = answers(therapists=BOTH[:1], name="Nora Hands", email=" Nora@Hands.example ")
    day = await created(world, hana, await hana.post("/plan/new", sent))
    assert [shift["therapist"]["name"] for shift in day["shifts"]] == [
        "Tara Lindqvist", "Nora Hands",
    ]  # fmt: skip


async def test_who_is_new_stays_away_when_the_day_is_refused(world: World) -> None:
    hana = await world.signed_in(world.hana)
    before = await fingerprint()
    sent = answers(name="Nora Hands", email="nora@hands.example", date="2026-11-01")
    answer = await hana.post("/plan/new", sent)
    assert answer.status_code == 422
    assert 'value="nora@hands.example"' in answer.text
    assert await fingerprint() == before


@on_sqlite
async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(world: World) -> None:
    hana = await world.signed_in(world.hana)
    for changes, field, why in (
        ({"date": ""}, "date", "Choose a day."),
        ({"date": "2026-11-01"}, "date", "This day is in the past."),
        ({"date": "soon"}, "date", "must be a day that exists"),
        ({"starts": ""}, "starts", "Say when it begins."),
        ({"ends": "09:00"}, "ends", "must be later"),
        ({"ends": "09:10"}, "ends", "shorter than one massage"),
        ({"therapists": []}, "therapists", "Choose who works, or add somebody."),
        ({"therapists": ["x@y.example"]}, "therapists", "No therapist here has this address."),
        ({"slot_minutes": ""}, "slot_minutes", "Choose how long"),
        ({"slot_minutes": "121"}, "slot_minutes", "at most 120"),
        ({"name": "Nora"}, "email", "The e-mail address is missing."),
        ({"email": "nora@hands.example"}, "name", "must not be empty"),
        ({"email": "nora"}, "email", "@"),
        ({"title": "x" * 201}, "title", "at most 200"),
        ({"place": "a\u2028b"}, "place", "U+2028"),
        ({"timezone": "Berlin"}, "timezone", "is not a time zone"),
        (
            {"pause": "own", "pause_starts": "08:00", "pause_ends": "08:30"},
            "pause_starts",
            "outside",
        ),
        ({"pause": "own", "pause_starts": "11:00", "pause_ends": "10:00"}, "pause_ends", "later"),
        ({"pause": "own"}, "pause_starts", "This is missing."),
    ):
        answer = await hana.post("/plan/new", answers(**changes))
        assert answer.status_code == 422, changes
        assert f'href="#{field}"' in answer.text, changes
        assert f'id="{field}"' in answer.text, changes
        assert why in words(answer.text), changes
        assert "<title>Error: " in answer.text
        assert answer.text.count('<div class="problems"') == 1
        typed = {**changes, "slot_minutes": ""}  # which is chosen, not typed
        kept = [value for value in typed.values() if isinstance(value, str) and value.strip()]
        assert all(value in answer.text for value in kept)


async def test_all_that_is_missing_is_said_at_once(world: World) -> None:
    hana = await world.signed_in(world.hana)
    answer = await hana.post("/plan/new", {})
    for field in ("date", "starts", "ends", "therapists", "slot_minutes"):
        assert f'href="#{field}"' in answer.text


async def test_a_therapist_who_is_elsewhere_is_a_plain_refusal(world: World) -> None:
    await world.day(date="2026-12-10")
    hana = await world.signed_in(world.hana)
    answer = await hana.post("/plan/new", answers())
    assert answer.status_code == 422
    assert "Tara Lindqvist is not free at that time." in answer.text
    hana.http.headers["accept-language"] = "de"
    answer = await hana.post("/plan/new", answers())
    assert "Tara Lindqvist ist um diese Zeit nicht frei." in answer.text


async def test_what_is_left_to_us_is_called_in_the_coordinators_language(world: World) -> None:
    hana = await world.signed_in(world.hana)
    hana.http.headers["accept-language"] = "de"
    page = (await hana.get("/plan/new")).text
    assert 'value="Massage im Sitzen"' in page
    assert 'value="Wird noch bekannt gegeben"' in page
    day = await created(world, hana, await hana.post("/plan/new", answers()))
    assert day["title"] == "Massage im Sitzen"
    assert [shift["chair"] for shift in day["shifts"]] == ["Stuhl 1", "Stuhl 2"]
    answer = await hana.post(f"/plan/{day['id']}/edit", {"add": "shifts"})
    assert 'value="Stuhl 1"' in answer.text


async def test_a_copy_needs_only_a_date(world: World) -> None:
    day = await world.day()
    world.clock.set("2026-12-04T09:00:00Z")
    hana = await world.signed_in(world.hana)
    page = (await hana.get(f"/plan/new?from={day['id']}")).text
    assert 'value="2026-12-31"' in page  # four weeks later, a Thursday as well
    assert "Chair 1: Tara Lindqvist, 09:00 to 12:00, break 10:20 to 10:40" in words(page)
    assert "That makes 14 places." in page
    answer = await hana.post("/plan/new", {"from": day["id"], "date": "2027-01-07"})
    copy = await created(world, hana, answer)
    assert (copy["date"], copy["status"]) == ("2027-01-07", "published")
    assert copy["counts"] == day["counts"]


async def test_a_copy_without_a_day_or_in_the_past_is_refused(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    for date, why in (("", "Choose a day."), ("2026-11-01", "in the past")):
        answer = await hana.post("/plan/new", {"from": day["id"], "date": date})
        assert answer.status_code == 422
        assert why in words(answer.text)
        assert "The same day again" in answer.text


async def test_who_left_is_named_in_a_copy(world: World) -> None:
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    await world.hana.delete(f"/people/{world.tara.id}")
    hana = await world.signed_in(world.hana)
    page = (await hana.get(f"/plan/new?from={day['id']}")).text
    assert "Tara Lindqvist is not a therapist here any more and was left out." in page
    await world.hana.delete(f"/people/{world.tom.id}")
    page = (await hana.get(f"/plan/new?from={day['id']}")).text
    assert "Nobody who worked then is a therapist here." in page
    answer = await hana.post("/plan/new", {"from": day["id"], "date": "2027-01-07"})
    assert answer.status_code == 422


@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_day_of_others_cannot_be_copied(world: World, method: str) -> None:
    theirs = (await world.olga_day())["id"]
    hana = await world.signed_in(world.hana)
    for event in (theirs, str(uuid4()), "7"):
        sent = {"from": event, "date": "2027-01-07"}
        for address in ("/plan/new", "/plan/new/count") if method == "get" else ("/plan/new",):
            if method == "get":
                answer = await hana.get(address, params=sent)
            else:
                answer = await hana.post(address, sent)
            assert answer.status_code == 404, address
            assert "Their day" not in answer.text


async def test_an_expired_session_keeps_the_answers(world: World) -> None:
    answer = await world.browser().post("/plan/new", answers(title="Back"), page="/plan/new")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2Fplan%2Fnew%3F")
    assert "2026-12-10" in answer.headers["location"]
