"""Who is asking, and whether this door is theirs. Every route declares it as a guard."""

from datetime import datetime
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.types import HTTPScope

from scheduler.domain import person
from scheduler.domain.errors import NotFound, NotSignedIn
from scheduler.domain.person import Role
from scheduler.storage.rows import Caller

Connection = ASGIConnection[BaseRouteHandler, Any, Any, State]
Asking = NamedDependency[Caller]
Now = NamedDependency[datetime]
READING = {"GET", "HEAD"}


class Only:
    """A guard: lets in whoever has one of these roles. For all others the door is not there."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        now = connection.app.state.clock()
        caller = await person.caller(_bearer(connection), now)
        if not caller.roles & self.roles:
            raise NotFound
        if cast("HTTPScope", connection.scope)["method"] not in READING:
            connection.app.state.limiter.count(caller.id, now)
        connection.scope["user"] = caller


member = Only(*Role)
coordinator = Only(Role.COORDINATOR)
admin_or_coordinator = Only(Role.ADMIN, Role.COORDINATOR)
employee_or_coordinator = Only(Role.EMPLOYEE, Role.COORDINATOR)
therapist_or_coordinator = Only(Role.THERAPIST, Role.COORDINATOR)
therapist_or_employee = Only(Role.THERAPIST, Role.EMPLOYEE)


async def anyone(_connection: Connection, _handler: BaseRouteHandler) -> None:
    """A guard for what is public: it says so, and lets everybody in."""


def _bearer(connection: Connection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()


def caller(request: Connection, now: Now) -> Caller:  # noqa: ARG001
    """Whoever the guard let in.

    `now` is asked for to have an order: Litestar starts a task for each of those that have none.
    """
    found: Caller = request.scope["user"]
    return found
