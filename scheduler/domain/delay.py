"""A therapist runs late: what moves, what takes it up, who is told, and what they can do.

The minutes say how far behind the plan the chair is, so the last word counts, and not the sum.
What has been stays. From the next one on each begins when it was planned to, or as soon as the one
before it and its reset are over. So breaks, and times that nobody has, take up what they can, and
only what is left of the delay moves anybody. docs/running_late.md says it with an example.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
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
from scheduler.domain.promotion import promote
from scheduler.domain.roster import RosterShift
from scheduler.domain.slot import Interval, rest
from scheduler.storage import audit, bookings, events, scope, shifts
from scheduler.storage.rows import Booking, Caller, Event, Shift, Slot
from scheduler.storage.transaction import transaction

MOST_MINUTES = bookings.LONGEST_DELAY // timedelta(minutes=1)
HERE, OVER = "checked_in", frozenset({"completed", "no_show"})


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


class Late(Struct, frozen=True, kw_only=True):
    """What saying it did: how many people hear of it, and how much of it the breaks take up."""

    shift: RosterShift
    day: date
    told: int
    in_breaks: int


def actual_times(chair: Chair, late: timedelta, now: datetime) -> dict[UUID, Interval | None]:
    """When each slot really is; None where nobody has it and the delay takes it up."""
    found: dict[UUID, Interval | None] = {}
    waiting = _waiting(chair, late, now)
    pauses = _pauses(chair)
    first, ended = _first_start(chair, waiting, late, now), None
    for slot in chair.slots:
        begins, ends = slot.planned
        free_from = ended + pauses[slot.id] if ended else first
        if slot.id in waiting:
            starts_at = max(begins, free_from)
            ended = starts_at + (ends - begins)
            found[slot.id] = starts_at, ended
        elif _is_taken(chair, slot) or begins <= now:
            found[slot.id] = None if slot.absorbed else (slot.starts_at, slot.ends_at)
        else:
            found[slot.id] = slot.planned if begins >= free_from else None
    return found


def _pauses(chair: Chair) -> dict[UUID, timedelta]:
    """What there is of a reset before each slot at the least: all, unless a break is shorter."""
    pairs = zip(chair.slots, [None, *chair.slots], strict=False)
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
        begun = slot.ends_at <= now or max(slot.starts_at, slot.planned[0] + late) <= now
        in_chair = status == HERE and not found
        if _is_taken(chair, slot) and not (begun or in_chair or status in OVER):
            found.append(slot.id)
    return found


def _first_start(chair: Chair, waiting: Sequence[UUID], late: timedelta, now: datetime) -> datetime:
    """When the next one can begin. How late the one before was counts already."""
    ahead = next((slot for slot in chair.slots if _is_ahead(chair, slot, waiting, now)), None)
    before = [slot for slot in chair.slots if ahead is None or slot.planned[0] < ahead.planned[0]]
    seen = [slot for slot in before if _was_seen(chair, slot)]
    idle_until = _idle_until(chair, before, ahead, now)
    if not seen:
        return idle_until + late
    last = seen[-1]
    free_from = last.ends_at + (_pauses(chair)[ahead.id] if ahead else chair.reset)
    if chair.statuses.get(last.id) != HERE:
        free_from = max(free_from, idle_until)
    return free_from + late - (last.starts_at - last.planned[0])


def _is_ahead(chair: Chair, slot: Slot, waiting: Sequence[UUID], now: datetime) -> bool:
    return slot.id in waiting or (not _is_taken(chair, slot) and slot.planned[0] > now)


def _was_seen(chair: Chair, slot: Slot) -> bool:
    return chair.statuses.get(slot.id, "no_show") != "no_show"


def _idle_until(
    chair: Chair, before: Sequence[Slot], ahead: Slot | None, now: datetime
) -> datetime:
    """What went by without anybody takes up nothing any more: times that have begun, and breaks
    as far as they are over.
    """
    begun = [
        slot.planned[1] + chair.reset
        for slot in before
        if slot.planned[0] <= now and not slot.absorbed and not _was_seen(chair, slot)
    ]
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
    told = await _apply(event, found, minutes, now)
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


async def _apply(event: Event, shift: Shift, minutes: int, now: datetime) -> int:
    """Moves what has to move, and tells whoever it is; answers how many."""
    booked = await bookings.of_event_for_change(event.organisation, event.id)
    slots = await shifts.planned_slots(event.organisation, event.id)
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
        shown = times if times != slot.planned else None
        await shifts.put_slot(event.organisation, slot.id, shown, absorbed=times is None)
        moved.add(slot.id)
    if moved:  # though nobody hears of it, a board shows it
        await events.touch(event.organisation, event.id)
    return await _tell([booking for booking in booked if booking.slot in moved], now)


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
    for shift in await shifts.of_event(event.organisation, event.id):
        if shift.delay_minutes:
            await _apply(event, shift, shift.delay_minutes if same_day else 0, now)


async def stay_late(event: Event, shift: Shift, now: datetime) -> None:
    """What is added to a shift that is late is late as well."""
    if shift.delay_minutes:
        await _apply(event, shift, shift.delay_minutes, now)


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
