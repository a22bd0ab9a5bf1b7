"""One click that puts a day right by the organisation's rules for its therapists."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import remedy
from scheduler.domain.advice import Code
from scheduler.domain.errors import Conflict, Invalid, TouchesBookings
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, see_other
from scheduler.web.pages.plan import edit
from scheduler.web.pages.plan.day import Booked, day_page


class Chosen(Struct, frozen=True):
    """As the advice names it."""

    code: Code
    shift: UUID | None = None


@post(
    "/plan/{event_id:uuid}/remedies", guards=[access.signed_in_coordinator], include_in_schema=False
)
async def apply(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    chosen = await form.read(request, Chosen)
    try:
        await remedy.apply(caller, event_id, chosen.code, chosen.shift, now, confirm=False)
    except TouchesBookings:
        patch = await remedy.proposed(caller, event_id, chosen.code, chosen.shift)
        return await edit.ask(request, event_id, caller, patch, now)
    except (Invalid, Conflict) as error:
        return await day_page(request, event_id, caller, now, Booked(), error)
    return see_other(request, f"/plan/{event_id}?said=changed")


HANDLERS = [apply]
