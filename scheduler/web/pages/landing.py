"""The start page."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from scheduler.web import access
from scheduler.web.access import Visiting
from scheduler.web.pages.page import AnyRequest, Page, home, render, see_other


@get("/", guards=[access.visitor], include_in_schema=False)
async def show_landing(request: AnyRequest, guest: Visiting) -> Page | Redirect:
    if guest:
        return see_other(request, home(guest.roles))
    return render(request, "playing.html" if request.app.state.demo else "landing.html")


@get("/bookings/{booking_id:uuid}", guards=[access.anyone], include_in_schema=False)
async def show_booking(request: AnyRequest, booking_id: FromPath[UUID]) -> Page:
    """Where our mails lead. The same for every id: it does not even say whether there is one."""
    return render(request, "booking.html", booking_id=booking_id)


HANDLERS = [show_landing, show_booking]
