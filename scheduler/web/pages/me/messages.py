"""Which messages one gets; and the page at which those of a kind are ended, signed in or not."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from scheduler.domain import mail_choice, organisation
from scheduler.domain.errors import DomainError
from scheduler.domain.mail_choice import NotPressed, Wanted
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import AnyRequest, Page, key, render, see_other


class Ticked(Struct, frozen=True):
    """A box that is not ticked is not sent."""

    invitation: bool = False
    nudge: bool = False
    rating_request: bool = False


@get("/me/messages", guards=[access.signed_in_employee], include_in_schema=False)
async def show_messages(request: AnyRequest, caller: Asking) -> Page:
    here = await organisation.of(caller)
    return render(request, "me/messages.html", here=here, wanted=await mail_choice.of(caller))


@post("/me/messages", guards=[access.signed_in_employee], include_in_schema=False)
async def choose(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    ticked = await form.read(request, Ticked)
    chosen = Wanted(
        invitation=ticked.invitation, nudge=ticked.nudge, rating_request=ticked.rating_request
    )
    await mail_choice.choose(caller, chosen, now)
    return see_other(request, "/me/messages?said=saved")


@get("/unsubscribe/{token:str}", guards=[access.anyone], include_in_schema=False)
async def show_ending(request: AnyRequest, token: FromPath[str]) -> Page:
    return await _ending(request, token)


async def _ending(
    request: AnyRequest, token: str, refused: DomainError | None = None, *, ended: bool = False
) -> Page:
    ending = mail_choice.unseal(token, key(request))
    return render(
        request, "me/unsubscribe.html", refused=refused, ended=ended, kind=ending.kind,
        here=await mail_choice.where(ending), one_click=mail_choice.ONE_CLICK,
    )  # fmt: skip


@post("/unsubscribe/{token:str}", guards=[access.anyone], include_in_schema=False)
async def end(request: AnyRequest, token: FromPath[str], now: Now) -> Page:
    """RFC 8058: mail programs press it themselves. They bring no cookie and follow nothing."""
    ending = mail_choice.unseal(token, key(request))
    if list((await request.form()).multi_items()) != mail_choice.ONE_CLICK:
        return await _ending(request, token, NotPressed())
    await mail_choice.end(ending, now)
    return await _ending(request, token, ended=True)


HANDLERS = [show_messages, choose, show_ending, end]
