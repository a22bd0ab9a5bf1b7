"""Places in line. One that counts has no `ended_at`. Whoever lost their time to an outage comes
first, then, where an organisation has it so, whoever is most due, then whoever joined first.
"""

from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage import draws
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import EventKey
from scheduler.storage.shifts import STARTS
from scheduler.storage.waitlist_rows import Waiting, WaitlistEntry

# Whoever is not an employee any more keeps nobody waiting. A coordinator takes times as well, and
# is in line who lost one.
LIVE = (
    "waitlist_entry.ended_at IS NULL AND EXISTS (SELECT 1 FROM membership"
    " WHERE membership.organisation = waitlist_entry.organisation"
    " AND membership.person = waitlist_entry.person AND (membership.role = 'employee'"
    "  OR (membership.role = 'coordinator' AND waitlist_entry.headed_at IS NOT NULL)))"
)
BY_FAIRNESS = "organisation.waitlist_order = 'fairness'"
OF_ENTRY = draws.ledger("waitlist_entry")
FIGURES = ", ".join(
    f"CASE WHEN {BY_FAIRNESS} THEN {sql} ELSE 0 END AS {name}"
    for name, sql in OF_ENTRY._asdict().items()
)
LINE = (
    "SELECT entry.*, row_number() OVER (ORDER BY entry.headed_at IS NULL, entry.headed_at,"
    "  entry.missed - entry.late - entry.no_shows DESC, entry.joined_at, entry.id) AS position"
    " FROM (SELECT waitlist_entry.id, waitlist_entry.event, waitlist_entry.person,"
    " waitlist_entry.earliest, waitlist_entry.latest, waitlist_entry.therapist,"
    f" waitlist_entry.joined_at, waitlist_entry.headed_at, {FIGURES},"
    f" coalesce({BY_FAIRNESS}, false) AS by_fairness,"
    " EXISTS (SELECT 1 FROM offer WHERE offer.event = waitlist_entry.event"
    "  AND offer.person = waitlist_entry.person AND offer.ended_at IS NULL) AS offered"
    " FROM waitlist_entry JOIN organisation ON organisation.id = waitlist_entry.organisation"
    f" WHERE {LIVE} AND waitlist_entry.organisation = {{}} AND waitlist_entry.event = {{}}"
    ") AS entry"
)
BOOKED = (
    "(SELECT count(*) FROM booking WHERE booking.event = waitlist_entry.event"
    " AND booking.person = waitlist_entry.person AND booking.status <> 'cancelled')"
)


async def line(organisation: UUID, event: UUID, now: datetime) -> list[WaitlistEntry]:
    since = now - draws.LEDGER
    return await fetch(
        WaitlistEntry, f"{LINE} ORDER BY position", since, since, organisation, event
    )


async def place(
    organisation: UUID, event: UUID, person: UUID, now: datetime
) -> WaitlistEntry | None:
    since = now - draws.LEDGER
    return await fetch_one(
        WaitlistEntry,
        f"SELECT * FROM ({LINE}) AS line WHERE person = {{}}",
        since, since, organisation, event, person,
    )  # fmt: skip


async def named(organisation: UUID, event: UUID, now: datetime) -> list[Waiting]:
    """The line by name, with what is held for whom."""
    since = now - draws.LEDGER
    return await fetch(
        Waiting,
        "SELECT line.position, line.earliest, line.latest, owner.name, therapist.name AS therapist,"
        f" offer.slot, {STARTS} AS held_at, offer.expires_at AS held_until"
        f" FROM ({LINE}) AS line"
        " JOIN known_as AS owner ON owner.organisation = {} AND owner.person = line.person"
        " LEFT JOIN known_as AS therapist"
        "  ON therapist.organisation = owner.organisation AND therapist.person = line.therapist"
        " LEFT JOIN offer ON offer.entry = line.id AND offer.ended_at IS NULL"
        " LEFT JOIN slot ON slot.id = offer.slot ORDER BY line.position",
        since, since, organisation, event, organisation,
    )  # fmt: skip


class Times(NamedTuple):
    """What somebody wishes for."""

    earliest: time | None
    latest: time | None
    therapist: UUID | None


async def join(organisation: UUID, event: UUID, person: UUID, wished: Times, now: datetime) -> bool:
    """At the end of the line; whoever is in it changes what they wish for. Answers which it was."""
    changed = await execute(
        "UPDATE waitlist_entry SET earliest = {}, latest = {}, therapist = {} WHERE"
        " organisation = {} AND event = {} AND person = {} AND ended_at IS NULL RETURNING id",
        *wished, organisation, event, person,
    )  # fmt: skip
    if not changed:
        await execute(
            "INSERT INTO waitlist_entry (id, organisation, event, person, earliest, latest,"
            " therapist, joined_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
            new_id(), organisation, event, person, *wished, now,
        )  # fmt: skip
    return not changed


async def head(organisation: UUID, event: UUID, person: UUID, now: datetime) -> None:
    """Before everybody who did not lose a time, with whatever suits."""
    await join(organisation, event, person, Times(None, None, None), now)
    await execute(
        "UPDATE waitlist_entry SET headed_at = {} WHERE organisation = {} AND event = {}"
        " AND person = {} AND ended_at IS NULL AND headed_at IS NULL",
        now, organisation, event, person,
    )  # fmt: skip


