"""Telling those who asked for it that times are free."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath

from scheduler.domain import nudge
from scheduler.domain.errors import Conflict
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.page import Answer, AnyRequest, see_other
from scheduler.web.pages.plan.day import Booked, day_page


@post("/plan/{event_id:uuid}/nudge", guards=[access.signed_in_coordinator], include_in_schema=False)
async def tell(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    try:
        done = await nudge.tell(caller, event_id, now)
    except Conflict as error:
        return await day_page(request, event_id, caller, now, Booked(), error)
    return see_other(request, f"/plan/{event_id}?said=nudged&count={done.told}")


HANDLERS = [tell]
