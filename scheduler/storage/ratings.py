"""Tension, before and after."""

from datetime import datetime
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
    return await fetch(
        RatingPair,
        "SELECT booking.person, before.score AS before, after.score AS after FROM booking"
        " JOIN rating AS before ON before.booking = booking.id AND before.moment = 'before'"
        " JOIN rating AS after ON after.booking = booking.id AND after.moment = 'after'"
        " WHERE booking.organisation = {} AND booking.event = {}"
        " AND booking.status NOT IN ('cancelled', 'no_show')",
        organisation, event,
    )  # fmt: skip
