"""Secret calendar subscriptions."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch_one
from scheduler.storage.rows import Feed


async def replace(organisation: UUID, person: UUID, secret_hash: bytes, now: datetime) -> None:
    await execute(
        "INSERT INTO calendar_feed (id, organisation, person, hash, created_at)"
        " VALUES ({}, {}, {}, {}, {}) ON CONFLICT (organisation, person)"
        " DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at",
        new_id(), organisation, person, secret_hash, now,
    )  # fmt: skip


async def revoke(organisation: UUID, person: UUID) -> None:
    await execute(
        "DELETE FROM calendar_feed WHERE organisation = {} AND person = {}", organisation, person
    )


async def exists(organisation: UUID, person: UUID) -> bool:
    rows = await execute(
        "SELECT 1 AS feed FROM calendar_feed WHERE organisation = {} AND person = {}",
        organisation, person,
    )  # fmt: skip
    return bool(rows)


async def find(secret_hash: bytes) -> Feed | None:
    """The owner, as long as they belong to the organisation."""
    return await fetch_one(
        Feed,
        "SELECT organisation, person, language FROM calendar_feed"
        " JOIN person ON person.id = calendar_feed.person WHERE hash = {} AND EXISTS"
        " (SELECT 1 FROM membership WHERE membership.organisation = calendar_feed.organisation"
        " AND membership.person = calendar_feed.person)",
        secret_hash,
    )
