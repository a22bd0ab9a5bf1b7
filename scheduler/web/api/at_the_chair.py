"""Standing by for a time that opens at short notice, and sitting down in one that is free."""

from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from scheduler.domain import standby, walk_in
from scheduler.domain.roster import RosterEntry
from scheduler.domain.standby import OnStandby, Ready
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import CREATE, READ, WRITE, After, Answering, Limit, page


class WalkIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`standby` is the id of somebody on standby; null for somebody without an account."""

    standby: UUID | None = None


class ReadyPage(Struct, frozen=True):
    """By the time since when they stand by."""

    items: list[Ready]
    next: str | None


@post(
    "/events/{event_id:uuid}/standby",
    guards=[access.employee],
    responses=CREATE,
    summary="Say that you can come in ten minutes",
    tags=["The day"],
)
async def join_standby(
    event_id: FromPath[UUID], caller: Asking, once: Answering, now: Now
) -> Response[OnStandby]:
    async def act() -> OnStandby:
        return await standby.join(caller, event_id, now)

    return await once(act)


@delete(
    "/events/{event_id:uuid}/standby",
    guards=[access.employee],
    responses=WRITE,
    summary="Stand by no longer",
    tags=["The day"],
)
async def leave_standby(event_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await standby.leave(caller, event_id, now)


@get(
    "/events/{event_id:uuid}/standby",
    guards=[access.therapist_or_coordinator],
    responses=READ,
    summary="Who can come in ten minutes",
    tags=["The day"],
)
async def list_standby(
    event_id: FromPath[UUID], caller: Asking, limit: Limit = 50, after: After = None
) -> ReadyPage:
    part = page(await standby.ready(caller, event_id), lambda row: row.id, after, limit)
    return ReadyPage(part.items, part.next)


@post(
    "/slots/{slot_id:uuid}/walk-in",
    guards=[access.therapist_or_coordinator],
    responses=CREATE,
    summary="Let somebody take a free time who stands at the chair",
    tags=["The day"],
)
async def take_walk_in(
    slot_id: FromPath[UUID],
    caller: Asking,
    once: Answering,
    now: Now,
    data: JSONBody[WalkIn | None] = None,
) -> Response[RosterEntry]:
    async def act() -> RosterEntry:
        return await walk_in.take(caller, slot_id, data.standby if data else None, now)

    return await once(act)


HANDLERS = [join_standby, leave_standby, list_standby, take_walk_in]
