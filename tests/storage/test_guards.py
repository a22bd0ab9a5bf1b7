"""What the database itself refuses, on both engines, whoever writes and however (rule 2)."""

import sqlite3
from collections.abc import Awaitable
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from scheduler.ids import new_id
from tests.storage.days import Day, Days, add_booking, add_shift, at, two_organisations
from tests.world import rows, write

pytestmark = pytest.mark.anyio

REFUSED = (
    asyncpg.UniqueViolationError,
    asyncpg.ExclusionViolationError,
    sqlite3.IntegrityError,
)
ACTIVE = ("confirmed", "checked_in", "completed", "no_show")


@pytest.fixture
async def days(bound: str) -> Days:
    assert bound
    return await two_organisations()


async def refuses(writing: Awaitable[Any], guard: str) -> None:
    """`guard` is what the database gives as its reason: PostgreSQL and SQLite word it their way."""
    with pytest.raises(REFUSED) as refused:
        await writing
    names = guard.split("|")
    assert any(name in str(refused.value) for name in names), refused.value


ONE_PER_SLOT = "booking_one_per_slot|booking.slot"
PER_PERSON = "booking_claims_per_person|booking.event, booking.person, booking.ordinal"
ONE_PLACE = "booking_one_place"
ONE_THERAPIST = "shift_one_therapist"
ONE_CHAIR = "shift_one_chair"


# One active booking of a slot


async def test_a_slot_has_one_active_booking(days: Days) -> None:
    day, (emil, edda, *_) = days.acme, days.people
    first = await add_booking(day, 0, emil, 0)
    for held, wanted in product(ACTIVE, ACTIVE):
        await become(first, held)
        await refuses(add_booking(day, 0, edda, 0, status=wanted), ONE_PER_SLOT)
        await refuses(add_booking(day, 0, edda, 30, status=wanted), ONE_PER_SLOT)
    await add_booking(day, 1, edda, 0)


async def test_a_cancelled_booking_leaves_its_slot(days: Days) -> None:
    day, (emil, edda, *_) = days.acme, days.people
    gone = await add_booking(day, 0, emil, 0, status="cancelled")
    await add_booking(day, 0, emil, 0, status="cancelled")
    await add_booking(day, 0, edda, 0)
    await add_booking(day, 0, emil, 0, status="cancelled")
    await refuses(become(gone, "confirmed"), ONE_PER_SLOT)


async def become(booking: UUID, status: str) -> None:
    await write("UPDATE booking SET status = {} WHERE id = {}", status, booking)


async def test_no_booking_moves_onto_a_slot_that_is_taken(days: Days) -> None:
    day, (emil, edda, *_) = days.acme, days.people
    await add_booking(day, 0, emil, 0)
    moving = await add_booking(day, 1, edda, 0)
    statement = "UPDATE booking SET slot = {} WHERE id = {}"
    await refuses(write(statement, day.slots[0], moving), ONE_PER_SLOT)
    await write(statement, day.slots[2], moving)


# As many active bookings of a person on a day as they have numbers


async def test_each_of_a_persons_bookings_of_a_day_has_a_number_of_its_own(days: Days) -> None:
    day, (emil, edda, *_) = days.acme, days.people
    await add_booking(day, 0, emil, 0, ordinal=1)
    await refuses(add_booking(day, 1, emil, 100, ordinal=1), PER_PERSON)
    await add_booking(day, 1, emil, 100, ordinal=2)
    await refuses(add_booking(day, 2, emil, 200, ordinal=2), PER_PERSON)
    await add_booking(day, 2, edda, 0, ordinal=1)
    await add_booking(days.other, 0, emil, 300, ordinal=1)


async def test_a_cancelled_booking_gives_its_number_back(days: Days) -> None:
    day, (emil, *_) = days.acme, days.people
    gone = await add_booking(day, 0, emil, 0, status="cancelled")
    await add_booking(day, 1, emil, 100)
    await refuses(become(gone, "confirmed"), PER_PERSON)


