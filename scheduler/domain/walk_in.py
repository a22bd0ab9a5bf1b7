"""Somebody who stands at the chair takes a time that is free: with an account or without."""

from datetime import datetime, timedelta
from uuid import UUID

from scheduler.address import NOWHERE
from scheduler.domain import booking as bookings_
from scheduler.domain import roster, text
from scheduler.domain.attendance import Attendance
from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.roster import RosterEntry
from scheduler.domain.standby import check_day
from scheduler.ids import new_id
from scheduler.storage import audit, bookings, events, people, scope, shifts, standby
from scheduler.storage.rows import Caller, Person, Slot
from scheduler.storage.transaction import transaction


class StandbyOver(Conflict):
    """They do not stand by any more. Choose somebody else."""


NAME = "Walk-in"
SITS_DOWN = timedelta(minutes=10)


def is_here(slot: Slot, now: datetime) -> bool:
    """Whoever takes what begins now sits down; for later they come back, and are marked then."""
    return slot.starts_at - now <= SITS_DOWN


def is_guest(address: str) -> bool:
    """Somebody without an account can neither be told nor wait."""
    return address.endswith(NOWHERE)


@transaction
async def take(caller: Caller, slot: UUID, on_standby: UUID | None, now: datetime) -> RosterEntry:
    """For somebody on standby, or for a guest: a person made for this, who can do nothing else."""
    place = await _reachable(caller, slot, now)
    person = await _who(caller, place, on_standby, now)
    taken = await bookings_.claim_at_chair(caller, person, place.id, now)
    if is_here(place, now):
        here = Attendance.CHECKED_IN
        await bookings.set_attendance(taken.organisation, taken.id, here, None, now)
    await audit.record(taken.organisation, caller.id, "booking.walk_in", taken.id, now)
    found = await bookings.get(scope.therapist_or_coordinator(caller), taken.id)
    if found is None:
        raise NotFound
    return roster.booked_entry(found, caller, now)


async def _reachable(caller: Caller, slot: UUID, now: datetime) -> Slot:
    found = await shifts.slot_of(scope.roster_reader(caller), slot)
    day = await events.get(scope.event_writer(caller), found.event) if found else None
    if found is None or day is None or not day.published_at:
        raise NotFound
    if not day.cancelled_at:
        check_day(day, now)
    return found


async def _who(caller: Caller, slot: Slot, on_standby: UUID | None, now: datetime) -> Person:
    if on_standby is None:
        return await _guest(caller.organisation, now)
    found = await standby.whose(caller.organisation, slot.event, on_standby)
    if found is None:
        raise StandbyOver
    return found


async def _guest(organisation: UUID, now: datetime) -> Person:
    address = f"{new_id()}@walk-in.{NOWHERE}"
    person = await people.add(address, text.key(address), now)
    await people.name(organisation, person, NAME)
    return Person(id=person, email=address, name=NAME)
