"""What somebody likes at the chair: said when taking a time, or later, until it begins."""

import pytest

from scheduler.domain import booking as bookings
from scheduler.domain.booking import Preferences
from tests.web.ladder import climb, invalid, refused
from tests.web.test_bookings import PREFERENCES, UNSAID
from tests.world import World, rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_preferences_are_set_changed_and_taken_back(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    path = f"/bookings/{booking['id']}"
    for wanted in (PREFERENCES, PREFERENCES, {"pressure": 1}, {}):
        answer = await world.emil.put(f"{path}/preferences", wanted)
        assert (answer.status_code, answer.json()) == (200, booking | UNSAID | wanted)
        assert (await world.emil.get(path)).json() == answer.json()


async def test_the_chair_reads_them_and_no_mail_and_no_calendar_does(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    feed = (await world.emil.post("/calendar-feeds")).json()["url"]
    before = (await world.anonymous.get(feed)).content
    await world.tick()
    world.clock.set("2026-12-02T12:00:00Z")
    await world.emil.put(f"/bookings/{booking['id']}/preferences", PREFERENCES)
    await world.tick()
    assert len(world.mails("emil@acme.example")) == 2, "the invite, and the reminder of the day"
    assert (await world.anonymous.get(feed)).content == before
    (shift,) = (await world.tara.get("/roster?date=2026-12-03")).json()["shifts"]
    seen = shift["entries"][0]["booking"]
    assert {name: seen[name] for name in PREFERENCES} == PREFERENCES
    assert "swedish" not in (await world.hana.get("/roster?date=2026-12-03")).text
    audited = await rows("SELECT actor, subject FROM audit WHERE action = {}", "booking.prefer")
    assert [(str(row["actor"]), str(row["subject"])) for row in audited] == [
        (world.emil.id, booking["id"])
    ]


async def test_they_can_be_set_until_the_time_begins_or_is_given_back(world: World) -> None:
    slots = await world.slots(await world.day(claims_per_person=2))
    kept, returned = [await world.claim(world.emil, slots[index]) for index in (0, 1)]
    await world.emil.delete(f"/bookings/{returned['id']}")
    answer = await world.emil.put(f"/bookings/{returned['id']}/preferences", PREFERENCES)
    refused(answer, 409, "booking_cancelled")
    path = f"/bookings/{kept['id']}/preferences"
    world.clock.set("2026-12-03T07:59:59Z")
    assert (await world.emil.put(path, {"pressure": 2})).status_code == 200
    world.clock.set("2026-12-03T08:00:00Z")
    refused(await world.emil.put(path, PREFERENCES), 409, "slot_past")
    assert (await world.emil.get(f"/bookings/{kept['id']}")).json()["pressure"] == 2


async def test_preferring_has_its_ladder(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    path = f"/bookings/{booking['id']}/preferences"
    strangers = [
        world.edda, world.hana, world.tara, world.tom, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "PUT", path, PREFERENCES, world.emil, strangers)
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking


@on_sqlite
async def test_preferences_that_cannot_be_read_are_refused_by_field(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    for body, field in (
        ({"pressure": 5}, "pressure"),
        ({"technique": "thai"}, "technique"),
        ({"focus_areas": ["knee"]}, "focus_areas[0]"),
        ({"avoid_areas": "neck"}, "avoid_areas"),
        ({"quiet": 1}, "quiet"),
        ({"note": "my back hurts"}, "note"),
        ({"person": "edda@acme.example"}, "person"),
        (None, ""),
    ):
        invalid(await world.emil.put(f"/bookings/{booking['id']}/preferences", body), field)


async def test_the_same_again_is_of_the_latest_time_that_had_any(world: World) -> None:
    assert await bookings.latest_preferences(world.emil.caller) is None
    slots = await world.slots(await world.day(claims_per_person=3))
    await world.claim(world.emil, slots[6], **PREFERENCES)
    await world.claim(world.emil, slots[0], pressure=1)
    await world.claim(world.emil, slots[8])
    await world.claim(world.edda, slots[10], pressure=4)
    found = await bookings.latest_preferences(world.emil.caller)
    assert isinstance(found, Preferences)
    assert (found.pressure, found.technique, found.quiet) == (3, "swedish", True)
    assert await bookings.latest_preferences((await world.emil_at_other()).caller) is None
