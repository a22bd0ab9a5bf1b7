"""Draws of days, the wishes for them, and the ledger by which they are decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from scheduler.storage.database import Statement, execute, fetch, fetch_one, is_postgres, on
from scheduler.storage.draw_rows import Draw, LedgerEntry, Wish, Wisher
from scheduler.storage.rows import EventKey
from scheduler.storage.scope import Scope

LEDGER = timedelta(days=365)
SELECT = (
    "SELECT draw.id, draw.organisation, draw.event, draw.seed, draw.wishes_close_at,"
    " draw.drawn_at, draw.record,"
    " (SELECT count(*) FROM wish WHERE wish.event = draw.event) AS wishes"
    " FROM draw JOIN event ON event.id = draw.event"
)
WISH = (
    "SELECT id, organisation, event, person, earliest, latest, therapist, missed, late, no_shows,"
    " slot FROM wish"
)


class Ledger(NamedTuple):
    """What is due to somebody, as SQL. A moment is filled into `late` and into `no_shows`: since
    when they count.

    A wish counts as in vain until the next massage, whichever way that was had. A day that was
    cancelled served nobody, and is nobody's miss.
    """

    missed: str
    late: str
    no_shows: str


def ledger(of: str) -> Ledger:
    """About the organisation and the person of a row of this table."""
    own = f"booking.organisation = {of}.organisation AND booking.person = {of}.person"
    since = "AND booking.starts_at > {}"
    return Ledger(
        missed=f"""(SELECT count(*) FROM wish AS past JOIN draw ON draw.event = past.event
   JOIN event ON event.id = past.event
   WHERE past.organisation = {of}.organisation AND past.person = {of}.person
   AND past.missed IS NOT NULL AND past.slot IS NULL AND event.cancelled_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM booking WHERE {own}
    AND booking.status NOT IN ('cancelled', 'no_show')
    AND booking.starts_at > draw.drawn_at))""",
        late=f"""(SELECT count(*) FROM booking WHERE {own}
   AND booking.status = 'cancelled' AND booking.cancelled_late {since})""",
        no_shows=f"""(SELECT count(*) FROM booking WHERE {own}
   AND booking.status = 'no_show' {since})""",
    )


OF_WISH = ledger("wish")
WISHERS = f"""SELECT person.id, person.email, person.language, known_as.name, wish.id AS wish,
 wish.earliest, wish.latest, wish.therapist, wish.slot,
 (SELECT count(*) FROM booking WHERE booking.event = wish.event
   AND booking.person = wish.person AND booking.status <> 'cancelled') AS claimed,
 {OF_WISH.missed} AS missed, {OF_WISH.late} AS late, {OF_WISH.no_shows} AS no_shows
 FROM wish JOIN person ON person.id = wish.person JOIN known_as
 ON known_as.organisation = wish.organisation AND known_as.person = wish.person
 WHERE wish.organisation = {{}} AND wish.event = {{}} AND EXISTS (SELECT 1 FROM membership
  WHERE membership.organisation = wish.organisation AND membership.person = wish.person)
 ORDER BY wish.person"""


async def get(scope: Scope, event: UUID) -> Draw | None:
    return await fetch_one(
        Draw, f"{SELECT} WHERE {scope.sql} AND draw.event = {{}}", *scope.values, event
    )


async def get_unchanging(scope: Scope, event: UUID) -> Draw | None:
    """The same, and nothing is drawn before this transaction ends."""
    lock = on(postgres=" FOR SHARE OF draw")
    return await fetch_one(
        Draw, f"{SELECT} WHERE {scope.sql} AND draw.event = {{}}{lock}", *scope.values, event
    )


async def is_undrawn(organisation: UUID, event: UUID) -> bool:
    rows = await execute(
        "SELECT 1 AS waits FROM draw WHERE organisation = {} AND event = {} AND drawn_at IS NULL",
        organisation, event,
    )  # fmt: skip
    return bool(rows)


async def hold(organisation: UUID, event: UUID) -> None:
    """Nobody wishes for a time of this day before this transaction ends."""
    if is_postgres():
        await execute(
            "SELECT id FROM draw WHERE organisation = {} AND event = {} FOR UPDATE",
            organisation, event,
        )  # fmt: skip


async def remove(organisation: UUID, draw: UUID) -> None:
    await execute("DELETE FROM draw WHERE organisation = {} AND id = {}", organisation, draw)


async def put(draw: Draw, now: datetime) -> None:
    """Announces it, or moves the moment at which wishes close; the seed stays the first."""
    await execute(
        "INSERT INTO draw (id, organisation, event, seed, wishes_close_at, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT (event) DO UPDATE SET wishes_close_at = excluded.wishes_close_at"
        " WHERE draw.drawn_at IS NULL",
        draw.id, draw.organisation, draw.event, draw.seed, draw.wishes_close_at, now,
    )  # fmt: skip


async def ahead(organisation: UUID, now: datetime) -> list[Draw]:
    """Those that can still be wished for."""
    return await fetch(
        Draw,
        f"{SELECT} WHERE draw.organisation = {{}} AND draw.drawn_at IS NULL"
        " AND draw.wishes_close_at > {}",
        organisation, now,
    )  # fmt: skip


async def due(now: datetime) -> list[Draw]:
    """Of every organisation, for the job."""
    return await fetch(
        Draw,
        f"{SELECT} WHERE draw.drawn_at IS NULL AND draw.wishes_close_at <= {{}} ORDER BY draw.id",
        now,
    )


async def take(organisation: UUID, draw: UUID, now: datetime) -> bool:
    """Whether it is ours to draw, at this moment and once."""
    rows = await execute(
        "UPDATE draw SET drawn_at = {} WHERE organisation = {} AND id = {}"
        " AND drawn_at IS NULL AND wishes_close_at <= {} RETURNING id",
        now, organisation, draw, now,
    )  # fmt: skip
    return bool(rows)


async def record(organisation: UUID, draw: UUID, text: str) -> None:
    await execute(
        "UPDATE draw SET record = {} WHERE organisation = {} AND id = {}",
        text, organisation, draw,
    )  # fmt: skip


async def wish(wish: Wish, now: datetime) -> None:
    """The first one, or other times instead."""
    await execute(
        "INSERT INTO wish (id, organisation, event, person, earliest, latest, therapist, wished_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (event, person) DO UPDATE SET"
        " earliest = excluded.earliest, latest = excluded.latest, therapist = excluded.therapist",
        wish.id, wish.organisation, wish.event, wish.person, wish.earliest, wish.latest,
        wish.therapist, now,
    )  # fmt: skip


async def withdraw(organisation: UUID, event: UUID, person: UUID) -> None:
    await execute(
        "DELETE FROM wish WHERE organisation = {} AND event = {} AND person = {}",
        organisation, event, person,
    )  # fmt: skip


async def wish_of(organisation: UUID, event: UUID, person: UUID) -> Wish | None:
    return await fetch_one(
        Wish, f"{WISH} WHERE organisation = {{}} AND event = {{}} AND person = {{}}",
        organisation, event, person,
    )  # fmt: skip


async def any_wish(wish: UUID) -> Wish | None:
    """Of any organisation, for the message that is about to leave."""
    return await fetch_one(Wish, f"{WISH} WHERE id = {{}}", wish)


async def wishers(organisation: UUID, event: UUID, now: datetime) -> list[Wisher]:
    """Who wished and still belongs here."""
    since = now - LEDGER
    return await fetch(Wisher, WISHERS, since, since, organisation, event)


async def standings(organisation: UUID, people: Sequence[UUID], now: datetime) -> list[LedgerEntry]:
    """What the ledger says of each."""
    of, since = ledger("one"), now - LEDGER
    marks = ", ".join("{}" for _ in people)
    return await fetch(
        LedgerEntry,
        f"SELECT one.person, {of.missed} AS missed, {of.late} AS late, {of.no_shows} AS no_shows"
        " FROM known_as AS one"
        f" WHERE one.organisation = {{}} AND one.person IN ({marks})",
        since, since, organisation, *people,
    )  # fmt: skip


async def wished_for(organisation: UUID) -> set[UUID]:
    """The days for which anybody wished."""
    rows = await fetch(
        EventKey, "SELECT DISTINCT organisation, event FROM wish WHERE organisation = {}",
        organisation,
    )  # fmt: skip
    return {row.event for row in rows}


def outcome(organisation: UUID, wisher: Wisher, slot: UUID | None) -> Statement:
    return Statement(
        "UPDATE wish SET missed = {}, late = {}, no_shows = {}, slot = {}"
        " WHERE organisation = {} AND id = {}",
        (wisher.missed, wisher.late, wisher.no_shows, slot, organisation, wisher.wish),
    )
