"""Changing a day that people may already have taken times on.

Slots that stay the same keep their bookings. A booking whose slot goes away moves to the nearest
free slot of the same shift, at most an hour away on the clock, or else is cancelled. What has
begun is history and stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduler.domain import advice, delay, text
from scheduler.domain import event as events_
from scheduler.domain import plan as planning
from scheduler.domain.errors import FieldError, Invalid, NotFound, TouchesBookings
from scheduler.domain.invite import queue_cancellation, queue_invite
from scheduler.domain.plan import EventPlan, PlannedShift
from scheduler.domain.promotion import promote
from scheduler.domain.slot import Interval, overlap
from scheduler.domain.wallclock import to_local
from scheduler.i18n import say
from scheduler.ids import new_id
from scheduler.storage import audit, bookings, events, people, scope, shifts
from scheduler.storage.rows import Booking, Caller, Event, Shift, Slot
from scheduler.storage.transaction import transaction

FARTHEST_MOVE = timedelta(hours=1)
NOT_OF_THIS_DAY = say("This day has no such shift.")
TWICE = say("This shift is listed twice.")
NO_PLACE_NEAR = say("The day was changed and has no free time near yours any more.")


class NewSlot(Struct, frozen=True):
    id: UUID
    shift: UUID
    time: Interval


class Difference(Struct, frozen=True):
    """What a new plan does to the slots of a day."""

    gone: list[Slot]
    added: list[NewSlot]
    free: list[NewSlot]


class Draft(Struct, frozen=True):
    """A day as it is and as it would be; `booked` are the bookings that have not begun."""

    old: Event
    new: Event
    before: list[Shift]
    after: list[Shift]
    difference: Difference
    booked: list[Booking]


class Outcome(Struct, frozen=True):
    """What becomes of a booking: it stays at its time, moves to another seat, or ends."""

    booking: Booking
    stays: bool
    seat: NewSlot | None = None


def merge(target: Any, patch: Any) -> Any:
    """RFC 7396: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = merge(kept.get(key), value)
    return kept


def merge_plan(current: EventPlan, patch: dict[str, Any]) -> EventPlan:
    """The plan with the patch applied; a shift that names its `id` keeps what it does not say."""
    target = msgspec.to_builtins(current)
    known = {shift["id"]: shift for shift in target["shifts"]}
    merged = merge(target, patch)
    if isinstance(patch.get("shifts"), list):
        merged["shifts"] = [_merge_shift(known, shift) for shift in patch["shifts"]]
    return msgspec.convert(merged, EventPlan)


def _merge_shift(known: dict[str, Any], shift: Any) -> Any:
    if isinstance(shift, dict) and shift.get("id") in known:
        return merge(known[shift["id"]], shift)
    return shift


def check_shift_ids(plan: EventPlan, current: Sequence[Shift]) -> None:
    known = {shift.id for shift in current}
    named = [shift.id for shift in plan.shifts if shift.id]
    wrong = [
        FieldError(f"shifts[{index}].id", TWICE if shift.id in known else NOT_OF_THIS_DAY)
        for index, shift in enumerate(plan.shifts)
        if shift.id and (shift.id not in known or named.count(shift.id) > 1)
    ]
    if wrong:
        raise Invalid(*wrong)


def compare(old: Sequence[Slot], wanted: Sequence[NewSlot], now: datetime) -> Difference:
    """Which slots go, come, and are free for bookings that must move."""
    fixed = [slot for slot in old if slot.planned[0] <= now]
    coming = {(slot.shift, slot.time): slot for slot in wanted if _may_come(slot, fixed, now)}
    future = {(slot.shift, slot.planned): slot for slot in old if slot.planned[0] > now}
    kept_free = [
        NewSlot(slot.id, slot.shift, slot.planned)
        for key, slot in future.items()
        if key in coming and not slot.holder and not slot.offered_to
    ]
    added = [slot for key, slot in coming.items() if key not in future]
    gone = [slot for key, slot in future.items() if key not in coming]
    return Difference(gone, added, sorted(kept_free + added, key=lambda slot: slot.time))


