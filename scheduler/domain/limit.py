"""How many massages are one person's in any span of days: an organisation's rule.

Days are those of the events, as they stand in the calendar. What was cancelled does not count, what
somebody did not come to does.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from scheduler.domain.errors import Conflict
from scheduler.storage import bookings, organisations
from scheduler.storage.rows import ClaimFacts, Event

# What nobody took by then would stay empty, so the rule does not hold for it. The guard in the
# database knows the same hour.
LAST_HOUR = timedelta(hours=1)


class Limit(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most `count` massages in any `days` days."""

    count: Annotated[int, Meta(ge=1, le=100)]
    days: Annotated[int, Meta(ge=1, le=366)]


class LimitReached(Conflict):
    """No more than {count} in any {days} days for each person: that is the rule here, and you have
    had yours. You can take one again from {day} on.
    """

    def __init__(self, limit: Limit, day: date) -> None:
        super().__init__(count=limit.count, days=limit.days, day=day)


def allows(limit: Limit, taken: Collection[date], day: date) -> bool:
    """Whether there may be one more on this day: in every span that the day is in."""
    span = timedelta(days=limit.days)
    lasts = [day, *(one for one in taken if day < one < day + span)]
    return all(sum(last - span < one <= last for one in taken) < limit.count for last in lasts)


def free_from(limit: Limit, taken: Collection[date], day: date) -> date:
    """The first day, from this one on, that there may be one more on."""
    span = timedelta(days=limit.days)
    days = sorted({day, *(one + span for one in taken if one + span > day)})
    return next(one for one in days if allows(limit, taken, one))


def read(count: int | None, days: int | None) -> Limit | None:
    return Limit(count=count, days=days) if count and days else None


def check(facts: ClaimFacts, now: datetime) -> None:
    """Raises LimitReached."""
    limit = read(facts.limit_count, facts.limit_days)
    if limit is None or facts.starts_at - now <= LAST_HOUR:
        return
    taken = days(facts.had_on)
    if not allows(limit, taken, facts.date):
        raise LimitReached(limit, free_from(limit, taken, facts.date))


def days(written: str | None) -> list[date]:
    """As the database lists them: 2026-11-24,2026-12-03."""
    return [date.fromisoformat(day) for day in written.split(",")] if written else []


async def reached_by(
    organisation: UUID, people: Collection[UUID], day: date
) -> dict[UUID, LimitReached]:
    """Who of them may have no time on this day, and what there is to say."""
    rules = await organisations.fairness(organisation)
    limit = rules and read(rules.limit_count, rules.limit_days)
    if not limit:
        return {}
    had = await bookings.days(organisation, list(people))
    return {
        one: LimitReached(limit, free_from(limit, days(on), day))
        for one, on in had.items()
        if not allows(limit, days(on), day)
    }


async def check_day(event: Event, person: UUID) -> None:
    """Whether they may have a time on this day at all. Raises LimitReached."""
    if reached := (await reached_by(event.organisation, [person], event.date)).get(person):
        raise reached
