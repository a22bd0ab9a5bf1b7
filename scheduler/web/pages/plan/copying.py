"""A copy of a day, with anything about it changed before it is made."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from scheduler.domain import event, membership, new_day, wallclock
from scheduler.domain.errors import Conflict, Invalid
from scheduler.domain.event import EventDetails
from scheduler.domain.plan import EventPlan
from scheduler.i18n import speaking
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, language, render, see_other
from scheduler.web.pages.plan.edit import Typed, advised_of, mend, rearrange, to_patch, whole


@get("/plan/{event_id:uuid}/copy", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_copy(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    day = await event.get(caller, event_id, now)
    today = wallclock.today(now, day.event.timezone)
    copied = await new_day.copy(caller, event_id, new_day.next_date(day.event.date, today))
    typed: Typed = msgspec.to_builtins(copied.plan)
    return await _page(request, day, caller, whole(typed | {"claims_open_at": ""}))


async def _page(
    request: AnyRequest, day: EventDetails, caller: Caller, typed: Typed, **more: Any
) -> Page:
    return render(
        request, "plan/copying.html", day=day, typed=typed,
        advised=await advised_of(caller, typed), staff=await membership.therapists(caller),
        zones=sorted(wallclock.ZONES), **{"focus": ""} | more,
    )  # fmt: skip


@post("/plan/{event_id:uuid}/copy", guards=[access.signed_in_coordinator], include_in_schema=False)
async def make(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    day = await event.get(caller, event_id, now)
    typed = whole(form.nest((await request.form()).multi_items()))
    with speaking(language(request)):
        focus = rearrange(typed) or await mend(caller, typed)
    if focus:
        return await _page(request, day, caller, typed, focus=focus)
    try:
        plan = msgspec.convert(to_patch(typed), EventPlan)
        made = await new_day.create(caller, plan, None, now, publish="draft" not in typed)
    except (Invalid, Conflict) as error:
        return await _page(request, day, caller, typed, refused=error)
    said = "drafted" if "draft" in typed else "created"
    return see_other(request, f"/plan/{made.event.id}?said={said}")


HANDLERS = [show_copy, make]
