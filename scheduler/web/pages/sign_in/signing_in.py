"""Signing in and out. What is asked here is decided in domain/signin.py."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from msgspec import Struct

from scheduler import ids
from scheduler.domain import company, session, signin
from scheduler.domain.errors import DomainError
from scheduler.domain.signin import (
    Asked,
    CodeWrong,
    CompanyAccountNeeded,
    NameNeeded,
    OrganisationNeeded,
)
from scheduler.web import access, cookies
from scheduler.web.access import Asking, Now, Visiting, local
from scheduler.web.pages import form
from scheduler.web.pages.page import (
    Answer,
    AnyRequest,
    Page,
    cookie,
    home,
    language,
    render,
    see_other,
)

Destination = Annotated[str, QueryParameter(name="next")]


class Address(Struct, frozen=True):
    email: str = ""
    next: str = "/"


class Code(Struct, frozen=True):
    code: str = ""


class Newcomer(Struct, frozen=True, kw_only=True):
    """What a code alone does not tell."""

    name: str | None = None
    organisation: UUID | None = None


@get("/sign-in", guards=[access.visitor], include_in_schema=False)
async def show_sign_in(
    request: AnyRequest, guest: Visiting, destination: Destination = "/"
) -> Answer:
    wanted = local(destination)
    if guest:
        return see_other(request, wanted if wanted != "/" else home(guest.roles))
    return render(request, "sign_in/email.html", email="", next=wanted)


@post("/sign-in", guards=[access.visitor], include_in_schema=False)
async def ask(request: AnyRequest, now: Now) -> Answer:
    """Always the same answer: whether the address is known is nobody's business."""
    sent = await form.read(request, Address)
    asked = Asked(sent.email, local(sent.next), language(request))
    try:
        return await begin(request, asked, now)
    except DomainError as error:
        return render(
            request, "sign_in/email.html", refused=error, email=sent.email, next=sent.next
        )


async def begin(request: AnyRequest, asked: Asked, now: Now) -> Redirect:
    """Sends a code to the address, and binds it to this browser; or leads to the company."""
    if account := await company.demanded(asked):
        return to_company(request, account.id, asked.destination)
    browser = ids.new_secret()
    await signin.ask(asked, browser, now)
    return see_other(
        request, "/sign-in/code", [cookies.browser(request.app.state.settings, browser)]
    )


def to_company(request: AnyRequest, organisation: UUID, destination: str) -> Redirect:
    query = urlencode({"next": local(destination)})
    return see_other(request, f"/sign-in/company/{organisation}?{query}")


@get("/sign-in/code", guards=[access.visitor], include_in_schema=False)
async def show_code(request: AnyRequest, now: Now) -> Answer:
    return await _code_page(request, now)


@post("/sign-in/code", guards=[access.visitor], include_in_schema=False)
async def check_code(request: AnyRequest, now: Now) -> Answer:
    sent = await form.read(request, Code)
    try:
        await signin.prove(browser_of(request), sent.code, now)
    except CodeWrong as error:
        return await _code_page(request, now, error)
    except DomainError as error:
        return render(request, "sign_in/email.html", refused=error, email="", next="/")
    return await _proceed(request, now)


@get("/sign-in/link/{secret:str}", guards=[access.visitor], include_in_schema=False)
async def show_link(request: AnyRequest, secret: FromPath[str], now: Now) -> Page:
    """A button, and nothing happens before it is pressed: scanners open links."""
    known = await signin.email_of(browser_of(request), now) is not None
    return render(request, "sign_in/link.html", secret=secret, known=known)


@post("/sign-in/link/{secret:str}", guards=[access.visitor], include_in_schema=False)
async def use_link(request: AnyRequest, secret: FromPath[str], now: Now) -> Answer:
    try:
        await signin.prove_by_link(browser_of(request), secret, now)
    except DomainError as error:
        return render(request, "sign_in/email.html", refused=error, email="", next="/")
    return await _proceed(request, now)


@get("/sign-in/welcome", guards=[access.visitor], include_in_schema=False)
async def show_welcome(request: AnyRequest, now: Now) -> Answer:
    return await _welcome_page(request, now)


@post("/sign-in/welcome", guards=[access.visitor], include_in_schema=False)
async def welcome(request: AnyRequest, now: Now) -> Answer:
    """What a code alone does not tell: a newcomer's name, or for which organisation they come."""
    try:
        return await _enter(request, await form.read(request, Newcomer), now)
    except DomainError as error:
        return await _welcome_page(request, now, error)


async def _welcome_page(request: AnyRequest, now: Now, error: DomainError | None = None) -> Answer:
    question = await signin.question(browser_of(request), now)
    if question is None:
        return see_other(request, "/sign-in")
    return render(request, "sign_in/welcome.html", refused=error, question=question)


async def _proceed(request: AnyRequest, now: Now) -> Answer:
    try:
        return await _enter(request, Newcomer(), now)
    except (NameNeeded, OrganisationNeeded):
        return see_other(request, "/sign-in/welcome")


async def _enter(request: AnyRequest, told: Newcomer, now: Now) -> Answer:
    try:
        entered = await signin.enter(
            browser_of(request), now, name=told.name, organisation=told.organisation
        )
    except CompanyAccountNeeded as error:
        return to_company(request, error.organisation, error.destination)
    return signed_in(request, entered.secret, entered.destination)


def signed_in(request: AnyRequest, secret: str, destination: str) -> Redirect:
    """Leads on with the cookie of a new session."""
    return see_other(request, destination, [cookies.session(request.app.state.settings, secret)])


@post("/sign-out", guards=[access.visitor], include_in_schema=False)
async def sign_out(request: AnyRequest) -> Redirect:
    await session.end(cookie(request, cookies.SESSION))
    return left(request, "/?said=signed-out")


@post("/sign-out/everywhere", guards=[access.signed_in], include_in_schema=False)
async def sign_out_everywhere(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    await session.end_everywhere(caller, now)
    return left(request, "/?said=signed-out")


def left(request: AnyRequest, destination: str) -> Redirect:
    """Nothing of what was seen stays behind, what a worker kept for times offline included."""
    settings = request.app.state.settings
    gone = [cookies.no_session(settings), cookies.no_feed(settings)]
    answer = see_other(request, destination, gone)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


async def _code_page(request: AnyRequest, now: Now, error: DomainError | None = None) -> Answer:
    asked = await signin.under_way(browser_of(request), now)
    if asked is None or not asked.email:
        return see_other(request, "/sign-in")
    accounts = await company.offered(asked.email)
    return render(
        request, "sign_in/code.html",
        refused=error, email=asked.email, next=asked.destination, accounts=accounts,
    )  # fmt: skip


def browser_of(request: AnyRequest) -> str:
    return cookie(request, cookies.BROWSER)


HANDLERS = [
    show_sign_in, ask, show_code, check_code, show_link, use_link, show_welcome, welcome, sign_out,
    sign_out_everywhere,
]  # fmt: skip
