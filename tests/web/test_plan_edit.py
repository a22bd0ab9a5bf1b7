"""Changing a day on its page: everything kept, and first a look at whom it would touch."""

import html
import re
from typing import Any

import pytest

from tests.facts import fingerprint
from tests.web.test_plan_home import words
from tests.world import Browser, World

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def fields(page: str) -> dict[str, str]:
    """What the form would send as it stands."""
    form = page.partition('<form class="editing"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        attributes = dict(re.findall(r'(\S+)="([^"]*)"', tag))
        found[attributes["name"]] = html.unescape(attributes["value"])
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = html.unescape(text)
    selects = r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>'
    for name, options in re.findall(selects, form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


async def opened(browser: Browser, day: dict[str, Any]) -> dict[str, str]:
    answer = await browser.get(f"/plan/{day['id']}/edit")
    assert answer.status_code == 200, answer.text
    return fields(answer.text)


async def read(world: World, day: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.hana.get(f"/events/{day['id']}")).json()
    return found


async def test_saving_what_stands_there_changes_nothing(world: World) -> None:
    opens = "2026-11-26T08:00:00Z"
    day = await world.day(claims_open_at=opens, claims_per_person=2, slot_minutes=20)
    slots = await world.slots(day)
    hana = await world.signed_in(world.hana)
    sent = await opened(hana, day)
    assert sent["claims_open_at"] == "2026-11-26T09:00"
    assert sent["shifts[0].breaks[0].ends"] == "10:40"
    answer = await hana.post(f"/plan/{day['id']}/edit", sent)
    assert answer.headers["location"] == f"/plan/{day['id']}?said=changed"
    assert await read(world, day) == day
    assert await world.slots(day) == slots


async def test_everything_can_be_changed(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    sent = await opened(hana, day) | {
        "title": "Back day", "date": "2026-12-04", "timezone": "Europe/London",
        "location.name": "Roof", "location.address": "Up\r\nthere", "slot_minutes": "20",
        "reset_minutes": "0", "claims_per_person": "3", "cancel_until_minutes": "60",
        "claims_open_at": "", "shifts[0].therapist": "tom@hands.example",
        "shifts[1].therapist": "tara@hands.example", "shifts[0].chair": "Window",
        "shifts[0].starts": "08:00", "shifts[0].breaks[0].starts": "09:00",
        "shifts[0].breaks[0].ends": "09:30",
    }  # fmt: skip
    answer = await hana.post(f"/plan/{day['id']}/edit", sent)
    assert "The day is changed." in (await hana.follow(answer)).text
    now = await read(world, day)
    assert (now["title"], now["date"], now["timezone"]) == (
        "Back day", "2026-12-04", "Europe/London",
    )  # fmt: skip
    assert now["location"] == {"name": "Roof", "address": "Up\nthere"}
    assert (now["slot_minutes"], now["reset_minutes"]) == (20, 0)
    assert (now["claims_per_person"], now["cancel_until_minutes"]) == (3, 60)
    assert now["claims_open_at"] is None
    first, second = now["shifts"]
    assert (first["id"], first["chair"], first["starts"]) == (
        day["shifts"][0]["id"], "Window", "08:00",
    )  # fmt: skip
    assert first["breaks"] == [{"starts": "09:00", "ends": "09:30"}]
    assert [shift["therapist"]["name"] for shift in (first, second)] == [
        "Tom Okafor", "Tara Lindqvist",
    ]  # fmt: skip


async def test_chairs_and_breaks_come_and_go_without_script(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    address = f"/plan/{day['id']}/edit"
    sent = await opened(hana, day) | {"title": "Typed"}
    before = await fingerprint()

    added = (await hana.post(address, sent | {"add": "shifts"})).text
    now = fields(added)
    assert now["title"] == "Typed"
    assert (now["shifts[2].chair"], now["shifts[2].starts"]) == ("Chair 3", "10:00")
    assert re.search(r'name="shifts\[2\].therapist" autofocus', added)
    paused = (await hana.post(address, now | {"add": "shifts[2].breaks"})).text
    assert fields(paused)["shifts[2].breaks[0].starts"] == ""
    assert re.search(r'name="shifts\[2\].breaks\[0\].starts"[^>]* autofocus', paused)
    fewer = (await hana.post(address, fields(paused) | {"remove": "shifts[0].breaks[0]"})).text
    assert "shifts[0].breaks[0].starts" not in fields(fewer)
    gone = (await hana.post(address, fields(fewer) | {"remove": "shifts[0]"})).text
    assert fields(gone)["shifts[0].chair"] == "Chair 2"
    assert "shifts[1].breaks[0].starts" in fields(gone)
    assert await fingerprint() == before, "nothing is saved on the way"

    filled = fields(gone) | {
        "shifts[1].therapist": "tara@hands.example", "shifts[1].breaks[0].starts": "10:40",
        "shifts[1].breaks[0].ends": "11:00",
    }  # fmt: skip
    assert (await hana.post(address, filled)).status_code == 303
    now_planned = await read(world, day)
    assert [shift["chair"] for shift in now_planned["shifts"]] == ["Chair 2", "Chair 3"]
    assert now_planned["shifts"][0]["id"] == day["shifts"][1]["id"]
    assert now_planned["shifts"][1]["breaks"] == [{"starts": "10:40", "ends": "11:00"}]


async def test_a_break_that_is_removed_stays_removed(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    sent = await opened(hana, day)
    kept = {name: value for name, value in sent.items() if ".breaks" not in name}
    assert (await hana.post(f"/plan/{day['id']}/edit", kept)).status_code == 303
    assert (await read(world, day))["shifts"][0]["breaks"] == []


async def test_a_change_says_whom_it_touches_before_it_does(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    hana = await world.signed_in(world.hana)
    address = f"/plan/{day['id']}/edit"
    sent = await opened(hana, day) | {"shifts[0].starts": "09:10", "title": "Typed"}
    before = await fingerprint()
    answer = await hana.post(address, sent)
    assert answer.status_code == 409
    said = words(answer.text)
    assert "This touches 1 time that is taken" in said
    assert "Emil Grün, 09:00 moves to Thursday 3 December, 09:10" in said
    assert "Change it and tell 1 person" in said
    assert fields(answer.text)["title"] == "Typed"
    assert await fingerprint() == before

    agreed = re.search(r'name="agreed" value="(\w+)"', answer.text)
    assert agreed
    done = await hana.post(address, fields(answer.text) | {"agreed": agreed[1]})
    assert done.headers["location"].endswith("?said=told")
    [booking] = (await world.emil.get("/bookings")).json()["items"]
    assert booking["starts_at"] == "2026-12-03T08:10:00Z"
    await world.tick()
    assert "09:10" in str(world.mails("emil@acme.example")[-1].get_body(("plain",)))


async def test_what_was_agreed_to_is_asked_again_when_it_is_another(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    hana = await world.signed_in(world.hana)
    address = f"/plan/{day['id']}/edit"
    sent = await opened(hana, day) | {"shifts[0].starts": "09:10"}
    agreed = re.search(r'name="agreed" value="(\w+)"', (await hana.post(address, sent)).text)
    assert agreed
    await world.claim(world.edda, slots[1])
    again = await hana.post(address, sent | {"agreed": agreed[1]})
    assert again.status_code == 409
    assert "This touches 2 times that are taken" in words(again.text)
    assert "Edda Okoye" in again.text


async def test_who_finds_no_time_near_is_cancelled_and_that_is_said(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    hana = await world.signed_in(world.hana)
    sent = await opened(hana, day)
    new_place = await hana.post(f"/plan/{day['id']}/edit", sent | {"location.name": "Roof"})
    assert "Emil Grün, 09:00 keeps the time, and is told what is new" in words(new_place.text)
    late = sent | {"shifts[0].starts": "11:00", "shifts[0].breaks[0].starts": "11:30"}
    late |= {"shifts[0].breaks[0].ends": "11:40"}
    gone = await hana.post(f"/plan/{day['id']}/edit", late)
    assert "Emil Grün, 09:00 is cancelled: no free time near" in words(gone.text)


@on_sqlite
async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    sent = await opened(hana, day)
    before = await fingerprint()
    for changes, field, why in (
        ({"title": ""}, "title", "must not be empty"),
        ({"title": "x" * 201}, "title", "at most 200"),
        ({"date": ""}, "date", "must be a day that exists"),
        ({"date": "2026-11-01"}, "date", "in the past"),
        ({"timezone": "Mars"}, "timezone", "is not a time zone"),
        ({"timezone": ""}, "timezone", "is not a time zone"),
        ({"location.name": ""}, "location.name", "must not be empty"),
        ({"location.name": "a\u202eb"}, "location.name", "U+202E"),
        ({"location.address": "x" * 1001}, "location.address", "at most 1000"),
        ({"slot_minutes": ""}, "slot_minutes", "whole number"),
        ({"slot_minutes": "4"}, "slot_minutes", "at least 5"),
        ({"reset_minutes": "61"}, "reset_minutes", "at most 60"),
        ({"claims_per_person": "0"}, "claims_per_person", "at least 1"),
        ({"cancel_until_minutes": "x"}, "cancel_until_minutes", "whole number"),
        ({"claims_open_at": "soon"}, "claims_open_at", "a day and a time of day"),
        ({"claims_open_at": "2026-03-29T02:30"}, "claims_open_at", "does not exist"),
        ({"claims_open_at": "1999-01-01T09:00"}, "claims_open_at", "between the years"),
        ({"shifts[0].starts": ""}, "shifts[0].starts", "must be a time such as 09:00"),
        ({"shifts[0].ends": "08:00"}, "shifts[0].ends", "must be later"),
        ({"shifts[0].therapist": ""}, "shifts[0].therapist", "Choose who works"),
        ({"shifts[0].therapist": "x@y.example"}, "shifts[0].therapist", "No therapist here"),
        ({"shifts[0].chair": "chair 2"}, "shifts[1].chair", "has this chair"),
        ({"shifts[0].chair": ""}, "shifts[0].chair", "must not be empty"),
        ({"shifts[0].breaks[0].ends": ""}, "shifts[0].breaks[0].ends", "must be a time"),
        ({"shifts[0].breaks[0].starts": "08:00"}, "shifts[0].breaks[0]", "outside its shift"),
    ):
        answer = await hana.post(f"/plan/{day['id']}/edit", sent | changes)
        assert answer.status_code == 422, changes
        assert f'href="#{field}"' in answer.text, changes
        assert f'id="{field}"' in answer.text, changes
        assert why in words(answer.text), changes
        assert fields(answer.text) == sent | changes
    assert await fingerprint() == before


async def test_several_fields_are_named_at_once(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    wrong = {"title": "", "shifts[0].starts": "", "shifts[1].chair": "", "claims_open_at": "x"}
    answer = await hana.post(f"/plan/{day['id']}/edit", await opened(hana, day) | wrong)
    assert all(f'href="#{field}"' in answer.text for field in wrong)


async def test_a_day_without_chairs_is_refused(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    sent = {n: v for n, v in (await opened(hana, day)).items() if not n.startswith("shifts")}
    answer = await hana.post(f"/plan/{day['id']}/edit", sent)
    assert answer.status_code == 422
    assert 'href="#shifts"' in answer.text


@on_sqlite
@pytest.mark.parametrize("nonsense", [
    {"shifts": "x"}, {"shifts[0]": "x"}, {"shifts[a].starts": "09:00"}, {"title[0]": "x"},
    {"shifts[0].id": "7"}, {"shifts[0].id[0]": "7"}, {"shifts[0].breaks": "x"}, {"": "x"},
    {"add": "nowhere"}, {"add[0]": "x"}, {"remove": "shifts[99]"}, {"remove": "x"},
    {"shifts[0].breaks[99999999999].starts": "09:00"}, {"location": "x"}, {"agreed[x]": "y"},
    {f"a{'[0]' * 500}": "x"},
], ids=str)  # fmt: skip
async def test_nonsense_is_answered_calmly(world: World, nonsense: dict[str, str]) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    answer = await hana.post(f"/plan/{day['id']}/edit", await opened(hana, day) | nonsense)
    assert answer.status_code in {200, 303, 422}


async def test_a_day_that_ended_cannot_be_changed(world: World) -> None:
    gone, past = await world.day(), await world.day(date="2026-12-04")
    hana = await world.signed_in(world.hana)
    sent = {day["id"]: await opened(hana, day) for day in (gone, past)}
    await world.hana.put(f"/events/{gone['id']}/cancellation", {"reason": "Storm"})
    world.clock.set("2026-12-05T09:00:00Z")
    for day, why in ((gone, "was cancelled"), (past, "is over")):
        shown = await hana.get(f"/plan/{day['id']}/edit")
        assert (shown.status_code, why in shown.text) == (409, True)
        answer = await hana.post(f"/plan/{day['id']}/edit", sent[day["id"]])
        assert (answer.status_code, why in answer.text) == (422, True)
