"""The start page."""

from litestar import get

from scheduler.web import access
from scheduler.web.access import Visiting
from scheduler.web.pages.page import Answer, AnyRequest, home, render, see_other


@get("/", guards=[access.visitor], include_in_schema=False)
async def show_landing(request: AnyRequest, guest: Visiting) -> Answer:
    if guest:
        return see_other(request, home(guest.roles))
    return render(request, "demo/playing.html" if request.app.state.demo else "landing.html")


HANDLERS = [show_landing]