def is_out(shift: Shift | None, time: Interval) -> bool:
    """Whether an outage takes this time: all of them if it took the shift whole."""
    if shift is None or shift.out_from is None:
        return False
    return shift.out_from <= max(shift.starts_at, time[0])


def _may_come(slot: NewSlot, fixed: Sequence[Slot], now: datetime) -> bool:
    return slot.time[0] > now and not any(
        slot.shift == begun.shift and overlap(begun.planned, slot.time) for begun in fixed
    )


def reseat(
    displaced: Sequence[Booking],
    staying: Sequence[Booking],
    free: Sequence[NewSlot],
    old_zone: str,
    new_zone: str,
) -> dict[UUID, NewSlot | None]:
    """The new slot of each displaced booking, earliest first; None where it has to be cancelled."""
    left, seats = list(free), dict[UUID, NewSlot | None]()
    for booking in displaced:
        others = [
            other
            for other in (*staying, *displaced)
            if other.person == booking.person and other.id != booking.id
        ]
        busy = list(_times(others, seats))
        near = {
            (_clock_distance(booking.planned[0], slot.time[0], old_zone, new_zone), slot.time): slot
            for slot in left
            if slot.shift == booking.shift and not any(overlap(slot.time, taken) for taken in busy)
        }
        nearest = min(near, default=None)
        found = near[nearest] if nearest and nearest[0] <= FARTHEST_MOVE else None
        seats[booking.id] = found
        left = [slot for slot in left if slot is not found]
    return seats


def _times(others: Sequence[Booking], seats: Mapping[UUID, NewSlot | None]) -> Iterator[Interval]:
    """When these bookings are: as seated, if that is decided, and else where they were."""
    for other in others:
        if seat := seats.get(other.id):
            yield seat.time
        elif other.id not in seats:
            yield other.planned


def _clock_distance(old: datetime, new: datetime, old_zone: str, new_zone: str) -> timedelta:
    # By the clock on the wall, so that a day moved to another date keeps everybody's time of day.
    before, after = to_local(old, old_zone), to_local(new, new_zone)
    return abs(
        timedelta(hours=before.hour, minutes=before.minute)
        - timedelta(hours=after.hour, minutes=after.minute)
    )


def affected(draft: Draft) -> Iterator[Booking]:
    """The bookings whose owners would have to be told: another time, chair, therapist or place."""
    gone = {slot.id for slot in draft.difference.gone}
    before, after = _chairs(draft.before), _chairs(draft.after)
    for booking in draft.booked:
        same_chair = before.get(booking.shift) == after.get(booking.shift)
        if booking.slot in gone or not same_chair or _place(draft.old) != _place(draft.new):
            yield booking


def outcomes(draft: Draft) -> list[Outcome]:
    """Of every booking that is affected, by start."""
    gone = {slot.id for slot in draft.difference.gone}
    displaced = [booking for booking in draft.booked if booking.slot in gone]
    staying = [booking for booking in draft.booked if booking.slot not in gone]
    zones = draft.old.timezone, draft.new.timezone
    seats = reseat(displaced, staying, draft.difference.free, *zones)
    return [
        Outcome(booking, booking.slot not in gone, seats.get(booking.id))
        for booking in affected(draft)
    ]


def _chairs(blocks: Sequence[Shift]) -> dict[UUID, tuple[str, UUID]]:
    return {shift.id: (shift.chair, shift.therapist) for shift in blocks}


def _place(event: Event) -> tuple[str, str, str]:
    return event.location_name, event.location_address, event.timezone


@transaction
async def change(
    caller: Caller, event: UUID, patch: dict[str, Any], now: datetime, *, confirm: bool
) -> events_.EventDetails:
    """Raises TouchesBookings, with nothing changed, until what touches bookings is confirmed."""
    old = await events.get_for_change(scope.event_writer(caller), event)
    if old is None:
        raise NotFound
    events_.check_changeable(old, now)
    await shifts.hold_slots(old.organisation, old.id)
    draft = await _draft(old, patch, now)
    touched = await _outcomes(draft)
    if touched and not confirm:
        raise TouchesBookings([one.booking.id for one in touched])
    await _write(draft, now)
    await _tell(caller, touched, now)
    await delay.carry_on(draft.new, now, same_day=old.date == draft.new.date)
    await promote(old.organisation, old.id, now)
    await audit.record(caller.organisation, caller.id, "event.change", event, now)
    return await events_.get(caller, event, now)


