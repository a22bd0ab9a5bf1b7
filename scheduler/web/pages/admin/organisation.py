"""An organisation's settings, who looks after it, and its log."""

import re
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from scheduler.domain import log, mailroom, membership, organisation, wallclock
from scheduler.domain.errors import DomainError, NotFound
from scheduler.domain.organisation import OrganisationChange
from scheduler.domain.person import Role
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import deeds, form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

_between = re.compile(r"[\s,;]+")


class Settings(Struct, frozen=True):
    """`domains` as they are typed, one on each line or with commas."""

    name: str = ""
    domains: str = ""
    timezone: str = ""


class Roles(Struct, frozen=True):
    roles: list[Role] = []


class Newcomer(Roles, frozen=True):
    email: str = ""
    name: str | None = None


@get("/admin", guards=[access.signed_in_admin], include_in_schema=False)
async def show_settings(request: AnyRequest, caller: Asking) -> Page:
    here = await organisation.of(caller)
    typed = Settings(here.name, "\n".join(here.domains), here.timezone)
    return await _settings(request, caller, typed)


async def _settings(
    request: AnyRequest, caller: Caller, typed: Settings, refused: DomainError | None = None
) -> Page:
    return render(
        request, "admin/organisation.html", refused=refused, typed=typed,
        zones=sorted(wallclock.ZONES), here=await organisation.of(caller),
        mail=await mailroom.tally(caller),
    )  # fmt: skip


@post("/admin", guards=[access.signed_in_admin], include_in_schema=False)
async def change(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = await form.read(request, Settings)
    wanted = OrganisationChange(
        name=typed.name, domains=split(typed.domains), timezone=typed.timezone
    )
    try:
        await organisation.change(caller, wanted, now)
    except DomainError as error:
        return await _settings(request, caller, typed, error)
    return see_other(request, "/admin?said=changed")


def split(typed: str) -> list[str]:
    return [domain for domain in _between.split(typed) if domain]


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


@get("/admin/log", guards=[access.signed_in_admin], include_in_schema=False)
async def show_log(
    request: AnyRequest, caller: Asking, before: FromQuery[UUID | None] = None
) -> Page:
    page, following = await log.read(caller, before)
    here = await organisation.of(caller)
    return render(
        request, "admin/log.html", page=page, following=following, before=before,
        zone=here.timezone, told=deeds.told, colleague=deeds.COLLEAGUE,
    )  # fmt: skip


HANDLERS = [show_settings, change, show_roles, add, set_roles, show_log]
