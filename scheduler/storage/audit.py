"""Who did what to which row; never what it said."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import Statement, fetch, together
from scheduler.storage.rows import Deed

LAST = UUID(int=2**128 - 1)


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


async def page(organisation: UUID, before: UUID | None, limit: int) -> list[Deed]:
    """The newest first. Ids sort by time."""
    return await fetch(
        Deed,
        "SELECT audit.id, audit.at, audit.action, audit.actor IS NOT NULL AS done_here,"
        ' doer.name AS "by", CASE WHEN booking.id IS NULL THEN whom.name END AS whom,'
        " event.date AS day, coalesce(audit.actor = booking.person OR audit.actor = audit.subject"
        "  AND NOT EXISTS (SELECT 1 FROM membership"
        "   WHERE membership.organisation = audit.organisation AND membership.person = audit.actor"
        "   AND membership.role IN ('admin', 'coordinator')), false) AS private"
        " FROM audit"
        " LEFT JOIN booking ON booking.id = audit.subject"
        "  AND booking.organisation = audit.organisation"
        " LEFT JOIN event ON event.id = audit.subject AND event.organisation = audit.organisation"
        " LEFT JOIN known_as AS doer ON doer.organisation = audit.organisation"
        "  AND doer.person = audit.actor"
        " LEFT JOIN known_as AS whom ON whom.organisation = audit.organisation"
        "  AND whom.person = audit.subject AND coalesce(audit.subject <> audit.actor, true)"
        " WHERE audit.organisation = {} AND audit.id < {} ORDER BY audit.id DESC LIMIT {}",
        organisation, before or LAST, limit,
    )  # fmt: skip
