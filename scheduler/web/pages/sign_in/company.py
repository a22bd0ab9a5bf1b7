"""To a company's own sign-in and back. What counts there is decided in domain/company.py."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from scheduler import ids
from scheduler.domain import company
from scheduler.domain.company import Ours
from scheduler.domain.errors import DomainError, NotFound
from scheduler.domain.signin import Asked, NameNeeded
from scheduler.web import access, cookies
from scheduler.web.access import Now, local
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, key, language, render, see_other
from scheduler.web.pages.sign_in.signing_in import browser_of, signed_in

CALLBACK = "/sign-in/company/callback"
Destination = Annotated[str, QueryParameter(name="next")]


class Going(Struct, frozen=True):
    next: str = "/"


@get("/sign-in/company/{organisation:uuid}", guards=[access.visitor], include_in_schema=False)
async def show_company(
    request: AnyRequest, organisation: FromPath[UUID], destination: Destination = "/"
) -> Page:
    return await _page(request, organisation, local(destination))


@post("/sign-in/company/{organisation:uuid}", guards=[access.visitor], include_in_schema=False)
async def leave(request: AnyRequest, organisation: FromPath[UUID], now: Now) -> Page:
    """A page that leads on by itself: browsers follow no form to a site that CSP does not name."""
    going, browser = local((await form.read(request, Going)).next), ids.new_secret()
    asked = Asked("", going, language(request), organisation)
    try:
        url = await company.begin(asked, browser, ours(request), now)
    except NotFound:
        raise
    except DomainError as error:
        return await _page(request, organisation, going, error)
    page = render(request, "sign_in/leaving.html", url=url)
    page.headers["Refresh"] = f"0; url={url}"
    page.set_cookie(cookies.browser(request.app.state.settings, browser))
    return page


@get(CALLBACK, guards=[access.visitor], include_in_schema=False)
async def come_back(request: AnyRequest, now: Now) -> Answer:
    """A GET by protocol: it does something only in the browser that began, and only once."""
    browser = browser_of(request)
    try:
        entered = await company.finish(browser, request.query_params, ours(request), now)
    except NameNeeded:
        return see_other(request, "/sign-in/welcome")
    except DomainError as error:
        return await _again(request, now, error)
    return signed_in(request, entered.secret, entered.destination)


async def _again(request: AnyRequest, now: Now, error: DomainError) -> Page:
    row = await company.under_way(browser_of(request), now)
    if row and row.organisation:
        return await _page(request, row.organisation, row.destination, error)
    return render(request, "sign_in/email.html", refused=error, email="", next="/")


async def _page(
    request: AnyRequest, organisation: UUID, destination: str, error: DomainError | None = None
) -> Page:
    account = await company.account(organisation)
    return render(request, "sign_in/company.html", refused=error, account=account, next=destination)


def ours(request: AnyRequest) -> Ours:
    return Ours(key(request), f"{request.app.state.settings.base_url}{CALLBACK}")


HANDLERS = [show_company, leave, come_back]
