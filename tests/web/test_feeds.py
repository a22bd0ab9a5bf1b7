"""A secret calendar of one's own days."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest

from scheduler.domain import person
from scheduler.domain.person import Role
from tests.web.ladder import essence, nowhere, refused
from tests.world import API, Someone, World, rows, write

pytestmark = pytest.mark.anyio


async def subscribe(someone: Someone) -> str:
    """The path of a new feed."""
    answer = await someone.post("/calendar-feeds")
    assert answer.status_code == 201
    assert set(answer.json()) == {"url"}
    url: str = answer.json()["url"]
    assert url.startswith("https://chairtime.example/calendars/")
    assert url.endswith(".ics")
    return urlsplit(url).path


async def read(world: World, path: str, **headers: str) -> httpx.Response:
    """As a calendar program does: with nothing but the address."""
    return await world.anonymous.get(path, headers=headers)


def entries(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


async def test_an_employees_feed_holds_their_own_times(world: World) -> None:
    slots = await world.slots(await world.day())
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[1])
    answer = await read(world, await subscribe(world.emil))
    (entry,) = entries(answer)
    assert entry.decoded("DTSTART").isoformat() == "2026-12-03T08:00:00+00:00"
    assert str(entry["SUMMARY"]) == "Chair massage"
    text = answer.text
    for needed in ("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:", "X-PUBLISHED-TTL:",
                   "NAME:", "X-WR-CALNAME:"):  # fmt: skip
        assert needed in text
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text


async def test_a_therapists_feed_holds_their_chair_and_no_name(world: World) -> None:
    slots = await world.slots(await world.day())
    await world.claim(world.emil, slots[0], pressure=3, focus_areas=["neck"])
    await world.claim(world.edda, slots[4])
    both = await read(world, await subscribe(world.tara))
    (entry,) = entries(both)
    assert entry.decoded("DTSTART").isoformat() == "2026-12-03T08:00:00+00:00"
    own = await read(world, await subscribe(world.emil))
    assert len(entries(own)) == 1
    for someone in (world.emil, world.edda, world.tara, world.tom, world.hana):
        for word in (*someone.name.split(), someone.email, someone.id):
            for text in (both.text, own.text):
                assert word not in text, word
    assert "neck" not in both.text
    assert entries(await read(world, await subscribe(world.tara_elsewhere))) == []


async def test_a_feed_is_in_the_language_that_its_owner_chose(world: World) -> None:
    await world.claim(world.emil, (await world.slots(await world.day()))[0])
    path = await subscribe(world.tara)
    english = await read(world, path)
    assert "SUMMARY:Booked\\, Chair 1" in english.text
    await person.speak(world.tara.caller, "de")
    german = await read(world, path, **{"If-None-Match": english.headers["ETag"]})
    assert "SUMMARY:Gebucht\\, Chair 1" in german.text


async def test_what_is_cancelled_vanishes_and_what_moves_moves(world: World) -> None:
    day = await world.day(claims_per_person=3)
    slots = await world.slots(day)
    first = await world.claim(world.emil, slots[0])
    second = await world.claim(world.emil, slots[1])
    mine, chair = await subscribe(world.emil), await subscribe(world.tara)
    before = {str(entry["UID"]) for entry in entries(await read(world, mine))}
    await world.emil.delete(f"/bookings/{first['id']}")
    await world.emil.put(f"/bookings/{second['id']}/slot", {"slot_id": slots[2]["id"]})
    for path in (mine, chair):
        (entry,) = entries(await read(world, path))
        assert entry.decoded("DTSTART").isoformat() == "2026-12-03T08:40:00+00:00"
    assert str(entries(await read(world, mine))[0]["UID"]) in before
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    for path in (mine, chair):
        assert entries(await read(world, path)) == []


async def test_an_unchanged_feed_is_not_sent_again(world: World) -> None:
    slots = await world.slots(await world.day(claims_per_person=2))
    await world.claim(world.emil, slots[0])
    path = await subscribe(world.emil)
    first = await read(world, path)
    tag = first.headers["etag"]
    world.clock.advance(hours=5)
    assert (await read(world, path)).content == first.content
    unchanged = await read(world, path, **{"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == tag
    await world.claim(world.emil, slots[1])
    changed = await read(world, path, **{"If-None-Match": tag})
    assert len(entries(changed)) == 2
    assert changed.headers["etag"] != tag


async def test_a_new_feed_ends_the_old_one(world: World) -> None:
    old, kept = await subscribe(world.emil), await subscribe(world.edda)
    new = await subscribe(world.emil)
    assert old != new
    assert essence(await read(world, old)) == await nowhere(world)
    assert entries(await read(world, new)) == []
    assert entries(await read(world, kept)) == []
    for _ in range(2):
        assert (await world.emil.delete("/calendar-feeds")).status_code == 204
    assert essence(await read(world, new)) == await nowhere(world)
    assert entries(await read(world, kept)) == []


async def test_a_feed_ends_with_the_membership(world: World) -> None:
    path = await subscribe(world.emil)
    await world.emil_at_other()
    await write(
        "DELETE FROM membership WHERE person = {} AND organisation = {}",
        world.emil.caller.id, world.acme,
    )  # fmt: skip
    assert essence(await read(world, path)) == await nowhere(world)


async def test_feeds_have_their_ladder(world: World) -> None:
    missing = await nowhere(world)
    for someone in (world.hana, world.ada, world.olga):
        assert essence(await someone.post("/calendar-feeds")) == missing
        assert essence(await someone.delete("/calendar-feeds")) == missing
    refused(await world.anonymous.post(f"{API}/calendar-feeds"), 401, "not_signed_in")
    refused(await world.anonymous.delete(f"{API}/calendar-feeds"), 401, "not_signed_in")
    for wrong in ("x", "x.ics", ".ics", "%2e%2e%2fsecret.ics", "A" * 43 + ".ics"):
        assert essence(await read(world, f"/calendars/{wrong}")) == missing


async def test_a_secret_is_nowhere_in_the_database_and_a_key_does_not_repeat_it(
    world: World,
) -> None:
    await world.join("hana@acme.example", "Hana Weiss", Role.EMPLOYEE)
    key = {"Idempotency-Key": "feed"}
    urls = {(await world.hana.post("/calendar-feeds", headers=key)).json()["url"] for _ in range(2)}
    assert len(urls) == 2
    assert await rows("SELECT id FROM idempotency_key") == []
    (stored,) = await rows("SELECT hash FROM calendar_feed")
    assert len(stored["hash"]) == 32
