"""Shifts and their slots, as planned. What is cancelled stays, for the bookings that knew it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from scheduler.storage.database import execute, fetch, fetch_one, is_postgres
from scheduler.storage.rows import Begin, Busy, ChairOfDay, DaysAround, EventDay, Id, Shift, Slot
from scheduler.storage.scope import Scope

SHIFT = (
    "SELECT shift.id, shift.event, shift.therapist, known_as.name AS therapist_name,"
    " person.email AS therapist_email, shift.position, shift.chair, shift.starts, shift.ends,"
    " shift.breaks, shift.starts_at, shift.ends_at, shift.delay_minutes,"
    " outage.starts_at AS out_from"
    " FROM shift JOIN person ON person.id = shift.therapist JOIN known_as"
    " ON known_as.organisation = shift.organisation AND known_as.person = shift.therapist"
    " LEFT JOIN outage ON outage.shift = shift.id AND outage.ended_at IS NULL"
)
# When a slot really is, and when it was planned to be, where a delay moved it from there.
STARTS, ENDS = (f"coalesce(slot.actual_{edge}, slot.{edge})" for edge in ("starts_at", "ends_at"))
TIMES = (
    f"{STARTS} AS starts_at, {ENDS} AS ends_at,"
    " CASE WHEN slot.actual_starts_at IS NOT NULL THEN slot.starts_at END AS planned_starts_at,"
    " CASE WHEN slot.actual_starts_at IS NOT NULL THEN slot.ends_at END AS planned_ends_at"
)
SLOT = (
    "SELECT slot.id, slot.event, slot.shift, shift.position, shift.chair, shift.therapist,"
    f" known_as.name AS therapist_name, {TIMES}, booking.person AS holder,"
    " offer.person AS offered_to, slot.absorbed, slot.instead_of"
    " FROM slot JOIN shift ON shift.id = slot.shift JOIN known_as"
    " ON known_as.organisation = shift.organisation AND known_as.person = shift.therapist"
    " LEFT JOIN booking ON booking.slot = slot.id AND booking.status <> 'cancelled'"
    " LEFT JOIN offer ON offer.slot = slot.id AND offer.ended_at IS NULL"
)


async def get(scope: Scope, shift: UUID) -> Shift | None:
    """Of a day that was cancelled too."""
    return await fetch_one(
        Shift,
        f"{SHIFT} JOIN event ON event.id = shift.event WHERE {scope.sql} AND shift.id = {{}}"
        " AND (shift.cancelled_at IS NULL OR shift.cancelled_at = event.cancelled_at)",
        *scope.values, shift,
    )  # fmt: skip


async def of_event(organisation: UUID, event: UUID) -> list[Shift]:
    return await fetch(
        Shift,
        f"{SHIFT} WHERE shift.organisation = {{}} AND shift.event = {{}}"
        " AND shift.cancelled_at IS NULL ORDER BY shift.position",
        organisation, event,
    )  # fmt: skip


async def of_events(organisation: UUID, events: Sequence[UUID]) -> list[Shift]:
    """The shifts that these events have, or had when they were cancelled."""
    marks = ", ".join("{}" for _ in events)
    return await fetch(
        Shift,
        f"{SHIFT} JOIN event ON event.id = shift.event"
        f" WHERE shift.organisation = {{}} AND shift.event IN ({marks})"
        " AND (shift.cancelled_at IS NULL OR shift.cancelled_at = event.cancelled_at)"
        " ORDER BY shift.position",
        organisation, *events,
    )  # fmt: skip


async def on_date(organisation: UUID, day: date) -> list[Shift]:
    """The shifts of the events published for this local date."""
    return await fetch(
        Shift,
        f"{SHIFT} JOIN event ON event.id = shift.event"
        " WHERE shift.organisation = {} AND event.date = {} AND event.published_at IS NOT NULL"
        " AND shift.cancelled_at IS NULL ORDER BY shift.starts_at, shift.position, shift.id",
        organisation, day,
    )  # fmt: skip


async def of_therapist(organisation: UUID, therapist: UUID, since: datetime) -> list[Shift]:
    return await fetch(
        Shift,
        f"{SHIFT} JOIN event ON event.id = shift.event"
        " WHERE shift.organisation = {} AND shift.therapist = {} AND shift.ends_at > {}"
        " AND event.published_at IS NOT NULL AND shift.cancelled_at IS NULL"
        " ORDER BY shift.starts_at",
        organisation, therapist, since,
    )  # fmt: skip


async def days_since(scope: Scope, day: date) -> list[EventDay]:
    """The published days that have one of these shifts, in order."""
    return await fetch(
        EventDay,
        "SELECT DISTINCT event.date, event.timezone FROM shift JOIN event ON event.id = shift.event"
        f" WHERE {scope.sql} AND event.date >= {{}} AND event.published_at IS NOT NULL"
        " AND shift.cancelled_at IS NULL ORDER BY event.date",
        *scope.values, day,
    )  # fmt: skip


async def days_around(scope: Scope, day: date) -> DaysAround:
    found = await fetch(
        DaysAround,
        "SELECT max(CASE WHEN event.date < {} THEN event.date END) AS before,"
        " min(CASE WHEN event.date > {} THEN event.date END) AS after"
        f" FROM shift JOIN event ON event.id = shift.event WHERE {scope.sql}"
        " AND event.published_at IS NOT NULL AND shift.cancelled_at IS NULL",
        day, day, *scope.values,
    )  # fmt: skip
    return found[0]


async def engaged(organisation: UUID, since: datetime, until: datetime) -> list[Busy]:
    """When the organisation's therapists are at a chair, of whichever organisation."""
    return await fetch(
        Busy,
        "SELECT shift.therapist AS person, shift.starts_at, shift.ends_at FROM shift"
        " WHERE shift.cancelled_at IS NULL AND shift.starts_at < {} AND {} < shift.ends_at"
        " AND EXISTS (SELECT 1 FROM membership WHERE membership.organisation = {}"
        "  AND membership.person = shift.therapist AND membership.role = 'therapist')",
        until, since, organisation,
    )  # fmt: skip


