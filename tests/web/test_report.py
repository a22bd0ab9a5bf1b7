"""What a day was worth, without telling of anybody."""

from typing import Any
from uuid import UUID

import pytest

from scheduler.domain import occupancy
from scheduler.domain.errors import NotFound
from tests.web.ladder import climb
from tests.world import Someone, World

pytestmark = pytest.mark.anyio
CLOSES = "2026-12-10T10:55:00Z"  # 7 days after the last slot


async def rated(world: World, people: list[Someone], slots: list[dict[str, Any]]) -> None:
    """All have claimed; now each rates 8 before and 3 after, on the day."""
    bookings = [
        (someone, await world.claim(someone, slot))
        for someone, slot in zip(people, slots, strict=False)
    ]
    world.clock.set("2026-12-03T12:00:00Z")
    for someone, booking in bookings:
        for moment, score in (("before", 8), ("after", 3)):
            path = f"/bookings/{booking['id']}/ratings/{moment}"
            assert (await someone.put(path, {"score": score})).status_code == 200


async def test_a_report_counts_what_became_of_the_day(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    people = [world.emil, world.edda, *await world.employees(3)]
    bookings = [await world.claim(one, slots[index]) for index, one in enumerate(people)]
    await world.emil.delete(f"/bookings/{bookings[0]['id']}")
    world.clock.set("2026-12-03T10:00:00Z")
    for index, status in ((1, "completed"), (2, "completed"), (3, "no_show")):
        answer = await world.hana.put(
            f"/bookings/{bookings[index]['id']}/attendance", {"status": status}
        )
        assert answer.status_code == 200
    answer = await world.hana.get(f"/events/{day['id']}/report")
    assert answer.status_code == 200
    report = answer.json()
    (hidden,) = report["hidden"]
    assert hidden["what"] == "tension"
    assert hidden["why"]
    assert report == {
        "closed": False,
        "utilisation": {"offered": 14, "used": 3},
        "attendance": {"completed": 2, "no_show": 1, "cancelled": 1},
        "arrived": 2,
        "by_hour": [
            {"hour": "09:00", "offered": 3, "booked": 2, "no_show": 0, "open": 0},
            {"hour": "10:00", "offered": 5, "booked": 2, "no_show": 1, "open": 0},
            {"hour": "11:00", "offered": 6, "booked": 0, "no_show": 0, "open": 4},
        ],
        "unmet_demand": 0,
        "tension": None,
        "answered_both": None,
        "hidden": [hidden],
    }


async def test_tension_shows_from_eight_people_once_the_day_has_closed(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}/report"
    people = [world.emil, *await world.employees(7)]
    await rated(world, people, await world.slots(day))
    world.clock.set("2026-12-10T10:54:59Z")
    before = (await world.hana.get(path)).json()
    assert (before["closed"], before["tension"]) == (False, None)
    world.clock.set(CLOSES)
    after = (await world.hana.get(path)).json()
    assert (after["closed"], after["hidden"]) == (True, [])
    assert after["tension"] == {"pairs": 8, "before": 8.0, "after": 3.0, "change": -5.0}
    assert before["hidden"][0]["what"] == "tension"


async def test_seven_people_are_never_shown(world: World) -> None:
    day = await world.day(claims_per_person=2)
    path = f"/events/{day['id']}/report"
    seven = [world.emil, *await world.employees(6)]
    slots = await world.slots(day)
    # Emil comes twice: eight pairs, and still seven people.
    await rated(world, [*seven, world.emil], slots)
    world.clock.set(CLOSES)
    report = (await world.hana.get(path)).json()
    assert (report["closed"], report["tension"]) == (True, None)
    assert report["hidden"][0]["what"] == "tension"
    assert report["hidden"][0]["why"] != ""


async def test_a_report_has_its_ladder(world: World) -> None:
    day = await world.day()
    strangers = [
        world.emil, world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "GET", f"/events/{day['id']}/report", None, world.hana, strangers)


async def test_a_draft_has_a_report_of_nothing_yet(world: World) -> None:
    day = await world.day(published=False)
    report = (await world.hana.get(f"/events/{day['id']}/report")).json()
    assert report["utilisation"] == {"offered": 14, "used": 0}
    assert report["attendance"] == {"completed": 0, "no_show": 0, "cancelled": 0}
    hours = [(hour["hour"], hour["offered"], hour["open"]) for hour in report["by_hour"]]
    assert hours == [("09:00", 3, 3), ("10:00", 5, 5), ("11:00", 6, 6)]


async def test_a_cancelled_day_offers_no_hours(world: World) -> None:
    day = await world.day()
    await world.claim(world.emil, (await world.slots(day))[0])
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    report = (await world.hana.get(f"/events/{day['id']}/report")).json()
    assert (report["by_hour"], report["utilisation"]["offered"]) == ([], 0)


async def test_the_coordinator_sees_how_each_hour_fills(world: World) -> None:
    day = await world.day()
    event, now = UUID(day["id"]), world.clock()
    await world.claim(world.emil, (await world.slots(day))[4])
    hours = await occupancy.of_event(world.hana.caller, event, now)
    assert [(hour.hour, hour.booked, hour.open) for hour in hours] == [
        ("09:00", 0, 3), ("10:00", 1, 4), ("11:00", 0, 6),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await occupancy.of_event(world.olga.caller, event, now)
