"""How a board is shown, by whichever address, and what a choice on it is sent as."""

from typing import Annotated, Any
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Struct

from scheduler.domain.board import Board, Mode
from scheduler.domain.choice import Choice
from scheduler.web.pages import form
from scheduler.web.pages.employee.wish_form import WishForm, choices, own
from scheduler.web.pages.page import AnyRequest, Page, fragment, render

Therapist = Annotated[str, QueryParameter(name="therapist")]
Chosen = Annotated[str, QueryParameter(name="slot")]


class Sent(Struct, frozen=True):
    slot: str = ""
    therapist: str = ""


class Stand(Struct, frozen=True, kw_only=True):
    """Where a board is shown: its address, and where a choice is sent, or that one will `wait`.
    `name` is whom a personal link is for, `others` where everybody else goes, and `email` what a
    guest has typed.
    """

    path: str
    action: str
    wait: str = ""
    is_move: bool = False
    name: str = ""
    by_link: bool = False
    email: str = ""
    others: str = ""


def at(request: AnyRequest, shown: Board, stand: Stand, **more: Any) -> Page:
    """The page; `chosen` is the slot that stays chosen, `wanted` the wish that was typed."""
    facts = {"chosen": None, "refused": None, "address": "", "standby": None} | more
    wanted = facts.pop("wanted", None) or _kept(request, shown) or own(shown)
    facts |= {"wanted": wanted, "choices": choices(shown, wanted)}
    return render(request, "employee/board.html", board=shown, stand=stand, **facts)


def _kept(request: AnyRequest, shown: Board) -> WishForm | None:
    """A therapist in the address alone is whose times are looked at."""
    found = form.kept(request, WishForm)
    is_wish = found and (found.join or shown.mode is Mode.WISHES)
    return found if is_wish else None


def times(request: AnyRequest, shown: Board, stand: Stand) -> str:
    """What changes on it while somebody looks."""
    return fragment(request, "employee/_times.html", board=shown, stand=stand, chosen=None)


def an_id(text: str) -> UUID | None:
    """Of an address that anybody may have written."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def chosen_in(request: AnyRequest) -> Choice:
    """What is no id was chosen by nobody."""
    sent = await form.read(request, Sent)
    return Choice(slot=an_id(sent.slot), therapist=an_id(sent.therapist))
