""" "I can come in ten minutes": whoever says so is asked first when a time opens that is soon."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduler.domain import promotion, roster, wallclock
from scheduler.domain.booking import check_open
from scheduler.domain.errors import AlreadyBooked, EventFinished, NotFound, NotYet
from scheduler.domain.person import Role
from scheduler.domain.promotion import promote
from scheduler.storage import audit, bookings, events, scope, shifts, standby
from scheduler.storage.rows import Caller, Event
from scheduler.storage.transaction import transaction


class OnStandby(Struct, frozen=True):
    """`since` is what they are asked in the order of."""

    since: datetime


class Standing(Struct, frozen=True):
    """What somebody is told on the board of a day that is today; without `since` they do not."""

    since: datetime | None


class Ready(Struct, frozen=True, kw_only=True):
    """The coordinator reads the name; the therapist only "Edda G."."""

    id: UUID
    name: str
    since: datetime


def check_day(event: Event, now: datetime) -> None:
    """Whether it is the day itself, and not over."""
    if event.ends_at <= now:
        raise EventFinished
    if wallclock.today(now, event.timezone) < event.date:
        raise NotYet


def check_ready(event: Event, booked: int, now: datetime) -> None:
    check_open(event, now)
    check_day(event, now)
    if booked >= event.claims_per_person:
        raise AlreadyBooked


def is_open(event: Event, booked: int, now: datetime) -> bool:
    """Whether somebody with so many times of the day can be on standby."""
    today = wallclock.today(now, event.timezone) == event.date and now < event.ends_at
    return today and promotion.is_open(event, now) and booked < event.claims_per_person


@transaction
async def join(caller: Caller, event: UUID, now: datetime) -> OnStandby:
    """Until they take something, leave or the day ends. Done again, the first time counts."""
    found = await events.get_for_change(scope.event_reader(caller), event)
    if found is None or Role.EMPLOYEE not in caller.roles:
        raise NotFound
    booked = await bookings.ordinals(found.organisation, event, caller.id)
    check_ready(found, len(booked), now)
    if await standby.join(found.organisation, event, caller.id, now):
        await audit.record(found.organisation, caller.id, "standby.join", event, now)
        await promote(found.organisation, event, now)
    return await mine(caller, event) or OnStandby(now)


@transaction
async def leave(caller: Caller, event: UUID, now: datetime) -> None:
    """Done twice, nothing is left to do."""
    found = await events.get_for_change(scope.event_reader(caller), event)
    if found is None or Role.EMPLOYEE not in caller.roles:
        raise NotFound
    if await standby.leave(found.organisation, event, caller.id, now):
        await audit.record(found.organisation, caller.id, "standby.leave", event, now)
        await promote(found.organisation, event, now)


async def mine(caller: Caller, event: UUID) -> OnStandby | None:
    found = await standby.of_person(caller.organisation, event, caller.id)
    return OnStandby(found.tapped_at) if found else None


async def look(caller: Caller, event: Event, booked: int, now: datetime) -> Standing | None:
    """None when nobody stands by, or they have all their times."""
    if Role.EMPLOYEE not in caller.roles or not is_open(event, booked, now):
        return None
    found = await mine(caller, event.id)
    return Standing(found.since if found else None)


async def ready(caller: Caller, event: UUID) -> list[Ready]:
    """For the coordinator, and whoever has a shift on the day."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None or not await _works_here(caller, found):
        raise NotFound
    whole = "coordinator" in caller.roles
    return [
        Ready(
            id=one.id,
            name=one.name if whole else roster.short_name(one.name),
            since=one.tapped_at,
        )
        for one in await standby.of_event(found.organisation, event)
    ]


async def _works_here(caller: Caller, event: Event) -> bool:
    if "coordinator" in caller.roles:
        return True
    blocks = await shifts.of_event(event.organisation, event.id)
    return bool(event.published_at) and any(one.therapist == caller.id for one in blocks)