# Nobody in two places at once


async def test_nobody_is_in_two_places_at_once(days: Days) -> None:
    emil, edda, _ = days.people
    await add_booking(days.acme, 0, emil, 0)
    for since, until in [(0, 15), (-14, 1), (14, 29), (5, 10), (-5, 20), (14.99, 20)]:
        for day in (days.other, days.theirs):
            await refuses(add_booking(day, 0, emil, since, until=until), ONE_PLACE)
            await add_booking(day, 0, emil, since, until=until, status="cancelled")
        await refuses(add_booking(days.acme, 1, emil, since, until=until, ordinal=2), ONE_PLACE)
    await add_booking(days.acme, 1, edda, 0)


async def test_one_massage_may_begin_when_another_ends(days: Days) -> None:
    emil = days.people[0]
    await add_booking(days.acme, 0, emil, 0)
    await add_booking(days.other, 0, emil, 15)
    await add_booking(days.theirs, 0, emil, -15)


async def test_a_cancelled_booking_is_nowhere(days: Days) -> None:
    emil = days.people[0]
    gone = await add_booking(days.acme, 0, emil, 0, status="cancelled")
    await add_booking(days.theirs, 0, emil, 0)
    await refuses(become(gone, "confirmed"), ONE_PLACE)


async def test_no_booking_moves_to_where_its_owner_is_elsewhere(days: Days) -> None:
    emil = days.people[0]
    await add_booking(days.theirs, 0, emil, 60)
    moving = await add_booking(days.acme, 0, emil, 0)
    move = "UPDATE booking SET starts_at = {}, ends_at = {} WHERE id = {}"
    await refuses(write(move, at(50), at(65), moving), ONE_PLACE)
    await write(move, at(45), at(60), moving)


# No therapist in two shifts at once, and no chair of a day


async def test_no_therapist_works_two_shifts_at_once(days: Days) -> None:
    tara, tom, _ = days.therapists
    await add_shift(days.acme, tara, "Chair 1", 0, 60)
    for since, day in product([-59, 0, 59, 59.99], [days.acme, days.other, days.theirs]):
        await refuses(add_shift(day, tara, "Chair 2", since, since + 60), ONE_THERAPIST)
        await add_shift(day, tom, "Chair 2", since, since + 60)
        await cancel_shifts(tom)


async def cancel_shifts(therapist: UUID) -> None:
    await write("UPDATE shift SET cancelled_at = {} WHERE therapist = {}", at(0), therapist)


async def test_one_shift_may_begin_when_another_ends(days: Days) -> None:
    tara = days.therapists[0]
    await add_shift(days.acme, tara, "Chair 1", 0, 60)
    await add_shift(days.acme, tara, "Chair 1", 60, 120)
    await add_shift(days.theirs, tara, "Chair 1", -60, 0)


async def test_a_cancelled_shift_leaves_therapist_and_chair(days: Days) -> None:
    tara, tom, _ = days.therapists
    gone = await add_shift(days.acme, tara, "Chair 1", 0, 60)
    await cancel_shifts(tara)
    await add_shift(days.theirs, tara, "Chair 1", 0, 60)
    await add_shift(days.acme, tom, "Chair 1", 0, 60)
    back = "UPDATE shift SET cancelled_at = NULL WHERE id = {}"
    await refuses(write(back, gone), f"{ONE_THERAPIST}|{ONE_CHAIR}")
    await write("UPDATE shift SET therapist = {} WHERE id = {}", days.therapists[2], gone)
    await refuses(write(back, gone), ONE_CHAIR)


