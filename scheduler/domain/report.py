"""What a day was worth, in figures that tell of no single person."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler.domain import occupancy, rating
from scheduler.domain.errors import NotFound
from scheduler.domain.occupancy import Hour
from scheduler.domain.rating import Tension
from scheduler.i18n import say
from scheduler.storage import bookings, events, ratings, scope, waitlist
from scheduler.storage.rows import Caller, Event, RatingPair

STEPS = 20  # shares are told to 5 %
ONE_YEAR = timedelta(days=366)
MOST_DAYS = 12
TOO_EARLY = say("Tension is shown once ratings have closed, 7 days after the last slot.")
TOO_FEW = say("Fewer than 8 people rated both before and after; a smaller group is not shown.")


class Utilisation(Struct, frozen=True):
    """Slots: offered, and taken by somebody who did not stay away."""

    offered: int
    used: int


class Attendance(Struct, frozen=True):
    """Bookings by how they ended."""

    completed: int
    no_show: int
    cancelled: int


class Hidden(Struct, frozen=True):
    what: str
    why: str


class Report(Struct, frozen=True, kw_only=True):
    """`unmet_demand` counts who waited and has no time on the day, `arrived` who came, as far as it
    was marked; `answered_both` is the share of the massages rated both before and after, told with
    the tension or not at all.
    """

    closed: bool
    utilisation: Utilisation
    attendance: Attendance
    arrived: int
    by_hour: list[Hour]
    unmet_demand: int
    tension: Tension | None
    answered_both: float | None
    hidden: list[Hidden]


class RatedDay(Struct, frozen=True):
    """A day of which the tension is shown."""

    event: Event
    tension: Tension


def compile_report(
    by_hour: list[Hour],
    statuses: dict[str, int],
    pairs: list[RatingPair],
    *,
    unserved: int = 0,
    closed: bool,
) -> Report:
    """From the hours of the day, the number of bookings in each status, and the rating pairs."""
    shown = rating.tension(pairs) if closed else None
    hidden = [] if shown else [Hidden("tension", TOO_FEW if closed else TOO_EARLY)]
    ended = {status: statuses.get(status, 0) for status in ("completed", "no_show", "cancelled")}
    arrived = statuses.get("checked_in", 0) + ended["completed"]
    used = statuses.get("confirmed", 0) + arrived
    return Report(
        closed=closed,
        utilisation=Utilisation(sum(hour.offered for hour in by_hour), used),
        attendance=Attendance(**ended),
        arrived=arrived,
        by_hour=by_hour,
        unmet_demand=unserved,
        tension=shown,
        answered_both=rough_share(len(pairs), used) if shown else None,
        hidden=hidden,
    )


def rough_share(part: int, whole: int) -> float:
    """To 5 %, and neither none nor all: either would tell of everybody."""
    return min(max(round(STEPS * part / whole), 1), STEPS - 1) / STEPS


def has_closed(event: Event, now: datetime) -> bool:
    return now >= rating.closes_at(event.ends_at)


def rated_days(
    found: list[Event], pairs: dict[UUID, list[RatingPair]], now: datetime
) -> list[RatedDay]:
    """In order; what is not shown of a day by itself is not shown here."""
    closed = [event for event in found if has_closed(event, now) and not event.cancelled_at]
    rated = [(event, rating.tension(pairs.get(event.id, []))) for event in closed]
    return [RatedDay(event, tension) for event, tension in rated if tension][-MOST_DAYS:]


async def get(caller: Caller, event: UUID, now: datetime) -> Report:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    slots = await events.use_of_slots(caller.organisation, event)
    return compile_report(
        occupancy.by_hour(slots, found.timezone, now),
        await bookings.attendance(caller.organisation, event),
        await ratings.pairs(caller.organisation, event),
        unserved=await waitlist.unserved(caller.organisation, event),
        closed=has_closed(found, now),
    )


async def year(caller: Caller, event: UUID, now: datetime) -> list[RatedDay]:
    """The rated days of the year that ends with this one."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    days = await events.between(scope.event_writer(caller), found.date - ONE_YEAR, found.date)
    pairs = await ratings.pairs_by_event(caller.organisation, [day.id for day in days])
    return rated_days(days, pairs, now)