async def may_wait(organisation: UUID, person: UUID) -> bool:
    """Not a guest at the chair, nor somebody who takes no times any more."""
    rows = await execute(
        "SELECT 1 AS taker FROM membership WHERE organisation = {} AND person = {}"
        " AND role IN ('employee', 'coordinator') LIMIT 1",
        organisation, person,
    )  # fmt: skip
    return bool(rows)


async def leave(organisation: UUID, event: UUID, person: UUID, now: datetime) -> bool:
    """Whether they were in it."""
    rows = await execute(
        "UPDATE waitlist_entry SET ended_at = {}, outcome = 'left' WHERE organisation = {}"
        " AND event = {} AND person = {} AND ended_at IS NULL RETURNING id",
        now, organisation, event, person,
    )  # fmt: skip
    return bool(rows)


async def serve(organisation: UUID, event: UUID, now: datetime) -> None:
    """Whoever has all the times that one person may have waits no longer."""
    await execute(
        "UPDATE waitlist_entry SET ended_at = {}, outcome = 'served' WHERE organisation = {}"
        f" AND event = {{}} AND ended_at IS NULL AND {BOOKED} >="
        " (SELECT claims_per_person FROM event WHERE event.id = waitlist_entry.event)",
        now, organisation, event,
    )  # fmt: skip


async def end_of_event(organisation: UUID, event: UUID, now: datetime) -> None:
    await execute(
        "UPDATE waitlist_entry SET ended_at = {}, outcome = 'off'"
        " WHERE organisation = {} AND event = {} AND ended_at IS NULL",
        now, organisation, event,
    )  # fmt: skip


async def end_of_person(organisation: UUID, person: UUID, now: datetime) -> list[UUID]:
    """Everywhere in the organisation, and the events in question."""
    rows = await fetch(
        EventKey,
        "UPDATE waitlist_entry SET ended_at = {}, outcome = 'off' WHERE organisation = {}"
        " AND person = {} AND ended_at IS NULL RETURNING organisation, event",
        now, organisation, person,
    )  # fmt: skip
    return [row.event for row in rows]


async def waits(organisation: UUID, event: UUID, person: UUID) -> bool:
    """In line or on standby."""
    rows = await execute(
        "SELECT 1 AS waits FROM waitlist_entry WHERE organisation = {} AND event = {}"
        " AND person = {} AND ended_at IS NULL UNION ALL SELECT 1 AS waits FROM standby"
        " WHERE organisation = {} AND event = {} AND person = {} AND ended_at IS NULL",
        organisation, event, person, organisation, event, person,
    )  # fmt: skip
    return bool(rows)


async def concerns_anybody(organisation: UUID, event: UUID) -> bool:
    """Whether anybody waits or is on standby, or has an offer that counts."""
    rows = await execute(
        "SELECT 1 AS one FROM waitlist_entry WHERE organisation = {} AND event = {}"
        " AND ended_at IS NULL UNION ALL SELECT 1 AS one FROM offer"
        " WHERE organisation = {} AND event = {} AND ended_at IS NULL"
        " UNION ALL SELECT 1 AS one FROM standby"
        " WHERE organisation = {} AND event = {} AND ended_at IS NULL LIMIT 1",
        organisation, event, organisation, event, organisation, event,
    )  # fmt: skip
    return bool(rows)


async def events_of(organisation: UUID, person: UUID) -> list[UUID]:
    rows = await fetch(
        EventKey,
        "SELECT organisation, event FROM waitlist_entry"
        " WHERE organisation = {} AND person = {} AND ended_at IS NULL",
        organisation, person,
    )  # fmt: skip
    return [row.event for row in rows]


async def unserved(organisation: UUID, event: UUID) -> int:
    """How many people wait, or waited to the end, and have no time on the day."""
    rows = await execute(
        "SELECT count(*) AS people FROM waitlist_entry WHERE organisation = {} AND event = {}"
        f" AND ended_at IS NULL AND {BOOKED} = 0",
        organisation, event,
    )  # fmt: skip
    return int(rows[0]["people"])


async def to_tend(now: datetime) -> list[EventKey]:
    """The days of every organisation on which an offer has run out, or somebody who waits may get
    one of the times that are open, or has their times already.
    """
    return await fetch(
        EventKey,
        "SELECT organisation, event FROM offer WHERE ended_at IS NULL AND expires_at <= {}"
        " UNION SELECT waitlist_entry.organisation, waitlist_entry.event FROM waitlist_entry"
        " JOIN event ON event.id = waitlist_entry.event"
        " WHERE waitlist_entry.ended_at IS NULL AND event.ends_at > {}"
        " AND event.cancelled_at IS NULL AND event.claims_open_at <= {}"
        f" AND ({BOOKED} >= event.claims_per_person"
        " OR (NOT EXISTS (SELECT 1 FROM offer WHERE offer.event = waitlist_entry.event"
        "   AND offer.person = waitlist_entry.person AND offer.ended_at IS NULL)"
        "  AND EXISTS (SELECT 1 FROM slot WHERE slot.event = event.id"
        f"   AND slot.cancelled_at IS NULL AND NOT slot.absorbed AND {STARTS} > {{}}"
        "   AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.slot = slot.id"
        "    AND booking.status <> 'cancelled')"
        "   AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.slot = slot.id"
        "    AND offer.ended_at IS NULL))))",
        now, now, now, now,
    )  # fmt: skip
