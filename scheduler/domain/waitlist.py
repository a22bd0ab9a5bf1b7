"""A place in line for a day that is full."""

from datetime import datetime, time
from uuid import UUID

from msgspec import Struct

from scheduler.domain import limit
from scheduler.domain.booking import check_open
from scheduler.domain.draw import Standing, in_words
from scheduler.domain.errors import (
    AlreadyBooked,
    EventFinished,
    EventNotOpen,
    NotFound,
)
from scheduler.domain.promotion import promote
from scheduler.domain.wish import Wishes, check_therapist, read, window
from scheduler.i18n import Sentence, say
from scheduler.storage import audit, bookings, draws, events, offers, scope, shifts, waitlist
from scheduler.storage.rows import Caller, Event
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import Offer, Waiting, WaitlistEntry


class PlaceInLine(Struct, frozen=True, kw_only=True):
    """`position` is 1 for whoever is asked first, `why` says how it comes about; wall-clock times,
    null for any.
    """

    position: int
    earliest: str | None
    latest: str | None
    therapist: UUID | None
    why: list[Sentence]


class OwnLine(Struct, frozen=True, kw_only=True):
    """What a day's waitlist is to somebody: their place in it, and the time held for them."""

    place: PlaceInLine | None = None
    held: Offer | None = None


def describe(entry: WaitlistEntry) -> PlaceInLine:
    return PlaceInLine(
        position=entry.position,
        earliest=_written(entry.earliest),
        latest=_written(entry.latest),
        therapist=entry.therapist,
        why=why(entry),
    )


def why(entry: WaitlistEntry) -> list[Sentence]:
    """What decides a place in line."""
    if entry.headed_at:
        return [say("Your time could not take place, so you are asked before everybody else.")]
    if not entry.by_fairness:
        return [say("Whoever joined first is asked first.")]
    rule = say(
        "Whoever wished in vain before is asked first, and whoever gave a time back late or did not"
        " come is asked later; among equals, whoever joined first."
    )
    return [rule, *in_words(Standing(entry.missed, entry.late, entry.no_shows))]


def _written(wall: time | None) -> str | None:
    return f"{wall:%H:%M}" if wall else None


def check_joinable(event: Event, booked: int, now: datetime) -> None:
    check_open(event, now)
    if event.ends_at <= now:
        raise EventFinished
    if booked >= event.claims_per_person:
        raise AlreadyBooked


@transaction
async def join(caller: Caller, event: UUID, wishes: Wishes, now: datetime) -> PlaceInLine:
    """Done again, the wishes are the new ones, and the place is the old one."""
    found = await events.get_for_change(scope.event_reader(caller), event)
    if found is None:
        raise NotFound
    window(found, wishes)
    check_therapist(wishes.therapist, await shifts.of_events(found.organisation, [event]))
    booked = await bookings.ordinals(found.organisation, event, caller.id)
    check_joinable(found, len(booked), now)
    if await draws.is_undrawn(found.organisation, event):
        raise EventNotOpen
    await limit.check_day(found, caller.id)
    if not await waitlist.join(found.organisation, event, caller.id, read(wishes), now):
        await events.touch(found.organisation, event)
    await audit.record(found.organisation, caller.id, "waitlist.join", event, now)
    await promote(found.organisation, event, now)
    return await _mine(caller, event, now)


@transaction
async def leave(caller: Caller, event: UUID, now: datetime) -> None:
    """Done twice, nothing is left to do."""
    found = await events.get_for_change(scope.event_reader(caller), event)
    if found is None:
        raise NotFound
    if await waitlist.leave(found.organisation, event, caller.id, now):
        await audit.record(found.organisation, caller.id, "waitlist.leave", event, now)
        await promote(found.organisation, event, now)


async def place(caller: Caller, event: UUID, now: datetime) -> PlaceInLine | None:
    return await _place(caller.organisation, event, caller.id, now)


async def _place(
    organisation: UUID, event: UUID, person: UUID, now: datetime
) -> PlaceInLine | None:
    found = await waitlist.place(organisation, event, person, now)
    return describe(found) if found else None


async def own_line(event: Event, person: UUID, now: datetime) -> OwnLine:
    return OwnLine(
        place=await _place(event.organisation, event.id, person, now),
        held=await offers.held(event.organisation, event.id, person, now),
    )


async def listed(caller: Caller, event: UUID, now: datetime) -> list[Waiting]:
    """Everybody in line, for whoever plans the day."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    return await waitlist.named(found.organisation, event, now)


async def own_places(caller: Caller, now: datetime) -> dict[UUID, PlaceInLine]:
    """By day."""
    days = await waitlist.events_of(caller.organisation, caller.id)
    found = {day: await place(caller, day, now) for day in days}
    return {day: one for day, one in found.items() if one}


async def _mine(caller: Caller, event: UUID, now: datetime) -> PlaceInLine:
    found = await place(caller, event, now)
    if found is None:
        raise NotFound
    return found
