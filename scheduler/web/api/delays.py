"""Running late, and keeping a time that it makes clash."""

from typing import Annotated
from uuid import UUID

from litestar import put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from scheduler.domain import delay, rating
from scheduler.domain.roster import RosterShift
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.bookings import BookingAnswer, to_answer
from scheduler.web.api.replies import WRITE


class Delay(Struct, frozen=True, forbid_unknown_fields=True):
    """How far behind the plan the chair is, in all; 0 is on time again."""

    minutes: Annotated[int, Meta(ge=0, le=delay.MOST_MINUTES)]


@put(
    "/shifts/{shift_id:uuid}/delay",
    guards=[access.therapist_or_coordinator],
    responses=WRITE,
    summary="Run late, or be on time again",
    tags=["The day"],
)
async def say_delay(
    shift_id: FromPath[UUID], data: JSONBody[Delay], caller: Asking, now: Now
) -> RosterShift:
    return (await delay.run_late(caller, shift_id, data.minutes, now)).shift


@put(
    "/bookings/{booking_id:uuid}/keeping",
    guards=[access.member],
    responses=WRITE,
    summary="Keep a time that a delay makes clash",
    tags=["Bookings"],
)
async def keep_booking(booking_id: FromPath[UUID], caller: Asking, now: Now) -> BookingAnswer:
    kept = await delay.keep(caller, booking_id, now)
    return to_answer(kept, caller, await rating.of_booking(kept))


HANDLERS = [say_delay, keep_booking]
