"""Who is asked first: whoever joined first, or whoever is most due."""

from typing import Any

import pytest

from scheduler.domain import drawing
from scheduler.domain.person import Role
from tests.waiting import full_day, give_back, join, offered
from tests.web.forms import words
from tests.web.test_draws import CLOSES, ONE_SLOT, announced, outcome, wish
from tests.world import Someone, World

pytestmark = pytest.mark.anyio

FAIR = {"limit": None, "waitlist_order": "fairness"}
RULE = (
    "Whoever wished in vain before is asked first, and whoever gave a time back late or did not"
    " come is asked later; among equals, whoever joined first."
)


async def by_fairness(world: World) -> None:
    answer = await world.hana.put("/organisation/fairness", FAIR)
    assert answer.status_code == 200, answer.text


async def after_a_draw(world: World) -> tuple[Someone, Someone]:
    """Who got a time in it, and who wished in vain."""
    day = await announced(world, shifts=ONE_SLOT)
    cast = (world.emil, world.edda)
    for who in cast:
        await wish(day, who)
    world.clock.set(CLOSES)
    await drawing.run_due(world.clock())
    lucky, unlucky = sorted(cast, key=lambda who: who is world.edda)
    if (await outcome(day, unlucky))["slot_id"]:
        lucky, unlucky = unlucky, lucky
    return lucky, unlucky


async def in_line(world: World, day: dict[str, Any], *people: Someone) -> None:
    for who in people:
        world.clock.advance(minutes=1)
        await join(who, day)


async def test_whoever_wished_in_vain_is_asked_before_those_who_joined_first(world: World) -> None:
    lucky, unlucky = await after_a_draw(world)
    await by_fairness(world)
    day = await full_day(world, date="2026-12-17")
    await in_line(world, day, lucky, unlucky)
    again = await join(unlucky, day)
    assert (again["position"], again["why"]) == (1, [
        RULE, "You had wished in vain since your last massage, which counted for you: 1.",
    ])  # fmt: skip
    assert (await join(lucky, day))["position"] == 2
    await give_back(day, 0)
    assert (await offered(lucky), await offered(unlucky)) == ([], [day["slots"][0]["id"]])


async def test_the_page_says_what_decides(world: World) -> None:
    await by_fairness(world)
    day = await full_day(world)
    await in_line(world, day, world.emil)
    page = (await (await world.signed_in(world.emil)).get(f"/days/{day['id']}")).text
    assert f"What decides my place {RULE}" in words(page)


async def test_first_come_is_first_served_unless_the_organisation_says_so(world: World) -> None:
    lucky, unlucky = await after_a_draw(world)
    day = await full_day(world, date="2026-12-17")
    await in_line(world, day, lucky, unlucky)
    assert (await join(unlucky, day))["position"] == 2
    await give_back(day, 0)
    assert (await offered(lucky), await offered(unlucky)) == ([day["slots"][0]["id"]], [])


async def test_a_time_left_unused_puts_back_and_equals_keep_their_order(world: World) -> None:
    await by_fairness(world)
    past = await world.day(date="2026-11-24")
    slot = (await world.slots(past))[0]
    booking = await world.claim(world.emil, slot)
    world.clock.set(slot["starts_at"])
    await world.hana.put(f"/bookings/{booking['id']}/attendance", {"status": "no_show"})
    day, newcomer = (
        await full_day(world),
        await world.join("new@acme.example", "Nia", Role.EMPLOYEE),
    )
    await in_line(world, day, world.emil, world.edda, newcomer)
    places = [(await join(who, day))["position"] for who in (world.edda, newcomer, world.emil)]
    assert places == [1, 2, 3]
    told = (await join(world.emil, day))["why"]
    assert told[-1] == (
        "Times in the last year that you did not come to, which counted against you: 1."
    )
