"""Pages that hold a place until people can sign in."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from scheduler.web import access
from scheduler.web.pages.page import AnyRequest, render


@get("/", guards=[access.anyone], include_in_schema=False)
async def show_landing(request: AnyRequest) -> Template:
    return render(request, "landing.html")


@get("/bookings/{booking_id:uuid}", guards=[access.anyone], include_in_schema=False)
async def show_booking(request: AnyRequest, booking_id: FromPath[UUID]) -> Template:
    """Where our mails lead. The same for every id: it does not even say whether there is one."""
    return render(request, "booking.html", booking_id=booking_id)


HANDLERS = [show_landing, show_booking]
