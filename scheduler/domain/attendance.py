"""Who came: marked at the chair, and undone just as easily."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from scheduler.domain import rest, roster, wallclock
from scheduler.domain.errors import AttendanceClosed, BookingCancelled, NotFound, NotYet
from scheduler.storage import audit, bookings, scope
from scheduler.storage.rows import Booking, Caller
from scheduler.storage.transaction import transaction

OPENS_BEFORE_SLOT = timedelta(minutes=60)
CLOSES_AFTER_SHIFT = timedelta(hours=24)


class Attendance(StrEnum):
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


class Marked(Struct, frozen=True):
    """The roster's entry as the caller may see it, its day, and the status it had before."""

    entry: roster.RosterEntry
    day: date
    was: str


def check_markable(booking: Booking, now: datetime) -> None:
    if booking.status == "cancelled":
        raise BookingCancelled
    _check_time(booking.starts_at, booking.shift_ends_at, now)


def _check_time(starts_at: datetime, shift_ends_at: datetime, now: datetime) -> None:
    if now < starts_at - OPENS_BEFORE_SLOT:
        raise NotYet
    if now > shift_ends_at + CLOSES_AFTER_SHIFT:
        raise AttendanceClosed


def is_open(starts_at: datetime, shift_ends_at: datetime, now: datetime) -> bool:
    try:
        _check_time(starts_at, shift_ends_at, now)
    except (NotYet, AttendanceClosed):
        return False
    return True


@transaction
async def mark(caller: Caller, booking: UUID, status: Attendance, now: datetime) -> Marked:
    """From any status to any, unless it was missed and what was left of it is another's since."""
    await bookings.hold_day(booking)
    found = await _reachable(caller, booking)
    check_markable(found, now)
    if status != found.status:
        await rest.take_back(found, now)
        completed_at = now if status is Attendance.COMPLETED else None
        await bookings.set_attendance(found.organisation, found.id, status, completed_at, now)
        await audit.record(found.organisation, caller.id, f"booking.{status}", found.id, now)
        if status is Attendance.NO_SHOW:
            await rest.give(found.id, now)
    entry = roster.booked_entry(await _reachable(caller, booking), caller, now)
    return Marked(entry, wallclock.to_local(found.starts_at, found.timezone).date(), found.status)


async def _reachable(caller: Caller, booking: UUID) -> Booking:
    found = await bookings.get_for_change(scope.therapist_or_coordinator(caller), booking)
    if found is None:
        raise NotFound
    return found
