"""Joining the line for a time at the board of a day, and leaving it."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from scheduler.domain import board, link, session, signin, waitlist
from scheduler.domain.choice import Choice
from scheduler.domain.errors import Conflict, DomainError, Invalid
from scheduler.domain.signin import Asked
from scheduler.storage.rows import Caller
from scheduler.web import access, cookies
from scheduler.web.access import Asking, Now, Visiting
from scheduler.web.pages import form
from scheduler.web.pages.employee import personal_link, shared_link
from scheduler.web.pages.employee.board import stand_for
from scheduler.web.pages.employee.stand import at
from scheduler.web.pages.employee.wish_form import WishForm
from scheduler.web.pages.page import Answer, AnyRequest, Page, cookie, key, language, see_other
from scheduler.web.pages.sign_in.signing_in import begin, signed_in

JOINING = WishForm(join="yes")


class Guest(WishForm, frozen=True, kw_only=True):
    """Their address has a name of its own: the one for a time is on the same page."""

    address: str = ""


@post("/days/{event_id:uuid}/waitlist", guards=[access.signed_in_to_wait], include_in_schema=False)
async def join(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    wanted = JOINING
    try:
        wanted = await form.read(request, WishForm)
        await waitlist.join(caller, event_id, wanted.wishes(), now)
    except (Conflict, Invalid) as refused:
        return await _refused(request, event_id, caller, wanted, refused, now)
    return see_other(request, f"/days/{event_id}?said=waiting")


async def _refused(
    request: AnyRequest, event: UUID, caller: Caller, wanted: WishForm, refused: DomainError,
    now: Now,
) -> Page:  # fmt: skip
    shown = await board.look(caller, event, None, now)
    return at(request, shown, stand_for(shown), refused=refused, wanted=wanted)


@post(
    "/days/{event_id:uuid}/waitlist/end",
    guards=[access.signed_in_employee],
    include_in_schema=False,
)
async def leave(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Redirect:
    await waitlist.leave(caller, event_id, now)
    return see_other(request, f"/days/{event_id}?said=left-line")


@post("/e/{shared:str}/waitlist", guards=[access.visitor], include_in_schema=False)
async def ask_to_join(
    request: AnyRequest, shared: FromPath[str], guest: Visiting, now: Now
) -> Answer:
    """Sends a code; whoever has it comes back to the board, and one more tap joins."""
    shown, wanted = await board.look_by_link(link.shared(shared, key(request)), now), Guest()
    try:
        wanted = await form.read(request, Guest)
        if board.is_for(shown.event, guest):
            return shared_link.to_own(request, shown, **wanted.kept())
        signin.check_asked(wanted.address, "address")
        back = shared_link.path_of(shared, **wanted.kept())
        asked = Asked(wanted.address, back, language(request), shown.event.organisation)
        return await begin(request, asked, now)
    except DomainError as refused:
        stand, address = shared_link.stand_of(shared), wanted.address
        return at(request, shown, stand, refused=refused, wanted=wanted, address=address)


@post("/i/{secret:str}/waitlist", guards=[access.visitor], include_in_schema=False)
async def join_by_link(request: AnyRequest, secret: FromPath[str], now: Now) -> Answer:
    """Uses the link, once, for a session and a place in line."""
    found, wanted = await link.personal(secret, now), JOINING
    try:
        wanted = await form.read(request, WishForm)
        link.check_opened(cookie(request, cookies.OPENED), secret, key(request))
    except (Conflict, Invalid) as refused:
        return await personal_link.board_page(
            request, found, secret, Choice(), now, refused=refused, wanted=wanted
        )
    entered = await link.enter(secret, now)
    if entered is None:
        return personal_link.by_code(request, found, **wanted.kept())
    return await _join(request, found.event, entered, wanted, now)


async def _join(
    request: AnyRequest, event: UUID, entered: str, wanted: WishForm, now: Now
) -> Answer:
    caller = await session.caller(entered, now)
    try:
        await waitlist.join(caller, event, wanted.wishes(), now)
    except (Conflict, Invalid) as refused:
        request.scope["user"] = caller
        page = await _refused(request, event, caller, wanted, refused, now)
        page.set_cookie(cookies.session(request.app.state.settings, entered))
        return page
    return signed_in(request, entered, f"/days/{event}?said=waiting")


HANDLERS = [join, leave, ask_to_join, join_by_link]
