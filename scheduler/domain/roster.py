"""A therapist's ordered day, and how much of it each reader sees."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from scheduler.domain import organisation, wallclock
from scheduler.domain import plan as planning
from scheduler.domain.booking import preferences
from scheduler.domain.rest import minutes_left
from scheduler.domain.slot import rest
from scheduler.storage import bookings, events, people, scope, shifts
from scheduler.storage.rows import (
    Affiliation,
    Booking,
    Caller,
    DaysAround,
    Event,
    EventDay,
    Shift,
    Slot,
)

SEEN_AROUND_SLOT = timedelta(hours=24)


class EntryKind(StrEnum):
    SLOT = "slot"
    BREAK = "break"


class RosterPerson(Struct, frozen=True, kw_only=True):
    """The coordinator reads name and address; the therapist only "Edda G."."""

    name: str
    email: str | UnsetType = UNSET


class RosterBooking(Struct, frozen=True, kw_only=True):
    """`minutes_left` is of somebody who came late: `ends_at` does not move."""

    id: UUID
    status: str
    person: RosterPerson | UnsetType = UNSET
    minutes_left: int | UnsetType = UNSET
    pressure: int | UnsetType | None = UNSET
    technique: str | UnsetType | None = UNSET
    focus_areas: list[str] | UnsetType = UNSET
    avoid_areas: list[str] | UnsetType = UNSET
    quiet: bool | UnsetType = UNSET


class RosterEntry(Struct, frozen=True, kw_only=True):
    """`instead_of` is the booking that was missed: this is the rest of its time. It is `held` while
    somebody is asked.
    """

    kind: EntryKind
    starts_at: datetime
    ends_at: datetime
    slot_id: UUID | None = None
    booking: RosterBooking | None = None
    instead_of: UUID | UnsetType = UNSET
    held: bool | UnsetType = UNSET


class RosterTherapist(Struct, frozen=True):
    id: UUID
    name: str


class RosterShift(Struct, frozen=True, kw_only=True):
    id: UUID
    event_id: UUID
    timezone: str
    chair: str
    therapist: RosterTherapist
    delay_minutes: int = 0
    out_from: datetime | UnsetType = UNSET
    entries: list[RosterEntry]


class Roster(Struct, frozen=True):
    """`date` is the events' local date."""

    date: date
    shifts: list[RosterShift]


def booked_entry(booking: Booking, caller: Caller, now: datetime) -> RosterEntry:
    return RosterEntry(
        kind=EntryKind.SLOT,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        slot_id=booking.slot,
        booking=visible(booking, caller, now),
    )


def visible(booking: Booking, caller: Caller, now: datetime) -> RosterBooking:
    """Name and address for the coordinator; for the therapist what the chair needs, that day."""
    shown: dict[str, Any] = {}
    if booking.therapist == caller.id and _around(booking, now):
        shown = preferences(booking) | {
            "person": RosterPerson(name=short_name(booking.person_name))
        }
    if "coordinator" in caller.roles:
        shown["person"] = RosterPerson(name=booking.person_name, email=booking.person_email)
    left = minutes_left(booking)
    return RosterBooking(
        id=booking.id,
        status=booking.status,
        minutes_left=UNSET if left is None else left,
        **shown,
    )


def _around(booking: Booking, now: datetime) -> bool:
    return booking.starts_at - SEEN_AROUND_SLOT <= now <= booking.ends_at + SEEN_AROUND_SLOT


def short_name(name: str) -> str:
    """ "Edda Grün" becomes "Edda G."; a single name stays as it is."""
    first, *rest = name.split()
    return f"{first} {rest[-1][0]}." if rest else first


def entries(
    event: Event, shift: Shift, slots: Sequence[Slot], booked: Sequence[Booking],
    caller: Caller, now: datetime,
) -> list[RosterEntry]:  # fmt: skip
    by_slot = {booking.slot: booking for booking in booked}
    own = [slot for slot in slots if slot.shift == shift.id]
    found = [
        replace(booked_entry(by_slot[slot.id], caller, now), instead_of=slot.instead_of or UNSET)
        if slot.id in by_slot
        else _free_entry(slot)
        for slot in own
    ]
    return sorted([*found, *_breaks(event, shift, own)], key=lambda entry: entry.starts_at)


def _free_entry(slot: Slot) -> RosterEntry:
    return RosterEntry(
        kind=EntryKind.SLOT,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        slot_id=slot.id,
        instead_of=slot.instead_of or UNSET,
        held=bool(slot.offered_to) or UNSET,
    )


def _breaks(event: Event, shift: Shift, own: Sequence[Slot]) -> Iterator[RosterEntry]:
    """What a delay leaves of them, until the shift is out."""
    for pause in planning.breaks(event, shift):
        starts, ends = rest(pause, own)
        if starts < min(ends, shift.out_from or ends):
            yield RosterEntry(kind=EntryKind.BREAK, starts_at=starts, ends_at=ends)


async def get(caller: Caller, day: date, now: datetime) -> Roster:
    """The coordinator reads everybody's shifts, a therapist their own."""
    found = await shifts.on_date(caller.organisation, day)
    if "coordinator" not in caller.roles:
        found = [shift for shift in found if shift.therapist == caller.id]
    return Roster(day, await _shifts(caller, found, now))


async def of_event(caller: Caller, event: UUID, now: datetime) -> list[RosterShift]:
    """A coordinator's day, drafts as well."""
    return await _shifts(caller, await shifts.of_event(caller.organisation, event), now)


async def _shifts(caller: Caller, found: list[Shift], now: datetime) -> list[RosterShift]:
    booked = await bookings.of_shifts(caller.organisation, [shift.id for shift in found])
    slots: dict[UUID, list[Slot]] = {}
    held: dict[UUID, Event] = {}
    for event in {shift.event for shift in found}:
        slots[event] = await shifts.slots(caller.organisation, event)
        held |= {
            row.id: row for row in [await events.get(scope.event_writer(caller), event)] if row
        }
    return [
        RosterShift(
            id=shift.id,
            event_id=shift.event,
            timezone=held[shift.event].timezone,
            chair=shift.chair,
            therapist=RosterTherapist(shift.therapist, shift.therapist_name),
            delay_minutes=shift.delay_minutes,
            out_from=shift.out_from or UNSET,
            entries=entries(held[shift.event], shift, slots[shift.event], booked, caller, now),
        )
        for shift in found
    ]


def first_day(days: Sequence[EventDay], now: datetime) -> date | None:
    """Of days in order: today, where that is one of them, else the next."""
    coming = (one.date for one in days if one.date >= wallclock.today(now, one.timezone))
    return next(coming, None)


async def opening(caller: Caller, now: datetime) -> date:
    """Where the roster opens: today, or the next day with a shift when today has none."""
    yesterday = now.date() - timedelta(days=1)  # somewhere that is today
    days = await shifts.days_since(scope.roster_reader(caller), yesterday)
    home = await organisation.of(caller)
    return first_day(days, now) or wallclock.today(now, home.timezone)


async def around(caller: Caller, day: date) -> DaysAround:
    """The days with a shift just before and just after this one."""
    return await shifts.days_around(scope.roster_reader(caller), day)


async def elsewhere(caller: Caller) -> list[Affiliation]:
    """The other organisations that this person is a therapist of: their days are not in here."""
    if not caller.elsewhere:
        return []
    return await people.therapist_elsewhere(caller.organisation, caller.id)
