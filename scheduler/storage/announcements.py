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
