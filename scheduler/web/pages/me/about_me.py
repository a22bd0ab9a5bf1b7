"""Who one is here, in which browsers, and for which organisation."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.response import Redirect
from msgspec import Struct

from scheduler.domain import affiliation, feed, own_data, person, session
from scheduler.domain.affiliation import CodeNeeded
from scheduler.domain.errors import DomainError
from scheduler.domain.signin import Asked, CompanyAccountNeeded
from scheduler.storage.rows import Caller
from scheduler.web import access, cookies
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, cookie, language, render, see_other
from scheduler.web.pages.sign_in.signing_in import begin, signed_in


class Name(Struct, frozen=True):
    name: str = ""


class Elsewhere(Struct, frozen=True):
    organisation: UUID | None = None
    next: str = "/"


@get("/me", guards=[access.signed_in], include_in_schema=False)
async def show_me(request: AnyRequest, caller: Asking, now: Now) -> Page:
    return await _page(request, caller, now)


async def _page(
    request: AnyRequest, caller: Caller, now: Now, refused: DomainError | None = None, **facts: Any
) -> Page:
    shown: dict[str, Any] = {
        "here": await own_data.me(caller),
        "name": caller.name,
        "elsewhere": await affiliation.told(caller),
        "browsers": await session.browsers(caller, now),
        "subscribed": await feed.is_subscribed(caller),
        "initials": initials(caller.name),
    }
    return render(request, "me/about_me.html", refused=refused, **(shown | facts))


def initials(name: str) -> str:
    """Of the first word and the last."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()


@post("/me/name", guards=[access.signed_in], include_in_schema=False)
async def rename(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    sent = await form.read(request, Name)
    try:
        await person.rename(caller, sent.name, now)
    except DomainError as error:
        return await _page(request, caller, now, error, name=sent.name)
    return see_other(request, "/me?said=renamed")


@post("/me/organisation", guards=[access.signed_in], include_in_schema=False)
async def switch(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    """Straight on, where a code has let them in; otherwise a code or the company does it anew."""
    sent = await form.read(request, Elsewhere)
    chosen, onward = sent.organisation, access.local(sent.next)
    if chosen is None:
        return see_other(request, "/me")
    own = cookie(request, cookies.SESSION)
    try:
        secret = await affiliation.switch(caller, own, chosen, now)
    except (CodeNeeded, CompanyAccountNeeded):
        return await begin(request, Asked(caller.email, onward, language(request), chosen), now)
    return signed_in(request, secret, onward)


HANDLERS = [show_me, rename, switch]
