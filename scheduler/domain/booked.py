"""A time as its owner sees it: what it is, and what they can still do with it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from scheduler.domain import booking, delay, rating
from scheduler.domain.booking import Preferences
from scheduler.domain.delay import Clash
from scheduler.domain.errors import DomainError, NotFound
from scheduler.domain.rating import Moment
from scheduler.domain.reseated import is_open
from scheduler.storage import events, ratings, reseatings, scope
from scheduler.storage.outage_rows import Reseating
from scheduler.storage.rows import Booking, Caller, Event, Rating


class Options(Struct, frozen=True):
    """`change_until` is when moving and giving back end, whether they have ended or not."""

    change: bool
    change_until: datetime
    prefer: bool
    rate: list[Moment]


class Booked(Struct, frozen=True, kw_only=True):
    """`preferred` are the preferences to offer: those of this time, or else the latest ones, which
    nobody was `told` of this time. `reseating` is how an outage moved or ended it, if one did, and
    `answerable` whether they have still to say something to that.
    """

    booking: Booking
    event: Event
    options: Options
    ratings: dict[str, Rating]
    preferred: Preferences
    told: bool
    reseating: Reseating | None = None
    answerable: bool = False
    clash: Clash | None = None


def options(own: Booking, now: datetime) -> Options:
    return Options(
        change=booking.is_owners_to_change(own, now),
        change_until=booking.changeable_until(own),
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


def leave_alone(wanted: Preferences) -> Preferences:
    """What is to be skipped is skipped, whatever else was said."""
    kept = [area for area in wanted.focus_areas if area not in wanted.avoid_areas]
    return structs.replace(wanted, focus_areas=kept)


async def prefer(caller: Caller, own: UUID, wanted: Preferences, now: datetime) -> Booking:
    """As the page asks it, which leaves the technique as it is."""
    found = await booking.get(caller, own)
    technique = booking.preferences(found)["technique"]
    changed = structs.replace(leave_alone(wanted), technique=technique)
    return await booking.prefer(caller, own, changed, now)


async def look(caller: Caller, own: UUID, now: datetime) -> Booked:
    found = await booking.get(caller, own)
    event = await events.get(scope.system(), found.event)  # reached through one's own booking
    if event is None:
        raise NotFound
    given = Preferences(**booking.preferences(found))
    told = given != Preferences()
    moved = await reseatings.latest_of_booking(found.organisation, found.id)
    rated = await ratings.of_booking(found.organisation, found.id)
    return Booked(
        booking=found,
        event=event,
        options=options(found, now),
        ratings={one.moment: one for one in rated},
        preferred=given if told else await _latest(caller),
        told=told,
        reseating=moved,
        answerable=moved is not None and is_open(moved, now),
        clash=await delay.clash(found, now),
    )


async def _latest(caller: Caller) -> Preferences:
    return await booking.latest_preferences(caller) or Preferences()
