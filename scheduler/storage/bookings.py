"""Bookings. A slot is taken because a row of this table says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from scheduler.storage.database import Statement, execute, fetch, fetch_one, is_postgres, on
from scheduler.storage.rows import Booking, Busy, ClaimFacts, Days, Event, Id
from scheduler.storage.scope import Scope
from scheduler.storage.shifts import ENDS, STARTS, TIMES

# What a delay cannot do: bring a time forward, or put it back by more than this.
LONGEST_DELAY = timedelta(minutes=240)
COLUMNS = f"""booking.id, booking.organisation, booking.event, booking.slot, slot.shift,
 booking.person, owner.name AS person_name, person.email AS person_email,
 person.language AS person_language,
 shift.therapist, therapist.name AS therapist_name, shift.chair,
 event.title, event.timezone, event.location_name, event.location_address,
 event.ends_at AS event_ends_at, shift.ends_at AS shift_ends_at, event.cancel_until_minutes,
 {TIMES}, booking.status, booking.uid, booking.sequence,
 booking.pressure, booking.technique, booking.focus_areas, booking.avoid_areas, booking.quiet,
 booking.placed_at, booking.changed_at, booking.completed_at, booking.kept_at"""
JOINED = """ JOIN slot ON slot.id = booking.slot
 JOIN shift ON shift.id = slot.shift
 JOIN event ON event.id = booking.event
 JOIN person ON person.id = booking.person
 JOIN known_as AS owner
  ON owner.organisation = booking.organisation AND owner.person = booking.person
 JOIN known_as AS therapist
  ON therapist.organisation = shift.organisation AND therapist.person = shift.therapist"""
SELECT = f"SELECT {COLUMNS} FROM booking{JOINED}"

CLAIM_FACTS = (
    "SELECT slot.organisation, slot.event, slot.id AS slot, slot.shift,"
    f" {TIMES},"
    """ shift.therapist, therapist.name AS therapist_name, shift.chair,
 event.title, event.timezone, event.location_name, event.location_address,
 event.ends_at AS event_ends_at, shift.ends_at AS shift_ends_at, event.cancel_until_minutes,
 slot.instead_of, slot.cancelled_at AS slot_cancelled_at, event.published_at,
 event.cancelled_at AS event_cancelled_at, event.claims_open_at, event.claims_per_person,
 organisation.domains, event.date, organisation.limit_count, organisation.limit_days,
 CASE WHEN organisation.limit_count IS NOT NULL THEN (SELECT {days} FROM booking
   JOIN event AS day ON day.id = booking.event WHERE booking.organisation = slot.organisation
   AND booking.person = {} AND booking.status <> 'cancelled') END AS had_on,
 (SELECT count(*) FROM booking WHERE booking.event = slot.event AND booking.person = {}
   AND booking.status <> 'cancelled' AND booking.id <> {}) AS claimed,
 EXISTS (SELECT 1 FROM booking WHERE booking.person = {} AND booking.status <> 'cancelled'
   AND booking.id <> {} AND booking.starts_at < slot.ends_at AND slot.starts_at < booking.ends_at
   ) AS overlaps,
 EXISTS (SELECT 1 FROM booking WHERE booking.slot = slot.id AND booking.status <> 'cancelled'
   AND booking.id <> {}) OR EXISTS (SELECT 1 FROM offer WHERE offer.slot = slot.id
   AND offer.person <> {} AND offer.ended_at IS NULL) OR slot.absorbed AS taken,
 EXISTS (SELECT 1 FROM waitlist_entry WHERE waitlist_entry.event = slot.event
   AND waitlist_entry.person = {} AND waitlist_entry.ended_at IS NULL)
  OR EXISTS (SELECT 1 FROM standby WHERE standby.event = slot.event
   AND standby.person = {} AND standby.ended_at IS NULL) AS waiting,
 EXISTS (SELECT 1 FROM draw WHERE draw.event = slot.event AND draw.drawn_at IS NULL) AS undrawn
 FROM slot JOIN event ON event.id = slot.event
 JOIN shift ON shift.id = slot.shift
 JOIN known_as AS therapist
  ON therapist.organisation = shift.organisation AND therapist.person = shift.therapist
 JOIN organisation ON organisation.id = slot.organisation
 WHERE slot.organisation = {} AND slot.id = {}"""
)
NO_BOOKING = UUID(int=0)


async def claim_facts(
    organisation: UUID, slot: UUID, person: UUID, moving: UUID | None = None
) -> ClaimFacts | None:
    """What a claim is decided by, or the move of a booking.

    For a move, on PostgreSQL, the slot cannot be cancelled before the transaction ends.
    """
    lock = on(postgres=" FOR SHARE OF slot") if moving else ""
    without = moving or NO_BOOKING
    facts = CLAIM_FACTS.replace("{days}", days_of("day"))
    return await fetch_one(
        ClaimFacts, facts + lock,
        person, person, without, person, without, without, person, person, person,
        organisation, slot,
    )  # fmt: skip


def days_of(event: str) -> str:
    """The dates of these events as one text."""
    return on(postgres=f"string_agg({event}.date::text, ',')", sqlite=f"group_concat({event}.date)")


async def days(organisation: UUID, people: Sequence[UUID]) -> dict[UUID, str]:
    """By person: the days on which they have a booking here."""
    if not people:
        return {}
    marks = ", ".join("{}" for _ in people)
    rows = await fetch(
        Days,
        f"SELECT booking.person, {days_of('event')} AS days FROM booking"
        f" JOIN event ON event.id = booking.event WHERE booking.organisation = {{}}"
        f" AND booking.person IN ({marks}) AND booking.status <> 'cancelled'"
        " GROUP BY booking.person",
        organisation, *people,
    )  # fmt: skip
    return {row.person: row.days for row in rows}


async def busy(
    organisation: UUID, people: Sequence[UUID], since: datetime, until: datetime
) -> list[Busy]:
    """When these people of an organisation have a massage, anywhere."""
    if not people:
        return []
    marks = ", ".join("{}" for _ in people)
    return await fetch(
        Busy,
        "SELECT booking.person, booking.starts_at, booking.ends_at FROM booking"
        f" WHERE booking.person IN ({marks}) AND booking.status <> 'cancelled'"
        " AND booking.starts_at < {} AND {} < booking.ends_at AND EXISTS (SELECT 1 FROM known_as"
        "  WHERE known_as.organisation = {} AND known_as.person = booking.person)",
        *people, until, since, organisation,
    )  # fmt: skip


async def ordinals(organisation: UUID, event: UUID, person: UUID) -> set[int]:
    rows = await execute(
        "SELECT ordinal FROM booking WHERE organisation = {} AND event = {} AND person = {}"
        " AND status <> 'cancelled'",
        organisation, event, person,
    )  # fmt: skip
    return {row["ordinal"] for row in rows}


def addition(booking: Booking, ordinal: int) -> Statement:
    """The guards refuse it when the slot was taken, or held for somebody else, or the person was
    taken, in this very moment.

    It adds nothing when the slot was cancelled, or taken up by a delay, in that moment: then the
    row of the invite, which refers to the booking, is refused.
    """
    lock = on(postgres=" FOR SHARE")
    return Statement(
        "INSERT INTO booking (id, organisation, event, slot, person, starts_at, ends_at, ordinal,"
        " status, uid, sequence, pressure, technique, focus_areas, avoid_areas, quiet,"
        " created_at, placed_at, changed_at, cancelled_late)"
        " SELECT {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, false"
        f" FROM slot WHERE id = {{}} AND cancelled_at IS NULL AND NOT absorbed{lock}",
        (
            booking.id, booking.organisation, booking.event, booking.slot, booking.person,
            *booking.planned, ordinal, booking.status, booking.uid,
            booking.sequence, booking.pressure, booking.technique, booking.focus_areas,
            booking.avoid_areas, booking.quiet, booking.placed_at, booking.placed_at,
            booking.changed_at, booking.slot,
        ),
    )  # fmt: skip


async def earliest_open(
    event: Event, person: UUID, since: datetime, until: datetime, therapist: UUID | None
) -> UUID | None:
    """The first slot that starts at or after `since`, ends by `until` and clashes with nothing.

    On PostgreSQL it is kept for this transaction, and slots that others keep are passed over.
    """
    wanted = " AND shift.therapist = {}" if therapist else ""
    lock = on(postgres=" FOR UPDATE OF slot SKIP LOCKED")
    found = await fetch_one(
        Id,
        "SELECT slot.id FROM slot JOIN shift ON shift.id = slot.shift"
        " WHERE slot.organisation = {} AND slot.event = {} AND slot.cancelled_at IS NULL"
        f" AND NOT slot.absorbed AND {STARTS} >= {{}} AND {ENDS} <= {{}}{wanted}"
        " AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.slot = slot.id"
        "  AND booking.status <> 'cancelled')"
        " AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.slot = slot.id"
        "  AND offer.person <> {} AND offer.ended_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.person = {}"
        "  AND booking.status <> 'cancelled'"
        "  AND booking.starts_at < slot.ends_at AND slot.starts_at < booking.ends_at)"
        f" ORDER BY {STARTS}, shift.position LIMIT 1{lock}",
        event.organisation, event.id, since, until, *([therapist] if therapist else []),
        person, person,
    )  # fmt: skip
    return found.id if found else None


async def get(scope: Scope, booking: UUID) -> Booking | None:
    return await fetch_one(
        Booking, f"{SELECT} WHERE {scope.sql} AND booking.id = {{}}", *scope.values, booking
    )


async def get_for_change(scope: Scope, booking: UUID) -> Booking | None:
    """The same, and nobody else changes it before this transaction ends."""
    await _lock("id", booking)
    return await get(scope, booking)


async def hold_day(booking: UUID) -> None:
    """Nobody else changes its day, or whom times are offered there, in this transaction's time."""
    if is_postgres():
        await execute(
            "SELECT id FROM event WHERE id = (SELECT event FROM booking WHERE id = {})"
            " FOR NO KEY UPDATE",
            booking,
        )


