"""The personal addresses in invitations."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch_one
from scheduler.storage.rows import PersonalLink


async def add(
    organisation: UUID, event: UUID, person: UUID, secret_hash: bytes, now: datetime
) -> None:
    await execute(
        "INSERT INTO personal_link (id, organisation, event, person, hash, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        new_id(), organisation, event, person, secret_hash, now,
    )  # fmt: skip


async def find(secret_hash: bytes) -> PersonalLink | None:
    """As long as its person is an employee of the organisation."""
    return await fetch_one(
        PersonalLink,
        "SELECT personal_link.organisation, personal_link.event, personal_link.person,"
        " known_as.name, personal_link.used_at, event.ends_at AS event_ends_at,"
        " EXISTS (SELECT 1 FROM membership AS other"
        "  WHERE other.organisation = personal_link.organisation"
        "  AND other.person = personal_link.person AND other.role <> 'employee') AS does_more"
        " FROM personal_link JOIN event ON event.id = personal_link.event JOIN known_as"
        " ON known_as.person = personal_link.person"
        " AND known_as.organisation = personal_link.organisation"
        " WHERE personal_link.hash = {} AND EXISTS (SELECT 1 FROM membership"
        "  WHERE membership.organisation = personal_link.organisation"
        "  AND membership.person = personal_link.person AND membership.role = 'employee')",
        secret_hash,
    )


async def use(secret_hash: bytes, now: datetime) -> bool:
    """Whether it is used now, for the first time."""
    rows = await execute(
        "UPDATE personal_link SET used_at = {} WHERE hash = {} AND used_at IS NULL RETURNING id",
        now, secret_hash,
    )  # fmt: skip
    return bool(rows)
