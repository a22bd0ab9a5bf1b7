"""What a coordinator tells people of a day: who is booked, at all chairs or at one; who waits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct

from scheduler.address import leads_nowhere
from scheduler.domain import text
from scheduler.domain.errors import Conflict, FieldError, Invalid, NotFound
from scheduler.domain.event import Status, status
from scheduler.i18n import words
from scheduler.ids import new_id
from scheduler.storage import (
    announcements,
    audit,
    bookings,
    events,
    memberships,
    outbox,
    scope,
    shifts,
)
from scheduler.storage.database import Statement
from scheduler.storage.rows import Announcement, Booking, Caller, Event, Person, Shift
from scheduler.storage.transaction import transaction

KIND = "announcement"
BOOKED, WAITING, ALL = "booked", "waiting", "all"
LONGEST = 2000


class NobodyToTell(Conflict):
    """Nobody there still has their time ahead or waits for one, as you chose."""


class Told(Struct, frozen=True):
    recipients: int


class Audience(Struct, frozen=True, kw_only=True):
    """Whom `audience` stands for: booked, waiting, all, or the id of a shift, which is at this
    chair. `recipients` is how many they are just now.
    """

    audience: str
    recipients: int
    chair: str | None = None
    therapist: str | None = None


class Heard(Struct, frozen=True):
    """Somebody who is still to hear it, and as what: with a `booking`, or because they wait."""

    announcement: Announcement
    event: Event
    person: Person
    booking: Booking | None


class Crowd(Struct, frozen=True):
    """Who has something to do with a day."""

    booked: Sequence[Booking]
    waiting: Sequence[UUID]

    def people(self, audience: str | None, shift: UUID | None, now: datetime) -> list[UUID]:
        """Each once, though they are booked and wait for another time."""
        found = dict.fromkeys(self.waiting if audience in {WAITING, ALL} else ())
        if audience != WAITING:
            found |= dict.fromkeys(one.person for one in listeners(self.booked, shift, now))
        return list(found)


def clean(said: str) -> str:
    try:
        return text.clean_lines(said, limit=LONGEST)
    except ValueError as error:
        raise Invalid(FieldError("text", words(error))) from None


def narrowed(audience: str, blocks: Sequence[Shift]) -> UUID | None:
    """The shift that an audience names; None for one that is of the whole day."""
    if audience in {BOOKED, WAITING, ALL}:
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
        if booking.ends_at > now
        and shift in {None, booking.shift}
        and not leads_nowhere(booking.person_email)
    ]
    return list({booking.person: booking for booking in concerned}.values())


async def audiences(caller: Caller, event: UUID, now: datetime) -> list[Audience]:
    """Everybody who is booked first. A single shift is no choice, nor is all where nobody waits."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    blocks = await shifts.of_event(found.organisation, found.id)
    crowd = await _crowd(found, now)
    return [
        _whole(BOOKED, crowd, now),
        *(_at(shift, crowd, now) for shift in blocks if len(blocks) > 1),
        *(_whole(audience, crowd, now) for audience in (WAITING, ALL) if crowd.waiting),
    ]


def _whole(audience: str, crowd: Crowd, now: datetime) -> Audience:
    return Audience(audience=audience, recipients=len(crowd.people(audience, None, now)))


def _at(shift: Shift, crowd: Crowd, now: datetime) -> Audience:
    return Audience(
        audience=str(shift.id), recipients=len(crowd.people(None, shift.id, now)),
        chair=shift.chair, therapist=shift.therapist_name,
    )  # fmt: skip


async def _crowd(event: Event, now: datetime) -> Crowd:
    booked = await bookings.active_of_event(event.organisation, event.id)
    if status(event, now) is not Status.PUBLISHED:
        return Crowd(booked, [])
    return Crowd(booked, await announcements.waiting(event.organisation, event.id))


@transaction
async def tell(
    caller: Caller, event: UUID, said: str, audience: str, now: datetime, form: UUID | None = None
) -> Told:
    """The same words from the same form are sent once, however often it is sent."""
    name = uuid5(form, f"{event} {audience} {said}") if form else new_id()
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    if told := await announcements.recipients(found.organisation, found.id, name):
        return Told(told)
    cleaned = clean(said)
    shift = narrowed(audience, await shifts.of_event(found.organisation, found.id))
    announcement = Announcement(
        id=name, organisation=found.organisation, event=found.id, shift=shift, author=caller.id,
        author_name=caller.name, text=cleaned,
        audience=audience if audience in {WAITING, ALL} else None,
    )  # fmt: skip
    people = (await _crowd(found, now)).people(announcement.audience, shift, now)
    if not people:
        raise NobodyToTell
    await announcements.add(announcement, now)
    await outbox.queue_many([_message(announcement, person, now) for person in people])
    await audit.record(caller.organisation, caller.id, "event.announce", event, now)
    return Told(len(people))


def _message(announcement: Announcement, person: UUID, now: datetime) -> Statement:
    effect = f"{KIND}:{announcement.id}:{person}"
    return outbox.notice(
        KIND, announcement.id, effect, now,
        organisation=announcement.organisation, recipient=person,
    )  # fmt: skip


async def for_whom(announcement: UUID, person: UUID, now: datetime) -> Heard | None:
    """Asked when the message is about to leave: whoever gave their time back, or waits no longer,
    hears no more.
    """
    found = await announcements.get(announcement)
    event = found and await events.get(scope.system(), found.event)
    member = found and await memberships.get(found.organisation, person)
    if not found or not event or not member:
        return None
    booking = await _own(found, person, now)
    waits = found.audience and status(event, now) is Status.PUBLISHED
    if booking or (waits and await announcements.waits(found.organisation, event.id, person)):
        return Heard(found, event, member, booking)
    return None


async def _own(told: Announcement, person: UUID, now: datetime) -> Booking | None:
    """The booking as whose owner somebody hears it."""
    if told.audience == WAITING:
        return None
    booked = await bookings.active_of_person(told.organisation, person, now)
    here = [one for one in booked if one.event == told.event]
    return next(iter(listeners(here, told.shift, now)), None)
