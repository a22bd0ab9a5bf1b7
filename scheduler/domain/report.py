"""What a day was worth, in figures that tell of no single person."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduler.domain import occupancy, rating
from scheduler.domain.errors import NotFound
from scheduler.domain.occupancy import Hour
from scheduler.domain.rating import Tension
from scheduler.i18n import say
from scheduler.storage import bookings, events, ratings, scope
from scheduler.storage.rows import Caller, RatingPair

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
    closed: bool
    utilisation: Utilisation
    attendance: Attendance
    by_hour: list[Hour]
    unmet_demand: int | None
    tension: Tension | None
    hidden: list[Hidden]


def compile_report(
    by_hour: list[Hour], statuses: dict[str, int], pairs: list[RatingPair], *, closed: bool
) -> Report:
    """From the hours of the day, the number of bookings in each status, and the rating pairs."""
    shown = rating.tension(pairs) if closed else None
    hidden = [] if shown else [Hidden("tension", TOO_FEW if closed else TOO_EARLY)]
    ended = {status: statuses.get(status, 0) for status in ("completed", "no_show", "cancelled")}
    used = sum(statuses.get(status, 0) for status in ("confirmed", "checked_in", "completed"))
    return Report(
        closed=closed,
        utilisation=Utilisation(sum(hour.offered for hour in by_hour), used),
        attendance=Attendance(**ended),
        by_hour=by_hour,
        unmet_demand=None,
        tension=shown,
        hidden=hidden,
    )


async def get(caller: Caller, event: UUID, now: datetime) -> Report:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    slots = await events.use_of_slots(caller.organisation, event)
    return compile_report(
        occupancy.by_hour(slots, found.timezone, now),
        await bookings.attendance(caller.organisation, event),
        await ratings.pairs(caller.organisation, event),
        closed=now >= rating.closes_at(found.ends_at),
    )
