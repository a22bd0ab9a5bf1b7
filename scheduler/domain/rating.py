"""Tension from 0 to 10, one tap before and one after."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean
from uuid import UUID

from msgspec import Struct

from scheduler.domain.body import Area
from scheduler.domain.errors import NotFound, NotYet, RatingClosed
from scheduler.storage import bookings, ratings, scope
from scheduler.storage.rows import Booking, Caller, Rating, RatingPair
from scheduler.storage.transaction import transaction

CLOSES_AFTER_EVENT = timedelta(days=7)
SMALLEST_GROUP = 8
LOWEST, HIGHEST = 1.0, 9.0  # a mean further out would tell of nearly everybody in it


class Moment(StrEnum):
    BEFORE = "before"
    AFTER = "after"


class Tension(Struct, frozen=True):
    """Means over the pairs, to 0.1; `change` is after minus before.

    1.0 stands for all that is 1 or below, 9.0 for all that is 9 or above.
    """

    pairs: int
    before: float
    after: float
    change: float


def closes_at(event_ends_at: datetime) -> datetime:
    return event_ends_at + CLOSES_AFTER_EVENT


def check_ratable(booking: Booking, moment: Moment, now: datetime) -> None:
    if booking.status in {"cancelled", "no_show"} or now >= closes_at(booking.event_ends_at):
        raise RatingClosed
    arrived = booking.status in {"checked_in", "completed"} or now >= booking.starts_at
    done = booking.status == "completed" or now >= booking.ends_at
    if not (arrived if moment is Moment.BEFORE else done):
        raise NotYet


def tension(pairs: Sequence[RatingPair]) -> Tension | None:
    """None below 8 people: a smaller group would tell of its members."""
    if len({pair.person for pair in pairs}) < SMALLEST_GROUP:
        return None
    before = _shown([pair.before for pair in pairs])
    after = _shown([pair.after for pair in pairs])
    return Tension(len(pairs), before, after, round(after - before, 1))


def _shown(scores: Sequence[int]) -> float:
    return min(max(round(fmean(scores), 1), LOWEST), HIGHEST)


@transaction
async def rate(
    caller: Caller, booking: UUID, moment: Moment, score: int, area: Area | None, now: datetime
) -> tuple[Booking, list[Rating]]:
    """Changeable until ratings close."""
    found = await bookings.get(scope.owner(caller), booking)
    if found is None:
        raise NotFound
    check_ratable(found, moment, now)
    await ratings.put(found.organisation, found.id, moment, score, area, now)
    return found, await of_booking(found)


async def of_booking(booking: Booking) -> list[Rating]:
    return await ratings.of_booking(booking.organisation, booking.id)
