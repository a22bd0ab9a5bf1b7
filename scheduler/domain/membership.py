"""Who belongs to an organisation, and as what: given and taken by whoever is above."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from scheduler.domain import person as persons
from scheduler.domain import text
from scheduler.domain.booking import is_late
from scheduler.domain.errors import (
    FieldError,
    Invalid,
    LastAdmin,
    LastCoordinator,
    NeedsAdmin,
    NotFound,
    TherapistHasShifts,
)
from scheduler.domain.invite import queue_cancellation
from scheduler.domain.person import Role
from scheduler.domain.promotion import promote
from scheduler.i18n import say
from scheduler.storage import (
    audit,
    bookings,
    events,
    memberships,
    people,
    scope,
    standby,
    waitlist,
)
from scheduler.storage.rows import Caller, Member, Person
from scheduler.storage.transaction import transaction

BELOW_COORDINATOR = frozenset({Role.EMPLOYEE, Role.THERAPIST})
ABOVE = frozenset(Role) - BELOW_COORDINATOR
Roles = frozenset[str]
TAKEN_OUT = "You are no longer among the people of this organisation."


def givable(caller: Caller) -> frozenset[Role]:
    """The roles that the caller may give and take away."""
    return frozenset(Role) if Role.ADMIN in caller.roles else BELOW_COORDINATOR


def check_roles(caller: Caller, had: Roles, wanted: Roles) -> None:
    """Raises Invalid for what is given or taken away from above the caller, and for nothing."""
    if not wanted:
        raise Invalid(FieldError("roles", say("Choose at least one role.")))
    wrong = [
        FieldError("roles", say("Only an admin gives or takes away the role “{role}”.", role=role))
        for role in sorted((had ^ wanted) - givable(caller))
    ]
    if wrong:
        raise Invalid(*wrong)


def check_removable(caller: Caller, had: Roles) -> None:
    if not had <= givable(caller):
        raise NeedsAdmin


def check_looked_after(had: Roles, wanted: Roles, *, others: bool) -> None:
    """Raises LastCoordinator when nobody else could give a role any more."""
    if had & ABOVE and not wanted & ABOVE and not others:
        raise LastCoordinator


def check_admin_left(had: Roles, wanted: Roles, *, others: bool) -> None:
    """Raises LastAdmin when nobody could change the organisation's settings any more."""
    if Role.ADMIN in had - wanted and not others:
        raise LastAdmin


def check_free(name: str, days: Sequence[date]) -> None:
    """Raises TherapistHasShifts while days still count on this therapist."""
    if days:
        raise TherapistHasShifts(name, days)


async def therapists(caller: Caller) -> list[Person]:
    """By name."""
    found = await people.therapists(caller.organisation)
    return sorted(found, key=lambda person: (person.name, person.id))


async def keepers(caller: Caller) -> list[Member]:
    """Those who look after the organisation: its admins and coordinators, by name."""
    return await people.members(caller.organisation, *sorted(ABOVE))


async def member(caller: Caller, person: UUID) -> Member:
    found = await _known(caller.organisation, person)
    if not found.roles:
        raise NotFound
    return found


@transaction
async def add(
    caller: Caller, email: str, name: str | None, roles: Sequence[Role], now: datetime
) -> Member:
    """Somebody new, or known here already: then with these roles as well, under this name.

    Without a name, whoever is known here keeps theirs.
    """
    check_roles(caller, frozenset(), frozenset(roles))
    called = await _name(caller.organisation, email) if name is None else name
    added = [
        await persons.add(caller.organisation, email, called, role, now, caller.id)
        for role in roles
    ]
    return await _known(caller.organisation, added[0])


@transaction
async def set_roles(caller: Caller, person: UUID, roles: Sequence[Role], now: datetime) -> Member:
    """These and no others; a repeat changes nothing."""
    await memberships.hold(caller.organisation)
    member = await _known(caller.organisation, person)
    had, wanted = frozenset(member.roles), frozenset[str](roles)
    if not had:
        raise NotFound
    check_roles(caller, had, wanted)
    await check_may_lose(caller.organisation, member, wanted, now)
    for role in sorted(wanted - had):
        await people.add_role(caller.organisation, person, role, now)
        await audit.record(caller.organisation, caller.id, f"person.{role}", person, now)
    for role in sorted(had - wanted):
        await memberships.take_role(caller.organisation, person, role)
        await audit.record(caller.organisation, caller.id, f"person.end_{role}", person, now)
    return await _known(caller.organisation, person)


async def check_may_lose(organisation: UUID, member: Member, wanted: Roles, now: datetime) -> None:
    """Whether this person can go down to these roles without leaving a duty to nobody."""
    had = frozenset(member.roles)
    others = await memberships.others_with(organisation, member.id, sorted(ABOVE))
    check_looked_after(had, wanted, others=others)
    admins = await memberships.others_with(organisation, member.id, [Role.ADMIN])
    check_admin_left(had, wanted, others=admins)
    if Role.THERAPIST in had - wanted:
        ahead = await events.with_shift_of(organisation, member.id, now)
        check_free(member.name, [event.date for event in ahead])


@transaction
async def remove(caller: Caller, person: UUID, now: datetime) -> None:
    """Out of the organisation; what was stays, with the name. Done twice, nothing is left to do."""
    await memberships.hold(caller.organisation)
    member = await _known(caller.organisation, person)
    if not member.roles:
        return
    check_removable(caller, frozenset(member.roles))
    await check_may_lose(caller.organisation, member, frozenset(), now)
    by = None if person == caller.id else caller.name
    await end(caller.organisation, person, now, by=by, reason=TAKEN_OUT)
    await audit.record(caller.organisation, caller.id, "person.remove", person, now)


async def end(
    organisation: UUID, person: UUID, now: datetime, *, by: str | None, reason: str | None
) -> None:
    """Every role and key at once; the times ahead are free for others. Without `by` it is their
    own doing, and a time may be given back late.
    """
    days = await _hold_days(organisation, person, now)
    for booking in await bookings.ahead_for_change(organisation, person, now):
        late = by is None and is_late(booking, now)
        await bookings.cancel(organisation, booking.id, now, late=late)
        if ended := await bookings.get(scope.system(), booking.id):
            await queue_cancellation(ended, now, by=by, reason=reason)
    await waitlist.end_of_person(organisation, person, now)
    await standby.end_of_person(organisation, person, now)
    await memberships.end(organisation, person)
    for event in days:
        await promote(organisation, event, now)


async def _hold_days(organisation: UUID, person: UUID, now: datetime) -> list[UUID]:
    """The days on which somebody has a time ahead or waits, in an order that all hold them in."""
    booked = await bookings.active_of_person(organisation, person, now)
    waits = await waitlist.events_of(organisation, person)
    ready = await standby.events_of(organisation, person)
    days = sorted({*waits, *ready, *(booking.event for booking in booked)})
    for event in days:
        await events.hold(organisation, event)
    return days


async def _name(organisation: UUID, email: str) -> str:
    """Empty for a stranger."""
    persons_found = await people.find([text.key(text.trim(email))])
    for person in persons_found.values():
        if member := await memberships.get(organisation, person):
            return member.name
    return ""


async def _known(organisation: UUID, person: UUID) -> Member:
    found = await memberships.get(organisation, person)
    if found is None:
        raise NotFound
    return found
