"""A therapist runs late: what moves, what takes it up, who is told, and what they can do.

The minutes say how far behind the plan the chair is, so the last word counts, and not the sum.
What has been stays. From the next one on each begins when it was planned to, or as soon as the one
before it and its reset are over. So breaks, and times that nobody has, take up what they can, and
only what is left of the delay moves anybody. docs/running_late.md says it with an example.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from scheduler.domain import plan as planning
from scheduler.domain import roster
from scheduler.domain.errors import (
    BookingCancelled,
    EventCancelled,
    EventNotOpen,
    NotFound,
    ShiftOver,
    SlotPast,
)
from scheduler.domain.invite import queue_delay
from scheduler.domain.promotion import expires_at, promote
from scheduler.domain.roster import RosterShift
from scheduler.domain.slot import Interval, overlap, rest
from scheduler.storage import audit, bookings, events, offers, scope, shifts
from scheduler.storage.rows import Booking, Caller, Event, Shift, Slot
from scheduler.storage.transaction import transaction

MOST_MINUTES = bookings.LONGEST_DELAY // timedelta(minutes=1)
HERE, OVER, MISSED = "checked_in", "completed", "no_show"


class Clash(StrEnum):
    """Why somebody may not be able to come any more: another massage, or the end of the shift."""

    ANOTHER = "another"
    END = "end"


class Chair(Struct, frozen=True, kw_only=True):
    """A shift's slots as planned, in order, with the statuses of the bookings on them."""

    starts_at: datetime
    reset: timedelta
    breaks: Sequence[Interval]
    slots: Sequence[Slot]
    statuses: Mapping[UUID, str]


class There(NamedTuple):
    """Who and what is on the day, as it is held."""

    booked: Sequence[Booking]
    slots: Sequence[Slot]


class Late(Struct, frozen=True, kw_only=True):
    """What saying it did: how many people hear of it, and how much of it the breaks take up."""

    shift: RosterShift
    day: date
    told: int
    in_breaks: int


def actual_times(chair: Chair, late: timedelta, now: datetime) -> dict[UUID, Interval | None]:
    """When each slot really is; None where nobody has it and the delay takes it up. What can be
    taken is never at a time that somebody else has.
    """
    free_from, taken = _taken_times(chair, late, now)
    found: dict[UUID, Interval | None] = {**taken}
    for slot in chair.slots:
        if slot.id not in taken:
            others = [time for time in found.values() if time]
            found[slot.id] = _open_time(slot, free_from[slot.id], others, now)
    return found


def _taken_times(
    chair: Chair, late: timedelta, now: datetime
) -> tuple[dict[UUID, datetime], dict[UUID, Interval]]:
    """When the chair is free for each slot, and when those are that somebody has."""
    waiting, pauses = _waiting(chair, late, now), _pauses(chair)
    found = {one.id: (one.starts_at, one.ends_at) for one in _staying(chair, waiting)}
    stays, free_from = sorted(found.values()), dict[UUID, datetime]()
    first, ended = _first_start(chair, waiting, late, now), None
    for slot in (one for one in chair.slots if one.id in pauses):
        free_from[slot.id] = ended + pauses[slot.id] if ended else first
        if slot.id in waiting:
            found[slot.id] = _beside(stays, slot.planned, free_from[slot.id], pauses[slot.id])
            ended = found[slot.id][1]
    return free_from, found


def _staying(chair: Chair, waiting: Sequence[UUID]) -> list[Slot]:
    """What somebody has or had who is not moved, and what is left of a time that was missed."""
    return [
        slot
        for slot in chair.slots
        if slot.id not in waiting and (_is_taken(chair, slot) or slot.instead_of)
    ]


def _beside(
    stays: Sequence[Interval], planned: Interval, free_from: datetime, pause: timedelta
) -> Interval:
    """As soon as it can be: not at the time of somebody who came before their turn."""
    starts_at, length = max(planned[0], free_from), planned[1] - planned[0]
    for other in stays:
        if overlap(other, (starts_at, starts_at + length)):
            starts_at = other[1] + pause
    return starts_at, starts_at + length


def _open_time(
    slot: Slot, free_from: datetime, others: Sequence[Interval], now: datetime
) -> Interval | None:
    """One that has begun stays where it is, if it can, or else where it was planned."""
    begun = slot.planned[0] <= now
    fits = not slot.absorbed if begun else slot.planned[0] >= free_from
    times = [(slot.starts_at, slot.ends_at), slot.planned] if begun else [slot.planned]
    free = (time for time in times if not any(overlap(time, other) for other in others))
    return next(free, None) if fits else None


