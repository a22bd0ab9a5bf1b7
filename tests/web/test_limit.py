"""An organisation's limit: whoever has had theirs takes no more, by no way, for a while."""

import asyncio
from typing import Any

import pytest

from scheduler.domain import drawing
from tests.waiting import full_day, give_back, join, offered
from tests.web.ladder import refused
from tests.web.test_draws import ONE_SLOT, outcome, wish
from tests.world import Someone, World, codes, rows

pytestmark = pytest.mark.anyio

PATH = "/organisation/fairness"
ONCE = {"limit": {"count": 1, "days": 28}, "waitlist_order": "first_come"}
NEVER = {"limit": None, "waitlist_order": "first_come"}


async def limited(world: World, rules: dict[str, Any] = ONCE) -> None:
    answer = await world.hana.put(PATH, rules)
    assert (answer.status_code, answer.json()) == (200, rules)


async def two_days(world: World, *dates: str, **changes: Any) -> list[dict[str, Any]]:
    """The slots of each."""
    days = [await world.day(date=date, **changes) for date in dates or ("2026-12-03", "2026-12-17")]
    return [day | {"slots": await world.slots(day)} for day in days]


async def claim(who: Someone, day: dict[str, Any], number: int = 0) -> Any:
    return await who.post(f"/slots/{day['slots'][number]['id']}/booking")


async def test_rules_are_read_and_changed_by_staff(world: World) -> None:
    for who in (world.hana, world.ada):
        assert (await who.get(PATH)).json() == NEVER
    for _ in range(2):
        await limited(world)
    assert (await world.ada.get(PATH)).json() == ONCE
    assert (await world.olga.get(PATH)).json() == NEVER
    log = await rows("SELECT action FROM audit WHERE action = 'organisation.fairness'")
    assert len(log) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"limit": {"count": 0, "days": 28}, "waitlist_order": "first_come"},
        {"limit": {"count": 1, "days": 0}, "waitlist_order": "first_come"},
        {"limit": {"count": 1}, "waitlist_order": "first_come"},
        {"limit": None, "waitlist_order": "by name"},
        {"limit": None},
    ],
)
async def test_rules_that_cannot_be_are_refused(world: World, body: dict[str, Any]) -> None:
    refused(await world.hana.put(PATH, body), 400, "invalid")


async def test_whoever_has_had_theirs_is_told_when_there_is_room_again(world: World) -> None:
    await limited(world)
    first, second = await two_days(world)
    assert codes([await claim(world.emil, first)]) == ["201"]
    answer = await claim(world.emil, second)
    refused(answer, 409, "limit_reached")
    assert "from Thursday 31 December 2026 on" in answer.json()["detail"]
    refused(await world.emil.post(f"/events/{second['id']}/booking"), 409, "limit_reached")
    slot = second["slots"][1]["id"]
    on_behalf = await world.hana.post(f"/slots/{slot}/booking", {"person": world.emil.email})
    refused(on_behalf, 409, "limit_reached")
    assert codes([await claim(world.edda, second)]) == ["201"]


async def test_a_day_before_one_that_is_taken_is_as_near(world: World) -> None:
    await limited(world)
    first, second = await two_days(world)
    await claim(world.emil, second)
    refused(await claim(world.emil, first), 409, "limit_reached")


async def test_four_weeks_later_there_is_room(world: World) -> None:
    await limited(world)
    first, second = await two_days(world, "2026-12-03", "2026-12-31")
    assert codes([await claim(world.emil, one) for one in (first, second)]) == ["201", "201"]


async def test_five_claims_on_five_days_at_once_are_one(world: World) -> None:
    await limited(world)
    days = await two_days(world, *(f"2026-12-{day}" for day in ("03", "04", "07", "08", "09")))
    answers = await asyncio.gather(*(claim(world.emil, day) for day in days))
    assert sorted(codes(answers)) == ["201", *["limit_reached"] * 4]


async def test_what_was_given_back_does_not_count_and_what_was_missed_does(world: World) -> None:
    await limited(world)
    first, second = await two_days(world)
    booking = (await claim(world.emil, first)).json()
    await world.emil.delete(f"/bookings/{booking['id']}")
    assert codes([await claim(world.emil, second)]) == ["201"]
    hers = (await claim(world.edda, first)).json()
    world.clock.set(first["slots"][0]["starts_at"])
    await world.hana.put(f"/bookings/{hers['id']}/attendance", {"status": "no_show"})
    refused(await claim(world.edda, second, 1), 409, "limit_reached")


async def test_a_time_is_moved_whatever_the_rule_is_by_now(world: World) -> None:
    first, second = await two_days(world)
    booking = (await claim(world.emil, first)).json()
    await claim(world.emil, second)
    await limited(world)
    slot = {"slot_id": first["slots"][3]["id"]}
    moved = await world.emil.put(f"/bookings/{booking['id']}/slot", slot)
    assert moved.status_code == 200, moved.text


async def test_what_nobody_took_by_the_last_hour_is_anybodys(world: World) -> None:
    await limited(world)
    first, second = await two_days(world)
    await claim(world.emil, first)
    world.clock.set("2026-12-17T06:59:59Z")
    refused(await claim(world.emil, second), 409, "limit_reached")
    world.clock.set("2026-12-17T07:00:00Z")
    assert codes([await claim(world.emil, second)]) == ["201"]


async def test_another_organisations_days_do_not_count(world: World) -> None:
    await limited(world)
    twice = await world.emil_at_other()
    theirs = await world.olga_day()
    await world.claim(twice, (await world.olga_slots(theirs))[0])
    first, _ = await two_days(world)
    assert codes([await claim(world.emil, first, 5)]) == ["201"]


async def test_nobody_is_offered_or_promised_what_they_may_not_take(world: World) -> None:
    day = await full_day(world)
    other = await world.day(date="2026-12-10")
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    await world.claim(world.emil, (await world.slots(other))[0])
    await limited(world)
    await give_back(day, 0)
    assert (await offered(world.emil), await offered(world.edda)) == (
        [], [day["slots"][0]["id"]],
    )  # fmt: skip
    waited = await world.emil.post(f"/events/{day['id']}/waitlist")
    refused(waited, 409, "limit_reached")


async def test_a_draw_passes_over_whoever_has_had_theirs(world: World) -> None:
    day = await world.day(published=False, shifts=ONE_SLOT)
    closes = "2026-11-30T12:00:00Z"
    await world.hana.put(f"/events/{day['id']}/draw", {"wishes_close_at": closes})
    await world.hana.put(f"/events/{day['id']}/publication")
    for who in (world.emil, world.edda):
        await wish(day, who)
    other = await world.day(date="2026-12-10")
    for who, slot in zip((world.emil, world.hana), await world.slots(other), strict=False):
        await world.claim(who, slot)
    await limited(world)
    refused(await world.hana.put(f"/events/{day['id']}/wish", {}), 409, "limit_reached")
    world.clock.set(closes)
    await drawing.run_due(world.clock())
    assert (await outcome(day, world.edda))["slot_id"]
    (why,) = (await outcome(day, world.emil))["why"]
    assert "as many as one person may have" in why