async def test_a_chair_of_a_day_has_one_shift_at_once(days: Days) -> None:
    tara, tom, tim = days.therapists
    await add_shift(days.acme, tara, "Chair 1", 0, 60)
    await refuses(add_shift(days.acme, tom, "CHAIR 1", 30, 90), ONE_CHAIR)
    await add_shift(days.acme, tom, "Chair 2", 30, 90)
    await add_shift(days.other, tim, "Chair 1", 30, 90)
    await cancel_shifts(tim)
    await add_shift(days.acme, tim, "Chair 1", 60, 90)


async def test_no_shift_changes_into_what_is_refused(days: Days) -> None:
    tara, tom, _ = days.therapists
    await add_shift(days.acme, tara, "Chair 1", 0, 60)
    changing = await add_shift(days.acme, tom, "Chair 2", 0, 60)
    await refuses(
        write("UPDATE shift SET therapist = {} WHERE id = {}", tara, changing), ONE_THERAPIST
    )
    await refuses(
        write("UPDATE shift SET chair_key = {} WHERE id = {}", "chair 1", changing), ONE_CHAIR
    )


# No slot of a shift that is out


OUTAGE = (
    "INSERT INTO outage (id, organisation, event, shift, cause, starts_at, created_at)"
    " VALUES ({}, {}, {}, {}, 'chair', {}, {})"
)
NOT_OUT, OF_NO_SLOT, ONCE = "slot_not_out", "outage_of_no_slot", "outage_once|outage.shift"


async def go_out(day: Day, minute: float) -> UUID:
    outage = new_id()
    await write(
        OUTAGE, outage, day.organisation, day.event, day.shift, at(minute), at(0),
    )  # fmt: skip
    return outage


async def test_a_shift_goes_out_once_and_without_slots(days: Days) -> None:
    day = days.acme
    await refuses(go_out(day, 0), OF_NO_SLOT)
    first = await go_out(day, 1)
    await refuses(go_out(day, 1), ONCE)
    await write("UPDATE outage SET ended_at = {} WHERE id = {}", at(0), first)
    await go_out(day, 2)
    await refuses(write("UPDATE outage SET ended_at = NULL WHERE id = {}", first), ONCE)
    await go_out(days.other, 1)


async def test_no_slot_comes_or_comes_back_while_its_shift_is_out(days: Days) -> None:
    day = days.acme
    for slot in day.slots:
        await write("UPDATE slot SET cancelled_at = {} WHERE id = {}", at(0), slot)
    outage = await go_out(day, 0)
    back = "UPDATE slot SET cancelled_at = NULL WHERE id = {}"
    await refuses(write(back, day.slots[0]), NOT_OUT)
    added = (
        "INSERT INTO slot (id, organisation, event, shift, starts_at, ends_at)"
        " VALUES ({}, {}, {}, {}, {}, {})"
    )
    values = day.organisation, day.event, day.shift
    await refuses(write(added, new_id(), *values, at(0), at(15)), NOT_OUT)
    await write(added, new_id(), *values, at(-20), at(-5))
    await write("UPDATE outage SET ended_at = {} WHERE id = {}", at(0), outage)
    await write(back, day.slots[0])


# What refers to nothing


async def test_no_effect_is_queued_twice(days: Days) -> None:
    booking = await add_booking(days.acme, 0, days.people[0], 0)
    statement = (
        "INSERT INTO outbox (id, organisation, effect_key, kind, booking, sequence, recipient,"
        " queued_at, due_at, attempts)"
        " VALUES ({}, {}, 'one effect', 'invite', {}, 0, {}, {}, {}, 0)"
    )
    values = (days.acme.organisation, booking, days.people[0], at(0), at(0))
    await write(statement, UUID(int=1), *values)
    with pytest.raises(REFUSED):
        await write(statement, UUID(int=2), *values)


async def test_no_booking_of_a_slot_that_was_cancelled(days: Days) -> None:
    day: Day = days.acme
    await write("UPDATE slot SET cancelled_at = {} WHERE id = {}", at(0), day.slots[0])
    await add_booking(day, 0, days.people[0], 0)
    assert await rows("SELECT id FROM booking") == []
