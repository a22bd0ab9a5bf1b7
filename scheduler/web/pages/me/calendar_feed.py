"""One's own days in one's own calendar: the address is shown once, for only its hash is kept."""

from litestar import get, post
from litestar.response import Redirect

from scheduler.domain import feed
from scheduler.web import access, cookies
from scheduler.web.access import Asking, Now
from scheduler.web.pages.page import AnyRequest, Page, cookie, render, see_other


@get("/calendar-feed", guards=[access.signed_in_with_days], include_in_schema=False)
async def show_feed(request: AnyRequest, caller: Asking) -> Page:
    settings = request.app.state.settings
    secret = cookie(request, cookies.FEED)
    subscribed = await feed.is_subscribed(caller)
    address = f"{settings.base_url}/calendars/{secret}.ics" if secret and subscribed else ""
    page = render(request, "me/calendar_feed.html", address=address, subscribed=subscribed)
    if secret:
        page.set_cookie(cookies.no_feed(settings))
    return page


@post("/calendar-feed", guards=[access.signed_in_with_days], include_in_schema=False)
async def make_feed(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    shown = cookies.feed(request.app.state.settings, await feed.subscribe(caller, now))
    return see_other(request, "/calendar-feed?said=made", [shown])


@post("/calendar-feed/end", guards=[access.signed_in_with_days], include_in_schema=False)
async def end_feed(request: AnyRequest, caller: Asking) -> Redirect:
    await feed.unsubscribe(caller)
    gone = cookies.no_feed(request.app.state.settings)
    return see_other(request, "/calendar-feed?said=ended", [gone])


HANDLERS = [show_feed, make_feed, end_feed]
