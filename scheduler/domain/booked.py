"""A time as its owner sees it: what it is, and what they can still do with it."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler.domain import booking, rating
from scheduler.domain.booking import Preferences
from scheduler.domain.errors import DomainError, NotFound
from scheduler.domain.rating import Moment
from scheduler.storage import events, ratings, scope
from scheduler.storage.rows import Booking, Caller, Event, Rating


class Options(Struct, frozen=True):
    """`change_until` is when moving and giving back end, whether they have ended or not."""

    change: bool
    change_until: datetime
    prefer: bool
    rate: list[Moment]


class Booked(Struct, frozen=True, kw_only=True):
    """`preferred` are the preferences to offer: those of this time, or else the latest ones."""

    booking: Booking
    event: Event
    options: Options
    ratings: dict[str, Rating]
    preferred: Preferences


def options(own: Booking, now: datetime) -> Options:
    return Options(
        change=booking.is_owners_to_change(own, now),
        change_until=own.starts_at - timedelta(minutes=own.cancel_until_minutes),
        prefer=_is_preferable(own, now),
        rate=[moment for moment in Moment if _is_ratable(own, moment, now)],
    )


def _is_preferable(own: Booking, now: datetime) -> bool:
    try:
        booking.check_preferable(own, now)
    except DomainError:
        return False
    return True


def _is_ratable(own: Booking, moment: Moment, now: datetime) -> bool:
    try:
        rating.check_ratable(own, moment, now)
    except DomainError:
        return False
    return True


async def look(caller: Caller, own: UUID, now: datetime) -> Booked:
    found = await booking.get(caller, own)
    event = await events.get(scope.system(), found.event)  # reached through one's own booking
    if event is None:
        raise NotFound
    given = Preferences(**booking.preferences(found))
    rated = await ratings.of_booking(found.organisation, found.id)
    return Booked(
        booking=found,
        event=event,
        options=options(found, now),
        ratings={one.moment: one for one in rated},
        preferred=given if given != Preferences() else await _latest(caller),
    )


async def _latest(caller: Caller) -> Preferences:
    return await booking.latest_preferences(caller) or Preferences()
