"""The people of an organisation, as its coordinator and its admin keep them."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from scheduler.domain import membership, person
from scheduler.domain.people_file import read_people
from scheduler.domain.person import ImportPreview, Role
from scheduler.storage.rows import Member
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import CREATE, READ, WRITE, After, Answering, Limit, page

LARGEST_FILE = 16 * 1024 * 1024
Roles = Annotated[list[Role], Meta(min_length=1, max_length=len(Role))]


class NewPerson(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A coordinator brings employees and therapists, an admin anybody."""

    email: Annotated[str, Meta(max_length=254)]
    name: Annotated[str, Meta(max_length=200)]
    roles: Roles


class RolesBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All roles that the person is to have."""

    roles: Roles


class PersonAnswer(Struct, frozen=True):
    id: UUID
    email: str
    name: str
    roles: list[Role]


class PersonPage(Struct, frozen=True):
    """By name."""

    items: list[PersonAnswer]
    next: str | None


class ImportForm(Struct):
    file: UploadFile


def to_answer(member: Member) -> PersonAnswer:
    return PersonAnswer(member.id, member.email, member.name, [Role(role) for role in member.roles])


@get(
    "/people",
    guards=[access.admin_or_coordinator],
    responses=READ,
    summary="Everybody",
    tags=["People"],
)
async def list_people(caller: Asking, limit: Limit = 50, after: After = None) -> PersonPage:
    part = page(await person.listed(caller), lambda member: member.id, after, limit)
    return PersonPage([to_answer(member) for member in part.items], part.next)


@post(
    "/people",
    guards=[access.admin_or_coordinator],
    responses=CREATE,
    summary="Bring somebody",
    tags=["People"],
)
async def add_person(
    data: JSONBody[NewPerson], caller: Asking, once: Answering, now: Now
) -> Response[PersonAnswer]:
    async def act() -> PersonAnswer:
        return to_answer(await membership.add(caller, data.email, data.name, data.roles, now))

    return await once(act)


@put(
    "/people/{person_id:uuid}/roles",
    guards=[access.admin_or_coordinator],
    responses=WRITE,
    summary="Give and take roles",
    tags=["People"],
)
async def set_roles(
    person_id: FromPath[UUID], data: JSONBody[RolesBody], caller: Asking, now: Now
) -> PersonAnswer:
    return to_answer(await membership.set_roles(caller, person_id, data.roles, now))


@delete(
    "/people/{person_id:uuid}",
    guards=[access.admin_or_coordinator],
    responses=WRITE,
    summary="Take somebody out",
    tags=["People"],
)
async def remove_person(person_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await membership.remove(caller, person_id, now)


@post(
    "/people/import",
    guards=[access.coordinator],
    responses=CREATE,
    request_max_body_size=LARGEST_FILE,
    summary="Bring employees from an HR export",
    tags=["People"],
)
async def import_people(
    data: Annotated[ImportForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    caller: Asking, once: Answering, now: Now, dry_run: FromQuery[bool] = False,
) -> Response[ImportPreview]:  # fmt: skip
    content = await data.file.read()
    rows = await asyncio.to_thread(read_people, content)  # 50,000 rows take seconds

    async def act() -> Any:
        return await person.import_employees(
            caller.organisation, caller.id, rows, now, dry_run=dry_run
        )

    return await once(act, content)


HANDLERS = [list_people, add_person, set_roles, remove_person, import_people]