def _pauses(chair: Chair) -> dict[UUID, timedelta]:
    """What there is of a reset before each slot at the least: all, unless a break is shorter. What
    is left of a missed time has begun.
    """
    whole = [slot for slot in chair.slots if not slot.instead_of]
    pairs = zip(whole, [None, *whole], strict=False)
    return {
        slot.id: min(chair.reset, max(slot.planned[0] - before.planned[1], timedelta()))
        if before
        else timedelta()
        for slot, before in pairs
    }


def _is_taken(chair: Chair, slot: Slot) -> bool:
    return slot.id in chair.statuses or slot.offered_to is not None


def _waiting(chair: Chair, late: timedelta, now: datetime) -> list[UUID]:
    """Whose time is still to come, in order. Of those who are here the first is in the chair."""
    found: list[UUID] = []
    for slot in chair.slots:
        status = chair.statuses.get(slot.id)
        in_chair = status == HERE and not found
        stays = in_chair or status == OVER or _has_begun(slot, status, late, now)
        if _is_taken(chair, slot) and not stays:
            found.append(slot.id)
    return found


def _has_begun(slot: Slot, status: str | None, late: timedelta, now: datetime) -> bool:
    """Whoever was marked as missing had begun, unless they were marked before their time."""
    if slot.instead_of or status == MISSED:
        return slot.starts_at <= now
    return slot.ends_at <= now or max(slot.starts_at, slot.planned[0] + late) <= now


def _first_start(chair: Chair, waiting: Sequence[UUID], late: timedelta, now: datetime) -> datetime:
    """When the next one can begin: how late the one before was counts already, and they are let
    finish.
    """
    ahead = next((slot for slot in chair.slots if _is_ahead(chair, slot, waiting, now)), None)
    before = [slot for slot in chair.slots if ahead is None or slot.planned[0] < ahead.planned[0]]
    seen = [slot for slot in before if _was_seen(chair, slot)]
    idle_until = _idle_until(chair, before, ahead, now)
    over = [slot.ends_at for slot in _staying(chair, waiting) if slot in before]
    if not seen:
        return max([idle_until + late, *over])
    last = seen[-1]
    free_from = last.ends_at + (_pauses(chair)[ahead.id] if ahead else chair.reset)
    if chair.statuses.get(last.id) != HERE:
        free_from = max(free_from, idle_until)
    return max([free_from + late - (last.starts_at - last.planned[0]), *over])


def _is_ahead(chair: Chair, slot: Slot, waiting: Sequence[UUID], now: datetime) -> bool:
    return slot.id in waiting or (not _is_taken(chair, slot) and slot.planned[0] > now)


def _was_seen(chair: Chair, slot: Slot) -> bool:
    return not slot.instead_of and chair.statuses.get(slot.id, MISSED) != MISSED


def _idle_until(
    chair: Chair, before: Sequence[Slot], ahead: Slot | None, now: datetime
) -> datetime:
    """What went by without anybody takes up nothing any more: times that have begun, and breaks
    as far as they are over.
    """
    begun = [
        slot.planned[1] + chair.reset
        for slot in before
        if slot.planned[0] <= now and not (slot.absorbed or slot.instead_of)
        and not _was_seen(chair, slot)
    ]  # fmt: skip
    paused = [min(ends, now) for begins, ends in chair.breaks if begins < now]
    latest = max([chair.starts_at, *begun, *paused])
    return min(latest, ahead.planned[0]) if ahead else latest


def check_sayable(event: Event, shift: Shift, now: datetime) -> None:
    if event.cancelled_at:
        raise EventCancelled
    if not event.published_at:
        raise EventNotOpen
    if shift.ends_at <= now:
        raise ShiftOver


def in_breaks(breaks: Sequence[Interval], slots: Sequence[Slot]) -> timedelta:
    """How much of the breaks a delay takes up."""
    return sum(
        (rest(pause, slots)[0] - pause[0] for pause in breaks),
        start=timedelta(),
    )


@transaction
async def run_late(caller: Caller, shift: UUID, minutes: int, now: datetime) -> Late:
    """How late the therapist is; 0 is on time again. Said again, it changes nothing."""
    found, event = await _hold(caller, shift)
    check_sayable(event, found, now)
    told = await _apply(event, found, minutes, await _there(event), now)
    await promote(event.organisation, event.id, now)
    if told or minutes != found.delay_minutes:
        await events.touch(event.organisation, event.id)
        await audit.record(event.organisation, caller.id, "shift.delay", found.id, now)
    return await _late(caller, event, found.id, told, now)


