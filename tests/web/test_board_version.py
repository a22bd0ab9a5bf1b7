"""The version of a board: another one after each change that shows, and the same after all else."""

from typing import Any
from uuid import UUID

import pytest

from scheduler.domain import board
from tests.world import World, plan

pytestmark = pytest.mark.anyio


class Watched:
    """Asks for the version of a day again and again."""

    def __init__(self, world: World, day: dict[str, Any]) -> None:
        self.world, self.id = world, UUID(day["id"])
        self.known = set[str]()

    async def version(self) -> str:
        return (await board.versions([self.id], self.world.clock()))[self.id]

    async def is_new(self) -> bool:
        """One that it never was before."""
        version, before = await self.version(), set(self.known)
        self.known.add(version)
        return version not in before


async def test_each_change_that_shows_makes_it_another(world: World) -> None:
    day = await world.day(published=False)
    watched, path = Watched(world, day), f"/events/{day['id']}"
    slots = await world.slots(day)
    assert await watched.is_new()
    await world.hana.put(f"{path}/publication")
    assert await watched.is_new()
    first = await world.claim(world.emil, slots[0])
    assert await watched.is_new()
    await world.emil.put(f"/bookings/{first['id']}/slot", {"slot_id": slots[1]["id"]})
    assert await watched.is_new()
    await world.emil.put(f"/bookings/{first['id']}/slot", {"slot_id": slots[0]["id"]})
    assert await watched.is_new(), "it looks as it did, but a page may have missed all between"
    await world.emil.delete(f"/bookings/{first['id']}")
    assert await watched.is_new()
    await world.claim(world.emil, slots[0])
    assert await watched.is_new()
    await world.hana.put(f"{path}/cancellation", {"reason": "Tara is ill"})
    assert await watched.is_new()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another name"},
        {"location": {"name": "Attic"}},
        {"claims_open_at": "2026-11-30T08:00:00Z"},
        {"claims_open_at": "2026-11-01T08:00:00Z"},
        {"claims_per_person": 2},
        {"shifts": plan()["shifts"][:1]},
        {"shifts": [plan()["shifts"][0] | {"chair": "By the window"}, plan()["shifts"][1]]},
    ],
    ids=str,
)
async def test_each_change_of_the_plan_makes_it_another(
    world: World, change: dict[str, Any]
) -> None:
    day = await world.day()
    watched = Watched(world, day)
    await watched.is_new()
    answer = await world.hana.patch(f"/events/{day['id']}", change)
    assert answer.status_code == 200, answer.text
    assert await watched.is_new()
    await world.hana.patch(f"/events/{day['id']}", {"title": "Once more"})
    assert await watched.is_new()


async def test_time_alone_makes_it_another(world: World) -> None:
    day = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    watched = Watched(world, day)
    moments = {
        "2026-12-01T07:59:59Z": False,
        "2026-12-01T08:00:00Z": True,  # claims open
        "2026-12-03T07:59:59Z": False,
        "2026-12-03T08:00:00Z": True,  # the first slot begins
        "2026-12-03T08:19:59Z": False,
        "2026-12-03T08:20:00Z": True,  # the second
        "2026-12-03T11:00:00Z": True,  # the day ends
        "2026-12-03T15:00:00Z": False,
    }
    await watched.is_new()
    for moment, shows in moments.items():
        world.clock.set(moment)
        assert await watched.is_new() is shows, moment


async def test_nothing_else_makes_it_another(world: World) -> None:
    day, other = await world.day(), await world.day(date="2026-12-10")
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[0])
    watched, path = Watched(world, day), f"/bookings/{booking['id']}"
    await world.claim(world.edda, (await world.slots(other))[0])
    refused = await world.edda.post(f"/slots/{slots[0]['id']}/booking")
    assert refused.status_code == 409
    again = await world.hana.put(f"/events/{day['id']}/publication")
    assert again.status_code == 200
    world.clock.set("2026-12-03T08:01:00Z")
    await watched.is_new()
    marked = await world.tara.put(f"{path}/attendance", {"status": "checked_in"})
    rated = await world.emil.put(f"{path}/ratings/before", {"score": 7})
    assert (marked.status_code, rated.status_code) == (200, 200)
    await world.tick()
    assert not await watched.is_new()


async def test_many_at_once_of_any_organisation(world: World) -> None:
    days = [await world.day(date=f"2026-12-{day:02}") for day in (3, 4, 7)]
    theirs = await world.olga_day()
    ids = {UUID(day["id"]) for day in (*days, theirs)}
    assert (await board.versions(ids, world.clock())).keys() == ids
    assert await board.versions([UUID(int=1)], world.clock()) == {}
    assert await board.versions([], world.clock()) == {}
