"""Asking colleagues to a day: a message with an address of their own, once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduler.domain import link
from scheduler.domain.errors import EventNotOpen, FieldError, Invalid, NotFound
from scheduler.domain.event import Status, check_changeable, status
from scheduler.domain.mail_choice import Kind
from scheduler.domain.person import Role
from scheduler.storage import (
    audit,
    bookings,
    events,
    mail_choices,
    memberships,
    outbox,
    people,
    scope,
    shifts,
)
from scheduler.storage.rows import Caller, Event, Person
from scheduler.storage.transaction import transaction

KIND = "invitation"
ONE_OF_BOTH = "Send either a list of people, or “all”: true."


class Wanted(Struct, frozen=True, kw_only=True):
    """Whom to invite: these, or everybody; with `again` those too who were invited before."""

    people: Sequence[UUID] | None
    everybody: bool
    again: bool


class Invited(Struct, frozen=True, kw_only=True):
    """How many messages are on their way, and who gets none because they had one, are booked, or
    do not want any.
    """

    invited: int
    already_invited: int
    already_booked: int
    unwanted: int = 0


class Overview(Struct, frozen=True, kw_only=True):
    """The employees: how many have a time, and who has none, by whether they were invited. And how
    many of those want no invitations, and so are in neither list.
    """

    booked: int
    unwanted: int
    invited: list[Person]
    missing: list[Person]


class Invitation(Struct, frozen=True):
    """What the message is written from; `hours` are the day's first and last instant."""

    event: Event
    person: Person
    hours: tuple[datetime, datetime]
    secret: str


def chosen(wanted: Wanted, employees: Sequence[Person]) -> list[Person]:
    """Raises Invalid naming each who is no employee here."""
    if wanted.everybody == (wanted.people is not None):
        raise Invalid(FieldError("people", ONE_OF_BOTH))
    if wanted.people is None:
        return list(employees)
    here = {person.id: person for person in employees}
    unknown = [
        FieldError(f"people[{index}]", "No employee here has this id.")
        for index, person in enumerate(wanted.people)
        if person not in here
    ]
    if unknown:
        raise Invalid(*unknown)
    return [here[person] for person in dict.fromkeys(wanted.people)]


def first_effect(event: UUID, person: UUID) -> str:
    return f"{KIND}:{event}:{person}"


def effects(
    firsts: Mapping[UUID, str], known: set[str], now: datetime, *, again: bool
) -> dict[UUID, str]:
    """The effect for each who is to get a message, by person."""
    return {
        person: first if first not in known else f"{first}:{now:%Y%m%dT%H%M}"
        for person, first in firsts.items()
        if again or first not in known
    }


async def overview(caller: Caller, event: UUID) -> Overview:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    everybody = await people.employees(found.organisation)
    booked = {row.person for row in await bookings.active_of_event(found.organisation, found.id)}
    unwanted = await _unwanted(found) - booked
    without = sorted(
        (one for one in everybody if one.id not in booked | unwanted), key=lambda one: one.name
    )
    known = await _asked(found, [one.id for one in without])
    return Overview(
        booked=sum(one.id in booked for one in everybody),
        unwanted=sum(one.id in unwanted for one in everybody),
        invited=[one for one in without if first_effect(found.id, one.id) in known],
        missing=[one for one in without if first_effect(found.id, one.id) not in known],
    )


async def _unwanted(event: Event) -> set[UUID]:
    return await mail_choices.who_chose(event.organisation, Kind.INVITATION, wanted=False)


async def _asked(event: Event, people: Sequence[UUID]) -> set[str]:
    """The first effects of those who were invited, or told that times are left."""
    firsts = {first_effect(event.id, one) for one in people}
    told = await outbox.told_of(event.organisation, Kind.NUDGE, event.id)
    return (
        await outbox.queued(list(firsts)) | {first_effect(event.id, one) for one in told} & firsts
    )


@transaction
async def invite(caller: Caller, event: UUID, wanted: Wanted, now: datetime) -> Invited:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    asked = chosen(wanted, await people.employees(found.organisation))
    check_changeable(found, now)
    if not found.published_at:
        raise EventNotOpen
    booked = {row.person for row in await bookings.active_of_event(found.organisation, found.id)}
    unwanted = await _unwanted(found) - booked
    firsts = {
        one.id: first_effect(found.id, one.id) for one in asked if one.id not in booked | unwanted
    }
    known = await _asked(found, list(firsts))
    owed = effects(firsts, known, now, again=wanted.again)
    just_now = await outbox.queued(list(owed.values()))  # twice in a minute is once
    owed = {person: effect for person, effect in owed.items() if effect not in just_now}
    await outbox.queue_many([
        outbox.notice(KIND, found.id, effect, now, organisation=found.organisation, recipient=one)
        for one, effect in owed.items()
    ])  # fmt: skip
    await audit.record(found.organisation, caller.id, "event.invite", found.id, now)
    return Invited(
        invited=len(owed),
        already_invited=len(firsts) - len(owed),
        already_booked=sum(one.id in booked for one in asked),
        unwanted=sum(one.id in unwanted for one in asked),
    )


@transaction
async def seal(event: UUID, person: UUID, now: datetime) -> Invitation | None:
    """For the message that is about to leave; None for whoever needs no invitation any more."""
    found = await events.get(scope.system(), event)
    if found is None or status(found, now) is not Status.PUBLISHED:
        return None
    asked = await memberships.get(found.organisation, person)
    if asked is None or Role.EMPLOYEE not in asked.roles:
        return None
    if await bookings.ordinals(found.organisation, found.id, person):
        return None
    blocks = await shifts.of_event(found.organisation, found.id)
    hours = min(one.starts_at for one in blocks), max(one.ends_at for one in blocks)
    secret = await link.make_personal(found.organisation, found.id, person, now)
    return Invitation(found, asked, hours, secret)
