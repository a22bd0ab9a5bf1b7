"""Every guard is needed: with it the same careless code does no harm, and without it, it does.

The careless code looks first and writes then, in two steps, and everybody looks before the first
one writes. Whether what it asked was true a moment ago is all that the rules themselves can know.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from scheduler.domain.booking import Preferences, check_claim, lowest_free, placed
from scheduler.storage import bookings, offers, shifts, waitlist
from scheduler.storage.database import is_postgres, together
from scheduler.storage.rows import Caller
from scheduler.storage.transaction import transaction
from tests.processes import count
from tests.storage import days
from tests.world import MONDAY, Someone, World, write

pytestmark = pytest.mark.anyio

REFUSED = (
    asyncpg.UniqueViolationError,
    asyncpg.ExclusionViolationError,
    sqlite3.IntegrityError,
)
INDEXES = ("booking_one_per", "booking_claims", "offer_one_per", "outage_once")
TRIGGERS = {
    "booking_not_held": "booking", "booking_within_limit": "booking", "offer_of_open_slot": "offer",
}  # fmt: skip
ON_SHIFTS = {"slot_not_out", "outage_of_no_slot"}
with_and_without = pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])


async def take_away(guard: str, table: str) -> None:
    if guard.startswith(INDEXES):
        await write(f"DROP INDEX {guard}")
    elif guard == "booking_within_limit" and not is_postgres():
        await write(f"DROP TRIGGER {guard}_INSERT")
    elif guard in TRIGGERS.keys() | ON_SHIFTS and is_postgres():
        await write(f"DROP TRIGGER {guard} ON {table}")
    elif is_postgres():
        await write(f"ALTER TABLE {table} DROP CONSTRAINT {guard}")
    else:
        for verb in ("INSERT", "UPDATE"):
            await write(f"DROP TRIGGER {guard}_{verb}")


async def at_once(careless: Iterable[Awaitable[None]]) -> int:
    """How many of them the database let through."""
    answers = await asyncio.gather(*careless, return_exceptions=True)
    unexpected = [one for one in answers if one is not None and not isinstance(one, REFUSED)]
    assert unexpected == []
    return answers.count(None)


async def claim(caller: Caller, slot: dict[str, Any], everybody: asyncio.Barrier) -> None:
    facts = await bookings.claim_facts(caller.organisation, UUID(slot["id"]), caller.id)
    assert facts is not None
    check_claim(facts, MONDAY)
    taken = await bookings.ordinals(facts.organisation, facts.event, caller.id)
    booking = placed(facts, caller, Preferences(), MONDAY)
    await everybody.wait()
    await together(bookings.addition(booking, lowest_free(taken)))


def claims(pairs: Iterable[tuple[Someone, dict[str, Any]]]) -> list[Awaitable[None]]:
    wanted = list(pairs)
    everybody = asyncio.Barrier(len(wanted))
    return [claim(who.caller, slot, everybody) for who, slot in wanted]


@with_and_without
async def test_one_booking_per_slot(world: World, *, guarded: bool) -> None:
    if not guarded:
        await take_away("booking_one_per_slot", "booking")
    slot = (await world.slots(await world.day()))[0]
    let_through = await at_once(claims((who, slot) for who in await world.employees(8)))
    assert let_through == (1 if guarded else 8)
    assert await count(
        "SELECT max(bookings) AS number FROM (SELECT count(*) AS bookings FROM booking"
        " WHERE status <> 'cancelled' GROUP BY slot) AS slots"
    ) == (1 if guarded else 8)


@with_and_without
async def test_claims_per_person(world: World, *, guarded: bool) -> None:
    if not guarded:
        await take_away("booking_claims_per_person", "booking")
    day = await world.day(claims_per_person=2)
    slots = [slot for slot in await world.slots(day) if slot["chair"] == "Chair 1"][:5]
    let_through = await at_once(claims((world.emil, slot) for slot in slots))
    assert let_through == (1 if guarded else 5)


@with_and_without
async def test_nobody_in_two_places(world: World, *, guarded: bool) -> None:
    if not guarded:
        await take_away("booking_one_place", "booking")
    ours = await world.slots(await world.day())
    theirs = await world.olga_slots(await world.olga_day())
    other = next(slot for slot in theirs if slot["starts_at"] == ours[0]["starts_at"])
    twice = await world.emil_at_other()
    let_through = await at_once(claims([(world.emil, ours[0]), (twice, other)]))
    assert let_through == (1 if guarded else 2)


@with_and_without
async def test_no_more_than_the_limit_on_days_of_one_organisation(
    world: World, *, guarded: bool
) -> None:
    if not guarded:
        await take_away("booking_within_limit", "booking")
    rules = {"limit": {"count": 2, "days": 28}, "waitlist_order": "first_come"}
    await world.hana.put("/organisation/fairness", rules)
    found = [await world.day(date=f"2026-12-{day}") for day in ("03", "04", "07", "08", "09")]
    slots = [(await world.slots(day))[number] for number, day in enumerate(found)]
    let_through = await at_once(claims((world.emil, slot) for slot in slots))
    assert let_through == (2 if guarded else 5)


async def waiting(who: Iterable[Someone], day: dict[str, Any]) -> list[UUID]:
    """The entries of people in line for a day."""
    line = list(who)
    for one in line:
        await put_in_line(one.caller, UUID(day["id"]))
    found = await waitlist.line(line[0].caller.organisation, UUID(day["id"]), MONDAY)
    entries = {entry.person: entry.id for entry in found}
    return [entries[one.caller.id] for one in line]


@transaction
async def put_in_line(caller: Caller, event: UUID) -> None:
    anything = waitlist.Times(None, None, None)
    await waitlist.join(caller.organisation, event, caller.id, anything, MONDAY)


async def offer(
    organisation: UUID, entry: UUID, slot: dict[str, Any], everybody: asyncio.Barrier
) -> None:
    assert slot["state"] == "open"
    await everybody.wait()
    await add_offer(organisation, entry, UUID(slot["id"]))


@transaction
async def add_offer(organisation: UUID, entry: UUID, slot: UUID) -> None:
    await offers.add(organisation, entry, slot, MONDAY, MONDAY + timedelta(minutes=30))


def offered(
    world: World, pairs: Iterable[tuple[UUID, dict[str, Any]]], everybody: asyncio.Barrier
) -> list[Awaitable[None]]:
    return [offer(world.acme, entry, slot, everybody) for entry, slot in pairs]


@with_and_without
async def test_nothing_that_is_held_is_taken_and_nothing_taken_is_held(
    world: World, *, guarded: bool
) -> None:
    for guard, table in {} if guarded else TRIGGERS.items():
        await take_away(guard, table)
    day = await world.day()
    slots, people = await world.slots(day), await world.employees(28)
    entries = await waiting(people[14:], day)
    everybody = asyncio.Barrier(28)
    wanted = [
        *(claim(who.caller, slot, everybody) for who, slot in zip(people, slots, strict=False)),
        *offered(world, zip(entries, slots, strict=True), everybody),
    ]
    assert await at_once(wanted) == (14 if guarded else 28)
    assert await count(
        "SELECT count(*) AS number FROM offer JOIN booking ON booking.slot = offer.slot"
    ) == (0 if guarded else 14)


@with_and_without
async def test_one_offer_per_slot(world: World, *, guarded: bool) -> None:
    if not guarded:
        await take_away("offer_one_per_slot", "offer")
    day = await world.day()
    entries, slots = await waiting(await world.employees(8), day), await world.slots(day)
    wanted = offered(world, ((entry, slots[0]) for entry in entries), asyncio.Barrier(8))
    assert await at_once(wanted) == (1 if guarded else 8)


@with_and_without
async def test_one_offer_per_person_and_day(world: World, *, guarded: bool) -> None:
    if not guarded:
        await take_away("offer_one_per_person", "offer")
    day = await world.day()
    (entry,), slots = await waiting([world.emil], day), (await world.slots(day))[:8]
    wanted = offered(world, ((entry, slot) for slot in slots), asyncio.Barrier(8))
    assert await at_once(wanted) == (1 if guarded else 8)


GUARDS: list[tuple[str, Callable[[days.Days], list[tuple[days.Day, UUID, str]]]]] = [
    (
        "shift_one_therapist",
        lambda found: [
            (day, found.therapists[0], "Chair 1") for day in (found.acme, found.other, found.theirs)
        ],
    ),
    (
        "shift_one_chair",
        lambda found: [(found.acme, therapist, "Chair 1") for therapist in found.therapists],
    ),
]


@with_and_without
@pytest.mark.parametrize(("guard", "plans"), GUARDS, ids=[name for name, _ in GUARDS])
async def test_no_therapist_and_no_chair_in_two_shifts(
    bound: str,
    guard: str,
    plans: Callable[[days.Days], list[tuple[days.Day, UUID, str]]],
    *,
    guarded: bool,
) -> None:
    assert bound
    if not guarded:
        await take_away(guard, "shift")
    wanted = plans(await days.two_organisations())
    everybody = asyncio.Barrier(len(wanted))
    let_through = await at_once(plan(*one, everybody) for one in wanted)
    assert let_through == (1 if guarded else 3)


async def plan(day: days.Day, therapist: UUID, chair: str, everybody: asyncio.Barrier) -> None:
    block = days.shift(day.event, therapist, chair, 0, 60)
    assert not await shifts.busy_elsewhere(therapist, day.event, block.starts_at, block.ends_at)
    await everybody.wait()
    await add(day.organisation, block)


@transaction
async def add(organisation: UUID, block: Any) -> None:
    await shifts.add(organisation, block, block.chair.casefold())
