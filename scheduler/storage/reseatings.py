"""Where bookings went when their shift was out, and what their people said to that."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import Statement, execute, fetch, fetch_one
from scheduler.storage.outage_rows import Outage, Reseating
from scheduler.storage.rows import Booking
from scheduler.storage.scope import Scope
from scheduler.storage.shifts import STARTS

SELECT = f"""SELECT reseating.id, reseating.organisation, reseating.event, reseating.booking,
 booking.person, owner.name AS person_name, account.email AS person_email,
 booking.status, booking.slot AS held,
 outage.cause, outage.reason, event.timezone, reseating.was_at, was.name AS was_with,
 gone.chair AS was_chair, reseating.slot, {STARTS} AS starts_at,
 therapist.name AS therapist, seat.chair, reseating.outcome FROM reseating
 JOIN booking ON booking.id = reseating.booking
 JOIN outage ON outage.id = reseating.outage JOIN shift AS gone ON gone.id = outage.shift
 JOIN event ON event.id = reseating.event
 JOIN person AS account ON account.id = booking.person
 JOIN known_as AS owner
  ON owner.organisation = booking.organisation AND owner.person = booking.person
 JOIN known_as AS was
  ON was.organisation = reseating.organisation AND was.person = reseating.was_with
 LEFT JOIN slot ON slot.id = reseating.slot LEFT JOIN shift AS seat ON seat.id = slot.shift
 LEFT JOIN known_as AS therapist
  ON therapist.organisation = seat.organisation AND therapist.person = seat.therapist"""


async def get(scope: Scope, reseating: UUID) -> Reseating | None:
    return await fetch_one(
        Reseating, f"{SELECT} WHERE {scope.sql} AND reseating.id = {{}}", *scope.values, reseating
    )


async def of_person(scope: Scope) -> list[Reseating]:
    """By what it had been."""
    return await fetch(
        Reseating,
        f"{SELECT} WHERE {scope.sql} ORDER BY reseating.was_at, reseating.id",
        *scope.values,
    )


async def latest_of_booking(organisation: UUID, booking: UUID) -> Reseating | None:
    return await fetch_one(
        Reseating,
        f"{SELECT} WHERE reseating.organisation = {{}} AND reseating.booking = {{}}"
        " ORDER BY reseating.created_at DESC LIMIT 1",
        organisation, booking,
    )  # fmt: skip


async def of_outage(organisation: UUID, outage: UUID) -> list[Reseating]:
    return await fetch(
        Reseating,
        f"{SELECT} WHERE reseating.organisation = {{}} AND reseating.outage = {{}}"
        " ORDER BY reseating.was_at, reseating.id",
        organisation, outage,
    )  # fmt: skip


def addition(outage: Outage, was: Booking, slot: UUID | None, now: datetime) -> Statement:
    return Statement(
        "INSERT INTO reseating (id, organisation, event, outage, booking, was_at, was_with, slot,"
        " created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        (
            new_id(), outage.organisation, outage.event, outage.id, was.id, was.starts_at,
            was.therapist, slot, now,
        ),
    )  # fmt: skip


async def answer(organisation: UUID, reseating: UUID, outcome: str, now: datetime) -> None:
    await execute(
        "UPDATE reseating SET outcome = {}, answered_at = {}"
        " WHERE organisation = {} AND id = {} AND outcome IS NULL",
        outcome, now, organisation, reseating,
    )  # fmt: skip
