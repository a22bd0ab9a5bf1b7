"""Who is asking, and whether this door is theirs. Every route declares it as a guard.

Programs bring a token; browsers bring a cookie, and change things only from pages of ours.
"""

from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.types import HTTPScope

from scheduler.domain import person, session
from scheduler.domain.errors import DomainError, NotFound, NotSignedIn
from scheduler.domain.person import Role
from scheduler.storage.rows import Caller
from scheduler.web import cookies

Connection = ASGIConnection[BaseRouteHandler, Any, Any, State]
Asking = NamedDependency[Caller]
Visiting = NamedDependency[Caller | None]
Now = NamedDependency[datetime]
READING = {"GET", "HEAD"}
MOST_DESTINATION = 500
NEVER_KEPT = {"client_secret"}  # an address is remembered by browsers, proxies and our database


class ForeignPage(DomainError):
    """This came from a page that is not ours, so nothing was done. Open the page here and try
    again.
    """


class SignInFirst(NotSignedIn):
    """Sign in to go on."""

    def __init__(self, destination: str) -> None:
        super().__init__()
        self.destination = destination


class Only:
    """A guard: lets in whoever has one of these roles. For all others the door is not there."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        now = connection.app.state.clock()
        caller = await self.identify(connection, now)
        if not caller.roles & self.roles:
            raise NotFound
        _limit(connection, caller, now)
        connection.scope["user"] = caller

    async def identify(self, connection: Connection, now: datetime) -> Caller:
        return await person.caller(_bearer(connection), now)


class SignedIn(Only):
    """The same for pages. Whoever is not signed in is sent to do so, and comes back."""

    async def identify(self, connection: Connection, now: datetime) -> Caller:
        _require_own_page(connection)
        caller = await _visitor(connection, now)
        if caller is None:
            raise SignInFirst(await _destination(connection))
        return caller


class Visitor:
    """A guard for pages that are open to everybody, and know who is signed in."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        _require_own_page(connection)
        now = connection.app.state.clock()
        caller = await _visitor(connection, now)
        if caller:
            _limit(connection, caller, now)
        connection.scope["user"] = caller


member = Only(*Role)
admin = Only(Role.ADMIN)
coordinator = Only(Role.COORDINATOR)
admin_or_coordinator = Only(Role.ADMIN, Role.COORDINATOR)
employee = Only(Role.EMPLOYEE)
employee_or_coordinator = Only(Role.EMPLOYEE, Role.COORDINATOR)
therapist_or_coordinator = Only(Role.THERAPIST, Role.COORDINATOR)
therapist_or_employee = Only(Role.THERAPIST, Role.EMPLOYEE)

visitor = Visitor()
signed_in = SignedIn(*Role)
signed_in_admin = SignedIn(Role.ADMIN)
signed_in_coordinator = SignedIn(Role.COORDINATOR)
signed_in_staff = SignedIn(Role.ADMIN, Role.COORDINATOR)
signed_in_employee = SignedIn(Role.EMPLOYEE, Role.COORDINATOR)
signed_in_to_wait = SignedIn(Role.EMPLOYEE)
signed_in_with_days = SignedIn(Role.THERAPIST, Role.EMPLOYEE)
signed_in_therapist = SignedIn(Role.THERAPIST, Role.COORDINATOR)


async def anyone(_connection: Connection, _handler: BaseRouteHandler) -> None:
    """A guard for what is public: it says so, and lets everybody in."""


def _limit(connection: Connection, caller: Caller, now: datetime) -> None:
    if _method(connection) not in READING:
        connection.app.state.limiter.count(caller.id, now)


def _method(connection: Connection) -> str:
    return cast("HTTPScope", connection.scope)["method"]


def _bearer(connection: Connection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()


async def _visitor(connection: Connection, now: datetime) -> Caller | None:
    secret = connection.cookies.get(cookies.name(connection.app.state.settings, cookies.SESSION))
    if not secret:
        return None
    try:
        return await session.caller(secret, now)
    except NotSignedIn:
        return None


def _require_own_page(connection: Connection) -> None:
    """Browsers say where a request comes from; over plain http only some say how it relates."""
    if _method(connection) in READING:
        return
    site, origin = (connection.headers.get(name) for name in ("sec-fetch-site", "origin"))
    ours = {connection.headers.get("host"), urlsplit(connection.app.state.settings.base_url).netloc}
    if site != "same-origin" if site else urlsplit(origin or "").netloc not in ours:
        raise ForeignPage


async def _destination(connection: Connection) -> str:
    """Where to go on: the page, with what was chosen on it if a form was sent."""
    if _method(connection) in READING:
        return local(_path(str(connection.url)))
    if connection.headers.get("content-type", "").startswith("multipart/"):
        return came_from(connection)  # a file is not read for whoever may not send one
    sent = await cast("Request[Any, Any, State]", connection).form()
    chosen = [
        (key, value)
        for key, value in sent.multi_items()
        if isinstance(value, str) and key not in NEVER_KEPT
    ]
    page, _, query = came_from(connection).partition("?")
    shown = [pair for pair in parse_qsl(query) if pair[0] != "said"]  # what was said is over
    return local(f"{page}?{urlencode(shown + chosen)}".rstrip("?"))


def came_from(connection: ASGIConnection[Any, Any, Any, State]) -> str:
    """The page of ours on which this was sent."""
    root = urlsplit(connection.app.state.settings.base_url).path
    return local(_path(connection.headers.get("referer", "")).removeprefix(root))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def local(destination: str) -> str:
    """A path here, or the start page for whatever would lead elsewhere."""
    is_path = destination.startswith("/") and not destination.startswith("//")
    plain = destination.isascii() and destination.isprintable() and "\\" not in destination
    return destination if is_path and plain and len(destination) <= MOST_DESTINATION else "/"


def caller(request: Connection, now: Now) -> Caller:  # noqa: ARG001
    """Whoever the guard let in.

    `now` is asked for to have an order: Litestar starts a task for each of those that have none.
    """
    found: Caller = request.scope["user"]
    return found


def guest(request: Connection, now: Now) -> Caller | None:  # noqa: ARG001
    """Whoever is signed in, on a page that is open to everybody."""
    found: Caller | None = request.scope["user"]
    return found
