"""One massage day: planned, published, cancelled."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from scheduler.domain import advice, day_off, text
from scheduler.domain import plan as planning
from scheduler.domain.errors import (
    EventCancelled,
    EventFinished,
    FieldError,
    Invalid,
    NotFound,
    TherapistUnavailable,
)
from scheduler.domain.invite import queue_cancellation
from scheduler.domain.plan import EventPlan, PlannedShift
from scheduler.domain.promotion import promote
from scheduler.domain.slot import USEFUL
from scheduler.i18n import words
from scheduler.ids import new_id
from scheduler.storage import (
    audit,
    bookings,
    events,
    organisations,
    people,
    scope,
    shifts,
    waitlist,
)
from scheduler.storage.rows import Booking, Caller, Counts, Event, Person, Shift, Slot
from scheduler.storage.transaction import transaction


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class EventDetails(Struct, frozen=True):
    event: Event
    status: Status
    shifts: list[Shift]
    counts: Counts


def status(event: Event, now: datetime) -> Status:
    if event.cancelled_at:
        return Status.CANCELLED
    if not event.published_at:
        return Status.DRAFT
    return Status.FINISHED if event.ends_at <= now else Status.PUBLISHED


def check_changeable(event: Event, now: datetime) -> None:
    if event.cancelled_at:
        raise EventCancelled
    if event.ends_at <= now:
        raise EventFinished


def to_come(booked: Sequence[Booking], now: datetime) -> list[Booking]:
    """Those that have not taken place yet: whom a cancelled day would disappoint."""
    return [booking for booking in booked if booking.ends_at > now]


def assign(planned: Sequence[PlannedShift], therapists: Sequence[Person]) -> list[Person]:
    """The therapist of each shift. Raises Invalid naming each address that is none of theirs."""
    by_key = {text.key(person.email): person for person in therapists}
    unknown = [
        FieldError(f"shifts[{index}].therapist", "No therapist here has this address.")
        for index, shift in enumerate(planned)
        if text.key(shift.plan.therapist) not in by_key
    ]
    if unknown:
        raise Invalid(*unknown)
    return [by_key[text.key(shift.plan.therapist)] for shift in planned]


def to_shift(event: UUID, position: int, planned: PlannedShift, therapist: Person) -> Shift:
    return Shift(
        id=planned.plan.id or new_id(),
        event=event,
        therapist=therapist.id,
        therapist_name=therapist.name,
        therapist_email=therapist.email,
        position=position,
        chair=planned.plan.chair,
        starts=planning.parse_time(planned.plan.starts),
        ends=planning.parse_time(planned.plan.ends),
        breaks=[f"{pause.starts}/{pause.ends}" for pause in planned.plan.breaks],
        starts_at=planned.time[0],
        ends_at=planned.time[1],
    )


@transaction
async def create(caller: Caller, wanted: EventPlan, now: datetime) -> EventDetails:
    plan = planning.clean(wanted, await home_zone(caller.organisation))
    _refuse_shift_ids(plan)
    planned = planning.check(plan, now, new_date=True)
    event = planning.to_event(plan, planned, _blank(caller, now))
    therapists = assign(planned, await people.therapists(caller.organisation))
    await advice.enforce(caller.organisation, plan)
    await events.add(event)
    for position, (block, therapist) in enumerate(zip(planned, therapists, strict=True)):
        await _add_shift(event, to_shift(event.id, position, block, therapist), block)
    await audit.record(caller.organisation, caller.id, "event.create", event.id, now)
    return await details(event, now)


async def home_zone(organisation: UUID) -> str:
    found = await organisations.get(organisation)
    if found is None:
        raise NotFound
    return found.timezone


def _refuse_shift_ids(plan: EventPlan) -> None:
    wrong = [
        FieldError(f"shifts[{index}].id", "A new day has no shifts yet: leave “id” out.")
        for index, shift in enumerate(plan.shifts)
        if shift.id
    ]
    if wrong:
        raise Invalid(*wrong)


def _blank(caller: Caller, now: datetime) -> Event:
    return Event(
        id=new_id(), organisation=caller.organisation, title="", date=now.date(), timezone="",
        location_name="", location_address="", slot_minutes=0, reset_minutes=0,
        claims_open_at=None, claims_per_person=1, cancel_until_minutes=0, ends_at=now,
        published_at=None, cancelled_at=None, cancel_reason=None, created_at=now,
    )  # fmt: skip


async def _add_shift(event: Event, shift: Shift, planned: PlannedShift) -> None:
    await require_free(shift)
    await shifts.add(event.organisation, shift, text.key(shift.chair))
    for starts_at, ends_at in planning.to_slots(event, planned):
        await shifts.add_slot(event.organisation, shift, new_id(), starts_at, ends_at)


async def require_free(shift: Shift) -> None:
    if await shifts.busy_elsewhere(shift.therapist, shift.event, shift.starts_at, shift.ends_at):
        raise TherapistUnavailable(shift.therapist_name)


async def get(caller: Caller, event: UUID, now: datetime) -> EventDetails:
    found = await events.get(scope.event_reader(caller), event)
    if found is None:
        raise NotFound
    return await details(found, now)


async def details(event: Event, now: datetime) -> EventDetails:
    return (await details_of_many([event], now))[0]


async def listed(
    caller: Caller, since: date, until: date, wanted: Status | None, now: datetime
) -> list[Event]:
    """By date, from `since` to `until`, both included."""
    found = await events.between(scope.event_reader(caller), since, until)
    return [event for event in found if wanted in {None, status(event, now)}]


async def details_of_many(found: list[Event], now: datetime) -> list[EventDetails]:
    """Of events of one organisation, in the order given."""
    if not found:
        return []
    organisation, ids = found[0].organisation, [event.id for event in found]
    counts = await events.counts(organisation, ids, now, USEFUL)
    blocks = await shifts.of_events(organisation, ids)
    return [
        EventDetails(
            event,
            status(event, now),
            [shift for shift in blocks if shift.event == event.id],
            counts.get(event.id, Counts(event=event.id, slots=0, open=0, booked=0)),
        )
        for event in found
    ]


async def slots(caller: Caller, event: UUID) -> list[Slot]:
    found = await events.get(scope.event_reader(caller), event)
    if found is None:
        raise NotFound
    return await shifts.slots(found.organisation, found.id)


async def count_to_come(caller: Caller, event: UUID, now: datetime) -> int:
    """How many bookings a cancellation would end."""
    blocks = await shifts.of_event(caller.organisation, event)
    booked = await bookings.of_shifts(caller.organisation, [shift.id for shift in blocks])
    return len(to_come(booked, now))


@transaction
async def publish(caller: Caller, event: UUID, now: datetime) -> EventDetails:
    found = await _for_change(caller, event)
    if found.cancelled_at or not found.published_at:
        check_changeable(found, now)
        await events.publish(caller.organisation, event, now)
        await audit.record(caller.organisation, caller.id, "event.publish", event, now)
    return await get(caller, event, now)


@transaction
async def cancel(caller: Caller, event: UUID, reason: str, now: datetime) -> EventDetails:
    """Ends the day and tells everyone booked, and everyone who waits. Done twice, it stays as the
    first time left it.
    """
    found = await _for_change(caller, event)
    if not found.cancelled_at:
        check_changeable(found, now)
        await events.cancel(caller.organisation, event, clean_reason(reason), now)
        told = await _cancel_bookings(found, clean_reason(reason), now)
        await day_off.queue(found, told, now)
        await waitlist.end_of_event(caller.organisation, event, now)
        await promote(caller.organisation, event, now)
        await audit.record(caller.organisation, caller.id, "event.cancel", event, now)
    return await get(caller, event, now)


async def _for_change(caller: Caller, event: UUID) -> Event:
    found = await events.get_for_change(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    return found


def clean_reason(reason: str) -> str:
    try:
        return text.clean_line(reason, limit=500)
    except ValueError as error:
        raise Invalid(FieldError("reason", words(error))) from None


async def _cancel_bookings(event: Event, reason: str, now: datetime) -> set[UUID]:
    """Answers whose they were."""
    booked = await bookings.of_event_for_change(event.organisation, event.id)
    ending = to_come(booked, now)
    for booking in ending:
        await bookings.cancel(event.organisation, booking.id, now, late=False)
        ended = await bookings.get(scope.system(), booking.id)
        if ended:
            await queue_cancellation(ended, now, reason=reason)
    return {booking.person for booking in ending}
