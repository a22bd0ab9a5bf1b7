"""Wishing for a time of a day that is drawn, from whichever address its board was opened by."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from scheduler.domain import board, link, opening_draw, session
from scheduler.domain.choice import Choice
from scheduler.domain.errors import Conflict, DomainError, Invalid, NotFound
from scheduler.domain.signin import Asked
from scheduler.storage.rows import Caller, PersonalLink
from scheduler.web import access, cookies
from scheduler.web.access import Asking, Now, Visiting
from scheduler.web.pages import form
from scheduler.web.pages.employee import personal_link, shared_link
from scheduler.web.pages.employee.board import stand_for
from scheduler.web.pages.employee.stand import at
from scheduler.web.pages.employee.wish_form import WishForm
from scheduler.web.pages.page import (
    NO_SNIFFING,
    Answer,
    AnyRequest,
    Page,
    cookie,
    key,
    language,
    see_other,
)
from scheduler.web.pages.sign_in.signing_in import begin, signed_in

FILE = NO_SNIFFING | {
    "Content-Disposition": 'attachment; filename="draw.json"',
    "Cache-Control": "no-store",
}


async def _board(
    request: AnyRequest, caller: Caller, event: UUID, now: Now, refused: DomainError,
    wanted: WishForm | None = None,
) -> Page:  # fmt: skip
    shown = await board.look(caller, event, None, now)
    return at(request, shown, stand_for(shown), refused=refused, wanted=wanted)


@post("/days/{event_id:uuid}/wish", guards=[access.signed_in_employee], include_in_schema=False)
async def put_wish(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    wanted = None
    try:
        wanted = await form.read(request, WishForm)
        await opening_draw.wish(caller, event_id, wanted.wishes(), now)
    except (Conflict, Invalid) as refused:
        return await _board(request, caller, event_id, now, refused, wanted)
    return see_other(request, f"/days/{event_id}?said=wished")


@post(
    "/days/{event_id:uuid}/wish/withdrawal",
    guards=[access.signed_in_employee],
    include_in_schema=False,
)
async def withdraw_wish(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    try:
        await opening_draw.withdraw(caller, event_id, now)
    except Conflict as refused:
        return await _board(request, caller, event_id, now, refused)
    return see_other(request, f"/days/{event_id}?said=withdrawn")


@get(
    "/days/{event_id:uuid}/draw/record",
    guards=[access.signed_in_employee],
    include_in_schema=False,
)
async def download_record(event_id: FromPath[UUID], caller: Asking) -> Response[bytes]:
    content = await opening_draw.published(caller, event_id)
    return Response(content, media_type="application/json", headers=FILE)


@post("/e/{shared:str}/wish", guards=[access.visitor], include_in_schema=False)
async def ask_to_wish(
    request: AnyRequest, shared: FromPath[str], guest: Visiting, now: Now
) -> Answer:
    """Sends a code; whoever has it comes back to the board, where the wish is still filled in."""
    shown, wanted = await board.look_by_link(link.shared(shared, key(request)), now), WishForm()
    if shown.draw is None:
        raise NotFound
    try:
        wanted = await form.read(request, WishForm)
        if board.is_for(shown.event, guest):
            return shared_link.to_own(request, shown, **wanted.kept())
        opening_draw.check_wish(shown.event, shown.draw.announced, now)
        back = shared_link.path_of(shared, **wanted.kept())
        asked = Asked(wanted.email, back, language(request), shown.event.organisation)
        return await begin(request, asked, now)
    except DomainError as refused:
        stand = shared_link.stand_of(shared, wanted.email)
        return at(request, shown, stand, refused=refused, wanted=wanted)


@post("/i/{secret:str}/wish", guards=[access.visitor], include_in_schema=False)
async def wish_by_link(request: AnyRequest, secret: FromPath[str], now: Now) -> Answer:
    """Uses the link, once, for a session and the wish."""
    found, wanted = await link.personal(secret, now), WishForm()
    try:
        wanted = await form.read(request, WishForm)
        await _check_open(found, now)
        link.check_opened(cookie(request, cookies.OPENED), secret, key(request))
    except (Conflict, Invalid) as refused:
        return await personal_link.board_page(
            request, found, secret, Choice(), now, refused=refused, wanted=wanted
        )
    entered = await link.enter(secret, now)
    if entered is None:
        return personal_link.by_code(request, found, **wanted.kept())
    return await _wish(request, found, entered, wanted, now)


async def _check_open(found: PersonalLink, now: Now) -> None:
    """A link that would lead to nothing is not used up."""
    shown = await board.look_by_personal(found, None, now)
    if shown.draw is None:
        raise NotFound
    opening_draw.check_wish(shown.event, shown.draw.announced, now)


async def _wish(
    request: AnyRequest, found: PersonalLink, entered: str, wanted: WishForm, now: Now
) -> Answer:
    caller = await session.caller(entered, now)
    try:
        await opening_draw.wish(caller, found.event, wanted.wishes(), now)
    except (Conflict, Invalid) as refused:
        request.scope["user"] = caller
        page = await _board(request, caller, found.event, now, refused, wanted)
        page.set_cookie(cookies.session(request.app.state.settings, entered))
        return page
    return signed_in(request, entered, f"/days/{found.event}?said=wished")


HANDLERS = [put_wish, withdraw_wish, download_record, ask_to_wish, wish_by_link]