async def _lock(column: str, value: UUID) -> None:
    # A statement of its own: one that waits for a lock goes on with rows joined before the wait.
    if is_postgres():
        await execute(f"SELECT id FROM booking WHERE {column} = {{}} FOR NO KEY UPDATE", value)


async def of_person(scope: Scope) -> list[Booking]:
    return await fetch(
        Booking,
        f"{SELECT} WHERE {scope.sql} ORDER BY {STARTS}, booking.id",
        *scope.values,
    )


async def active_of_person(organisation: UUID, person: UUID, since: datetime) -> list[Booking]:
    return await fetch(
        Booking,
        f"{SELECT} WHERE booking.organisation = {{}} AND booking.person = {{}}"
        f" AND booking.status <> 'cancelled' AND {ENDS} > {{}}"
        f" ORDER BY {STARTS}, booking.id",
        organisation, person, since,
    )  # fmt: skip


async def ahead_for_change(organisation: UUID, person: UUID, now: datetime) -> list[Booking]:
    """The active ones that have not begun; nobody changes them before this transaction ends."""
    await _lock("person", person)
    active = await active_of_person(organisation, person, now)
    return [booking for booking in active if booking.starts_at > now]


async def of_event_for_change(organisation: UUID, event: UUID) -> list[Booking]:
    """The active ones, in order; nobody else changes them before this transaction ends."""
    await _lock("event", event)
    return await active_of_event(organisation, event)


