"""What somebody says, on the page of their time, to where they were moved."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import booked, reseated
from scheduler.domain.errors import Conflict
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.employee.booked import at
from scheduler.web.pages.page import Answer, AnyRequest, see_other


class Refusal(Struct, frozen=True):
    wait: bool = False


@post(
    "/reseatings/{reseating_id:uuid}/acceptance",
    guards=[access.signed_in],
    include_in_schema=False,
)
async def keep(
    request: AnyRequest, reseating_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    asked = await reseated.get(caller, reseating_id)
    try:
        await reseated.keep(caller, reseating_id, now)
    except Conflict as refused:
        return at(request, await booked.look(caller, asked.booking, now), refused)
    return see_other(request, f"/bookings/{asked.booking}?said=kept")


@post(
    "/reseatings/{reseating_id:uuid}/refusal",
    guards=[access.signed_in],
    include_in_schema=False,
)
async def decline(
    request: AnyRequest, reseating_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    asked = await reseated.get(caller, reseating_id)
    wait = (await form.read(request, Refusal)).wait
    try:
        await reseated.decline(caller, reseating_id, now, wait=wait)
    except Conflict as refused:
        return at(request, await booked.look(caller, asked.booking, now), refused)
    said = "waiting" if wait else "given-back"
    return see_other(request, f"/bookings/{asked.booking}?said={said}")


HANDLERS = [keep, decline]
