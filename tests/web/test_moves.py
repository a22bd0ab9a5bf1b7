"""Moving a time and giving it back."""

import pytest

from tests.web.ladder import climb, essence, invalid, nowhere, refused
from tests.world import World, calendar_part, rows

pytestmark = pytest.mark.anyio


async def test_a_move_wins_the_new_slot_and_leaves_the_old_one(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[0], pressure=3, focus_areas=["neck"])
    await world.tick()
    answer = await world.emil.put(f"/bookings/{booking['id']}/slot", {"slot_id": slots[4]["id"]})
    assert answer.status_code == 200
    assert answer.json() == booking | {
        "slot_id": slots[4]["id"],
        "starts_at": "2026-12-03T09:00:00Z",
        "ends_at": "2026-12-03T09:15:00Z",
        "chair": "Chair 2",
        "therapist": {"id": world.tom.id, "name": "Tom Okafor"},
        "sequence": 1,
    }
    states = [slot["state"] for slot in await world.slots(day)]
    assert (states[0], states[4]) == ("open", "booked")
    world.clock.advance(minutes=1)
    await world.tick()
    entry = calendar_part(world.mails()[1]).splitlines()
    for line in (
        "METHOD:REQUEST",
        f"UID:{booking['uid']}",
        "SEQUENCE:1",
        "DTSTART:20261203T090000Z",
    ):
        assert line in entry


async def test_the_old_slot_is_kept_until_the_new_one_is_won(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[1])
    path = f"/bookings/{booking['id']}/slot"
    refused(await world.emil.put(path, {"slot_id": slots[1]["id"]}), 409, "slot_taken")
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking
    assert (await world.slots(day))[0]["state"] == "booked"


async def test_a_move_to_where_one_is_changes_nothing(world: World) -> None:
    slots = await world.slots(await world.day())
    booking = await world.claim(world.emil, slots[0])
    path = f"/bookings/{booking['id']}/slot"
    for _ in range(2):
        answer = await world.emil.put(path, {"slot_id": slots[0]["id"]})
        assert (answer.status_code, answer.json()) == (200, booking)
    moved = await world.emil.put(path, {"slot_id": slots[1]["id"]})
    again = await world.emil.put(path, {"slot_id": slots[1]["id"]})
    assert moved.json()["sequence"] == 1
    assert (again.status_code, again.json()) == (200, moved.json())
    await world.tick()
    assert len(world.mails()) == 1  # the invite before the move was overtaken


async def test_a_move_is_refused_as_a_claim_is(world: World) -> None:
    day = await world.day(claims_per_person=2, cancel_until_minutes=0)
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[8])
    await world.claim(world.emil, slots[3])
    path = f"/bookings/{booking['id']}/slot"
    to_overlap = await world.emil.put(path, {"slot_id": slots[4]["id"]})
    refused(to_overlap, 409, "overlaps_own_booking")
    world.clock.set("2026-12-03T08:20:00Z")
    refused(await world.emil.put(path, {"slot_id": slots[1]["id"]}), 409, "slot_past")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.emil.put(path, {"slot_id": slots[5]["id"]}), 409, "booking_cancelled")


async def test_the_cut_off_binds_its_owners_moves_and_not_the_coordinators(world: World) -> None:
    day = await world.day(cancel_until_minutes=240)
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[8])  # begins at 10:00Z
    path = f"/bookings/{booking['id']}/slot"
    world.clock.set("2026-12-03T06:00:00Z")
    assert (await world.emil.put(path, {"slot_id": slots[9]["id"]})).status_code == 200
    world.clock.set("2026-12-03T06:00:01Z")
    refused(await world.emil.put(path, {"slot_id": slots[8]["id"]}), 409, "too_late_to_cancel")
    answer = await world.hana.put(path, {"slot_id": slots[8]["id"]})
    assert answer.json()["sequence"] == 2
    world.clock.advance(minutes=1)
    await world.tick()
    told = world.mails("emil@acme.example")[-1]
    assert "Hana Weiss made this change for you" in str(told.get_body(("plain",)))
    audited = await rows("SELECT actor FROM audit WHERE action = {}", "booking.move")
    assert sorted(str(row["actor"]) for row in audited) == sorted([world.emil.id, world.hana.id])


async def test_before_claims_open_only_the_coordinator_moves(world: World) -> None:
    day = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    slots = await world.slots(day)
    on_behalf = {"person": "emil@acme.example"}
    claimed = await world.hana.post(f"/slots/{slots[0]['id']}/booking", on_behalf)
    path = f"/bookings/{claimed.json()['id']}/slot"
    refused(await world.emil.put(path, {"slot_id": slots[1]["id"]}), 409, "event_not_open")
    assert (await world.hana.put(path, {"slot_id": slots[1]["id"]})).status_code == 200


