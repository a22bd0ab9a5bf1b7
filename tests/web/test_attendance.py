"""Who came, marked at the chair."""

import pytest

from tests.web.ladder import climb, invalid, refused
from tests.world import World, rows

pytestmark = pytest.mark.anyio


async def test_the_therapist_marks_and_the_answer_is_the_roster_entry(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    booking = await world.claim(world.emil, slot, pressure=2, technique="gentle")
    world.clock.set("2026-12-03T08:00:00Z")
    path = f"/bookings/{booking['id']}/attendance"
    answer = await world.tara.put(path, {"status": "checked_in"})
    assert answer.status_code == 200
    assert answer.json() == {
        "kind": "slot",
        "starts_at": "2026-12-03T08:00:00Z",
        "ends_at": "2026-12-03T08:15:00Z",
        "slot_id": slot["id"],
        "booking": {
            "id": booking["id"],
            "status": "checked_in",
            "person": {"name": "Emil G."},
            "pressure": 2,
            "technique": "gentle",
            "focus_areas": [],
            "avoid_areas": [],
            "quiet": False,
        },
    }
    (shift,) = (await world.tara.get("/roster?date=2026-12-03")).json()["shifts"]
    assert shift["entries"][0] == answer.json()
    own = (await world.emil.get(f"/bookings/{booking['id']}")).json()
    assert own == booking | {"status": "checked_in"}


async def test_the_coordinator_marks_and_sees_no_preference(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    booking = await world.claim(world.emil, slot, pressure=2)
    world.clock.set("2026-12-03T08:00:00Z")
    answer = await world.hana.put(f"/bookings/{booking['id']}/attendance", {"status": "no_show"})
    assert answer.json()["booking"] == {
        "id": booking["id"],
        "status": "no_show",
        "person": {"name": "Emil Grün", "email": "emil@acme.example"},
    }


async def test_any_status_may_follow_any_other(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    world.clock.set("2026-12-03T08:00:00Z")
    path = f"/bookings/{booking['id']}/attendance"
    walk = [
        "checked_in", "completed", "no_show", "confirmed", "completed", "checked_in", "no_show",
        "completed", "confirmed", "no_show", "checked_in", "confirmed", "confirmed",
    ]  # fmt: skip
    for status in walk:
        answer = await world.tara.put(path, {"status": status})
        assert (answer.status_code, answer.json()["booking"]["status"]) == (200, status)
    audited = await rows("SELECT actor FROM audit WHERE subject = {}", booking["id"])
    assert len(audited) == 1 + len(walk) - 1  # the claim; the last mark changed nothing


async def test_marks_have_their_hours(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[3])
    path = f"/bookings/{booking['id']}/attendance"
    mark = {"status": "checked_in"}
    for instant, code in (  # the slot is at 09:00Z; the shift ends at 11:00Z
        ("2026-12-03T07:59:59Z", "not_yet"),
        ("2026-12-03T08:00:00Z", ""),
        ("2026-12-04T11:00:00Z", ""),
        ("2026-12-04T11:00:01Z", "attendance_closed"),
    ):
        world.clock.set(instant)
        for someone in (world.tara, world.hana):
            answer = await someone.put(path, mark)
            if code:
                refused(answer, 409, code)
            else:
                assert answer.status_code == 200, instant


async def test_marking_has_its_ladder(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    world.clock.set("2026-12-03T08:00:00Z")
    path = f"/bookings/{booking['id']}/attendance"
    strangers = [
        world.emil, world.edda, world.tom, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "PUT", path, {"status": "checked_in"}, world.tara, strangers)
    for body in ({"status": "late"}, {"status": "cancelled"}, {"status": None}, {}):
        invalid(await world.tara.put(path, body), "status")
    invalid(await world.tara.put(path, {"status": "no_show", "note": "rude"}), "note")
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking


async def test_a_booking_given_back_cannot_be_marked(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    await world.emil.delete(f"/bookings/{booking['id']}")
    world.clock.set("2026-12-03T08:00:00Z")
    answer = await world.tara.put(f"/bookings/{booking['id']}/attendance", {"status": "no_show"})
    refused(answer, 409, "booking_cancelled")
