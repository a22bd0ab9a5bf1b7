"""A delay takes up free times while people claim them, and therapists say it all at once."""

import asyncio
import itertools
from collections import Counter
from typing import Any

import pytest

from tests.races.test_claims import race
from tests.world import Someone, World, rows

pytestmark = pytest.mark.anyio
SHIFT = [
    {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "12:15"}
]


async def day_of_ten(world: World) -> tuple[dict[str, Any], list[Someone], list[dict[str, Any]]]:
    """Every other time is taken; for each that is free there is somebody who wants it."""
    event = await world.day(shifts=SHIFT, cancel_until_minutes=0)
    slots, people = await world.slots(event), await world.employees(10)
    for who, slot in zip(people[:5], slots[::2], strict=True):
        await world.claim(who, slot)
    world.clock.set("2026-12-03T07:30:00Z")
    return event["shifts"][0], people[5:], slots[1::2]


async def check() -> None:
    """Nobody is on a time that was taken up, and no two massages are at once."""
    found = await rows(
        "SELECT slot.absorbed, coalesce(slot.actual_starts_at, slot.starts_at) AS starts_at,"
        " coalesce(slot.actual_ends_at, slot.ends_at) AS ends_at FROM slot"
        " JOIN booking ON booking.slot = slot.id AND booking.status <> 'cancelled'"
        " ORDER BY slot.starts_at"
    )
    assert not any(one["absorbed"] for one in found)
    for first, second in itertools.pairwise(found):
        assert first["ends_at"] <= second["starts_at"]


async def test_a_delay_and_claims_at_once(world: World) -> None:
    shift, people, free = await day_of_ten(world)
    claims = [
        who.post(f"/slots/{slot['id']}/booking") for who, slot in zip(people, free, strict=True)
    ]
    said = [world.tara.put(f"/shifts/{shift['id']}/delay", {"minutes": 8})]
    answers = await race(*claims[:2], *said, *claims[2:])
    assert answers.pop("200") == 1
    assert answers.keys() <= {"201", "slot_taken"}
    await check()


async def test_everybody_says_another_delay_at_once(world: World) -> None:
    shift, _, _ = await day_of_ten(world)
    path = f"/shifts/{shift['id']}/delay"
    minutes = [3, 8, 0, 12, 8, 15]
    assert await race(*(world.tara.put(path, {"minutes": one}) for one in minutes)) == {"200": 6}
    await check()
    (stored,) = await rows("SELECT delay_minutes FROM shift WHERE id = {}", shift["id"])
    told = await rows(
        "SELECT coalesce(slot.actual_starts_at, slot.starts_at) AS at, slot.starts_at AS planned"
        " FROM slot JOIN booking ON booking.slot = slot.id ORDER BY slot.starts_at LIMIT 1"
    )
    assert (told[0]["at"] == told[0]["planned"]) == (stored["delay_minutes"] == 0)


async def test_a_delay_while_people_give_back_and_move(world: World) -> None:
    shift, _, free = await day_of_ten(world)
    booked = await rows("SELECT id, person FROM booking ORDER BY starts_at")
    path = f"/shifts/{shift['id']}/delay"
    done = await asyncio.gather(
        world.tara.put(path, {"minutes": 8}),
        world.hana.delete(f"/bookings/{booked[1]['id']}"),
        world.tara.put(path, {"minutes": 12}),
        world.hana.put(f"/bookings/{booked[2]['id']}/slot", {"slot_id": free[4]["id"]}),
        world.hana.delete(f"/bookings/{booked[3]['id']}"),
    )
    assert Counter(one.status_code for one in done) in (
        Counter({200: 3, 204: 2}), Counter({200: 2, 204: 2, 409: 1}),
    )  # fmt: skip
    await check()
