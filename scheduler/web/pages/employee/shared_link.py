"""The board by the address that everybody shares: on a poster, in a chat."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from scheduler.domain import board, choice, link
from scheduler.domain.board import Board
from scheduler.domain.choice import Choice
from scheduler.domain.errors import DomainError
from scheduler.domain.signin import Asked
from scheduler.web import access
from scheduler.web.access import Now, Visiting
from scheduler.web.pages import form
from scheduler.web.pages.employee.stand import Chosen, Sent, Stand, an_id, at, times
from scheduler.web.pages.employee.wish_form import WishForm
from scheduler.web.pages.page import Answer, AnyRequest, key, language, now_of, see_other
from scheduler.web.pages.sign_in.signing_in import begin
from scheduler.web.pages.stream import stream


class Guest(Sent, frozen=True):
    email: str = ""


def shared_address(request: AnyRequest, event: UUID) -> str:
    """As it stands on a poster."""
    base_url: str = request.app.state.settings.base_url
    return base_url + path_of(link.share(event, key(request)))


def path_of(shared: str, **kept: object) -> str:
    return f"/e/{shared}{query(**kept)}"


def query(**kept: object) -> str:
    written = urlencode({name: value for name, value in kept.items() if value})
    return f"?{written}" if written else ""


def stand_of(shared: str, email: str = "") -> Stand:
    path = path_of(shared)
    wait = f"{path}/waitlist"
    return Stand(path=path, action=f"{path}/booking", wait=wait, by_link=True, email=email)


def to_own(request: AnyRequest, shown: Board, **kept: object) -> Redirect:
    """Whoever is signed in sees the board as who they are, with what they had chosen."""
    return see_other(request, f"/days/{shown.event.id}{query(**kept)}")


@get("/e/{shared:str}", guards=[access.visitor], include_in_schema=False)
async def show_shared(
    request: AnyRequest, shared: FromPath[str], guest: Visiting, now: Now, slot: Chosen = ""
) -> Answer:
    shown = await board.look_by_link(link.shared(shared, key(request)), now)
    if board.is_for(shown.event, guest):
        wished = form.kept(request, WishForm) or WishForm()
        return to_own(request, shown, slot=an_id(slot), **wished.kept())
    return at(request, shown, stand_of(shared), chosen=an_id(slot))


@get("/e/{shared:str}/live", guards=[access.visitor], include_in_schema=False)
async def watch_shared(request: AnyRequest, shared: FromPath[str], now: Now) -> Stream:
    event = link.shared(shared, key(request))

    async def draw() -> str:
        shown = await board.look_by_link(event, now_of(request))
        return times(request, shown, stand_of(shared))

    await board.look_by_link(event, now)
    return stream(request, event, draw)


@post("/e/{shared:str}/booking", guards=[access.visitor], include_in_schema=False)
async def ask(request: AnyRequest, shared: FromPath[str], guest: Visiting, now: Now) -> Answer:
    """Sends a code; whoever has it comes back to the board, where the time is still chosen."""
    shown = await board.look_by_link(link.shared(shared, key(request)), now)
    sent = await form.read(request, Guest)
    wanted = Choice(slot=an_id(sent.slot))
    if board.is_for(shown.event, guest):
        return to_own(request, shown, slot=wanted.slot)
    back = path_of(shared, slot=wanted.slot)
    asked = Asked(sent.email, back, language(request), shown.event.organisation)
    try:
        choice.check_asked(wanted, sent.email)
        return await begin(request, asked, now)
    except DomainError as refused:
        stand = stand_of(shared, sent.email)
        return at(request, shown, stand, refused=refused, chosen=wanted.slot)


HANDLERS = [show_shared, watch_shared, ask]
