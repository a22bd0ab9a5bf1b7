"""What a change would do to whom: said before, and done as it was said."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduler.domain import change
from scheduler.domain.change import Outcome
from scheduler.domain.errors import EventCancelled, NotFound
from tests.facts import fingerprint
from tests.world import World

pytestmark = pytest.mark.anyio


async def preview(world: World, day: dict[str, Any], patch: dict[str, Any]) -> list[Outcome]:
    return await change.preview(world.hana.caller, UUID(day["id"]), patch, world.clock())


def said(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Whose booking, and what becomes of it."""
    return [(one.booking.person_name, fate(one)) for one in outcomes]


def fate(one: Outcome) -> str:
    if one.stays:
        return "stays"
    return f"{one.seat.time[0]:%H:%M}" if one.seat else "ends"


async def booked(world: World) -> dict[str, Any]:
    """Emil at 09:00 and Edda at 11:40 with Tara, by the clock in Berlin."""
    day = await world.day()
    slots = [slot for slot in await world.slots(day) if slot["chair"] == "Chair 1"]
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[-1])
    return day


async def test_what_touches_nobody_is_empty(world: World) -> None:
    assert await preview(world, await booked(world), {"title": "Back day"}) == []


async def test_whom_it_touches_and_how(world: World) -> None:
    day = await booked(world)
    first, second = ({"id": shift["id"]} for shift in day["shifts"])
    before = await fingerprint()
    moved = await preview(world, day, {"shifts": [first | {"starts": "09:10"}, second]})
    assert said(moved) == [("Emil Grün", "08:10")]
    gone = await preview(world, day, {"shifts": [second]})
    assert said(gone) == [("Emil Grün", "ends"), ("Edda Okoye", "ends")]
    elsewhere = await preview(world, day, {"location": {"name": "Roof"}})
    assert said(elsewhere) == [("Emil Grün", "stays"), ("Edda Okoye", "stays")]
    assert await fingerprint() == before


async def test_what_was_said_is_what_is_done(world: World) -> None:
    day = await booked(world)
    first, second = ({"id": shift["id"]} for shift in day["shifts"])
    patch = {"shifts": [first | {"starts": "09:10", "ends": "11:00"}, second]}
    assert said(await preview(world, day, patch)) == [
        ("Emil Grün", "08:10"), ("Edda Okoye", "09:40"),
    ]  # fmt: skip
    answer = await world.hana.patch(f"/events/{day['id']}?confirm=true", patch)
    assert answer.status_code == 200
    for who, starts_at in ((world.emil, "08:10"), (world.edda, "09:40")):
        [booking] = (await who.get("/bookings")).json()["items"]
        assert booking["starts_at"] == f"2026-12-03T{starts_at}:00Z"


async def test_another_days_massage_keeps_somebody_from_a_seat(world: World) -> None:
    await booked(world)
    emil = await world.emil_at_other()
    theirs = await world.olga_day(starts="08:20", ends="08:35")  # 09:20 in Berlin
    [slot] = await world.olga_slots(theirs)
    await world.claim(emil, slot)
    [day] = (await world.hana.get("/events")).json()["items"]
    first, second = ({"id": shift["id"]} for shift in day["shifts"])
    outcomes = await preview(world, day, {"shifts": [first | {"starts": "09:15"}, second]})
    assert said(outcomes) == [("Emil Grün", "ends")]


async def test_a_preview_is_for_those_who_may_change(world: World) -> None:
    day = await world.day()
    for who, event in ((world.olga, UUID(day["id"])), (world.hana, uuid4())):
        with pytest.raises(NotFound):
            await change.preview(who.caller, event, {}, world.clock())
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    with pytest.raises(EventCancelled):
        await preview(world, day, {})
