"""A therapist who cannot come, or a chair that cannot be used: the shift is out, and its people are
re-seated. What has begun stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduler.domain import delay, text, wallclock
from scheduler.domain import event as events_
from scheduler.domain import plan as planning
from scheduler.domain.draw import Standing
from scheduler.domain.errors import FieldError, Invalid, NotFound, ShiftOver
from scheduler.domain.invite import Kind, queue_outage
from scheduler.domain.plan import WallTime
from scheduler.domain.promotion import promote
from scheduler.domain.reseating import Rules, Seat, in_order, reseat
from scheduler.domain.seats import added, extra_seats, longer, missing_seats, open_seats
from scheduler.domain.walk_in import is_guest
from scheduler.i18n import say, words
from scheduler.ids import new_id
from scheduler.storage import (
    audit,
    bookings,
    draws,
    events,
    outages,
    reseatings,
    scope,
    shifts,
    waitlist,
)
from scheduler.storage.database import together
from scheduler.storage.outage_rows import Outage, Reseating
from scheduler.storage.rows import Booking, Caller, Event, Shift, Slot
from scheduler.storage.transaction import transaction


class Cause(StrEnum):
    THERAPIST = "therapist"
    CHAIR = "chair"


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From `from` on, or else from now; `reason` stands in the message to everybody it touches.
    Other shifts may go on after their planned end until `extra_until`.
    """

    cause: Cause = Cause.THERAPIST
    reason: Annotated[str, Meta(max_length=500)] | None = None
    since: WallTime | None = msgspec.field(default=None, name="from")
    extra_until: WallTime | None = None


class Fate(Struct, frozen=True):
    """What becomes of a booking: it goes to a seat of `shift`, or it ends. Guests are not told."""

    booking: Booking
    seat: Seat | None = None
    shift: Shift | None = None

    @property
    def told(self) -> bool:
        return not is_guest(self.booking.person_email)


class Draft(Struct, frozen=True):
    """An outage as it would be; `extra` are the slots that other shifts would gain."""

    outage: Outage
    event: Event
    shift: Shift
    others: list[Shift]
    gone: list[Slot]
    fates: list[Fate]
    extra: list[Seat]


class Details(Struct, frozen=True):
    """An outage and where its people went, in the order of the times that they had."""

    outage: Outage
    people: list[Reseating]

    @property
    def guests(self) -> list[UUID]:
        """Those who sat down without an account."""
        return [one.person for one in self.people if is_guest(one.person_email)]


def begins(event: Event, shift: Shift, wanted: Wanted, now: datetime) -> datetime:
    """From when on the shift is out."""
    if shift.ends_at <= now:
        raise ShiftOver
    since = _instant(event, "from", wanted.since) or shift.starts_at
    if since >= shift.ends_at:
        raise Invalid(FieldError("from", say("The shift is over by then.")))
    return max(since, now + timedelta.resolution)


def _instant(event: Event, field: str, wall: str | None) -> datetime | None:
    if wall is None:
        return None
    try:
        return wallclock.to_instant(event.date, planning.parse_time(wall), event.timezone)
    except ValueError as error:
        raise Invalid(FieldError(field, words(error))) from None


def new_outage(
    event: Event, shift: Shift, wanted: Wanted, gone: Sequence[Slot], since: datetime,
    now: datetime,
) -> Outage:  # fmt: skip
    """From `since` on, or from what was planned before that and could be planned again."""
    reason = events_.clean_reason(wanted.reason) if wanted.reason else None
    return Outage(
        id=new_id(), organisation=event.organisation, event=event.id, shift=shift.id,
        cause=wanted.cause, reason=reason,
        starts_at=min([since, *(one.planned[0] for one in gone if one.planned[0] > now)]),
    )  # fmt: skip


def goes(slot: Slot, since: datetime) -> bool:
    """What has not begun by then, and the rest of a missed time that nobody has."""
    left = slot.instead_of is not None and slot.holder is None and slot.ends_at > since
    return slot.starts_at >= since or left