async def test_the_coordinator_who_moves_it_learns_nothing_private(world: World) -> None:
    slots = await world.slots(await world.day())
    booking = await world.claim(world.emil, slots[0], pressure=4, avoid_areas=["neck"])
    path = f"/bookings/{booking['id']}/slot"
    seen = (await world.hana.put(path, {"slot_id": slots[1]["id"]})).json()
    own = (await world.emil.get(f"/bookings/{booking['id']}")).json()
    private = {"ratings", "pressure", "technique", "focus_areas", "avoid_areas", "quiet"}
    assert set(own) - set(seen) == private
    assert seen == {name: value for name, value in own.items() if name not in private}
    assert own["avoid_areas"] == ["neck"]


async def test_moving_has_its_ladder(world: World) -> None:
    slots = await world.slots(await world.day())
    other = await world.day(date="2026-12-04")
    theirs = await world.olga_slots(await world.olga_day())
    booking = await world.claim(world.emil, slots[0])
    path = f"/bookings/{booking['id']}/slot"
    strangers = [
        world.edda, world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "PUT", path, {"slot_id": slots[1]["id"]}, world.emil, strangers)
    invalid(await world.emil.put(path, {"slot_id": "here"}), "slot_id")
    invalid(await world.emil.put(path, {}), "slot_id")
    invalid(await world.emil.put(path, {"slot_id": slots[1]["id"], "why": "late"}), "why")
    elsewhen = (await world.slots(other))[0]["id"]
    invalid(await world.emil.put(path, {"slot_id": elsewhen}), "slot_id")
    missing = await nowhere(world)
    assert essence(await world.emil.put(path, {"slot_id": theirs[0]["id"]})) == missing
    assert essence(await world.emil.put(path, {"slot_id": booking["id"]})) == missing
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking


async def test_giving_back_cancels_and_says_so_and_repeats_harmlessly(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    path = f"/bookings/{booking['id']}"
    for _ in range(2):
        answer = await world.emil.delete(path)
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await world.emil.get(path)).json() == booking | {"status": "cancelled", "sequence": 1}
    await world.tick()
    (mail,) = world.mails()
    entry = calendar_part(mail).splitlines()
    for line in ("METHOD:CANCEL", "STATUS:CANCELLED", f"UID:{booking['uid']}", "SEQUENCE:1"):
        assert line in entry
    assert len(await rows("SELECT id FROM audit WHERE action = {}", "booking.cancel")) == 1


async def test_the_owner_is_in_time_to_the_second(world: World) -> None:
    slots = await world.slots(await world.day(claims_per_person=2, cancel_until_minutes=60))
    booking = await world.claim(world.emil, slots[3])  # begins at 09:00Z
    path = f"/bookings/{booking['id']}"
    world.clock.set("2026-12-03T08:00:01Z")
    refused(await world.emil.delete(path), 409, "too_late_to_cancel")
    world.clock.set("2026-12-03T09:00:00Z")
    refused(await world.emil.delete(path), 409, "too_late_to_cancel")
    world.clock.set("2026-12-03T08:00:00Z")
    assert (await world.emil.delete(path)).status_code == 204
    world.clock.set("2026-12-03T12:00:00Z")
    assert (await world.emil.delete(path)).status_code == 204
    assert await rows("SELECT cancelled_late FROM booking WHERE cancelled_late") == []


async def test_the_coordinator_may_later_and_it_counts_as_late(world: World) -> None:
    slots = await world.slots(await world.day())
    late = await world.claim(world.emil, slots[0])
    early = await world.claim(world.edda, slots[13])
    world.clock.set("2026-12-03T06:00:00Z")
    for booking in (late, early):
        assert (await world.hana.delete(f"/bookings/{booking['id']}")).status_code == 204
    found = await rows("SELECT id FROM booking WHERE cancelled_late")
    assert [str(row["id"]) for row in found] == [late["id"]]
    await world.tick()
    (told,) = world.mails("emil@acme.example")
    assert "Hana Weiss cancelled this massage" in str(told.get_body(("plain",)))


async def test_giving_back_has_its_ladder(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    strangers = [
        world.edda, world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "DELETE", f"/bookings/{booking['id']}", None, world.emil, strangers)
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking


async def test_a_cancelled_booking_neither_moves_nor_blocks(world: World) -> None:
    slots = await world.slots(await world.day())
    booking = await world.claim(world.emil, slots[0])
    await world.emil.delete(f"/bookings/{booking['id']}")
    path = f"/bookings/{booking['id']}/slot"
    refused(await world.emil.put(path, {"slot_id": slots[1]["id"]}), 409, "booking_cancelled")
    again = await world.claim(world.emil, slots[0])
    assert again["uid"] != booking["uid"]
    assert again["sequence"] == 0
