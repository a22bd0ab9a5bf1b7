"""Moving one's time: the board once more, and the old time is kept until the new one is won."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Stream

from scheduler.domain import board, booked, booking, choice
from scheduler.domain.board import Board
from scheduler.domain.errors import Conflict, Invalid
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.employee.booked import at as own_page
from scheduler.web.pages.employee.stand import Chosen, Stand, Therapist, an_id, at, chosen_in, times
from scheduler.web.pages.page import Answer, AnyRequest, now_of, see_other
from scheduler.web.pages.stream import stream


def stand_of(own: UUID) -> Stand:
    return Stand(path=f"/bookings/{own}/move", action=f"/bookings/{own}/slot", is_move=True)


async def look(caller: Caller, own: UUID, therapist: UUID | None, now: Now) -> Board:
    found = await booking.get(caller, own)
    return await board.look(caller, found.event, therapist, now, moving=own)


@get("/bookings/{booking_id:uuid}/move", guards=[access.signed_in], include_in_schema=False)
async def show_move(
    request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now,
    therapist: Therapist = "", slot: Chosen = "",
) -> Answer:  # fmt: skip
    shown = await look(caller, booking_id, an_id(therapist), now)
    if shown.moving is None:  # its own page says why
        return see_other(request, f"/bookings/{booking_id}")
    return at(request, shown, stand_of(booking_id), chosen=an_id(slot))


@get("/bookings/{booking_id:uuid}/move/live", guards=[access.signed_in], include_in_schema=False)
async def watch_move(
    request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now,
    therapist: Therapist = "",
) -> Stream:  # fmt: skip
    async def draw() -> str:
        reader = request.scope["user"]
        shown = await look(reader, booking_id, an_id(therapist), now_of(request))
        return times(request, shown, stand_of(booking_id))

    shown = await look(caller, booking_id, None, now)
    return stream(request, shown.event.id, draw)


@post("/bookings/{booking_id:uuid}/slot", guards=[access.signed_in], include_in_schema=False)
async def move(request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    wanted = await chosen_in(request)
    try:
        await choice.move(caller, booking_id, wanted, now)
    except (Conflict, Invalid) as refused:
        shown = await look(caller, booking_id, wanted.therapist, now)
        if shown.moving is None:  # given back meanwhile, or too late: there is no board for that
            return own_page(request, await booked.look(caller, booking_id, now), refused)
        return at(request, shown, stand_of(booking_id), refused=refused, chosen=wanted.slot)
    return see_other(request, f"/bookings/{booking_id}?said=moved")


HANDLERS = [show_move, watch_move, move]
