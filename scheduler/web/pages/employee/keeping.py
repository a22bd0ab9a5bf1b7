"""Keeping a time that a delay makes clash. Moving it and giving it back are as ever."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath

from scheduler.domain import booked, delay
from scheduler.domain.errors import Conflict
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.employee.booked import at
from scheduler.web.pages.page import Answer, AnyRequest, see_other


@post("/bookings/{booking_id:uuid}/keeping", guards=[access.signed_in], include_in_schema=False)
async def keep(request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    shown = await booked.look(caller, booking_id, now)
    try:
        await delay.keep(caller, booking_id, now)
    except Conflict as refused:
        return at(request, shown, refused)
    return see_other(request, f"/bookings/{booking_id}?said=kept")


HANDLERS = [keep]
