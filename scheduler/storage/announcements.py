"""What coordinators tell people of a day, and who of them waits."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import Announcement, Id

WAITING = "SELECT membership.person AS id FROM membership"
WAITS = """membership.role = 'employee' AND (EXISTS (SELECT 1 FROM waitlist_entry
  WHERE waitlist_entry.event = {} AND waitlist_entry.person = membership.person
  AND waitlist_entry.ended_at IS NULL) OR EXISTS (SELECT 1 FROM wish JOIN draw
  ON draw.event = wish.event AND draw.drawn_at IS NULL
  WHERE wish.event = {} AND wish.person = membership.person))"""


async def add(announcement: Announcement, now: datetime) -> None:
    await execute(
        "INSERT INTO announcement (id, organisation, event, shift, author, audience, text,"
        " created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        announcement.id, announcement.organisation, announcement.event, announcement.shift,
        announcement.author, announcement.audience, announcement.text, now,
    )  # fmt: skip


async def get(announcement: UUID) -> Announcement | None:
    """Of any organisation, for the message that is about to leave."""
    return await fetch_one(
        Announcement,
        "SELECT announcement.id, announcement.organisation, announcement.event,"
        " announcement.shift, announcement.author, known_as.name AS author_name,"
        " announcement.audience, announcement.text FROM announcement JOIN known_as"
        " ON known_as.organisation = announcement.organisation"
        " AND known_as.person = announcement.author WHERE announcement.id = {}",
        announcement,
    )


async def recipients(organisation: UUID, event: UUID, announcement: UUID) -> int:
    """For how many messages were queued; none for one that was never written."""
    rows = await execute(
        "SELECT count(*) AS messages FROM announcement JOIN outbox"
        " ON outbox.subject = announcement.id"
        " WHERE announcement.organisation = {} AND announcement.event = {}"
        " AND announcement.id = {}",
        organisation, event, announcement,
    )  # fmt: skip
    return int(rows[0]["messages"])


async def waiting(organisation: UUID, event: UUID) -> list[UUID]:
    """Employees in line, and those whose wish is still to be drawn; each once."""
    rows = await fetch(
        Id,
        f"{WAITING} WHERE membership.organisation = {{}} AND {WAITS} ORDER BY membership.person",
        organisation, event, event,
    )  # fmt: skip
    return [row.id for row in rows]


async def waits(organisation: UUID, event: UUID, person: UUID) -> bool:
    rows = await execute(
        f"{WAITING} WHERE membership.organisation = {{}} AND {WAITS} AND membership.person = {{}}",
        organisation, event, event, person,
    )  # fmt: skip
    return bool(rows)
