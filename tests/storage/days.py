"""Three days of two organisations, and rows that go in by no rule but the database's."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from scheduler.ids import new_id
from scheduler.storage import bookings, events, organisations, people, rows, shifts
from scheduler.storage.database import together
from scheduler.storage.transaction import transaction

NINE = datetime(2026, 12, 3, 9, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


class Day(Struct, frozen=True):
    """A published day with one shift and as many slots as are wanted, all of them at nine."""

    organisation: UUID
    event: UUID
    shift: UUID
    slots: list[UUID]


class Days(Struct, frozen=True):
    """`acme` and `other` are different days of one organisation, `theirs` is another's."""

    acme: Day
    other: Day
    theirs: Day
    people: list[UUID]
    therapists: list[UUID]


@transaction
async def two_organisations() -> Days:
    tenants = [
        await organisations.add(name, ["acme.example"], "UTC", NINE) for name in ("Acme", "Else")
    ]
    somebody = [await people.add(f"e{n}@acme.example", f"e{n}", NINE) for n in range(3)]
    hands = [await people.add(f"t{n}@hands.example", f"t{n}", NINE) for n in range(6)]
    for tenant in tenants:
        for person in (*somebody, *hands):
            await people.name(tenant, person, "Name")
    acme, other, theirs = [
        await day(tenant, hands[number])
        for number, tenant in enumerate((tenants[0], tenants[0], tenants[1]))
    ]
    return Days(acme, other, theirs, somebody, hands[3:])


async def day(tenant: UUID, therapist: UUID) -> Day:
    event = rows.Event(
        id=new_id(), organisation=tenant, title="Chair massage", date=NINE.date(), timezone="UTC",
        location_name="Room", location_address="", slot_minutes=15, reset_minutes=5,
        claims_open_at=NINE, claims_per_person=2, cancel_until_minutes=0, ends_at=at(60),
        published_at=None, cancelled_at=None, cancel_reason=None, created_at=NINE,
    )  # fmt: skip
    await events.add(event)
    block = shift(event.id, therapist, "Sofa", -600, -500)
    await shifts.add(tenant, block, "sofa")
    slots = [new_id() for _ in range(3)]
    for slot in slots:
        await shifts.add_slot(tenant, block, slot, at(0), at(15))
    return Day(tenant, event.id, block.id, slots)


def shift(event: UUID, therapist: UUID, chair: str, since: float, until: float) -> rows.Shift:
    return rows.Shift(
        id=new_id(), event=event, therapist=therapist, therapist_name="", therapist_email="",
        position=0, chair=chair, starts=time(9), ends=time(10), breaks=[],
        starts_at=at(since), ends_at=at(until),
    )  # fmt: skip


@transaction
async def add_shift(day: Day, therapist: UUID, chair: str, since: float, until: float) -> UUID:
    """Minutes after nine."""
    added = shift(day.event, therapist, chair, since, until)
    await shifts.add(day.organisation, added, chair.casefold())
    return added.id


@transaction
async def add_booking(day: Day, slot: int, person: UUID, since: float, **changes: Any) -> UUID:
    """From so many minutes after nine, for 15 minutes unless `until` says otherwise."""
    fields: dict[str, Any] = dict.fromkeys(rows.Booking.__struct_fields__)
    fields |= {"organisation": day.organisation, "event": day.event, "slot": day.slots[slot]}
    fields |= {"id": new_id(), "person": person, "uid": "u", "sequence": 0, "quiet": False}
    fields |= {"focus_areas": [], "avoid_areas": [], "placed_at": NINE, "changed_at": NINE}
    until = changes.pop("until", since + 15)
    ordinal = changes.pop("ordinal", 1)
    fields |= {"starts_at": at(since), "ends_at": at(until), "status": "confirmed"}
    added = rows.Booking(**(fields | changes))
    await together(bookings.addition(added, ordinal))
    return added.id
