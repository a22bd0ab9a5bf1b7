"""What all pages share: how they are rendered, how they lead on, and headers that fence them in."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import CacheControlHeader, Cookie, State
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from scheduler import i18n
from scheduler.domain.errors import DomainError, FieldError, Invalid
from scheduler.domain.person import Role
from scheduler.i18n import say
from scheduler.storage.rows import Caller
from scheduler.web import access, cookies

AnyRequest = Request[Any, Any, State]
Page = Response[str]
Answer = Page | Redirect
WEB = Path(__file__).parents[1]
THEMES = ("light", "dark")
REFUSED = 422
NAVIGATION = (
    (Role.COORDINATOR, "/plan", say("Days")),
    (Role.COORDINATOR, "/people", say("People")),
    (Role.THERAPIST, "/roster", say("Roster")),
    (Role.EMPLOYEE, "/bookings", say("My times")),
    (Role.ADMIN, "/admin", say("Administration")),
)
NO_SNIFFING = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
HEADERS = NO_SNIFFING | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src 'self' data:; font-src 'self'; worker-src 'self'; manifest-src 'self';"
        " frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}


async def _forbid_sniffing(response: Response[Any]) -> Response[Any]:
    response.headers.update(NO_SNIFFING)
    return response


TEMPLATES = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
i18n.install(TEMPLATES)
STATIC = create_static_files_router(
    "/static",
    [WEB / "static"],
    guards=[access.anyone],
    cache_control=CacheControlHeader(max_age=3600),
    after_request=_forbid_sniffing,
)


def render(
    request: AnyRequest,
    template: str,
    *,
    refused: DomainError | None = None,
    status: int | None = None,
    **facts: Any,
) -> Page:
    """A page. With `refused` it says first what is wrong, in the words of whoever reads it."""
    html = fragment(request, template, problems=problems(refused), **facts)
    code = status or (REFUSED if refused else 200)
    return Response(html, status_code=code, media_type="text/html", headers=HEADERS)


def failure(
    request: AnyRequest, status: int, sentence: str, reference: str, headers: Mapping[str, str]
) -> Page:
    """A page that says calmly what cannot be done; `reference` is for whoever looks into it."""
    html = fragment(request, "failure.html", sentence=sentence, reference=reference, status=status)
    return Response(
        html, status_code=status, media_type="text/html", headers=HEADERS | dict(headers)
    )


def fragment(request: AnyRequest, template: str, **facts: Any) -> str:
    """Part of a page, or all of it, in the reader's language."""
    with i18n.speaking(language(request)):
        return TEMPLATES.get_template(template).render(_shared(request) | facts)


def _shared(request: AnyRequest) -> dict[str, Any]:
    """What every template may use. Links start with `root`, the path that the base URL ends in."""
    state = request.app.state
    base_url: str = state.settings.base_url
    caller = reader(request)
    roles = caller.roles if caller else frozenset()
    return {
        "base_url": base_url,
        "root": urlsplit(base_url).path,
        "demo": state.demo,
        "now": state.clock(),
        "caller": caller,
        "roles": roles,
        "path": request.url.path,
        "navigation": [entry[1:] for entry in NAVIGATION if entry[0] in roles],
        "language": language(request),
        "languages": i18n.LANGUAGES,
        "theme": theme(request),
        "problems": (),
        "said": request.query_params.get("said", ""),
        "count": said_count(request),
    }


def said_count(request: AnyRequest) -> int:
    """Of how many it is said; 0 for whatever somebody made up."""
    told = request.query_params.get("count", "")
    return int(told) if re.fullmatch(r"[0-9]{1,9}", told) else 0


def reader(request: AnyRequest) -> Caller | None:
    """Whoever the guard found signed in; None also where no guard has asked."""
    caller: Caller | None = request.scope.get("user")
    return caller


def language(request: AnyRequest) -> str:
    """As chosen here, else as chosen elsewhere by the same person, else as the browser asks."""
    caller = reader(request)
    wanted = request.cookies.get(cookies.LANGUAGE) or (caller.language if caller else None)
    return i18n.choose(wanted, request.headers.get("accept-language", ""))


def theme(request: AnyRequest) -> str:
    """Empty for as the device has it."""
    chosen = request.cookies.get(cookies.THEME, "")
    return chosen if chosen in THEMES else ""


def problems(refused: DomainError | None) -> Sequence[FieldError]:
    """What an error summary lists; `field` is empty where it is no field's fault."""
    if refused is None:
        return ()
    if isinstance(refused, Invalid):
        return refused.errors
    return [FieldError("", i18n.words(refused))]


def see_other(request: AnyRequest, path: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """Lead on after a POST, so that a refresh repeats nothing. `path` is one of ours, from `/`."""
    root = urlsplit(request.app.state.settings.base_url).path
    headers = {"Cache-Control": "no-store"}
    return Redirect(
        root + access.local(path), status_code=303, cookies=list(cookies), headers=headers
    )


def key(request: AnyRequest) -> bytes:
    """What our own seals are made with."""
    secret: bytes = request.app.state["keys"].secret
    return secret


def cookie(request: AnyRequest, purpose: str) -> str:
    """What a browser has kept for us; empty for nothing."""
    return request.cookies.get(cookies.name(request.app.state.settings, purpose), "")


def now_of(request: AnyRequest) -> datetime:
    """For what goes on after the request was let in."""
    instant: datetime = request.app.state.clock()
    return instant


def home(roles: frozenset[str]) -> str:
    """Where whoever is signed in begins."""
    if Role.COORDINATOR in roles:
        return "/plan"
    if Role.THERAPIST in roles:
        return "/roster"
    return "/days" if Role.EMPLOYEE in roles else "/admin"
