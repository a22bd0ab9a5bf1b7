"""How an organisation's people sign in: with a code, or with the company's own account."""

from litestar import get, post
from litestar.response import Redirect

from scheduler.domain import identity_provider
from scheduler.domain.errors import DomainError
from scheduler.domain.identity_provider import Draft
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other
from scheduler.web.pages.sign_in.company import ours


@get("/admin/sign-in", guards=[access.signed_in_admin], include_in_schema=False)
async def show_way_in(request: AnyRequest, caller: Asking) -> Page:
    stored = await identity_provider.current(caller.organisation)
    return await _page(request, caller, identity_provider.draft(stored))


async def _page(
    request: AnyRequest, caller: Caller, typed: Draft, refused: DomainError | None = None
) -> Page:
    return render(
        request, "admin/sign_in.html", refused=refused, typed=typed,
        stored=await identity_provider.current(caller.organisation),
        redirect_uri=ours(request).redirect_uri,
    )  # fmt: skip


@post("/admin/sign-in", guards=[access.signed_in_admin], include_in_schema=False)
async def set_up(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = await form.read(request, Draft)
    key = ours(request).key
    try:
        await identity_provider.set_up(caller.organisation, caller.id, typed, key, now)
    except DomainError as error:
        return await _page(request, caller, typed, error)
    return see_other(request, "/admin/sign-in?said=set-up")


@post("/admin/sign-in/end", guards=[access.signed_in_admin], include_in_schema=False)
async def remove(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    await identity_provider.remove(caller.organisation, caller.id, now)
    return see_other(request, "/admin/sign-in?said=removed")


HANDLERS = [show_way_in, set_up, remove]