def hinders(outage: Outage, of: Shift, other: Shift, seat: Seat) -> bool:
    """Whether what is missing is missing there as well."""
    if seat.time[0] < outage.starts_at:
        return False
    if outage.cause == Cause.CHAIR:
        return text.key(other.chair) == text.key(of.chair)
    return other.therapist == of.therapist


@transaction
async def put(caller: Caller, shift: UUID, wanted: Wanted, now: datetime) -> Details:
    """Takes it out. Done twice, it stays as the first time left it."""
    event, block = await hold(caller, shift, now)
    if await outages.of_shift(event.organisation, shift) is None:
        await bookings.of_event_for_change(event.organisation, event.id)
        await _write(caller, await _draft(event, block, wanted, now), now)
        await audit.record(event.organisation, caller.id, "shift.out", event.id, now)
        await promote(event.organisation, event.id, now)
    return await get(caller, shift)


async def preview(caller: Caller, shift: UUID, wanted: Wanted, now: datetime) -> Draft:
    """Whom it would touch, and how. Nothing is changed."""
    block = await shift_of(caller, shift)
    event = await _event(caller, block)
    events_.check_changeable(event, now)
    return await _draft(event, block, wanted, now)


async def get(caller: Caller, shift: UUID) -> Details:
    block = await shift_of(caller, shift)
    found = await outages.of_shift(caller.organisation, block.id)
    if found is None:
        raise NotFound
    return Details(found, await reseatings.of_outage(found.organisation, found.id))


async def shift_of(caller: Caller, shift: UUID) -> Shift:
    found = await shifts.get(scope.shift_writer(caller), shift)
    if found is None:
        raise NotFound
    return found


async def _event(caller: Caller, block: Shift) -> Event:
    found = await events.get(scope.event_writer(caller), block.event)
    if found is None:
        raise NotFound
    return found


async def hold(caller: Caller, shift: UUID, now: datetime) -> tuple[Event, Shift]:
    """Its day and the shift as it is, which nobody else changes before this transaction ends."""
    before = await shift_of(caller, shift)
    event = await events.get_for_change(scope.event_writer(caller), before.event)
    if event is None:
        raise NotFound
    events_.check_changeable(event, now)
    await shifts.hold_slots(event.organisation, event.id)
    return event, await shift_of(caller, shift)


async def _draft(event: Event, block: Shift, wanted: Wanted, now: datetime) -> Draft:
    since = begins(event, block, wanted, now)
    others = await shifts.of_event(event.organisation, event.id)
    slots = await shifts.slots(event.organisation, event.id)
    there = await shifts.planned_slots(event.organisation, event.id)
    gone = [one for one in there if one.shift == block.id and goes(one, since)]
    outage = new_outage(event, block, wanted, gone, since, now)
    limits = await _limits(event, others, block, wanted)
    extra = list(extra_seats(event, others, limits, there, now))
    by_id = {shift.id: shift for shift in others}
    seats = [
        seat
        for seat in [*open_seats([one for one in slots if one not in gone], now), *extra]
        if not hinders(outage, block, by_id[seat.shift], seat)
    ]
    fates = await _fates(event, gone, seats, by_id, now)
    return Draft(
        outage=outage, event=event, shift=block, others=others, gone=gone, fates=fates,
        extra=added(extra, [fate.seat for fate in fates]),
    )  # fmt: skip


async def _limits(
    event: Event, others: Sequence[Shift], block: Shift, wanted: Wanted
) -> dict[UUID, datetime]:
    """Until when each of the other shifts could go on: its therapist or chair may be wanted."""
    until = _instant(event, "extra_until", wanted.extra_until)
    if until is None:
        return {}
    rest = [shift for shift in others if shift.id != block.id]
    return {shift.id: min(until, await shifts.next_at(shift) or until) for shift in rest}