async def _draft(old: Event, patch: dict[str, Any], now: datetime) -> Draft:
    before = await shifts.of_event(old.organisation, old.id)
    planned_before = planning.of_event(old, before)
    merged = merge_plan(planned_before, patch)
    plan = planning.clean(merged, await events_.home_zone(old.organisation))
    check_shift_ids(plan, before)
    planned = planning.check(plan, now, new_date=plan.date != old.date)
    await advice.enforce(old.organisation, plan, old.id, planned_before)
    new = planning.to_event(plan, planned, old)
    after = await _assign(new, planned)
    out = {shift.id: shift for shift in before if shift.out_from}
    wanted = [
        NewSlot(new_id(), shift.id, time)
        for shift, block in zip(after, planned, strict=True)
        for time in planning.to_slots(new, block)
        if not is_out(out.get(shift.id), time)
    ]
    difference = compare(await shifts.planned_slots(old.organisation, old.id), wanted, now)
    booked = await bookings.of_event_for_change(old.organisation, old.id)
    future = [booking for booking in booked if booking.starts_at > now]
    return Draft(old, new, before, after, difference, future)


async def _assign(event: Event, planned: list[PlannedShift]) -> list[Shift]:
    therapists = events_.assign(planned, await people.therapists(event.organisation))
    return [
        events_.to_shift(event.id, position, block, therapist)
        for position, (block, therapist) in enumerate(zip(planned, therapists, strict=True))
    ]


async def _write(draft: Draft, now: datetime) -> None:
    tenant, event = draft.new.organisation, draft.new.id
    known, by_id = {shift.id for shift in draft.before}, {shift.id: shift for shift in draft.after}
    await events.update(draft.new)
    await shifts.cancel_all(tenant, event, now)
    for shift in draft.after:
        await events_.require_free(shift)
        write = shifts.update if shift.id in known else shifts.add
        await write(tenant, shift, text.key(shift.chair))
    for slot in draft.difference.gone:
        await shifts.cancel_slot(tenant, slot.id, now)
    for new in draft.difference.added:
        await shifts.add_slot(tenant, by_id[new.shift], new.id, *new.time)


async def preview(
    caller: Caller, event: UUID, patch: dict[str, Any], now: datetime
) -> list[Outcome]:
    """Whom this change would touch, and how. Nothing is changed."""
    old = await events.get(scope.event_writer(caller), event)
    if old is None:
        raise NotFound
    events_.check_changeable(old, now)
    return await _outcomes(await _draft(old, patch, now))


async def _outcomes(draft: Draft) -> list[Outcome]:
    """With those whom another day's massage keeps from their seat."""
    return [
        Outcome(one.booking, stays=False)
        if one.seat and await _elsewhere(one.booking, one.seat)
        else one
        for one in outcomes(draft)
    ]


async def _tell(caller: Caller, touched: Sequence[Outcome], now: datetime) -> None:
    for one in touched:
        booking = one.booking
        if one.stays:
            await bookings.touch(booking.organisation, booking.id, now)
        elif one.seat:
            seat = one.seat
            await bookings.place(booking.organisation, booking.id, seat.id, now)
        else:
            await _cancel(booking, now)
            continue
        await _invite(booking, now, caller)


async def _elsewhere(booking: Booking, seat: NewSlot) -> bool:
    return await bookings.of_others_at(booking.person, *seat.time, booking.event)


async def _invite(booking: Booking, now: datetime, caller: Caller) -> None:
    if changed := await bookings.get(scope.system(), booking.id):
        await queue_invite(changed, now, caller.name)


async def _cancel(booking: Booking, now: datetime) -> None:
    await bookings.cancel(booking.organisation, booking.id, now, late=False)
    if ended := await bookings.get(scope.system(), booking.id):
        await queue_cancellation(ended, now, reason=str(NO_PLACE_NEAR))
