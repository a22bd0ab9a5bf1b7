"""Who can be at the chair in ten minutes, by their taps. It counts without `ended_at`."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import EventKey, Person
from scheduler.storage.shifts import ENDS, STARTS
from scheduler.storage.waitlist_rows import Standby

# Whoever is not an employee any more is asked no more.
STANDBY = (
    "SELECT standby.id, standby.event, standby.person, known_as.name, standby.tapped_at,"
    " waitlist_entry.id AS entry, waitlist_entry.earliest,"
    " waitlist_entry.latest, waitlist_entry.therapist,"
    " EXISTS (SELECT 1 FROM offer WHERE offer.event = standby.event"
    "  AND offer.person = standby.person AND offer.ended_at IS NULL) AS offered"
    " FROM standby JOIN known_as"
    "  ON known_as.organisation = standby.organisation AND known_as.person = standby.person"
    " LEFT JOIN waitlist_entry ON waitlist_entry.event = standby.event"
    "  AND waitlist_entry.person = standby.person AND waitlist_entry.ended_at IS NULL"
    " WHERE standby.ended_at IS NULL AND EXISTS (SELECT 1 FROM membership"
    "  WHERE membership.organisation = standby.organisation"
    "  AND membership.person = standby.person AND membership.role = 'employee')"
)


async def of_event(organisation: UUID, event: UUID) -> list[Standby]:
    return await fetch(
        Standby,
        f"{STANDBY} AND standby.organisation = {{}} AND standby.event = {{}}"
        " ORDER BY standby.tapped_at, standby.id",
        organisation, event,
    )  # fmt: skip


async def of_person(organisation: UUID, event: UUID, person: UUID) -> Standby | None:
    return await fetch_one(
        Standby,
        f"{STANDBY} AND standby.organisation = {{}} AND standby.event = {{}}"
        " AND standby.person = {}",
        organisation, event, person,
    )  # fmt: skip


async def whose(organisation: UUID, event: UUID, standby: UUID) -> Person | None:
    return await fetch_one(
        Person,
        "SELECT person.id, person.email, person.language, known_as.name FROM standby"
        " JOIN person ON person.id = standby.person JOIN known_as"
        " ON known_as.organisation = standby.organisation AND known_as.person = standby.person"
        " WHERE standby.organisation = {} AND standby.event = {} AND standby.id = {}"
        " AND standby.ended_at IS NULL",
        organisation, event, standby,
    )  # fmt: skip


async def join(organisation: UUID, event: UUID, person: UUID, now: datetime) -> bool:
    """Whether they were not on it already."""
    rows = await execute(
        "INSERT INTO standby (id, organisation, event, person, tapped_at)"
        " SELECT {}, {}, {}, {}, {} WHERE NOT EXISTS (SELECT 1 FROM standby"
        "  WHERE organisation = {} AND event = {} AND person = {} AND ended_at IS NULL)"
        " RETURNING id",
        new_id(), organisation, event, person, now, organisation, event, person,
    )  # fmt: skip
    return bool(rows)


async def leave(organisation: UUID, event: UUID, person: UUID, now: datetime) -> bool:
    """Whether they were on it."""
    rows = await execute(
        "UPDATE standby SET ended_at = {}, outcome = 'left' WHERE organisation = {}"
        " AND event = {} AND person = {} AND ended_at IS NULL RETURNING id",
        now, organisation, event, person,
    )  # fmt: skip
    return bool(rows)


async def serve(organisation: UUID, event: UUID, now: datetime) -> None:
    """Whoever took something since they tapped is asked no more; when the day is over nobody is."""
    await execute(
        "UPDATE standby SET ended_at = {}, outcome = 'served' WHERE organisation = {}"
        " AND event = {} AND ended_at IS NULL AND EXISTS (SELECT 1 FROM booking"
        "  WHERE booking.event = standby.event AND booking.person = standby.person"
        "  AND booking.status <> 'cancelled' AND booking.placed_at >= standby.tapped_at)",
        now, organisation, event,
    )  # fmt: skip
    await execute(
        "UPDATE standby SET ended_at = {}, outcome = 'off' WHERE organisation = {} AND event = {}"
        " AND ended_at IS NULL AND EXISTS (SELECT 1 FROM event WHERE event.id = standby.event"
        "  AND (event.ends_at <= {} OR event.cancelled_at IS NOT NULL))",
        now, organisation, event, now,
    )  # fmt: skip


async def end_of_person(organisation: UUID, person: UUID, now: datetime) -> None:
    await execute(
        "UPDATE standby SET ended_at = {}, outcome = 'off'"
        " WHERE organisation = {} AND person = {} AND ended_at IS NULL",
        now, organisation, person,
    )  # fmt: skip


async def events_of(organisation: UUID, person: UUID) -> list[UUID]:
    rows = await fetch(
        EventKey,
        "SELECT organisation, event FROM standby"
        " WHERE organisation = {} AND person = {} AND ended_at IS NULL",
        organisation, person,
    )  # fmt: skip
    return [row.event for row in rows]


async def to_ask(now: datetime, soon: datetime) -> list[EventKey]:
    """The days of every organisation with somebody on standby, and a time that begins soon or is
    left of a missed one; and those where nobody is asked any more.
    """
    return await fetch(
        EventKey,
        "SELECT DISTINCT standby.organisation, standby.event FROM standby"
        " JOIN event ON event.id = standby.event WHERE standby.ended_at IS NULL"
        " AND (event.ends_at <= {} OR EXISTS (SELECT 1 FROM slot WHERE slot.event = standby.event"
        "   AND slot.cancelled_at IS NULL AND NOT slot.absorbed"
        f"   AND {ENDS} > {{}} AND {STARTS} < {{}}"
        "   AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.slot = slot.id"
        "    AND booking.status <> 'cancelled')"
        "   AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.slot = slot.id"
        "    AND offer.ended_at IS NULL)))",
        now, now, soon,
    )  # fmt: skip