async def _fates(
    event: Event, gone: Sequence[Slot], seats: Sequence[Seat], by_id: dict[UUID, Shift],
    now: datetime,
) -> list[Fate]:  # fmt: skip
    """By start."""
    slots = {slot.id for slot in gone}
    booked = await bookings.active_of_event(event.organisation, event.id)
    displaced = [one for one in booked if one.slot in slots]
    if not displaced:
        return []
    people = [one.person for one in displaced]
    hours = wallclock.whole_day(event.date, event.timezone)
    rules = Rules(now, await bookings.busy(event.organisation, people, *hours))
    order = in_order(displaced, await _standings(event, people, now))
    given = reseat(order, seats, rules)
    return [
        Fate(one, seat, by_id[seat.shift]) if (seat := given[one.id]) else Fate(one)
        for one in displaced
    ]


async def _standings(event: Event, people: list[UUID], now: datetime) -> dict[UUID, Standing]:
    found = await draws.standings(event.organisation, people, now)
    return {one.person: Standing(one.missed, one.late, one.no_shows) for one in found}


async def _write(caller: Caller, draft: Draft, now: datetime) -> None:
    """Who has to go first, so that nobody stands in the way of somebody else."""
    tenant, outage = draft.event.organisation, draft.outage
    for slot in draft.gone:
        await shifts.cancel_slot(tenant, slot.id, now)
    await outages.add(outage, now)
    await _lengthen(draft)
    for fate in sorted(draft.fates, key=lambda one: one.seat is not None):
        await _settle(outage, fate, now)
        await audit.record(tenant, caller.id, "booking.reseat", fate.booking.id, now)


async def _lengthen(draft: Draft) -> None:
    tenant, event = draft.event.organisation, draft.event
    ends = longer(draft.extra)
    for shift in draft.others:
        if ends_at := ends.get(shift.id):
            wall = wallclock.to_local(ends_at, event.timezone).time()
            await shifts.lengthen(tenant, shift.id, wall, ends_at)
            for seat in draft.extra:
                if seat.shift == shift.id:
                    await shifts.add_slot(tenant, shift, seat.id, *seat.time)
    for ends_at in ends.values():
        await events.lengthen(tenant, event.id, ends_at)
    await events.touch(tenant, event.id)


async def _settle(outage: Outage, fate: Fate, now: datetime) -> None:
    tenant, was, seat = outage.organisation, fate.booking, fate.seat
    if seat:
        await bookings.place(tenant, was.id, seat.id, now)
    else:
        await bookings.cancel(tenant, was.id, now, late=False)
        if await waitlist.may_wait(tenant, was.person):
            await waitlist.head(tenant, outage.event, was.person, now)
    await together(reseatings.addition(outage, was, seat.id if seat else None, now))
    if found := await bookings.get(scope.system(), was.id):
        kind = Kind.RESEATED if seat else Kind.UNSEATED
        await queue_outage(kind, found, was, outage, now)


@transaction
async def end(caller: Caller, shift: UUID, now: datetime) -> None:
    """It can be used after all: what is left of it is open, and people stay where they are. Done
    twice, nothing is left to do.
    """
    block = await shift_of(caller, shift)
    if await outages.of_shift(caller.organisation, block.id) is None:
        return
    event, block = await hold(caller, shift, now)
    await bring_back(event, block, now)
    await audit.record(event.organisation, caller.id, "shift.back", event.id, now)
    await promote(event.organisation, event.id, now)


async def bring_back(event: Event, block: Shift, now: datetime) -> None:
    """By its plan as it is today."""
    outage = await outages.of_shift(event.organisation, block.id)
    if outage is None:
        return
    await outages.end(event.organisation, outage.id, now)
    there = await shifts.planned_slots(event.organisation, event.id)
    for seat in missing_seats(event, block, block.ends_at, there, now):
        await shifts.add_slot(event.organisation, block, seat.id, *seat.time)
    await delay.stay_late(event, block, now)
    await events.touch(event.organisation, event.id)
