"""A day that people rated, as a report looks back on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.world import Someone, World

Scores = Sequence[tuple[int, int]]


async def rated_day(
    world: World, people: Sequence[Someone], scores: Scores, *, missed: int = 0, **changes: Any
) -> dict[str, Any]:
    """Each of the first people gives one pair of scores; the last `missed` of all did not come.

    The clock ends at noon of the day, in UTC.
    """
    day = await world.day(**changes)
    slots = await world.slots(day)
    bookings = [
        (one, await world.claim(one, slot)) for one, slot in zip(people, slots, strict=False)
    ]
    world.clock.instant = datetime.fromisoformat(f"{day['date']}T12:00:00+00:00")
    for at, (_, booking) in enumerate(bookings):
        status = "no_show" if at >= len(bookings) - missed else "completed"
        path = f"/bookings/{booking['id']}/attendance"
        assert (await world.hana.put(path, {"status": status})).status_code == 200
    for (one, booking), (before, after) in zip(bookings, scores, strict=False):
        for moment, score in (("before", before), ("after", after)):
            path = f"/bookings/{booking['id']}/ratings/{moment}"
            assert (await one.put(path, {"score": score})).status_code == 200
    return day


def pairs(count: int, before: int = 7, after: int = 4) -> list[tuple[int, int]]:
    return [(before - at % 2, after - at % 3) for at in range(count)]
