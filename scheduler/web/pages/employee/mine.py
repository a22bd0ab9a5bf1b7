"""All of one's times, and where an employee begins."""

from litestar import get
from litestar.response import Redirect

from scheduler.domain import mine
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.page import AnyRequest, Page, render, see_other


@get("/days", guards=[access.signed_in_employee], include_in_schema=False)
async def begin(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    """Where there is one day, and nothing taken yet, that is what somebody comes for."""
    day = (await mine.look(caller, now)).only
    return see_other(request, f"/days/{day}" if day else "/bookings")


@get("/bookings", guards=[access.signed_in_employee], include_in_schema=False)
async def show_mine(request: AnyRequest, caller: Asking, now: Now) -> Page:
    return render(request, "employee/my_times.html", mine=await mine.look(caller, now))


HANDLERS = [begin, show_mine]
