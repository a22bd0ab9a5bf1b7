"""The board of a day, for whoever is signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import structs

from scheduler.domain import board, choice, mail_choice, standby
from scheduler.domain.board import Board
from scheduler.domain.errors import Conflict, Invalid
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.employee.stand import Chosen, Stand, Therapist, an_id, at, chosen_in, times
from scheduler.web.pages.page import Answer, AnyRequest, Page, now_of, see_other
from scheduler.web.pages.stream import stream


def stand_of(event: UUID) -> Stand:
    path = f"/days/{event}"
    return Stand(path=path, action=f"{path}/booking", wait=f"{path}/waitlist")


@get("/days/{event_id:uuid}", guards=[access.signed_in_employee], include_in_schema=False)
async def show_board(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now,
    therapist: Therapist = "", slot: Chosen = "",
) -> Page:  # fmt: skip
    shown = await board.look(caller, event_id, an_id(therapist), now)
    return await on_board(request, shown, caller, now, chosen=an_id(slot))


async def on_board(
    request: AnyRequest, shown: Board, caller: Caller, now: datetime, **more: Any
) -> Page:
    """As who they are: with what they can do at short notice."""
    more["standby"] = await standby.look(caller, shown.event, len(shown.own), now)
    return at(request, shown, stand_for(shown), **more)


def stand_for(shown: Board) -> Stand:
    """Where a choice moves what one has, it is sent there."""
    stand = stand_of(shown.event.id)
    if not shown.moving:
        return stand
    return structs.replace(stand, action=f"/bookings/{shown.moving.id}/slot")


@get("/days/{event_id:uuid}/live", guards=[access.signed_in_employee], include_in_schema=False)
async def watch_board(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now,
    therapist: Therapist = "",
) -> Stream:  # fmt: skip
    async def draw() -> str:
        shown = await board.look(request.scope["user"], event_id, an_id(therapist), now_of(request))
        return times(request, shown, stand_for(shown))

    await board.look(caller, event_id, None, now)
    return stream(request, event_id, draw)


@post("/days/{event_id:uuid}/booking", guards=[access.signed_in_employee], include_in_schema=False)
async def claim(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    wanted = await chosen_in(request)
    try:
        booked = await choice.claim(caller, event_id, wanted, now)
    except (Conflict, Invalid) as refused:
        shown = await board.look(caller, event_id, wanted.therapist, now)
        return await on_board(request, shown, caller, now, refused=refused, chosen=wanted.slot)
    return see_other(request, f"/bookings/{booked.id}?said=booked")


@post("/days/{event_id:uuid}/nudges", guards=[access.signed_in_employee], include_in_schema=False)
async def ask_for_nudges(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    """On whichever day's board: it is for all days."""
    await board.look(caller, event_id, None, now)
    await mail_choice.ask_for_nudges(caller, now)
    return see_other(request, f"/days/{event_id}?said=asked")


HANDLERS = [show_board, watch_board, claim, ask_for_nudges]
