"""What is left of a missed time: somebody else's, once there was grace enough.

It is a slot of its own, so a booking keeps its slot and no slot ever has two. Whoever comes after
all while nobody took it keeps what is left.
"""

from datetime import datetime, timedelta
from uuid import UUID

from scheduler.domain.each import each
from scheduler.domain.errors import SlotTaken
from scheduler.domain.promotion import promote
from scheduler.domain.slot import USEFUL
from scheduler.storage import audit, bookings, events, outages, rests, scope, shifts
from scheduler.storage.rows import Booking
from scheduler.storage.transaction import transaction

HERE, NO_SHOW = "checked_in", "no_show"


def begins(booking: Booking, grace_minutes: int, now: datetime) -> datetime | None:
    """When what is left of this time begins, if it is somebody else's now: to the minute."""
    if booking.status != NO_SHOW or booking.ends_at - now <= USEFUL:
        return None
    given = booking.starts_at + timedelta(minutes=grace_minutes)
    return max(given, now.replace(second=0, microsecond=0)) if given <= now else None


def minutes_left(booking: Booking) -> int | None:
    """What somebody gets who came late, by when they were marked; None for whoever is in time."""
    came = booking.changed_at
    if booking.status != HERE or came - booking.starts_at < timedelta(minutes=1):
        return None
    return max((booking.ends_at - came) // timedelta(minutes=1), 0)


@transaction
async def give(booking: UUID, now: datetime) -> None:
    """Opens what is left, to those on standby first. Before its moment, or done twice, nothing."""
    await bookings.hold_day(booking)
    missed = await bookings.get_for_change(scope.system(), booking)
    day = await events.get(scope.system(), missed.event) if missed else None
    if missed is None or day is None:
        return
    starts_at = begins(missed, day.grace_minutes, now)
    if starts_at is None or await rests.of_booking(day.organisation, booking):
        return
    out = await outages.of_shift(day.organisation, missed.shift)
    if out and out.starts_at < missed.ends_at:  # nobody is at the chair
        return
    await rests.add(missed, starts_at)
    await events.touch(day.organisation, day.id)
    await audit.record(day.organisation, None, "slot.give", booking, now)
    await promote(day.organisation, day.id, now)


async def take_back(booking: Booking, now: datetime) -> None:
    """Whoever missed it came: ends it, and what was offered of it. Raises SlotTaken when it is
    somebody else's.
    """
    if booking.status != NO_SHOW:
        return
    rest = await rests.of_booking(booking.organisation, booking.id)
    if rest is None:
        return
    slot = await shifts.slot(booking.organisation, rest)
    if slot and slot.holder:
        raise SlotTaken
    await shifts.cancel_slot(booking.organisation, rest, now)
    await events.touch(booking.organisation, booking.event)
    await promote(booking.organisation, booking.event, now)


async def give_due(now: datetime) -> None:
    """What was marked as missed while there was grace, or while nobody's transaction knew."""
    due = await rests.to_give(now, USEFUL)
    await each(due, lambda missed: give(missed.id, now), "missed times not given")
