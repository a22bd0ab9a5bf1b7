"""A shift goes out while others claim, move and answer: nobody is lost, and nobody doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from scheduler.ids import new_id
from scheduler.storage import outages, shifts
from scheduler.storage.outage_rows import Outage
from scheduler.storage.transaction import transaction
from tests import line
from tests.processes import count
from tests.races.test_claims import claim, race
from tests.races.test_controls import at_once, take_away, with_and_without
from tests.storage import days
from tests.waiting import join
from tests.world import Someone, World, rows

pytestmark = pytest.mark.anyio


def take_out(world: World, day: dict[str, Any], shift: int = 0) -> Any:
    return world.hana.put(f"/shifts/{day['shifts'][shift]['id']}/outage")


async def check(world: World, day: dict[str, Any], people: list[Someone]) -> None:
    """Nobody has a time that is not there, and whoever lost theirs without a word back waits."""
    await line.check(day["id"], world.clock())
    assert not await count(
        "SELECT count(*) AS number FROM booking JOIN slot ON slot.id = booking.slot"
        " WHERE booking.status <> 'cancelled' AND slot.cancelled_at IS NOT NULL"
    )
    ended = await rows(
        "SELECT booking.person FROM reseating JOIN booking ON booking.id = reseating.booking"
        " WHERE reseating.slot IS NULL"
    )
    waits = await rows("SELECT person FROM waitlist_entry WHERE ended_at IS NULL")
    assert {row["person"] for row in ended} <= {row["person"] for row in waits}
    for who in people:
        found = (await who.get("/bookings")).json()["items"]
        assert len([one for one in found if one["status"] != "cancelled"]) <= 1


async def test_a_shift_goes_out_while_it_is_claimed(world: World) -> None:
    day = await world.day()
    slots = [one for one in await world.slots(day) if one["chair"] == "Chair 1"]
    people = await world.employees(len(slots))
    claims = [claim(who, slot) for who, slot in zip(people, slots, strict=True)]
    given = await race(*claims[:4], take_out(world, day), *claims[4:])
    assert given["200"] == 1
    assert given["201"] + given["not_found"] == len(slots)
    assert await count("SELECT count(*) AS number FROM reseating") == given["201"]
    await check(world, day, people)


async def test_a_shift_goes_out_while_people_move_to_it_and_from_it(world: World) -> None:
    day = await world.day()
    chairs = [
        [one for one in await world.slots(day) if one["chair"] == f"Chair {number}"]
        for number in (1, 2)
    ]
    people = await world.employees(6)
    booked = [
        await world.claim(who, slot)
        for who, slot in zip(people, [*chairs[0][:3], *chairs[1][:3]], strict=True)
    ]
    wanted = [*chairs[1][3:6], *chairs[0][3:6]]
    moves = [
        who.put(f"/bookings/{booking['id']}/slot", {"slot_id": slot["id"]})
        for who, booking, slot in zip(people, booked, wanted, strict=True)
    ]
    given = await race(*moves[:2], take_out(world, day), *moves[2:])
    assert set(given) <= {"200", "not_found", "slot_taken"}
    await check(world, day, people)
    assert (
        await count("SELECT count(*) AS number FROM booking WHERE status <> 'cancelled'")
        + await count("SELECT count(*) AS number FROM reseating WHERE slot IS NULL")
        == 6
    )


async def test_it_is_answered_in_every_way_while_the_line_moves(world: World) -> None:
    day = await world.day(shifts=[
        {"therapist": f"{who}@hands.example", "chair": who, "starts": "09:00", "ends": "09:55"}
        for who in ("tara", "tom")
    ])  # fmt: skip
    slots = await world.slots(day)
    people = await world.employees(6)
    booked = [
        await world.claim(who, slot)
        for who, slot in zip(people[:3], [one for one in slots if one["chair"] == "tara"],
                             strict=True)
    ]  # fmt: skip
    assert (await take_out(world, day)).status_code == 200
    asked = [(await who.get("/reseatings")).json()["items"][0]["id"] for who in people[:3]]
    for who in people[3:]:
        await join(who, day)
        world.clock.advance(seconds=1)
    given = await race(
        people[0].put(f"/reseatings/{asked[0]}/refusal", {"wait": True}),
        people[0].put(f"/reseatings/{asked[0]}/acceptance"),
        people[1].put(f"/reseatings/{asked[1]}/refusal"),
        people[1].delete(f"/bookings/{booked[1]['id']}"),
        people[2].delete(f"/bookings/{booked[2]['id']}"),
        people[2].put(f"/reseatings/{asked[2]}/refusal", {"wait": True}),
        people[4].delete(f"/events/{day['id']}/waitlist"),
        world.hana.delete(f"/shifts/{day['shifts'][0]['id']}/outage"),
    )
    assert set(given) <= {"200", "204", "reseating_answered", "reseating_over"}
    await check(world, day, people)
    sequences = {row["sequence"] for row in await rows("SELECT sequence FROM booking")}
    assert sequences <= {0, 1, 2}


async def test_two_shifts_go_out_at_once(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    people = await world.employees(8)
    for who, slot in zip(people, slots, strict=False):
        await world.claim(who, slot)
    given = await race(
        take_out(world, day), take_out(world, day, 1), take_out(world, day), take_out(world, day, 1)
    )
    assert given == {"200": 4}
    assert await world.slots(day) == []
    await check(world, day, people)
    assert await count("SELECT count(*) AS number FROM waitlist_entry") == 8


async def test_a_substitute_for_two_shifts_takes_one(world: World) -> None:
    await world.therapist("tim@hands.example", "Tim Takeover")
    day = await world.day()
    given = await race(*(
        world.hana.put(f"/shifts/{shift['id']}/therapist", {"therapist": "tim@hands.example"})
        for shift in day["shifts"]
    ))  # fmt: skip
    assert given == {"200": 1, "therapist_unavailable": 1}


def an_outage(day: days.Day) -> Outage:
    return Outage(
        id=new_id(), organisation=day.organisation, event=day.event, shift=day.shift,
        cause="chair", reason=None, starts_at=days.at(100),
    )  # fmt: skip


async def go_out(day: days.Day, everybody: asyncio.Barrier) -> None:
    assert await outages.of_shift(day.organisation, day.shift) is None
    await everybody.wait()
    await write_outage(day)


@transaction
async def write_outage(day: days.Day) -> None:
    await outages.add(an_outage(day), days.NINE)


async def come_in(day: days.Day, everybody: asyncio.Barrier) -> None:
    assert await outages.of_shift(day.organisation, day.shift) is None
    await everybody.wait()
    await write_slot(day)


@transaction
async def write_slot(day: days.Day) -> None:
    block = next(
        one for one in await shifts.of_event(day.organisation, day.event) if one.id == day.shift
    )
    since = days.at(120)
    await shifts.add_slot(day.organisation, block, new_id(), since, since + timedelta(minutes=15))


@with_and_without
async def test_a_shift_that_is_out_has_no_slot(bound: str, *, guarded: bool) -> None:
    assert bound
    if not guarded:
        await take_away("slot_not_out", "slot")
        await take_away("outage_of_no_slot", "outage")
    day, everybody = (await days.two_organisations()).acme, asyncio.Barrier(2)
    let_through = await at_once([go_out(day, everybody), come_in(day, everybody)])
    assert let_through == (1 if guarded else 2)


@with_and_without
async def test_a_shift_goes_out_once(bound: str, *, guarded: bool) -> None:
    assert bound
    if not guarded:
        await take_away("outage_once", "outage")
    day, everybody = (await days.two_organisations()).acme, asyncio.Barrier(4)
    let_through = await at_once([go_out(day, everybody) for _ in range(4)])
    assert let_through == (1 if guarded else 4)
