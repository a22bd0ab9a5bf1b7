"""Drawing the times of a day: announced, moved, taken back, and how it came out."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import event, opening_draw, wallclock
from scheduler.domain.draw import commitment
from scheduler.domain.errors import Conflict, DomainError, FieldError, Invalid
from scheduler.i18n import words
from scheduler.storage.draw_rows import Draw
from scheduler.storage.rows import Caller, Event
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

NOON = time(12)


class Moment(Struct, frozen=True):
    """A wall-clock moment, as browsers write it."""

    wishes_close_at: str = ""


def to_instant(sent: Moment, zone: str) -> datetime:
    try:
        return wallclock.read(sent.wishes_close_at, zone)
    except ValueError as error:
        raise Invalid(FieldError("wishes_close_at", words(error))) from None


def suggested(day: Event, announced: Draw | None, now: datetime) -> str:
    """As it stands, or at noon two days before."""
    closes = announced.wishes_close_at if announced else _noon(day.date, day.timezone)
    local = wallclock.to_local(closes, day.timezone)
    return f"{local:%Y-%m-%dT%H:%M}" if announced or closes > now else ""


def _noon(day: date, zone: str) -> datetime:
    return wallclock.to_instant(day - timedelta(days=2), NOON, zone)


@get("/plan/{event_id:uuid}/draw", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_draw(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    return await _draw_page(request, event_id, caller, now)


async def _draw_page(
    request: AnyRequest, event_id: UUID, caller: Caller, now: Now, typed: str | None = None,
    refused: DomainError | None = None,
) -> Page:  # fmt: skip
    day = await event.get(caller, event_id, now)
    announced = await opening_draw.find(caller, event_id)
    typed = suggested(day.event, announced, now) if typed is None else typed
    return render(
        request, "plan/draw.html", refused=refused, day=day, announced=announced, typed=typed,
        commitment=commitment(announced.seed) if announced else "",
        announceable=opening_draw.is_announceable(day.event, announced, now),
        result=opening_draw.result(announced) if announced else None,
    )  # fmt: skip


@post("/plan/{event_id:uuid}/draw", guards=[access.signed_in_coordinator], include_in_schema=False)
async def announce(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    day, sent = await event.get(caller, event_id, now), await form.read(request, Moment)
    try:
        closes = to_instant(sent, day.event.timezone)
        await opening_draw.announce(caller, event_id, closes, now)
    except (Conflict, Invalid) as error:
        return await _draw_page(request, event_id, caller, now, sent.wishes_close_at, error)
    return see_other(request, f"/plan/{event_id}/draw?said=announced")


@post(
    "/plan/{event_id:uuid}/draw/withdrawal",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def take_back(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    try:
        await opening_draw.take_back(caller, event_id, now)
    except Conflict as error:
        return await _draw_page(request, event_id, caller, now, refused=error)
    return see_other(request, f"/plan/{event_id}/draw?said=taken-back")


HANDLERS = [show_draw, announce, take_back]
