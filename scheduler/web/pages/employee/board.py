"""The board of a day, for whoever is signed in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Stream
from msgspec import Struct

from scheduler.domain import board, choice
from scheduler.domain.board import Board
from scheduler.domain.choice import Choice
from scheduler.domain.errors import Conflict, Invalid
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import AnyRequest, Page, fragment, render, see_other
from scheduler.web.pages.stream import stream

Therapist = Annotated[str, QueryParameter(name="therapist")]
Chosen = Annotated[str, QueryParameter(name="slot")]


class Stand(Struct, frozen=True, kw_only=True):
    """Where a board is shown: its address, and where a choice is sent. `name` is whom a personal
    link is for, `others` where everybody else goes, and `email` what a guest has typed.
    """

    path: str
    action: str
    is_move: bool = False
    name: str = ""
    by_link: bool = False
    email: str = ""
    others: str = ""


def at(request: AnyRequest, shown: Board, stand: Stand, **more: Any) -> Page:
    """The page; `chosen` is the slot that stays chosen."""
    facts = {"chosen": None, "refused": None} | more
    return render(request, "employee/board.html", board=shown, stand=stand, **facts)


def times(request: AnyRequest, shown: Board, stand: Stand) -> str:
    """What changes on it while somebody looks."""
    return fragment(request, "employee/_times.html", board=shown, stand=stand, chosen=None)


def an_id(text: str) -> UUID | None:
    """Of an address that anybody may have written."""
    try:
        return UUID(text)
    except ValueError:
        return None


def stand_of(event: UUID) -> Stand:
    return Stand(path=f"/days/{event}", action=f"/days/{event}/booking")


@get("/days/{event_id:uuid}", guards=[access.signed_in_employee], include_in_schema=False)
async def show_board(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now,
    therapist: Therapist = "", slot: Chosen = "",
) -> Page:  # fmt: skip
    shown = await board.look(caller, event_id, an_id(therapist), now)
    return at(request, shown, stand_for(shown), chosen=an_id(slot))


def stand_for(shown: Board) -> Stand:
    """Where a choice moves what one has, it is sent there."""
    stand = stand_of(shown.event.id)
    if not shown.moving:
        return stand
    return Stand(path=stand.path, action=f"/bookings/{shown.moving.id}/slot")


@get("/days/{event_id:uuid}/live", guards=[access.signed_in_employee], include_in_schema=False)
async def watch_board(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now,
    therapist: Therapist = "",
) -> Stream:  # fmt: skip
    async def draw(_version: str) -> str:
        shown = await board.look(request.scope["user"], event_id, an_id(therapist), now_of(request))
        return times(request, shown, stand_for(shown))

    await board.look(caller, event_id, None, now)
    return stream(request, event_id, draw)


def now_of(request: AnyRequest) -> datetime:
    instant: datetime = request.app.state.clock()
    return instant


@post("/days/{event_id:uuid}/booking", guards=[access.signed_in_employee], include_in_schema=False)
async def claim(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page | Redirect:
    wanted = await chosen_in(request)
    try:
        booked = await choice.claim(caller, event_id, wanted, now)
    except (Conflict, Invalid) as refused:
        shown = await board.look(caller, event_id, wanted.therapist, now)
        return at(request, shown, stand_for(shown), refused=refused, chosen=wanted.slot)
    return see_other(request, f"/bookings/{booked.id}?said=booked")


async def chosen_in(request: AnyRequest) -> Choice:
    """What is no id was chosen by nobody."""
    sent = await form.read(request, Sent)
    return Choice(slot=an_id(sent.slot), therapist=an_id(sent.therapist))


class Sent(Struct, frozen=True):
    slot: str = ""
    therapist: str = ""


HANDLERS = [show_board, watch_board, claim]