async def _hold(caller: Caller, shift: UUID) -> tuple[Shift, Event]:
    reached = await shifts.get(scope.roster_reader(caller), shift)
    if reached is None:
        raise NotFound
    event = await events.get_for_change(scope.event_reader(caller), reached.event)
    found = await shifts.get(scope.roster_reader(caller), shift)  # as the day is now
    if event is None or found is None:
        raise NotFound
    await shifts.hold_slots(event.organisation, event.id)
    return found, event


async def _late(caller: Caller, event: Event, shift: UUID, told: int, now: datetime) -> Late:
    day = await roster.of_event(caller, event.id, now)
    found = await shifts.of_event(event.organisation, event.id)
    block = next(one for one in found if one.id == shift)
    slots = [one for one in await shifts.slots(event.organisation, event.id) if one.shift == shift]
    taken_up = in_breaks(planning.breaks(event, block), slots)
    return Late(
        shift=next(one for one in day if one.id == shift),
        day=event.date,
        told=told,
        in_breaks=taken_up // timedelta(minutes=1),
    )


async def _there(event: Event) -> There:
    return There(
        await bookings.of_event_for_change(event.organisation, event.id),
        await shifts.planned_slots(event.organisation, event.id),
    )


async def _apply(event: Event, shift: Shift, minutes: int, there: There, now: datetime) -> int:
    """Moves what has to move, and tells whoever it is; answers how many."""
    booked, slots = there
    own = [slot for slot in slots if slot.shift == shift.id]
    chair = Chair(
        starts_at=shift.starts_at,
        reset=timedelta(minutes=event.reset_minutes),
        breaks=planning.breaks(event, shift),
        slots=own,
        statuses={booking.slot: booking.status for booking in booked},
    )
    await shifts.delay(event.organisation, shift.id, minutes)
    moved = set[UUID]()
    for slot, times in _changes(own, actual_times(chair, timedelta(minutes=minutes), now)):
        await _put(event, slot, times, now)
        moved.add(slot.id)
    if moved:  # though nobody hears of it, a board shows it
        await events.touch(event.organisation, event.id)
    return await _tell([booking for booking in booked if booking.slot in moved], now)


async def _put(event: Event, slot: Slot, times: Interval | None, now: datetime) -> None:
    shown = times if times != slot.planned else None
    await shifts.put_slot(event.organisation, slot.id, shown, absorbed=times is None)
    if times and slot.offered_to:  # as if it were held from now on, and never for longer
        await offers.shorten(event.organisation, slot.id, expires_at(times[0], now))


def _changes(
    slots: Sequence[Slot], times: Mapping[UUID, Interval | None]
) -> Iterator[tuple[Slot, Interval | None]]:
    for slot in slots:
        before = None if slot.absorbed else (slot.starts_at, slot.ends_at)
        if times[slot.id] != before:
            yield slot, times[slot.id]


async def _tell(moved: Sequence[Booking], now: datetime) -> int:
    for booking in moved:
        await bookings.touch(booking.organisation, booking.id, now)
        if changed := await bookings.get(scope.system(), booking.id):
            await queue_delay(changed, now)
    return len({booking.person for booking in moved})


@transaction
async def carry_on(event: Event, now: datetime, *, same_day: bool) -> None:
    """After the day was changed: what is late stays so, unless it is on another day now."""
    await shifts.hold_slots(event.organisation, event.id)
    there = await _there(event)
    for shift in await shifts.of_event(event.organisation, event.id):
        await _apply(event, shift, shift.delay_minutes if same_day else 0, there, now)


async def stay_late(event: Event, shift: Shift, now: datetime) -> None:
    """What is added to a shift is as late as the rest of it, and beside what was moved there."""
    await _apply(event, shift, shift.delay_minutes, await _there(event), now)


async def clash(booking: Booking, now: datetime) -> Clash | None:
    """What a delay puts in the way of somebody who has not said yet that they keep their time."""
    if not booking.is_delayed or booking.status != "confirmed" or booking.starts_at <= now:
        return None
    if booking.kept_at:
        return None
    if await bookings.meets_another(booking):
        return Clash.ANOTHER
    ends_at = max(
        booking.shift_ends_at, booking.planned[1]
    )  # which may be longer, when another is out
    return Clash.END if booking.ends_at > ends_at else None


@transaction
async def keep(caller: Caller, booking: UUID, now: datetime) -> Booking:
    """One's own time though it clashes, which is what happens without a word as well."""
    found = await bookings.get_for_change(scope.owner(caller), booking)
    if found is None:
        raise NotFound
    if found.status == "cancelled":
        raise BookingCancelled
    if found.starts_at <= now:
        raise SlotPast
    await bookings.keep(found.organisation, found.id, now)
    await audit.record(found.organisation, caller.id, "booking.keep", found.id, now)
    return found
