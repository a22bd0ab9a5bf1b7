"""The therapist's day, and calendar subscriptions."""

from datetime import date
from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from scheduler.domain import feed, roster
from scheduler.domain.roster import Roster
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import READ, WRITE, AnyRequest, problems

LocalDate = Annotated[date, QueryParameter(name="date", description="the local date of the days")]


class FeedAnswer(Struct, frozen=True):
    """The address holds the secret: whoever has it can read the feed."""

    url: str


@get(
    "/roster",
    guards=[access.therapist_or_coordinator],
    responses=READ,
    summary="Who comes when",
    tags=["The day"],
)
async def get_roster(caller: Asking, now: Now, day: LocalDate) -> Roster:
    return await roster.get(caller, day, now)


@post(
    "/calendar-feeds",
    guards=[access.therapist_or_employee],
    responses=WRITE,
    summary="Subscribe to your days",
    tags=["The day"],
)
async def create_feed(request: AnyRequest, caller: Asking, now: Now) -> FeedAnswer:
    base_url = request.app.state.settings.base_url
    return FeedAnswer(f"{base_url}/calendars/{await feed.subscribe(caller, now)}.ics")


@delete(
    "/calendar-feeds",
    guards=[access.therapist_or_employee],
    responses=WRITE,
    summary="End the subscription",
    tags=["The day"],
)
async def delete_feed(caller: Asking) -> None:
    await feed.unsubscribe(caller)


@get(
    "/calendars/{name:str}",
    guards=[access.anyone],
    responses=problems(400, 404),
    summary="A calendar subscription",
    tags=["The day"],
    media_type="text/calendar",
)
async def get_calendar(name: FromPath[str], now: Now) -> bytes:
    return await feed.calendar(name.removesuffix(".ics"), now)


HANDLERS = [get_roster, create_feed, delete_feed]
