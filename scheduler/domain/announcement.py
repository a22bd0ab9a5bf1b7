"""What a coordinator tells everybody who is booked, on the whole day or at one chair."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct

from scheduler.domain import text
from scheduler.domain.errors import Conflict, FieldError, Invalid, NotFound
from scheduler.i18n import words
from scheduler.ids import new_id
from scheduler.storage import announcements, audit, bookings, events, outbox, scope, shifts
from scheduler.storage.database import Statement
from scheduler.storage.rows import Announcement, Booking, Caller, Shift
from scheduler.storage.transaction import transaction

KIND = "announcement"
BOOKED = "booked"
LONGEST = 2000


class NobodyToTell(Conflict):
    """Nobody who is booked there still has their time ahead."""


class Told(Struct, frozen=True):
    recipients: int


def clean(said: str) -> str:
    try:
        return text.clean_lines(said, limit=LONGEST)
    except ValueError as error:
        raise Invalid(FieldError("text", words(error))) from None


def narrowed(audience: str, blocks: Sequence[Shift]) -> UUID | None:
    """The shift that an audience names; None for everybody who is booked."""
    if audience == BOOKED:
        return None
    by_id = {str(shift.id): shift.id for shift in blocks}
    if audience not in by_id:
        raise Invalid(FieldError("audience", "This day has no such shift."))
    return by_id[audience]


def listeners(booked: Sequence[Booking], shift: UUID | None, now: datetime) -> list[Booking]:
    """One booking, the first that is not over, of everybody whom it concerns."""
    concerned = [
        booking
        for booking in reversed(booked)
        if booking.ends_at > now and shift in {None, booking.shift}
    ]
    return list({booking.person: booking for booking in concerned}.values())


class Audience(Struct, frozen=True):
    """Everybody who is booked, or at one shift, and how many they are just now."""

    shift: Shift | None
    recipients: int


async def audiences(caller: Caller, event: UUID, now: datetime) -> list[Audience]:
    """Everybody first. A single shift is no choice, so it is left out."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    blocks = await shifts.of_event(found.organisation, found.id)
    booked = await bookings.active_of_event(found.organisation, found.id)
    everybody = Audience(None, len(listeners(booked, None, now)))
    narrower = [Audience(shift, len(listeners(booked, shift.id, now))) for shift in blocks]
    return [everybody, *narrower] if len(blocks) > 1 else [everybody]


@transaction
async def tell(
    caller: Caller, event: UUID, said: str, audience: str, now: datetime, form: UUID | None = None
) -> Told:
    """The same words from the same form are sent once, however often it is sent."""
    name = uuid5(form, f"{audience} {said}") if form else new_id()
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    if told := await announcements.recipients(found.organisation, found.id, name):
        return Told(told)
    cleaned = clean(said)
    shift = narrowed(audience, await shifts.of_event(found.organisation, found.id))
    booked = listeners(await bookings.active_of_event(found.organisation, found.id), shift, now)
    if not booked:
        raise NobodyToTell
    announcement = Announcement(
        id=name, organisation=found.organisation, event=found.id, shift=shift,
        author=caller.id, author_name=caller.name, text=cleaned,
    )  # fmt: skip
    await announcements.add(announcement, now)
    await outbox.queue_many([_message(announcement, booking, now) for booking in booked])
    await audit.record(caller.organisation, caller.id, "event.announce", event, now)
    return Told(len(booked))


def _message(announcement: Announcement, booking: Booking, now: datetime) -> Statement:
    effect = f"{KIND}:{announcement.id}:{booking.person}"
    return outbox.notice(
        KIND, announcement.id, effect, now,
        organisation=announcement.organisation, recipient=booking.person,
    )  # fmt: skip


async def for_whom(
    announcement: UUID, person: UUID, now: datetime
) -> tuple[Announcement, Booking] | None:
    """Asked when the message is about to leave: whoever gave their time back hears no more."""
    found = await announcements.get(announcement)
    if found is None:
        return None
    booked = await bookings.active_of_person(found.organisation, person, now)
    here = [booking for booking in booked if booking.event == found.event]
    own = listeners(here, found.shift, now)
    return (found, own[0]) if own else None
