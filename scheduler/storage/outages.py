"""Outages. A shift is out because a row of this table without `ended_at` says so."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.database import execute, fetch_one
from scheduler.storage.outage_rows import Outage

SELECT = "SELECT id, organisation, event, shift, cause, reason, starts_at FROM outage"


async def of_shift(organisation: UUID, shift: UUID) -> Outage | None:
    return await fetch_one(
        Outage,
        f"{SELECT} WHERE organisation = {{}} AND shift = {{}} AND ended_at IS NULL",
        organisation, shift,
    )  # fmt: skip


async def add(outage: Outage, now: datetime) -> None:
    """The guards refuse it while the shift has slots at that time."""
    await execute(
        "INSERT INTO outage (id, organisation, event, shift, cause, reason, starts_at, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        outage.id, outage.organisation, outage.event, outage.shift, outage.cause, outage.reason,
        outage.starts_at, now,
    )  # fmt: skip


async def end(organisation: UUID, outage: UUID, now: datetime) -> None:
    await execute(
        "UPDATE outage SET ended_at = {}"
        " WHERE organisation = {} AND id = {} AND ended_at IS NULL",
        now, organisation, outage,
    )  # fmt: skip
