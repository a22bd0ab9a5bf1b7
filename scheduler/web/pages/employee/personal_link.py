"""The board by the link in somebody's invitation: choose, book, and nothing else to do."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from scheduler.domain import board, choice, link, session
from scheduler.domain.choice import Choice
from scheduler.domain.errors import Conflict, Invalid, NotFound
from scheduler.storage.rows import PersonalLink
from scheduler.web import access, cookies
from scheduler.web.access import Now, Visiting
from scheduler.web.pages import form
from scheduler.web.pages.employee.board import stand_for
from scheduler.web.pages.employee.shared_link import path_of
from scheduler.web.pages.employee.stand import Chosen, Stand, Therapist, an_id, at, chosen_in, times
from scheduler.web.pages.employee.wish_form import WishForm
from scheduler.web.pages.page import Answer, AnyRequest, Page, cookie, key, now_of, see_other
from scheduler.web.pages.sign_in.signing_in import signed_in
from scheduler.web.pages.stream import stream


def stand_of(request: AnyRequest, found: PersonalLink, secret: str) -> Stand:
    everybody = path_of(link.share(found.event, key(request)))
    path = f"/i/{secret}"
    return Stand(
        path=path, action=f"{path}/booking", wait=f"{path}/waitlist", name=found.name,
        others=everybody,
    )  # fmt: skip


def by_code(request: AnyRequest, found: PersonalLink, **kept: object) -> Redirect:
    """Whomever the link does not let in goes on like everybody else, and is told why."""
    shared = link.share(found.event, key(request))
    said = "staff-link" if found.does_more else "used-link"
    return see_other(request, path_of(shared, said=said, **kept))


@get("/i/{secret:str}", guards=[access.visitor], include_in_schema=False)
async def show_personal(
    request: AnyRequest, secret: FromPath[str], guest: Visiting, now: Now,
    therapist: Therapist = "", slot: Chosen = "",
) -> Answer:  # fmt: skip
    found = await link.personal(secret, now)
    if guest and guest.id == found.person and guest.organisation == found.organisation:
        return see_other(request, f"/days/{found.event}")
    if not link.lets_in(found):
        wished = form.kept(request, WishForm) or WishForm()
        return by_code(request, found, slot=an_id(slot), **wished.kept())
    chosen = Choice(slot=an_id(slot), therapist=an_id(therapist))
    return await board_page(request, found, secret, chosen, now)


async def board_page(
    request: AnyRequest, found: PersonalLink, secret: str, choice: Choice, now: Now, **more: Any
) -> Page:
    """With the cookie without which its button does nothing."""
    shown = await board.look_by_personal(found, choice.therapist, now)
    stand = stand_of(request, found, secret)
    page = at(request, shown, stand, chosen=choice.slot, **more)
    opened = link.opened(secret, key(request))
    page.set_cookie(cookies.opened(request.app.state.settings, opened))
    return page


@get("/i/{secret:str}/live", guards=[access.visitor], include_in_schema=False)
async def watch_personal(
    request: AnyRequest, secret: FromPath[str], now: Now, therapist: Therapist = ""
) -> Stream:
    async def draw() -> str:
        instant = now_of(request)
        found = await link.personal(secret, instant)
        shown = await board.look_by_personal(found, an_id(therapist), instant)
        return times(request, shown, stand_of(request, found, secret))

    found = await link.personal(secret, now)
    if not link.lets_in(found):
        raise NotFound
    return stream(request, found.event, draw)


@post("/i/{secret:str}/booking", guards=[access.visitor], include_in_schema=False)
async def claim(request: AnyRequest, secret: FromPath[str], now: Now) -> Answer:
    """Uses the link, once, for a session and the chosen time."""
    found, wanted = await link.personal(secret, now), await chosen_in(request)
    kept = cookie(request, cookies.OPENED)
    try:
        choice.check(wanted)
        link.check_opened(kept, secret, key(request))
    except (Conflict, Invalid) as refused:
        return await board_page(request, found, secret, wanted, now, refused=refused)
    entered = await link.enter(secret, now)
    if entered is None:
        return by_code(request, found, slot=wanted.slot)
    return await _claim(request, found, entered, wanted, now)


async def _claim(
    request: AnyRequest, found: PersonalLink, entered: str, wanted: Choice, now: Now
) -> Answer:
    caller = await session.caller(entered, now)
    try:
        booked = await choice.claim(caller, found.event, wanted, now)
    except Conflict as refused:
        request.scope["user"] = caller
        shown = await board.look(caller, found.event, wanted.therapist, now)
        page = at(request, shown, stand_for(shown), refused=refused, chosen=wanted.slot)
        page.set_cookie(cookies.session(request.app.state.settings, entered))
        return page
    return signed_in(request, entered, f"/bookings/{booked.id}?said=booked")


HANDLERS = [show_personal, watch_personal, claim]
