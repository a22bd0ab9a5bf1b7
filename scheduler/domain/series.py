"""The same day every month: which dates that makes, and drafts for them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from dateutil.rrule import MONTHLY, rrule, weekday
from msgspec import Meta, Struct
from msgspec.structs import replace

from scheduler.domain import advice, wallclock
from scheduler.domain import event as events_
from scheduler.domain.errors import Conflict, FieldError, Invalid, NotFound
from scheduler.domain.event import EventDetails
from scheduler.domain.plan import EventPlan
from scheduler.i18n import Sentence, say, words
from scheduler.storage import audit, events, scope
from scheduler.storage import series as series_
from scheduler.storage.rows import Caller, Event
from scheduler.storage.transaction import transaction

MOST_MONTHS = 24
EITHER = say("Say for how many months, or until which day: one of the two.")
TOO_LATE = say("Choose a day at most {months} months ahead.", months=MOST_MONTHS)
NO_DATES = say("This makes no day: choose a later one.")
ALL_LEFT_OUT = say("Choose at least one day.")
NO_WEEKDAY = say("This month has no fifth such weekday.")
NOT_IN_SERIES = say("This day is not in the series.")


class On(StrEnum):
    """The third Thursday, or the 17th."""

    SAME_WEEKDAY = "same_weekday"
    SAME_DAY = "same_day"


class Repetition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many `months` on, or `until` a day, included; `without` are dates to leave out."""

    on: On = On.SAME_WEEKDAY
    months: Annotated[int, Meta(ge=1, le=MOST_MONTHS)] | None = None
    until: date | None = None
    without: Annotated[list[date], Meta(max_length=MOST_MONTHS)] = []


class Month(Struct, frozen=True):
    """`first` is its first day. Without a `day` it has none like that, and `why` says so."""

    first: date
    day: date | None
    why: Sentence | None = None


class Series(Struct, frozen=True):
    """The days that were made, and the months that have none."""

    days: list[EventDetails]
    skipped: list[Month]


def months(day: date, wanted: Repetition, today: date) -> list[Month]:
    """Those after the given day that are still ahead. Raises Invalid."""
    since = max(day, today)
    last = _last(since, wanted)
    found = [
        month
        for month in _months(day, wanted.on, since, last)
        if (month.day or month.first) > since and (month.day or month.first) <= last
    ]
    found = found[: wanted.months]
    if not any(month.day for month in found):
        raise Invalid(FieldError("until" if wanted.until else "months", NO_DATES))
    return found


def _last(since: date, wanted: Repetition) -> date:
    """The last day that is looked at: beyond the months asked for, as some of them are past."""
    if (wanted.months is None) == (wanted.until is None):
        raise Invalid(FieldError("months", EITHER))
    latest = _first_of(since, MOST_MONTHS + 1)
    if wanted.until and wanted.until >= latest:
        raise Invalid(FieldError("until", TOO_LATE))
    return wanted.until or _first_of(since, MOST_MONTHS + 2)


def _first_of(day: date, later: int) -> date:
    """The first day of the month so many months later."""
    years, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(years, month + 1, 1)


def _months(day: date, on: On, since: date, last: date) -> Iterator[Month]:
    dates = _dates(day, on, last)
    first = _first_of(since, 0)
    while first <= last:
        found = dates.get(first)
        yield Month(first, found, None if found else _why(day, on))
        first = _first_of(first, 1)


