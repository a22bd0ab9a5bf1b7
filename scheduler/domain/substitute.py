"""Somebody takes over a shift whole: nobody moves, and every invite says the new name."""

from datetime import datetime
from uuid import UUID

from scheduler.domain import outage, text
from scheduler.domain.errors import FieldError, Invalid, ShiftOver, TherapistUnavailable
from scheduler.domain.invite import queue_substitute
from scheduler.domain.outage import Cause
from scheduler.domain.promotion import promote
from scheduler.storage import audit, bookings, events, outages, people, scope, shifts
from scheduler.storage.rows import Booking, Caller, Event, Person, Shift
from scheduler.storage.transaction import transaction


def ahead(booked: list[Booking], shift: Shift, now: datetime) -> list[Booking]:
    """Whom the new name concerns."""
    return [one for one in booked if one.shift == shift.id and one.starts_at > now]


@transaction
async def put(caller: Caller, shift: UUID, email: str, now: datetime) -> Shift:
    """Somebody who has come, where nobody could, ends the outage. A repeat changes nothing."""
    event, block = await outage.hold(caller, shift, now)
    person = await _therapist(caller, email)
    if person.id == block.therapist:
        return block
    if block.ends_at <= now:
        raise ShiftOver
    if person.id in await shifts.working_then(block):
        raise TherapistUnavailable(person.name)
    booked = await bookings.of_event_for_change(event.organisation, event.id)
    await shifts.give(event.organisation, shift, person.id)
    await _bring_back(event, await outage.shift_of(caller, shift), now)
    for one in ahead(booked, block, now):
        await _tell(one, now)
    await events.touch(event.organisation, event.id)
    await audit.record(event.organisation, caller.id, "shift.substitute", event.id, now)
    await promote(event.organisation, event.id, now)
    return await outage.shift_of(caller, shift)


async def _bring_back(event: Event, block: Shift, now: datetime) -> None:
    """A chair that cannot be used is of no use to a substitute either."""
    found = await outages.of_shift(event.organisation, block.id)
    if found and found.cause == Cause.THERAPIST:
        await outage.bring_back(event, block, now)


async def _tell(was: Booking, now: datetime) -> None:
    await bookings.touch(was.organisation, was.id, now)
    if changed := await bookings.get(scope.system(), was.id):
        await queue_substitute(changed, was.therapist_name, now)


async def _therapist(caller: Caller, email: str) -> Person:
    if not email.strip():
        raise Invalid(FieldError("therapist", "Choose who takes over."))
    found = await people.with_role(caller.organisation, text.key(text.trim(email)), "therapist")
    if found is None:
        raise Invalid(FieldError("therapist", "No therapist here has this address."))
    return found


async def free(caller: Caller, shift: UUID) -> list[Person]:
    """The therapists who could take it over, by name."""
    block = await outage.shift_of(caller, shift)
    taken = {block.therapist, *await shifts.working_then(block)}
    found = await people.therapists(caller.organisation)
    return sorted((one for one in found if one.id not in taken), key=lambda one: (one.name, one.id))
