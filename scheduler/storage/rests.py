"""What is left of a missed time: a slot of its own, `instead_of` the booking that was missed.

One that was given, and taken back since, is cancelled like any slot.
"""

from datetime import datetime, timedelta
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.bookings import LONGEST_DELAY
from scheduler.storage.database import execute, fetch, fetch_one, is_postgres
from scheduler.storage.rows import Booking, Id
from scheduler.storage.shifts import ENDS, STARTS, TIMES
from scheduler.storage.waitlist_rows import Missed, Opening


async def add(booking: Booking, starts_at: datetime) -> UUID:
    """The guards refuse a second one."""
    rest = new_id()
    await execute(
        "INSERT INTO slot (id, organisation, event, shift, starts_at, ends_at, instead_of)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        rest, booking.organisation, booking.event, booking.shift, starts_at, booking.ends_at,
        booking.id,
    )  # fmt: skip
    return rest


async def of_booking(organisation: UUID, booking: UUID) -> UUID | None:
    """Nobody takes it, or moves to it, before this transaction ends."""
    if is_postgres():
        await execute(
            "SELECT id FROM slot WHERE organisation = {} AND instead_of = {}"
            " AND cancelled_at IS NULL FOR NO KEY UPDATE",
            organisation, booking,
        )  # fmt: skip
    found = await fetch_one(
        Id,
        "SELECT id FROM slot WHERE organisation = {} AND instead_of = {} AND cancelled_at IS NULL",
        organisation, booking,
    )  # fmt: skip
    return found.id if found else None


async def to_give(now: datetime, useful: timedelta) -> list[Missed]:
    """Of every organisation: what was missed, with something useful left that nobody was given."""
    return await fetch(
        Missed,
        "SELECT booking.organisation, booking.id FROM booking"
        " JOIN slot ON slot.id = booking.slot WHERE booking.status = 'no_show'"
        f" AND booking.ends_at > {{}} AND {ENDS} > {{}} AND NOT EXISTS (SELECT 1 FROM slot AS rest"
        "  WHERE rest.instead_of = booking.id AND rest.cancelled_at IS NULL)"
        " ORDER BY booking.starts_at, booking.id",
        now + useful - LONGEST_DELAY, now + useful,
    )  # fmt: skip


async def opening(slot: UUID, person: UUID, now: datetime, useful: datetime) -> Opening | None:
    """For somebody in line or on standby: a slot of any organisation that is open yet."""
    return await fetch_one(
        Opening,
        "SELECT slot.organisation, slot.event, slot.id AS slot, slot.shift, person.id AS person,"
        " owner.name AS person_name, person.email AS person_email,"
        " person.language AS person_language, shift.therapist, therapist.name AS therapist_name,"
        " shift.chair, event.title, event.timezone, event.location_name, event.location_address,"
        " event.ends_at AS event_ends_at, shift.ends_at AS shift_ends_at,"
        f" event.cancel_until_minutes, {TIMES}"
        " FROM slot JOIN shift ON shift.id = slot.shift JOIN event ON event.id = slot.event"
        " JOIN person ON person.id = {} JOIN known_as AS owner"
        "  ON owner.organisation = slot.organisation AND owner.person = person.id"
        " JOIN known_as AS therapist"
        "  ON therapist.organisation = shift.organisation AND therapist.person = shift.therapist"
        " WHERE slot.id = {} AND slot.cancelled_at IS NULL"
        f" AND NOT slot.absorbed AND ({STARTS} > {{}} OR (slot.instead_of IS NOT NULL"
        "  AND slot.ends_at > {}))"
        " AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.slot = slot.id"
        "  AND booking.status <> 'cancelled')"
        " AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.slot = slot.id"
        "  AND offer.ended_at IS NULL)"
        " AND (EXISTS (SELECT 1 FROM standby WHERE standby.event = event.id"
        "   AND standby.person = person.id AND standby.ended_at IS NULL)"
        "  OR EXISTS (SELECT 1 FROM waitlist_entry WHERE waitlist_entry.event = event.id"
        "   AND waitlist_entry.person = person.id AND waitlist_entry.ended_at IS NULL))",
        person, slot, now, useful,
    )  # fmt: skip
