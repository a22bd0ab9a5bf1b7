"""Events, and who may see which."""

from datetime import date, datetime, timedelta
from uuid import UUID

from scheduler.storage.database import execute, fetch, fetch_one, is_postgres, on
from scheduler.storage.rows import Counts, Event, SlotUse
from scheduler.storage.scope import Scope
from scheduler.storage.shifts import STARTS

COLUMNS = (
    "event.id, event.organisation, event.title, event.date, event.timezone, event.location_name,"
    " event.location_address, event.slot_minutes, event.reset_minutes, event.claims_open_at,"
    " event.claims_per_person, event.cancel_until_minutes, event.grace_minutes, event.ends_at,"
    " event.published_at, event.cancelled_at, event.cancel_reason, event.created_at, event.series"
)


async def get(scope: Scope, event: UUID) -> Event | None:
    return await _get(scope, event)


async def get_for_change(scope: Scope, event: UUID) -> Event | None:
    """The same, and nobody else changes it before this transaction ends."""
    # Not FOR UPDATE: every claim would wait for it, as its booking refers to the event.
    return await _get(scope, event, lock=on(postgres=" FOR NO KEY UPDATE"))


async def hold(organisation: UUID, event: UUID) -> None:
    """Nobody else changes it, or whom times are offered there, before this transaction ends."""
    if is_postgres():
        await execute(
            "SELECT id FROM event WHERE organisation = {} AND id = {} FOR NO KEY UPDATE",
            organisation, event,
        )  # fmt: skip


async def get_unchanging(scope: Scope, event: UUID) -> Event | None:
    """The same, and nobody changes it before this transaction ends."""
    return await _get(scope, event, lock=on(postgres=" FOR SHARE"))


async def _get(scope: Scope, event: UUID, lock: str = "") -> Event | None:
    return await fetch_one(
        Event, f"SELECT {COLUMNS} FROM event WHERE {scope.sql} AND event.id = {{}}{lock}",
        *scope.values, event,
    )  # fmt: skip


async def between(scope: Scope, since: date, until: date) -> list[Event]:
    return await fetch(
        Event,
        f"SELECT {COLUMNS} FROM event WHERE {scope.sql} AND event.date BETWEEN {{}} AND {{}}"
        " ORDER BY event.date, event.id",
        *scope.values, since, until,
    )  # fmt: skip


async def latest(organisation: UUID) -> Event | None:
    """The one on the last date, be it past, a draft or cancelled."""
    return await fetch_one(
        Event,
        f"SELECT {COLUMNS} FROM event WHERE event.organisation = {{}}"
        " ORDER BY event.date DESC, event.id DESC LIMIT 1",
        organisation,
    )


async def with_shift_of(organisation: UUID, therapist: UUID, now: datetime) -> list[Event]:
    """The days, drafts included, on which this therapist is still to work."""
    return await fetch(
        Event,
        f"SELECT {COLUMNS} FROM event WHERE event.organisation = {{}} AND EXISTS"
        " (SELECT 1 FROM shift WHERE shift.event = event.id AND shift.therapist = {}"
        "  AND shift.cancelled_at IS NULL AND shift.ends_at > {})"
        " ORDER BY event.date, event.id",
        organisation, therapist, now,
    )  # fmt: skip


async def counts(
    organisation: UUID, events: list[UUID], now: datetime, useful: timedelta
) -> dict[UUID, Counts]:
    """By event; `open` are the slots that can still be taken, that nobody took, and that are not
    held for anybody. The rest of a missed time is open as well, and no slot of its own.
    """
    if not events:
        return {}
    marks = ", ".join("{}" for _ in events)
    rows = await fetch(
        Counts,
        "SELECT event.id AS event,"
        " count(CASE WHEN slot.instead_of IS NULL THEN slot.id END) AS slots,"
        " count(CASE WHEN slot.instead_of IS NULL THEN booking.id END) AS booked,"
        " count(CASE WHEN booking.id IS NULL AND offer.id IS NULL AND NOT slot.absorbed"
        f"  AND ({STARTS} > {{}} OR (slot.instead_of IS NOT NULL AND slot.ends_at > {{}}))"
        "  THEN slot.id END) AS open,"
        " (SELECT count(*) FROM waitlist_entry WHERE waitlist_entry.event = event.id"
        "  AND waitlist_entry.ended_at IS NULL) AS waiting"
        " FROM event LEFT JOIN slot ON slot.event = event.id AND slot.cancelled_at IS NULL"
        " LEFT JOIN booking ON booking.slot = slot.id AND booking.status <> 'cancelled'"
        " LEFT JOIN offer ON offer.slot = slot.id AND offer.ended_at IS NULL"
        f" WHERE event.organisation = {{}} AND event.id IN ({marks}) GROUP BY event.id",
        now, now + useful, organisation, *events,
    )  # fmt: skip
    return {row.event: row for row in rows}


