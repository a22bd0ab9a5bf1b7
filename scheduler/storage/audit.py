"""Who did what to which row; never what it said."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import Statement, together


def entry(
    organisation: UUID, actor: UUID | None, action: str, subject: UUID, now: datetime
) -> Statement:
    return Statement(
        "INSERT INTO audit (id, organisation, at, actor, action, subject)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        (new_id(), organisation, now, actor, action, subject),
    )


async def record(
    organisation: UUID, actor: UUID | None, action: str, subject: UUID, now: datetime
) -> None:
    await together(entry(organisation, actor, action, subject, now))
