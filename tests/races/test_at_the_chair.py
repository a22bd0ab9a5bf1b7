"""At the chair everybody taps at once: one has the time, and the others are told why not."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from scheduler.domain.booking import Preferences, placed
from scheduler.storage import bookings, shifts
from scheduler.storage.database import is_postgres, together
from scheduler.storage.transaction import transaction
from tests.processes import count
from tests.races.test_claims import race
from tests.races.test_controls import at_once, with_and_without
from tests.waiting import full_day, offers
from tests.web.test_at_the_chair import at, missed, ready
from tests.world import Someone, World, rows, write

pytestmark = pytest.mark.anyio
LIVING = (
    "SELECT count(*) AS number FROM booking JOIN slot ON slot.id = booking.slot"
    " JOIN booking AS missed ON missed.id = slot.instead_of"
    " WHERE booking.status <> 'cancelled' AND missed.status <> 'no_show'"
)


async def test_coming_after_all_while_somebody_takes_it(world: World) -> None:
    day = await full_day(world)
    rest = await missed_at(world, day)
    path = f"/bookings/{day['bookings'][0]['id']}/attendance"
    given = await race(
        world.edda.post(f"/slots/{rest['id']}/booking"),
        world.tara.put(path, {"status": "checked_in"}),
        world.emil.post(f"/slots/{rest['id']}/booking"),
    )
    assert given["201"] + given["200"] == 1, given
    assert given["slot_taken"] + given["not_found"] == 2, given
    assert await count(LIVING) == 0


async def test_two_walk_ins_and_a_tap_on_the_board(world: World) -> None:
    day = await full_day(world)
    rest = await missed_at(world, day)
    path = f"/slots/{rest['id']}/walk-in"
    given = await race(
        world.tara.post(path), world.hana.post(path), world.tara.post(path),
        world.edda.post(f"/slots/{rest['id']}/booking"),
    )  # fmt: skip
    assert given == {"201": 1, "slot_taken": 3}
    assert await count("SELECT count(*) AS number FROM booking") == 3


async def missed_at(world: World, day: dict[str, Any]) -> dict[str, Any]:
    world.clock.set(at(0))
    return await missed(world, day)


async def test_a_round_runs_out_as_it_is_taken(world: World) -> None:
    day = await full_day(world)
    world.clock.set(at(0))
    for who in (world.edda, world.emil):
        await ready(who, day)
        world.clock.advance(seconds=1)
    await missed(world, day)
    (offer,) = await offers(world.edda)
    taking = world.edda.put(f"/offers/{offer['id']}/acceptance")

    async def run_out() -> None:
        world.clock.advance(minutes=3)
        await world.tick()

    running_out = asyncio.gather(*(run_out() for _ in range(2)))
    answer, _ = await asyncio.gather(taking, running_out)
    world.clock.set(at(8))
    held = await rows("SELECT person FROM offer WHERE ended_at IS NULL")
    if answer.status_code == 200:
        assert held == []
    else:
        assert answer.json()["code"] == "offer_expired"
    taken = await rows("SELECT id FROM booking WHERE slot = {}", offer["slot_id"])
    assert len(taken) == (answer.status_code == 200)


async def test_the_rest_is_given_once(world: World) -> None:
    day = await full_day(world)
    world.clock.set(at(5))
    path = f"/bookings/{day['bookings'][0]['id']}/attendance"
    await race(*(world.tara.put(path, {"status": "no_show"}) for _ in range(4)))
    await asyncio.gather(*(world.tick() for _ in range(3)))
    assert await count("SELECT count(*) AS number FROM slot WHERE instead_of IS NOT NULL") == 1


# Without its guards somebody lives on the time of somebody who came


async def take_away_guards() -> None:
    names = ["booking_of_no_show", "booking_not_given"]
    sqlite = ["booking_of_no_show_INSERT", "booking_of_no_show_UPDATE", "booking_not_given_UPDATE"]
    for name in names if is_postgres() else sqlite:
        await write(f"DROP TRIGGER {name}{' ON booking' if is_postgres() else ''}")


async def careless_claim(who: Someone, rest: UUID, everybody: asyncio.Barrier) -> None:
    facts = await bookings.claim_facts(who.caller.organisation, rest, who.caller.id)
    assert facts is not None
    booking = placed(facts, who.caller, Preferences(), facts.starts_at)
    await everybody.wait()
    await together(bookings.addition(booking, 1))


async def careless_undo(world: World, rest: UUID, missed: UUID, both: asyncio.Barrier) -> None:
    slot = await shifts.slot(world.acme, rest)
    assert slot is not None
    assert slot.holder is None
    await both.wait()
    await come_after_all(world.acme, missed, world.clock())


@transaction
async def come_after_all(organisation: UUID, booking: UUID, now: datetime) -> None:
    await bookings.set_attendance(organisation, booking, "confirmed", None, now)


@with_and_without
async def test_nobody_lives_on_the_time_of_somebody_who_came(
    world: World, *, guarded: bool
) -> None:
    day = await full_day(world)
    rest = UUID((await missed_at(world, day))["id"])
    if not guarded:
        await take_away_guards()
    both = asyncio.Barrier(2)
    let_through = await at_once(
        [
            careless_claim(world.edda, rest, both),
            careless_undo(world, rest, UUID(day["bookings"][0]["id"]), both),
        ]
    )
    assert let_through == (1 if guarded else 2)
    assert await count(LIVING) == (0 if guarded else 1)
