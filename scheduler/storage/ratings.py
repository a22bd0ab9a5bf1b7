"""Tension, before and after."""

from datetime import datetime
from itertools import groupby
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch
from scheduler.storage.rows import Rating, RatingPair


async def put(
    organisation: UUID, booking: UUID, moment: str, score: int, area: str | None, now: datetime
) -> None:
    await execute(
        "INSERT INTO rating (id, organisation, booking, moment, score, area, rated_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (booking, moment)"
        " DO UPDATE SET score = excluded.score, area = excluded.area, rated_at = excluded.rated_at",
        new_id(), organisation, booking, moment, score, area, now,
    )  # fmt: skip


async def of_booking(organisation: UUID, booking: UUID) -> list[Rating]:
    return await fetch(
        Rating,
        "SELECT moment, score, area FROM rating WHERE organisation = {} AND booking = {}",
        organisation, booking,
    )  # fmt: skip


async def pairs(organisation: UUID, event: UUID) -> list[RatingPair]:
    """The massages of an event that were rated both before and after."""
    return (await pairs_by_event(organisation, [event])).get(event, [])


async def pairs_by_event(organisation: UUID, events: list[UUID]) -> dict[UUID, list[RatingPair]]:
    if not events:
        return {}
    marks = ", ".join("{}" for _ in events)
    rows = await fetch(
        RatingPair,
        "SELECT booking.event, booking.person, before.score AS before, after.score AS after"
        " FROM booking"
        " JOIN rating AS before ON before.booking = booking.id AND before.moment = 'before'"
        " JOIN rating AS after ON after.booking = booking.id AND after.moment = 'after'"
        f" WHERE booking.organisation = {{}} AND booking.event IN ({marks})"
        " AND booking.status NOT IN ('cancelled', 'no_show') ORDER BY booking.event",
        organisation, *events,
    )  # fmt: skip
    return {event: list(pairs) for event, pairs in groupby(rows, key=lambda pair: pair.event)}
