"""The page behind the code at a chair."""

from typing import Any
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import board, chair_link, signin
from scheduler.domain.chair_link import ChairNow
from scheduler.domain.errors import DomainError
from scheduler.domain.signin import Asked
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Now, Visiting
from scheduler.web.pages import form
from scheduler.web.pages.employee.stand import an_id
from scheduler.web.pages.page import Answer, AnyRequest, Page, key, language, render, see_other
from scheduler.web.pages.sign_in.signing_in import begin


class Sent(Struct, frozen=True):
    slot: str = ""
    email: str = ""


def address(request: AnyRequest, shared: str) -> str:
    """As it stands on a card."""
    base_url: str = request.app.state.settings.base_url
    return f"{base_url}/c/{shared}"


@get("/c/{chair:str}", guards=[access.visitor], include_in_schema=False)
async def show_chair(request: AnyRequest, chair: FromPath[str], guest: Visiting, now: Now) -> Page:
    shown = await chair_link.look(chair_link.shared(chair, key(request)), now)
    return _page(request, shown, chair, guest, now=now)


@post("/c/{chair:str}/booking", guards=[access.visitor], include_in_schema=False)
async def sit_down(request: AnyRequest, chair: FromPath[str], guest: Visiting, now: Now) -> Answer:
    """Whoever is not signed in is sent a code, and comes back to this page."""
    shift = chair_link.shared(chair, key(request))
    shown = await chair_link.look(shift, now)
    sent = await form.read(request, Sent)
    try:
        if guest and board.is_for(shown.event, guest):
            taken = await chair_link.take(guest, shift, an_id(sent.slot), now)
            return see_other(request, f"/bookings/{taken.id}?{urlencode({'said': 'booked'})}")
        signin.check_asked(sent.email)
        organisation = shown.event.organisation
        return await begin(
            request, Asked(sent.email, f"/c/{chair}", language(request), organisation), now
        )
    except DomainError as refused:
        shown = await chair_link.look(shift, now)
        return _page(request, shown, chair, guest, refused=refused, email=sent.email, now=now)


def _page(
    request: AnyRequest, shown: ChairNow, chair: str, guest: Caller | None, **more: Any
) -> Page:
    facts = {"refused": None, "email": ""} | more
    facts |= {"is_theirs": board.is_for(shown.event, guest), "shared": chair, "seat": shown}
    facts["begun"] = bool(shown.slot and shown.slot.starts_at <= facts.pop("now"))
    return render(request, "employee/chair.html", **facts)


HANDLERS = [show_chair, sit_down]