async def active_of_event(organisation: UUID, event: UUID) -> list[Booking]:
    return await fetch(
        Booking,
        f"{SELECT} WHERE booking.organisation = {{}} AND booking.event = {{}}"
        f" AND booking.status <> 'cancelled' ORDER BY {STARTS}, booking.id",
        organisation, event,
    )  # fmt: skip


async def of_shifts(organisation: UUID, shifts: list[UUID]) -> list[Booking]:
    if not shifts:
        return []
    marks = ", ".join("{}" for _ in shifts)
    return await fetch(
        Booking,
        f"{SELECT} WHERE booking.organisation = {{}} AND slot.shift IN ({marks})"
        f" AND booking.status <> 'cancelled' ORDER BY {STARTS}",
        organisation, *shifts,
    )  # fmt: skip


async def of_others_at(person: UUID, starts_at: datetime, ends_at: datetime, event: UUID) -> bool:
    """Whether this person has a massage then on another day's event, of any organisation."""
    rows = await execute(
        "SELECT 1 AS busy FROM booking WHERE person = {} AND event <> {}"
        " AND status <> 'cancelled' AND starts_at < {} AND {} < ends_at LIMIT 1",
        person, event, ends_at, starts_at,
    )  # fmt: skip
    return bool(rows)


async def meets_another(booking: Booking) -> bool:
    """Whether its owner has another massage at the time that it really is, anywhere."""
    rows = await execute(
        "SELECT 1 AS met FROM booking JOIN slot ON slot.id = booking.slot"
        " WHERE booking.person = {} AND booking.id <> {}"
        " AND booking.status IN ('confirmed', 'checked_in')"
        f" AND {STARTS} < {{}} AND {{}} < {ENDS} LIMIT 1",
        booking.person, booking.id, booking.ends_at, booking.starts_at,
    )  # fmt: skip
    return bool(rows)


