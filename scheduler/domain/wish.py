"""The times of a day that suit somebody."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from scheduler.domain import wallclock
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.plan import WallTime, parse_time
from scheduler.i18n import words
from scheduler.storage.rows import Event, Shift
from scheduler.storage.waitlist import Times


class Wishes(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Any slot from `earliest` to `latest`, wall-clock times of the day, with this therapist."""

    earliest: WallTime | None = None
    latest: WallTime | None = None
    therapist: UUID | None = None


class Wished(Protocol):
    """Wishes as they are kept: by the clock on the wall, None for any."""

    @property
    def earliest(self) -> time | None: ...
    @property
    def latest(self) -> time | None: ...
    @property
    def therapist(self) -> UUID | None: ...


def suits(wished: Wished, begins: time, ends: time, therapist: UUID | None) -> bool:
    in_time = (wished.earliest or begins) <= begins and ends <= (wished.latest or ends)
    return in_time and wished.therapist in {None, therapist}


def read(wishes: Wishes) -> Times:
    earliest, latest = (
        parse_time(wish) if wish else None for wish in (wishes.earliest, wishes.latest)
    )
    return Times(earliest, latest, wishes.therapist)


def check_therapist(therapist: UUID | None, blocks: Sequence[Shift]) -> None:
    if therapist not in {None, *(shift.therapist for shift in blocks)}:
        raise Invalid(FieldError("therapist", "This therapist has no shift on this day."))


def window(event: Event, wishes: Wishes) -> tuple[datetime, datetime]:
    """The instants between which a wished-for slot lies, its end included."""
    begins, ends = wallclock.whole_day(event.date, event.timezone)
    since = _wished(event, "earliest", wishes.earliest) or begins
    until = _wished(event, "latest", wishes.latest) or ends
    if until <= since:
        raise Invalid(FieldError("latest", "This must be later than “earliest”."))
    return since, until


def _wished(event: Event, field: str, wish: str | None) -> datetime | None:
    if wish is None:
        return None
    try:
        return wallclock.to_instant(event.date, parse_time(wish), event.timezone)
    except ValueError as error:
        raise Invalid(FieldError(field, words(error))) from None
