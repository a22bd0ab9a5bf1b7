""" "I can come in ten minutes", on the board of today."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath

from scheduler.domain import board, standby
from scheduler.domain.errors import Conflict
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.employee.board import on_board
from scheduler.web.pages.page import Answer, AnyRequest, see_other


@post("/days/{event_id:uuid}/standby", guards=[access.signed_in_employee], include_in_schema=False)
async def join(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    try:
        await standby.join(caller, event_id, now)
    except Conflict as refused:
        shown = await board.look(caller, event_id, None, now)
        return await on_board(request, shown, caller, now, refused=refused)
    return see_other(request, f"/days/{event_id}?said=standby")


@post(
    "/days/{event_id:uuid}/standby/end",
    guards=[access.signed_in_employee],
    include_in_schema=False,
)
async def leave(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    await standby.leave(caller, event_id, now)
    return see_other(request, f"/days/{event_id}?said=standby-over")


HANDLERS = [join, leave]
