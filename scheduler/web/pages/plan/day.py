"""A coordinator's day: how it fills, who has which time, its link; published, cancelled."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from msgspec import Struct

from scheduler.domain import (
    board,
    demand,
    event,
    nudge,
    occupancy,
    opening_draw,
    person,
    roster,
    waitlist,
    wallclock,
)
from scheduler.domain.errors import Conflict, DomainError, Invalid
from scheduler.domain.person import Role
from scheduler.domain.walk_in import is_guest
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.employee.shared_link import shared_address
from scheduler.web.pages.page import Answer, AnyRequest, Page, fragment, now_of, render, see_other
from scheduler.web.pages.plan import advised
from scheduler.web.pages.stream import stream
from scheduler.web.pages.therapist import late

MOST_SUGGESTED = 300  # colleagues that a page carries along to choose from


class Booked(Struct, frozen=True):
    """For whom, and which time."""

    person: str = ""
    slot: str = ""


class Reason(Struct, frozen=True):
    reason: str = ""


@get("/plan/{event_id:uuid}", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_day(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now,
    slot: FromQuery[str] = "", person: FromQuery[str] = "",
) -> Page:  # fmt: skip
    return await day_page(request, event_id, caller, now, Booked(person, slot))


async def day_page(
    request: AnyRequest, event_id: UUID, caller: Caller, now: Now, sent: Booked,
    refused: DomainError | None = None,
) -> Page:  # fmt: skip
    version = (await board.versions([event_id], now)).get(event_id, "")
    filling = await _filling(caller, event_id, now)
    return render(
        request, "plan/day.html", refused=refused, sent=sent,
        late=late.said(request, filling["shifts"]),
        today=wallclock.today(now, filling["day"].event.timezone),
        version=version,
        colleagues=await colleagues(caller),
        advised=await advised.of_day(caller, event_id),
        link=shared_address(request, event_id),
        announced=await opening_draw.find(caller, event_id),
        left=await nudge.look(caller, event_id, now),
        **filling,
    )  # fmt: skip


async def _filling(caller: Caller, event_id: UUID, now: Now) -> dict[str, Any]:
    """What changes while somebody looks."""
    return {
        "day": await event.get(caller, event_id, now),
        "shifts": await roster.of_event(caller, event_id, now),
        "hours": await occupancy.of_event(caller, event_id, now),
        "waiting": await waitlist.listed(caller, event_id, now),
        "demand": await demand.of_event(caller, event_id, now),
        "is_guest": is_guest,
    }


@get("/plan/{event_id:uuid}/live", guards=[access.signed_in_coordinator], include_in_schema=False)
async def watch_day(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Stream:
    async def draw() -> str:
        facts = await _filling(request.scope["user"], event_id, now_of(request))
        return fragment(request, "plan/_filling.html", **facts)

    await event.get(caller, event_id, now)
    return stream(request, event_id, draw)


async def colleagues(caller: Caller) -> list[str]:
    """Addresses to choose from; none where they are too many for a page."""
    found = [one.email for one in await person.listed(caller) if Role.EMPLOYEE in one.roles]
    return found if len(found) <= MOST_SUGGESTED else []


@post(
    "/plan/{event_id:uuid}/publication",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def publish(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    try:
        await event.publish(caller, event_id, now)
    except Conflict as error:
        return await day_page(request, event_id, caller, now, Booked(), error)
    return see_other(request, f"/plan/{event_id}?said=published")


@get(
    "/plan/{event_id:uuid}/cancellation",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def show_cancellation(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    return await _cancellation_page(request, event_id, caller, now, "")


async def _cancellation_page(
    request: AnyRequest, event_id: UUID, caller: Caller, now: Now, reason: str,
    refused: DomainError | None = None,
) -> Answer:  # fmt: skip
    day = await event.get(caller, event_id, now)
    if day.status in {event.Status.CANCELLED, event.Status.FINISHED}:
        return see_other(request, f"/plan/{event_id}")
    told = await event.count_to_come(caller, event_id, now)
    return render(request, "plan/cancel.html", refused=refused, day=day, told=told, reason=reason)


@post(
    "/plan/{event_id:uuid}/cancellation",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def cancel(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    reason = (await form.read(request, Reason)).reason
    try:
        await event.cancel(caller, event_id, reason, now)
    except (Invalid, Conflict) as error:
        return await _cancellation_page(request, event_id, caller, now, reason, error)
    return see_other(request, f"/plan/{event_id}?said=cancelled")


HANDLERS = [show_day, watch_day, publish, show_cancellation, cancel]
