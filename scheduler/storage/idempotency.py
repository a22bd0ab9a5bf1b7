"""What a key's first request was answered."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import astuple

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch_one
from scheduler.storage.rows import Id, StoredAnswer


class Claimed(Struct, frozen=True):
    """Whose key it is, and for which request."""

    organisation: UUID
    person: UUID
    key: str
    route: str
    fingerprint: bytes


async def find(claimed: Claimed, not_before: datetime) -> StoredAnswer | None:
    return await fetch_one(
        StoredAnswer,
        "SELECT route, fingerprint, status, answer, created_at FROM idempotency_key"
        " WHERE organisation = {} AND person = {} AND key = {} AND created_at > {}",
        claimed.organisation, claimed.person, claimed.key, not_before,
    )  # fmt: skip


async def reserve(claimed: Claimed, now: datetime, not_before: datetime) -> UUID | None:
    """Takes a key that is new or outlived. None when a rival has just taken it."""
    taken = await fetch_one(
        Id,
        "INSERT INTO idempotency_key (id, organisation, person, key, route, fingerprint,"
        " created_at) VALUES ({}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (organisation, person, key) DO UPDATE SET id = excluded.id,"
        " route = excluded.route, fingerprint = excluded.fingerprint,"
        " created_at = excluded.created_at, status = NULL, answer = NULL"
        " WHERE idempotency_key.created_at <= {} RETURNING id",
        new_id(), *astuple(claimed), now, not_before,
    )  # fmt: skip
    return taken.id if taken else None


async def answer(row: UUID, status: int, body: bytes) -> None:
    await execute(
        "UPDATE idempotency_key SET status = {}, answer = {} WHERE id = {}", status, body, row
    )


async def forget(before: datetime) -> None:
    await execute("DELETE FROM idempotency_key WHERE created_at <= {}", before)
