"""Who came: marked at the chair, and undone just as easily."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from scheduler.domain import roster
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


def check_markable(booking: Booking, now: datetime) -> None:
    if booking.status == "cancelled":
        raise BookingCancelled
    if now < booking.starts_at - OPENS_BEFORE_SLOT:
        raise NotYet
    if now > booking.shift_ends_at + CLOSES_AFTER_SHIFT:
        raise AttendanceClosed


@transaction
async def mark(
    caller: Caller, booking: UUID, status: Attendance, now: datetime
) -> roster.RosterEntry:
    """From any status to any; the answer is the roster's entry, as the caller may see it."""
    found = await _reachable(caller, booking)
    check_markable(found, now)
    if status != found.status:
        completed_at = now if status is Attendance.COMPLETED else None
        await bookings.set_attendance(found.organisation, found.id, status, completed_at, now)
        await audit.record(found.organisation, caller.id, f"booking.{status}", found.id, now)
    return roster.booked_entry(await _reachable(caller, booking), caller, now)


async def _reachable(caller: Caller, booking: UUID) -> Booking:
    found = await bookings.get_for_change(scope.therapist_or_coordinator(caller), booking)
    if found is None:
        raise NotFound
    return found
