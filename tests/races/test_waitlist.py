"""People in line, while everybody does everything at once: nothing stranded, nobody skipped."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests import line
from tests.races.test_claims import race
from tests.waiting import full_day, join, offered, offers
from tests.world import Someone, World, plan, rows

pytestmark = pytest.mark.anyio


async def crowd(world: World, count: int, day: dict[str, Any]) -> list[Someone]:
    """In line, one after the other."""
    people = (await world.employees(count + len(day["holders"])))[len(day["holders"]) :]
    for who in people:
        await join(who, day)
        world.clock.advance(seconds=1)
    return people


async def check(world: World, day: dict[str, Any]) -> None:
    await line.check(day["id"], world.clock())


def giving_back(day: dict[str, Any]) -> list[Any]:
    return [
        who.delete(f"/bookings/{booking['id']}")
        for who, booking in zip(day["holders"], day["bookings"], strict=True)
    ]


async def test_everybody_gives_back_at_once(world: World) -> None:
    day = await full_day(world, 10)
    people = await crowd(world, 14, day)
    assert await race(*giving_back(day)) == {"204": 10}
    held = [len(await offers(who)) for who in people]
    assert held == [1] * 10 + [0] * 4, "the first in line, one each"
    await check(world, day)


async def test_what_is_given_back_goes_to_nobody_who_did_not_wait(world: World) -> None:
    day = await full_day(world, 6)
    people = await crowd(world, 6, day)
    others = (await world.employees(18))[12:]
    claims = [
        who.post(f"/slots/{slot['id']}/booking")
        for who, slot in zip(others, day["slots"], strict=True)
    ]
    given = await race(
        *(step for pair in zip(giving_back(day), claims, strict=True) for step in pair)
    )
    assert given == {"204": 6, "slot_taken": 6}
    assert [len(await offers(who)) for who in people] == [1] * 6
    await check(world, day)


async def test_one_offer_answered_in_every_way_at_once(world: World) -> None:
    day = await full_day(world)
    first, second = await crowd(world, 2, day)
    await day["holders"][0].delete(f"/bookings/{day['bookings'][0]['id']}")
    (offer,) = await offers(first)
    path = f"/offers/{offer['id']}"
    await race(
        first.put(f"{path}/acceptance"),
        first.put(f"{path}/refusal"),
        first.post(f"/slots/{offer['slot_id']}/booking"),
        first.delete(f"/events/{day['id']}/waitlist"),
        first.put(f"{path}/acceptance"),
    )
    booked = await rows(
        "SELECT person FROM booking WHERE slot = {} AND status <> 'cancelled'", offer["slot_id"]
    )
    if booked:
        assert [str(row["person"]) for row in booked] == [first.id]
    else:
        assert await offered(second) == [offer["slot_id"]]
    await check(world, day)


async def test_it_runs_out_as_it_is_taken(world: World) -> None:
    day = await full_day(world)
    first, second = await crowd(world, 2, day)
    await day["holders"][0].delete(f"/bookings/{day['bookings'][0]['id']}")
    (offer,) = await offers(first)
    taking = first.put(f"/offers/{offer['id']}/acceptance")

    async def run_out() -> None:
        world.clock.advance(minutes=30)
        await world.tick()

    running_out = asyncio.gather(*(run_out() for _ in range(3)))
    answer, _ = await asyncio.gather(taking, running_out)
    world.clock.advance(minutes=-60)
    if answer.status_code == 200:
        assert await offers(second) == []
    else:
        assert answer.json()["code"] == "offer_expired"
    outcomes = Counter(row["outcome"] for row in await rows("SELECT outcome FROM offer"))
    assert outcomes["taken"] == (answer.status_code == 200)


async def test_giving_back_while_the_day_is_cancelled(world: World) -> None:
    day = await full_day(world, 6)
    await crowd(world, 8, day)
    cancelling = world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    first, *others = giving_back(day)
    given = await race(first, cancelling, *others)
    assert given == {"204": 6, "200": 1}
    assert await rows("SELECT id FROM offer WHERE ended_at IS NULL") == []
    assert await rows("SELECT id FROM waitlist_entry WHERE ended_at IS NULL") == []


async def test_joining_giving_back_and_a_longer_day_at_once(world: World) -> None:
    day = await full_day(world, 6)
    people = (await world.employees(14))[6:]
    more = [{"id": day["shifts"][0]["id"]}, plan()["shifts"][1]]
    first, *others = giving_back(day)
    joining = [who.post(f"/events/{day['id']}/waitlist", {}) for who in people]
    given = await race(
        *joining[:4],
        first,
        world.hana.patch(f"/events/{day['id']}", {"shifts": more}),
        *others,
        *joining[4:],
    )
    assert given == {"201": 8, "204": 6, "200": 1}
    assert sum([len(await offers(who)) for who in people]) == 8
    await check(world, day)


async def test_somebody_who_waits_takes_two_times_at_once(world: World) -> None:
    day = await full_day(world, 3)
    (first,) = await crowd(world, 1, day)
    await race(*giving_back(day))
    given = await race(
        *(first.post(f"/slots/{slot['id']}/booking") for slot in day["slots"]),
        first.post(f"/events/{day['id']}/booking"),
    )
    assert given["201"] == 1
    assert await rows("SELECT id FROM offer WHERE ended_at IS NULL") == []
    await check(world, day)
