"""Fills a migrated Chairtime database with people, tokens and published events.

    CHAIRTIME_DATABASE_URL=… python -m benchmarks.seed '{"people": 500, "rounds": 7, "sizes": …}'

Prints what it made as JSON. A process of its own, because a process has one database.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

import msgspec

from benchmarks import servers
from scheduler import clock
from scheduler.ids import hash_secret, new_id, new_secret
from scheduler.storage import database, events, organisations, people, rows, shifts
from scheduler.storage.transaction import transaction

DAYS_AHEAD = 30
SLOT, RESET = 15, 5
OPENS, CLOSES = time(9), time(17)
SLOTS_A_SHIFT = 24  # from 9 to 17


class Wanted(msgspec.Struct, frozen=True):
    """`sizes` is, for each event of a round, the number of its slots."""

    people: int
    rounds: int
    sizes: dict[str, int]


class Massages(msgspec.Struct, frozen=True):
    event: str
    slots: list[str]


class Seeded(msgspec.Struct, frozen=True):
    tokens: list[str]
    rounds: list[dict[str, Massages]]


def seed(url: str, wanted: Wanted) -> Seeded:
    """In a process of its own."""
    command = [sys.executable, "-m", "benchmarks.seed", msgspec.json.encode(wanted).decode()]
    printed = servers.run(command, servers.ROOT, {"CHAIRTIME_DATABASE_URL": url})
    return msgspec.json.decode(printed, type=Seeded)


async def _main(url: str, wanted: Wanted) -> Seeded:
    engine = database.make_engine(url)
    database.bind(engine)
    await engine.start()
    try:
        return await _fill(wanted, clock.now())
    finally:
        await engine.stop()


@transaction
async def _fill(wanted: Wanted, now: datetime) -> Seeded:
    organisation = await organisations.add("Rush", ["example.org"], "UTC", now)
    shifts_needed = -(-max(wanted.sizes.values()) // SLOTS_A_SHIFT)
    therapists = [
        await _person(organisation, f"t{number}@example.net", "therapist", now)
        for number in range(shifts_needed)
    ]
    tokens = [
        await _employee(organisation, f"e{number}@example.org", now)
        for number in range(wanted.people)
    ]
    days = (now + timedelta(days=day) for day in range(DAYS_AHEAD, 366))
    rounds = [
        {name: await _event(organisation, therapists, next(days), size, now)
         for name, size in wanted.sizes.items()}
        for _ in range(wanted.rounds)
    ]  # fmt: skip
    return Seeded(tokens, rounds)


async def _person(organisation: UUID, email: str, role: str, now: datetime) -> UUID:
    person = await people.add(email, email, now)
    await people.name(organisation, person, email.partition("@")[0])
    await people.add_role(organisation, person, role, now)
    return person


async def _employee(organisation: UUID, email: str, now: datetime) -> str:
    person = await _person(organisation, email, "employee", now)
    token = new_secret()
    await people.add_token(organisation, person, hash_secret(token), now, None)
    return token


async def _event(
    organisation: UUID, therapists: list[UUID], day: datetime, size: int, now: datetime
) -> Massages:
    opens = datetime.combine(day.date(), OPENS, day.tzinfo)
    closes = datetime.combine(day.date(), CLOSES, day.tzinfo)
    event = rows.Event(
        id=new_id(), organisation=organisation, title="Chair massage", date=day.date(),
        timezone="UTC", location_name="Quiet room", location_address="Hauptstr. 1\nBerlin",
        slot_minutes=SLOT, reset_minutes=RESET, claims_open_at=now, claims_per_person=1,
        cancel_until_minutes=240, ends_at=closes, published_at=None, cancelled_at=None,
        cancel_reason=None, created_at=now,
    )  # fmt: skip
    await events.add(event)
    slots: list[str] = []
    for position, begins in enumerate(_shifts(opens, size)):
        shift = _shift(event.id, therapists[position], position, (opens, closes))
        await shifts.add(organisation, shift, shift.chair.casefold())
        slots += [await _slot(organisation, shift, start) for start in begins]
    await events.publish(organisation, event.id, now)
    return Massages(str(event.id), slots)


def _shifts(opens: datetime, size: int) -> Iterator[list[datetime]]:
    """When the slots of each shift begin."""
    for first in range(0, size, SLOTS_A_SHIFT):
        count = min(SLOTS_A_SHIFT, size - first)
        yield [opens + number * timedelta(minutes=SLOT + RESET) for number in range(count)]


def _shift(
    event: UUID, therapist: UUID, position: int, block: tuple[datetime, datetime]
) -> rows.Shift:
    return rows.Shift(
        id=new_id(), event=event, therapist=therapist, therapist_name="", therapist_email="",
        position=position, chair=f"Chair {position + 1}", starts=OPENS, ends=CLOSES, breaks=[],
        starts_at=block[0], ends_at=block[1],
    )  # fmt: skip


async def _slot(organisation: UUID, shift: rows.Shift, starts_at: datetime) -> str:
    slot = new_id()
    await shifts.add_slot(organisation, shift, slot, starts_at, starts_at + timedelta(minutes=SLOT))
    return str(slot)


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.argv[1], type=Wanted)
    made = asyncio.run(_main(os.environ["CHAIRTIME_DATABASE_URL"], asked))
    sys.stdout.buffer.write(msgspec.json.encode(made))