async def keep(organisation: UUID, booking: UUID, now: datetime) -> None:
    await execute(
        "UPDATE booking SET kept_at = {} WHERE organisation = {} AND id = {}",
        now, organisation, booking,
    )  # fmt: skip


async def place(organisation: UUID, booking: UUID, slot: UUID, now: datetime) -> None:
    """Puts a booking on a slot and raises its sequence. The guards refuse a slot that is taken."""
    await execute(
        "UPDATE booking SET slot = {}, starts_at = (SELECT starts_at FROM slot WHERE id = {}),"
        " ends_at = (SELECT ends_at FROM slot WHERE id = {}), sequence = sequence + 1,"
        " placed_at = {}, changed_at = {}, kept_at = NULL WHERE organisation = {} AND id = {}",
        slot, slot, slot, now, now, organisation, booking,
    )  # fmt: skip


async def touch(organisation: UUID, booking: UUID, now: datetime) -> None:
    """Raises the sequence: something in the invite changed, but not the slot."""
    await execute(
        "UPDATE booking SET sequence = sequence + 1, changed_at = {}, kept_at = NULL"
        " WHERE organisation = {} AND id = {}",
        now, organisation, booking,
    )  # fmt: skip


async def prefer(booking: Booking) -> None:
    """Writes its preferences, and nothing that a calendar would show as a change."""
    await execute(
        "UPDATE booking SET pressure = {}, technique = {}, focus_areas = {}, avoid_areas = {},"
        " quiet = {} WHERE organisation = {} AND id = {}",
        booking.pressure, booking.technique, booking.focus_areas, booking.avoid_areas,
        booking.quiet, booking.organisation, booking.id,
    )  # fmt: skip


async def cancel(organisation: UUID, booking: UUID, now: datetime, *, late: bool) -> None:
    await execute(
        "UPDATE booking SET status = 'cancelled', sequence = sequence + 1, changed_at = {},"
        " cancelled_late = {} WHERE organisation = {} AND id = {}",
        now, late, organisation, booking,
    )  # fmt: skip


async def set_attendance(
    organisation: UUID, booking: UUID, status: str, completed_at: datetime | None, now: datetime
) -> None:
    await execute(
        "UPDATE booking SET status = {}, completed_at = {}, changed_at = {}"
        " WHERE organisation = {} AND id = {} AND status <> 'cancelled'",
        status, completed_at, now, organisation, booking,
    )  # fmt: skip


async def starting_between(since: datetime, until: datetime) -> list[Booking]:
    """Of every organisation, for the reminders."""
    return await fetch(
        Booking,
        f"{SELECT} WHERE booking.status <> 'cancelled' AND booking.starts_at > {{}}"
        f" AND booking.starts_at <= {{}} AND {STARTS} > {{}} AND {STARTS} <= {{}}",
        since - LONGEST_DELAY, until, since, until,
    )  # fmt: skip


async def ended_between(since: datetime, until: datetime) -> list[Booking]:
    """Of every organisation's people of today, for the rating requests."""
    return await fetch(
        Booking,
        f"{SELECT} WHERE booking.status NOT IN ('cancelled', 'no_show')"
        f" AND booking.ends_at <= {{}} AND {ENDS} > {{}} AND {ENDS} <= {{}}"
        " AND EXISTS (SELECT 1 FROM membership"
        "  WHERE membership.organisation = booking.organisation"
        "  AND membership.person = booking.person)",
        until, since, until,
    )  # fmt: skip


async def attendance(organisation: UUID, event: UUID) -> dict[str, int]:
    """How many bookings of the event have each status, cancelled ones included."""
    rows = await execute(
        "SELECT status, count(*) AS bookings FROM booking"
        " WHERE organisation = {} AND event = {} GROUP BY status",
        organisation, event,
    )  # fmt: skip
    return {row["status"]: row["bookings"] for row in rows}
