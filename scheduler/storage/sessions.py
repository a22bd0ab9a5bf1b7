"""Browsers that are signed in."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute


async def add(
    organisation: UUID, person: UUID, secret_hash: bytes, now: datetime, expires_at: datetime,
    *, proven: bool,
) -> None:  # fmt: skip
    await execute(
        "INSERT INTO session (id, organisation, person, hash, created_at, expires_at, proven)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        new_id(), organisation, person, secret_hash, now, expires_at, proven,
    )  # fmt: skip


async def is_proven(secret_hash: bytes) -> bool:
    rows = await execute("SELECT proven FROM session WHERE hash = {}", secret_hash)
    return bool(rows and rows[0]["proven"])


async def count(person: UUID, now: datetime) -> int:
    """Of every organisation, as `end_all` ends them."""
    rows = await execute(
        "SELECT count(*) AS browsers FROM session WHERE person = {} AND expires_at > {}",
        person, now,
    )  # fmt: skip
    return int(rows[0]["browsers"])


async def end(secret_hash: bytes) -> None:
    await execute("DELETE FROM session WHERE hash = {}", secret_hash)


async def end_all(person: UUID) -> None:
    """Of every organisation: the person is one."""
    await execute("DELETE FROM session WHERE person = {}", person)


async def forget(before: datetime) -> None:
    await execute("DELETE FROM session WHERE expires_at <= {}", before)
