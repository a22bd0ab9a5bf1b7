"""Booking, moving and giving back on somebody's behalf. They are told each time."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import booking, event, roster
from scheduler.domain.errors import (
    AlreadyBooked,
    Conflict,
    DomainError,
    FieldError,
    Invalid,
    NotFound,
    OverlapsOwnBooking,
)
from scheduler.domain.roster import RosterEntry, RosterShift
from scheduler.domain.walk_in import is_guest
from scheduler.i18n import say
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other
from scheduler.web.pages.plan.day import Booked, day_page

# What is said to whoever books for themselves would be about the wrong person here.
ABOUT_THEM: dict[type[DomainError], str] = {
    AlreadyBooked: say("They have all the times that one person may have on this day."),
    OverlapsOwnBooking: say("They have another massage at that time."),
}
NO_TIME = say("Choose a time.")


class Wanted(Struct, frozen=True):
    slot: str = ""


@post(
    "/plan/{event_id:uuid}/bookings",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def book(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    sent = await form.read(request, Booked)
    try:
        await booking.claim_for(caller, _slot(sent.slot), sent.person, now)
    except (Invalid, Conflict) as error:
        return await day_page(request, event_id, caller, now, sent, about_them(error))
    return see_other(request, f"/plan/{event_id}?said=booked")


def _slot(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError:
        raise Invalid(FieldError("slot", NO_TIME)) from None


def about_them(error: DomainError) -> DomainError:
    said = ABOUT_THEM.get(type(error))
    return Invalid(FieldError("person", said)) if said else error


@get(
    "/plan/{event_id:uuid}/bookings/{booking_id:uuid}",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def show_booking(
    request: AnyRequest, event_id: FromPath[UUID], booking_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Page:  # fmt: skip
    return await _booking_page(request, event_id, booking_id, caller, now)


async def _booking_page(
    request: AnyRequest, event_id: UUID, booking_id: UUID, caller: Caller, now: Now,
    refused: DomainError | None = None,
) -> Page:  # fmt: skip
    day = await event.get(caller, event_id, now)
    shifts = await roster.of_event(caller, event_id, now)
    shift, entry = _found(shifts, booking_id)
    return render(
        request, "plan/booking.html", refused=refused, day=day, shifts=shifts, shift=shift,
        entry=entry, is_guest=is_guest,
    )  # fmt: skip


def _found(shifts: list[RosterShift], booking_id: UUID) -> tuple[RosterShift, RosterEntry]:
    for shift in shifts:
        for entry in shift.entries:
            if entry.booking and entry.booking.id == booking_id:
                return shift, entry
    raise NotFound


@post(
    "/plan/{event_id:uuid}/bookings/{booking_id:uuid}/slot",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def move(
    request: AnyRequest, event_id: FromPath[UUID], booking_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Answer:  # fmt: skip
    try:
        slot = _slot((await form.read(request, Wanted)).slot)
        await booking.move(caller, booking_id, slot, now)
    except (Invalid, Conflict) as error:
        return await _booking_page(request, event_id, booking_id, caller, now, about_them(error))
    return see_other(request, f"/plan/{event_id}?said=moved")


@post(
    "/plan/{event_id:uuid}/bookings/{booking_id:uuid}/cancellation",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def give_back(
    request: AnyRequest, event_id: FromPath[UUID], booking_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Answer:  # fmt: skip
    try:
        await booking.cancel(caller, booking_id, now)
    except Conflict as error:
        return await _booking_page(request, event_id, booking_id, caller, now, error)
    return see_other(request, f"/plan/{event_id}?said=given-back")


HANDLERS = [book, show_booking, move, give_back]