async def busy_elsewhere(
    therapist: UUID, event: UUID, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether another event, of any organisation, has this therapist then."""
    rows = await execute(
        "SELECT 1 AS busy FROM shift WHERE therapist = {} AND event <> {} AND cancelled_at IS NULL"
        " AND starts_at < {} AND {} < ends_at LIMIT 1",
        therapist, event, ends_at, starts_at,
    )  # fmt: skip
    return bool(rows)


async def working_then(shift: Shift) -> set[UUID]:
    """The therapists of every organisation who have another shift at that time."""
    rows = await fetch(
        Id,
        "SELECT DISTINCT therapist AS id FROM shift WHERE id <> {} AND cancelled_at IS NULL"
        " AND starts_at < {} AND {} < ends_at",
        shift.id, shift.ends_at, shift.starts_at,
    )  # fmt: skip
    return {row.id for row in rows}


async def next_at(shift: Shift) -> datetime | None:
    """When its therapist or its chair is next wanted elsewhere."""
    found = await fetch_one(
        Begin,
        "SELECT min(other.starts_at) AS starts_at FROM shift JOIN shift AS other"
        " ON other.therapist = shift.therapist"
        "  OR (other.event = shift.event AND other.chair_key = shift.chair_key)"
        " WHERE shift.id = {} AND other.id <> shift.id AND other.cancelled_at IS NULL"
        " AND other.starts_at >= shift.ends_at",
        shift.id,
    )
    return found.starts_at if found else None


async def give(organisation: UUID, shift: UUID, therapist: UUID) -> None:
    await execute(
        "UPDATE shift SET therapist = {} WHERE organisation = {} AND id = {}",
        therapist, organisation, shift,
    )  # fmt: skip


async def lengthen(organisation: UUID, shift: UUID, ends: time, ends_at: datetime) -> None:
    await execute(
        "UPDATE shift SET ends = {}, ends_at = {} WHERE organisation = {} AND id = {}",
        ends, ends_at, organisation, shift,
    )  # fmt: skip


async def add(organisation: UUID, shift: Shift, chair_key: str) -> None:
    await execute(
        "INSERT INTO shift (id, organisation, event, therapist, position, chair, chair_key,"
        " starts, ends, breaks, starts_at, ends_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        shift.id, organisation, shift.event, shift.therapist, shift.position, shift.chair,
        chair_key, shift.starts, shift.ends, shift.breaks, shift.starts_at, shift.ends_at,
    )  # fmt: skip


async def update(organisation: UUID, shift: Shift, chair_key: str) -> None:
    await execute(
        "UPDATE shift SET therapist = {}, position = {}, chair = {}, chair_key = {}, starts = {},"
        " ends = {}, breaks = {}, starts_at = {}, ends_at = {}, cancelled_at = NULL"
        " WHERE organisation = {} AND id = {}",
        shift.therapist, shift.position, shift.chair, chair_key, shift.starts, shift.ends,
        shift.breaks, shift.starts_at, shift.ends_at, organisation, shift.id,
    )  # fmt: skip


async def cancel_all(organisation: UUID, event: UUID, now: datetime) -> None:
    """Takes the shifts out of the guards' sight; `update` brings back the ones that stay."""
    await execute(
        "UPDATE shift SET cancelled_at = {}"
        " WHERE organisation = {} AND event = {} AND cancelled_at IS NULL",
        now, organisation, event,
    )  # fmt: skip


async def slots(organisation: UUID, event: UUID) -> list[Slot]:
    """In the order of the contract: by start, then by the order of the shifts.

    Without those that a delay takes up: nobody has one, and nobody can.
    """
    return await fetch(
        Slot,
        f"{SLOT} WHERE slot.organisation = {{}} AND slot.event = {{}}"
        " AND slot.cancelled_at IS NULL AND NOT slot.absorbed"
        f" ORDER BY {STARTS}, shift.position, slot.id",
        organisation, event,
    )  # fmt: skip


async def planned_slots(organisation: UUID, event: UUID) -> list[Slot]:
    """All of them, in the order in which they were planned."""
    return await fetch(
        Slot,
        f"{SLOT} WHERE slot.organisation = {{}} AND slot.event = {{}}"
        " AND slot.cancelled_at IS NULL ORDER BY slot.starts_at, shift.position, slot.id",
        organisation, event,
    )  # fmt: skip


async def hold_slots(organisation: UUID, event: UUID) -> None:
    """Nobody takes one of them, or moves to it, before this transaction ends."""
    if is_postgres():
        await execute(
            "SELECT id FROM slot WHERE organisation = {} AND event = {} AND cancelled_at IS NULL"
            " ORDER BY id FOR NO KEY UPDATE",
            organisation, event,
        )  # fmt: skip


async def slot(organisation: UUID, slot: UUID) -> Slot | None:
    return await fetch_one(
        Slot, f"{SLOT} WHERE slot.organisation = {{}} AND slot.id = {{}}", organisation, slot
    )


async def chair(scope: Scope, shift: UUID) -> ChairOfDay | None:
    """Though the shift is over, or another's since."""
    return await fetch_one(
        ChairOfDay,
        "SELECT shift.event, shift.chair FROM shift JOIN event ON event.id = shift.event"
        f" WHERE {scope.sql} AND shift.id = {{}}",
        *scope.values, shift,
    )  # fmt: skip


async def slot_of(scope: Scope, slot: UUID) -> Slot | None:
    return await fetch_one(
        Slot, f"{SLOT} WHERE {scope.sql} AND slot.id = {{}}", *scope.values, slot
    )


async def add_slot(
    organisation: UUID, shift: Shift, slot: UUID, starts_at: datetime, ends_at: datetime
) -> None:
    await execute(
        "INSERT INTO slot (id, organisation, event, shift, starts_at, ends_at)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        slot, organisation, shift.event, shift.id, starts_at, ends_at,
    )  # fmt: skip


async def cancel_slot(organisation: UUID, slot: UUID, now: datetime) -> None:
    await execute(
        "UPDATE slot SET cancelled_at = {} WHERE organisation = {} AND id = {}",
        now, organisation, slot,
    )  # fmt: skip


async def delay(organisation: UUID, shift: UUID, minutes: int) -> None:
    await execute(
        "UPDATE shift SET delay_minutes = {} WHERE organisation = {} AND id = {}",
        minutes, organisation, shift,
    )  # fmt: skip


async def put_slot(
    organisation: UUID, slot: UUID, actual: tuple[datetime, datetime] | None, *, absorbed: bool
) -> None:
    """When a slot really is; without `actual` it is as planned."""
    starts_at, ends_at = actual or (None, None)
    await execute(
        "UPDATE slot SET actual_starts_at = {}, actual_ends_at = {}, absorbed = {}"
        " WHERE organisation = {} AND id = {}",
        starts_at, ends_at, absorbed, organisation, slot,
    )  # fmt: skip
