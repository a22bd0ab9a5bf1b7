"""Browsers that are signed in."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute


async def add(
    organisation: UUID, person: UUID, secret_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    await execute(
        "INSERT INTO session (id, organisation, person, hash, created_at, expires_at)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        new_id(), organisation, person, secret_hash, now, expires_at,
    )  # fmt: skip


async def end(secret_hash: bytes) -> None:
    await execute("DELETE FROM session WHERE hash = {}", secret_hash)


async def end_all(person: UUID) -> None:
    """Of every organisation: the person is one."""
    await execute("DELETE FROM session WHERE person = {}", person)


async def forget(before: datetime) -> None:
    await execute("DELETE FROM session WHERE expires_at <= {}", before)
