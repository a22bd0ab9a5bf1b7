"""Where a coordinator begins: what needs a look, the days ahead, and those that were."""

from litestar import get

from scheduler.domain import attention
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.page import AnyRequest, Page, render


@get("/plan", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_home(request: AnyRequest, caller: Asking, now: Now) -> Page:
    return render(request, "plan/home.html", home=await attention.home(caller, now))


HANDLERS = [show_home]
