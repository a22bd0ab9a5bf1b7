"""Who looks after an organisation."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import membership
from scheduler.domain.errors import DomainError, NotFound
from scheduler.domain.person import Role
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other


class Roles(Struct, frozen=True):
    roles: list[Role] = []


class Newcomer(Roles, frozen=True):
    email: str = ""
    name: str | None = None


@get("/admin/roles", guards=[access.signed_in_admin], include_in_schema=False)
async def show_roles(request: AnyRequest, caller: Asking) -> Page:
    return await _roles(request, caller)


async def _roles(
    request: AnyRequest, caller: Caller, refused: DomainError | None = None, **facts: Any
) -> Page:
    shown = {"keepers": await membership.keepers(caller), "changed": None, "typed": Newcomer()}
    return render(request, "admin/roles.html", refused=refused, all_roles=list(Role),
                  **(shown | facts))  # fmt: skip


@post("/admin/roles", guards=[access.signed_in_admin], include_in_schema=False)
async def add(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = await form.read(request, Newcomer)
    try:
        await membership.add(caller, typed.email, typed.name, typed.roles, now)
    except DomainError as error:
        return await _roles(request, caller, error, typed=typed)
    return see_other(request, "/admin/roles?said=given")


@post("/admin/roles/{person_id:uuid}", guards=[access.signed_in_admin], include_in_schema=False)
async def set_roles(
    request: AnyRequest, person_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    wanted = await form.read(request, Roles)
    try:
        await membership.set_roles(caller, person_id, wanted.roles, now)
    except NotFound:
        raise
    except DomainError as error:
        return await _roles(request, caller, error, changed=person_id)
    if person_id == caller.id and Role.ADMIN not in wanted.roles:
        return see_other(request, "/")
    return see_other(request, "/admin/roles?said=changed")


HANDLERS = [show_roles, add, set_roles]
