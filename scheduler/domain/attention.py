"""What a coordinator finds when they come in: the days ahead, and what needs a look."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from scheduler.domain import demand
from scheduler.domain import event as events
from scheduler.domain.demand import NOTHING, Demand, says
from scheduler.domain.event import EventDetails, Status
from scheduler.i18n import Sentence
from scheduler.storage import outbox, people
from scheduler.storage.mail_rows import Undelivered
from scheduler.storage.rows import Caller

SOON = timedelta(days=7)
LOOKED_OVER = timedelta(days=35)  # a series has drafts for a year
ENOUGH = 0.5
WORTH_A_SHIFT = 3  # people whom it would serve


class Concern(StrEnum):
    """Why a day needs a look: the graver reason first."""

    NO_TIMES = "no_times"
    DRAFT = "draft"
    UNTOLD = "untold"
    WAITING = "waiting"
    HALF_EMPTY = "half_empty"


class Worry(Struct, frozen=True):
    """`names` are those whom a message did not reach; `demand` is of those who wait."""

    concern: Concern
    day: EventDetails
    names: list[str]
    demand: Demand = NOTHING

    @property
    def says(self) -> Sentence:
        """What would serve those who wait."""
        return says(self.demand)


class Home(Struct, frozen=True):
    """`ahead` by date; `earlier` the latest first. Without `therapists` no day can be planned."""

    ahead: list[EventDetails]
    earlier: list[EventDetails]
    worries: list[Worry]
    therapists: bool


def is_ahead(day: EventDetails, now: datetime) -> bool:
    return day.event.ends_at > now


def worries(
    ahead: Sequence[EventDetails],
    untold: Sequence[Undelivered],
    demands: Mapping[UUID, Demand],
    now: datetime,
) -> list[Worry]:
    """By day, and of each day the graver first."""
    found = []
    for day in ahead:
        names = [one.name for one in untold if one.event == day.event.id]
        wanted = demands.get(day.event.id, NOTHING)
        found += [
            Worry(concern, day, names, wanted) for concern in _concerns(day, names, wanted, now)
        ]
    return found


def _concerns(
    day: EventDetails, untold: list[str], wanted: Demand, now: datetime
) -> Iterator[Concern]:
    if day.status is Status.CANCELLED:
        return
    if not day.counts.slots:
        yield Concern.NO_TIMES
    elif day.status is Status.DRAFT and _begins(day) - now <= LOOKED_OVER:
        yield Concern.DRAFT
    if untold:
        yield Concern.UNTOLD
    if wanted.suggestion and wanted.suggestion.window.serves >= WORTH_A_SHIFT:
        yield Concern.WAITING
    few = day.counts.booked < ENOUGH * day.counts.slots
    if few and day.status is Status.PUBLISHED and _fills(day, now):
        yield Concern.HALF_EMPTY


def _fills(day: EventDetails, now: datetime) -> bool:
    """Whether it comes soon, and people have been able to take times on it."""
    return (day.event.claims_open_at or now) <= now and _begins(day) - now <= SOON


def _begins(day: EventDetails) -> datetime:
    return min(shift.starts_at for shift in day.shifts)


async def home(caller: Caller, now: datetime) -> Home:
    every = await events.listed(caller, date.min, date.max, None, now)
    days = await events.details_of_many(every, now)
    ahead = [day for day in days if is_ahead(day, now)]
    untold = await outbox.undelivered(caller.organisation, [day.event.id for day in ahead])
    waiting = [(day.event, day.counts.waiting) for day in ahead]
    demands = await demand.of_days(caller.organisation, waiting, now)
    return Home(
        ahead=ahead,
        earlier=[day for day in reversed(days) if not is_ahead(day, now)],
        worries=worries(ahead, untold, demands, now),
        therapists=bool(await people.therapists(caller.organisation)),
    )