async def use_of_slots(organisation: UUID, event: UUID) -> list[SlotUse]:
    """Each place once: where somebody took the rest of a missed time, it is theirs."""
    return await fetch(
        SlotUse,
        "SELECT slot.starts_at, booking.status,"
        " offer.id IS NOT NULL OR slot.absorbed AS held"
        " FROM slot LEFT JOIN booking"
        " ON booking.slot = slot.id AND booking.status <> 'cancelled'"
        " LEFT JOIN offer ON offer.slot = slot.id AND offer.ended_at IS NULL"
        " WHERE slot.organisation = {} AND slot.event = {} AND slot.cancelled_at IS NULL"
        " AND (slot.instead_of IS NULL OR booking.id IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM slot AS rest JOIN booking AS instead"
        "  ON instead.slot = rest.id AND instead.status <> 'cancelled'"
        "  WHERE rest.instead_of = booking.id AND rest.cancelled_at IS NULL)",
        organisation, event,
    )  # fmt: skip


async def add(event: Event) -> None:
    await execute(
        "INSERT INTO event (id, organisation, title, date, timezone, location_name,"
        " location_address, slot_minutes, reset_minutes, claims_open_at, claims_per_person,"
        " cancel_until_minutes, grace_minutes, ends_at, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        event.id, event.organisation, event.title, event.date, event.timezone,
        event.location_name, event.location_address, event.slot_minutes, event.reset_minutes,
        event.claims_open_at, event.claims_per_person, event.cancel_until_minutes,
        event.grace_minutes, event.ends_at, event.created_at,
    )  # fmt: skip


async def update(event: Event) -> None:
    await execute(
        "UPDATE event SET title = {}, date = {}, timezone = {}, location_name = {},"
        " location_address = {}, slot_minutes = {}, reset_minutes = {}, claims_open_at = {},"
        " claims_per_person = {}, cancel_until_minutes = {}, grace_minutes = {}, ends_at = {},"
        " revision = revision + 1"
        " WHERE organisation = {} AND id = {}",
        event.title, event.date, event.timezone, event.location_name, event.location_address,
        event.slot_minutes, event.reset_minutes, event.claims_open_at, event.claims_per_person,
        event.cancel_until_minutes, event.grace_minutes, event.ends_at, event.organisation,
        event.id,
    )  # fmt: skip


async def touch(organisation: UUID, event: UUID) -> None:
    """Something that boards or plans show of it has changed, and no row says so otherwise."""
    await execute(
        "UPDATE event SET revision = revision + 1 WHERE organisation = {} AND id = {}",
        organisation, event,
    )  # fmt: skip


async def publish(organisation: UUID, event: UUID, now: datetime) -> None:
    await execute(
        "UPDATE event SET published_at = {}, claims_open_at = coalesce(claims_open_at, {}),"
        " revision = revision + 1"
        " WHERE organisation = {} AND id = {} AND published_at IS NULL",
        now, now, organisation, event,
    )  # fmt: skip


async def cancel(organisation: UUID, event: UUID, reason: str, now: datetime) -> None:
    """The event with its shifts and slots, which are free from now on for other days."""
    await execute(
        "UPDATE event SET cancelled_at = {}, cancel_reason = {}, revision = revision + 1"
        " WHERE organisation = {} AND id = {} AND cancelled_at IS NULL",
        now, reason, organisation, event,
    )  # fmt: skip
    for table in ("slot", "shift"):
        await execute(
            f"UPDATE {table} SET cancelled_at = {{}}"
            " WHERE organisation = {} AND event = {} AND cancelled_at IS NULL",
            now, organisation, event,
        )  # fmt: skip


async def lengthen(organisation: UUID, event: UUID, ends_at: datetime) -> None:
    await execute(
        "UPDATE event SET ends_at = {} WHERE organisation = {} AND id = {} AND ends_at < {}",
        ends_at, organisation, event, ends_at,
    )  # fmt: skip


async def open_claims(organisation: UUID, event: UUID, at: datetime | None) -> None:
    await execute(
        "UPDATE event SET claims_open_at = {}, revision = revision + 1"
        " WHERE organisation = {} AND id = {}",
        at, organisation, event,
    )  # fmt: skip
