"""The people of an organisation, as its coordinator keeps them."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from msgspec import Struct

from scheduler.domain import person
from scheduler.domain.people_file import read_people
from scheduler.domain.person import ImportPreview, Role
from scheduler.storage.rows import Member
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import CREATE, READ, After, Answering, Limit, page

LARGEST_FILE = 16 * 1024 * 1024


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


@get("/people", guards=[access.coordinator], responses=READ, summary="Everybody", tags=["People"])
async def list_people(caller: Asking, limit: Limit = 50, after: After = None) -> PersonPage:
    part = page(await person.listed(caller), lambda member: member.id, after, limit)
    return PersonPage([to_answer(member) for member in part.items], part.next)


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


HANDLERS = [list_people, import_people]
