"""The demo's own door: go in as one of three people, without a code."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from scheduler.domain import person, session
from scheduler.domain.errors import NotFound
from scheduler.domain.person import Role
from scheduler.web import access
from scheduler.web.access import Now
from scheduler.web.pages.page import AnyRequest, Page, home, render
from scheduler.web.pages.sign_in.signing_in import signed_in


@get("/demo", guards=[access.visitor], include_in_schema=False)
async def show_roles(request: AnyRequest) -> Page:
    return render(request, "demo/playing.html")


@get("/demo/as/{role:str}", guards=[access.visitor], include_in_schema=False)
async def show_role(request: AnyRequest, role: FromPath[Role]) -> Page:
    """What the terminal's links lead to. A button, as everywhere: opening it changes nothing."""
    _player(request, role)
    return render(request, "demo/playing_as.html", role=role)


@post("/demo/as/{role:str}", guards=[access.visitor], include_in_schema=False)
async def play(request: AnyRequest, role: FromPath[Role], now: Now) -> Redirect:
    here = (await person.affiliations(_player(request, role)))[0]
    secret = await session.begin(here.organisation, here.person, now)
    return signed_in(request, secret, home(frozenset({role})))


def _player(request: AnyRequest, role: Role) -> str:
    """The address of whoever plays it."""
    players: dict[Role, str] = request.app.state.demo
    if role not in players:
        raise NotFound
    return players[role]


HANDLERS = [show_roles, show_role, play]
