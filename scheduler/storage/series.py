"""The days that were made of one another."""

from collections.abc import Sequence
from uuid import UUID

from scheduler.storage.database import execute, fetch
from scheduler.storage.events import COLUMNS
from scheduler.storage.rows import Event
from scheduler.storage.scope import Scope


async def join(organisation: UUID, events: Sequence[UUID], series: UUID) -> None:
    marks = ", ".join("{}" for _ in events)
    await execute(
        f"UPDATE event SET series = {{}} WHERE organisation = {{}} AND id IN ({marks})",
        series, organisation, *events,
    )  # fmt: skip


async def days(scope: Scope, series: UUID) -> list[Event]:
    """By date."""
    return await fetch(
        Event,
        f"SELECT {COLUMNS} FROM event WHERE {scope.sql} AND event.series = {{}}"
        " ORDER BY event.date, event.id",
        *scope.values, series,
    )  # fmt: skip