def _dates(day: date, on: On, last: date) -> Mapping[date, date]:
    """By the first day of their months. Those that lack such a day are left out by RFC 5545."""
    nth = weekday(day.weekday(), (day.day - 1) // 7 + 1)
    by = {"byweekday": nth} if on is On.SAME_WEEKDAY else {"bymonthday": day.day}
    begins = datetime(day.year, day.month, 1)  # noqa: DTZ001  (dates only)
    end = _first_of(last, 1)
    until = datetime(end.year, end.month, end.day)  # noqa: DTZ001
    found = (one.date() for one in rrule(MONTHLY, dtstart=begins, until=until, **by))
    return {one.replace(day=1): one for one in found}


def _why(day: date, on: On) -> Sentence:
    if on is On.SAME_WEEKDAY:
        return NO_WEEKDAY
    return say("This month has no day {day}.", day=day.day)


def chosen(found: Sequence[Month], without: Sequence[date]) -> list[date]:
    """Raises Invalid if none is left."""
    dates = [month.day for month in found if month.day and month.day not in without]
    if not dates:
        raise Invalid(FieldError("without", ALL_LEFT_OUT))
    return dates


def again(plan: EventPlan, day: date) -> EventPlan:
    """The same on another date; claims open at its publication."""
    shifts = [replace(shift, id=None) for shift in plan.shifts]
    return replace(plan, date=day, shifts=shifts, claims_open_at=None)


async def preview(caller: Caller, event: UUID, wanted: Repetition, now: datetime) -> list[Month]:
    found = await _get(caller, event)
    return months(found.date, wanted, wallclock.today(now, found.timezone))


@transaction
async def repeat(caller: Caller, event: UUID, wanted: Repetition, now: datetime) -> Series:
    """All of them or none. Raises Invalid that names each date on which it cannot be, and why."""
    origin = await events.get_for_change(scope.event_writer(caller), event)
    if origin is None:
        raise NotFound
    found = months(origin.date, wanted, wallclock.today(now, origin.timezone))
    like = await advice.plan_of(origin)
    made = await _make(caller, [again(like, day) for day in chosen(found, wanted.without)], now)
    key = origin.series or origin.id
    await series_.join(caller.organisation, [origin.id, *made], key)
    await audit.record(caller.organisation, caller.id, "event.repeat", event, now)
    days = [day for day in await days_of(caller, event, now) if day.event.id in made]
    return Series(days, [month for month in found if month.day is None])


async def _make(caller: Caller, plans: Sequence[EventPlan], now: datetime) -> list[UUID]:
    made, wrong = [], []
    for plan in plans:
        try:
            made.append((await events_.create(caller, plan, now)).event.id)
        except (Invalid, Conflict) as error:
            wrong += [FieldError(plan.date.isoformat(), said) for said in _said(error)]
    if wrong:
        raise Invalid(*wrong)
    return made


def _said(error: Invalid | Conflict) -> list[str]:
    if isinstance(error, Invalid):
        return list(dict.fromkeys(one.message for one in error.errors))
    return [words(error)]


async def days_of(caller: Caller, event: UUID, now: datetime) -> list[EventDetails]:
    """All days of the series that this one is in, by date; none if it is in none."""
    found = await _get(caller, event)
    if found.series is None:
        return []
    return await events_.details_of_many(
        await series_.days(scope.event_writer(caller), found.series), now
    )


async def _get(caller: Caller, event: UUID) -> Event:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    return found


def check_members(days: Sequence[EventDetails], wanted: Sequence[UUID]) -> None:
    known = {day.event.id for day in days}
    wrong = [
        FieldError(f"events[{index}]", NOT_IN_SERIES)
        for index, one in enumerate(wanted)
        if one not in known
    ]
    if not wanted:
        wrong = [FieldError("events", ALL_LEFT_OUT)]
    if wrong:
        raise Invalid(*wrong)


@transaction
async def publish(
    caller: Caller, event: UUID, wanted: Sequence[UUID], now: datetime
) -> list[EventDetails]:
    """These days of the series, all or none. Done twice, nothing is left to do."""
    days = await days_of(caller, event, now)
    check_members(days, wanted)
    wrong = []
    for day in (day for day in days if day.event.id in wanted):
        try:
            await events_.publish(caller, day.event.id, now)
        except Conflict as error:
            wrong.append(FieldError(day.event.date.isoformat(), words(error)))
    if wrong:
        raise Invalid(*wrong)
    return await days_of(caller, event, now)
