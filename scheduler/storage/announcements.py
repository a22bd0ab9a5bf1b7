"""What coordinators tell those who are booked."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.database import execute, fetch_one
from scheduler.storage.rows import Announcement


async def add(announcement: Announcement, now: datetime) -> None:
    await execute(
        "INSERT INTO announcement (id, organisation, event, shift, author, text, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        announcement.id, announcement.organisation, announcement.event, announcement.shift,
        announcement.author, announcement.text, now,
    )  # fmt: skip


async def get(announcement: UUID) -> Announcement | None:
    """Of any organisation, for the message that is about to leave."""
    return await fetch_one(
        Announcement,
        "SELECT announcement.id, announcement.organisation, announcement.event,"
        " announcement.shift, announcement.author, known_as.name AS author_name,"
        " announcement.text FROM announcement JOIN known_as"
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
