"""What a coordinator finds when they come in: the days ahead, and what needs a look."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from scheduler.domain import event as events
from scheduler.domain.event import EventDetails, Status
from scheduler.storage import people
from scheduler.storage.rows import Caller

SOON = timedelta(days=7)
ENOUGH = 0.5


class Concern(StrEnum):
    """Why a day needs a look: nobody can see it, nobody can come, few have come."""

    DRAFT = "draft"
    NO_TIMES = "no_times"
    HALF_EMPTY = "half_empty"


class Worry(Struct, frozen=True):
    concern: Concern
    day: EventDetails


class Home(Struct, frozen=True):
    """`ahead` by date; `earlier` the latest first. Without `therapists` no day can be planned."""

    ahead: list[EventDetails]
    earlier: list[EventDetails]
    worries: list[Worry]
    therapists: bool


def is_ahead(day: EventDetails, now: datetime) -> bool:
    return day.event.ends_at > now


def worries(ahead: Sequence[EventDetails], now: datetime) -> list[Worry]:
    """At most one for each day ahead, the gravest."""
    found = ((_concern(day, now), day) for day in ahead)
    return [Worry(concern, day) for concern, day in found if concern]


def _concern(day: EventDetails, now: datetime) -> Concern | None:
    if day.status is Status.CANCELLED:
        return None
    if not day.counts.slots:
        return Concern.NO_TIMES
    if day.status is Status.DRAFT:
        return Concern.DRAFT
    few = day.counts.booked < ENOUGH * day.counts.slots
    return Concern.HALF_EMPTY if few and _fills(day, now) else None


def _fills(day: EventDetails, now: datetime) -> bool:
    """Whether it comes soon, and people have been able to take times on it."""
    begins = min(shift.starts_at for shift in day.shifts)
    return (day.event.claims_open_at or now) <= now and begins - now <= SOON


async def home(caller: Caller, now: datetime) -> Home:
    every = await events.listed(caller, date.min, date.max, None, now)
    days = await events.details_of_many(every, now)
    ahead = [day for day in days if is_ahead(day, now)]
    return Home(
        ahead=ahead,
        earlier=[day for day in reversed(days) if not is_ahead(day, now)],
        worries=worries(ahead, now),
        therapists=bool(await people.therapists(caller.organisation)),
    )
