"""The day at the chair. What can be marked is decided in domain/chair.py and attendance.py."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from scheduler.domain import attendance, chair, organisation, roster, standby, wallclock
from scheduler.domain.attendance import Attendance
from scheduler.domain.chair import Chair, Line
from scheduler.domain.errors import (
    AlreadyBooked,
    AttendanceClosed,
    BookingCancelled,
    Conflict,
    DomainError,
    EventFinished,
    NotYet,
    OverlapsOwnBooking,
    SlotPast,
    SlotTaken,
)
from scheduler.domain.roster import Roster
from scheduler.domain.walk_in import StandbyOver
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form, wishes
from scheduler.web.pages.page import (
    NO_SNIFFING,
    WEB,
    AnyRequest,
    Page,
    render,
    see_other,
)
from scheduler.web.pages.therapist import late

WORKER = WEB / "static" / "roster-worker-1.js"
REFUSALS: dict[str, DomainError] = {
    kind.code: kind()
    for kind in (
        NotYet, AttendanceClosed, BookingCancelled, SlotTaken, SlotPast, StandbyOver, AlreadyBooked,
        OverlapsOwnBooking, EventFinished,
    )
}  # fmt: skip


class Mark(Struct, frozen=True):
    status: Attendance


class Told(Struct, frozen=True, kw_only=True):
    """What the address says has just happened to a booking, as far as it is still so.

    `kept` is a mark that was not made, because its sender had to sign in first. `sat_down`: it is
    of a walk-in.
    """

    line: Line | None
    done: Attendance | None = None
    undo: Attendance | None = None
    kept: Attendance | None = None
    refused: DomainError | None = None
    sat_down: bool = False


@get("/roster", guards=[access.signed_in_therapist], include_in_schema=False)
async def show_opening(request: AnyRequest, caller: Asking, now: Now) -> Page:
    """Today itself, and no way there: a worker keeps what is found under this address."""
    return await _show(request, caller, await roster.opening(caller, now), now)


@get("/roster/{day:date}", guards=[access.signed_in_therapist], include_in_schema=False)
async def show_day(request: AnyRequest, caller: Asking, day: FromPath[date], now: Now) -> Page:
    return await _show(request, caller, day, now)


@post(
    "/bookings/{booking_id:uuid}/attendance",
    guards=[access.signed_in_therapist],
    include_in_schema=False,
)
async def mark(
    request: AnyRequest, caller: Asking, booking_id: FromPath[UUID], now: Now
) -> Redirect:
    sent = await form.read(request, Mark)
    try:
        marked = await attendance.mark(caller, booking_id, sent.status, now)
    except Conflict as error:
        page = access.came_from(request).partition("?")[0]
        return back(request, page, refused=error.code, booking=booking_id)
    return back(
        request, f"/roster/{marked.day}", said=sent.status, booking=booking_id, was=marked.was
    )


def back(request: AnyRequest, page: str, **told: object) -> Redirect:
    on_roster = page if page.startswith("/roster") else "/roster"
    return see_other(request, f"{on_roster}?{urlencode(told)}")


@get("/roster/worker.js", guards=[access.anyone], include_in_schema=False)
async def get_worker(request: AnyRequest) -> Response[bytes]:
    """Below the pages that it is for: a worker elsewhere may not look after them."""
    root = urlsplit(request.app.state.settings.base_url).path
    headers = NO_SNIFFING | {
        "Service-Worker-Allowed": f"{root}/roster",
        "Cache-Control": "no-cache",
    }
    return Response(WORKER.read_bytes(), media_type="text/javascript", headers=headers)


async def _show(request: AnyRequest, caller: Caller, day: date, now: datetime) -> Page:
    found = await roster.get(caller, day, now)
    chairs = [chair.look(shifts, now) for shifts in chair.by_therapist(found.shifts, caller.id)]
    home = await organisation.of(caller)
    facts: dict[str, Any] = {
        "day": day,
        "chairs": chairs,
        "company": home.name,
        "around": await roster.around(caller, day),
        "elsewhere": await roster.elsewhere(caller),
        "told": _told(request, chairs),
        "late": late.said(request, found.shifts),
        "wishes": wishes.spoken,
        "ready": {event: await standby.ready(caller, event) for event in _events(found)},
        "zone": found.shifts[0].timezone if found.shifts else home.timezone,
    }
    return render(request, "therapist/roster.html", **facts, **_today(found, facts["zone"], now))


def _events(found: Roster) -> set[UUID]:
    return {shift.event_id for shift in found.shifts}


def _today(found: Roster, zone: str, now: datetime) -> dict[str, Any]:
    """`until`: as long as it is today, a device may keep the page for times without connection."""
    is_today = found.date == wallclock.today(now, zone)
    until = wallclock.whole_day(found.date, zone)[1] if is_today and found.shifts else None
    return {"is_today": is_today, "until": until, "hour": wallclock.to_local(now, zone).hour}


def _told(request: AnyRequest, chairs: Sequence[Chair]) -> Told:
    told = {name: values[-1] for name, values in request.query_params.dict().items()}
    line = _line(chairs, told.get("booking", ""))
    status = line.entry.booking.status if line and line.entry.booking else None
    done, was, kept = (_status(told.get(name, "")) for name in ("said", "was", "status"))
    return Told(
        line=line,
        done=done if done and done == status and not kept else None,
        undo=(was if was and was != status else Attendance.CONFIRMED) if done else None,
        kept=kept if line and kept in line.marks else None,
        refused=REFUSALS.get(told.get("refused", "")),
        sat_down=bool(line) and told.get("said") == "walk-in",
    )


def _line(chairs: Sequence[Chair], booking: str) -> Line | None:
    lines = (line for one in chairs for line in one.lines if line.entry.booking)
    return next(
        (line for line in lines if line.entry.booking and str(line.entry.booking.id) == booking),
        None,
    )


def _status(text: str) -> Attendance | None:
    return Attendance(text) if text in set(Attendance) else None


HANDLERS = [show_opening, show_day, mark, get_worker]
