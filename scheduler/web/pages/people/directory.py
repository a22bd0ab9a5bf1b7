"""The people of an organisation: looked for, added, given other roles, taken out."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from scheduler.domain import membership, person
from scheduler.domain.errors import Conflict, DomainError, Invalid
from scheduler.domain.person import Role
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

ON_A_PAGE = 100


class NewPerson(Struct, frozen=True, kw_only=True):
    name: str = ""
    email: str = ""
    roles: list[Role] = []


class Roles(Struct, frozen=True):
    roles: list[Role] = []


NOBODY = NewPerson(roles=[Role.EMPLOYEE])


@get("/people", guards=[access.signed_in_staff], include_in_schema=False)
async def show_people(
    request: AnyRequest, caller: Asking, q: FromQuery[str] = "", start: FromQuery[int] = 0
) -> Page:
    return await _people_page(request, caller, NOBODY, q=q, start=start)


async def _people_page(
    request: AnyRequest, caller: Caller, sent: NewPerson, refused: DomainError | None = None,
    *, q: str = "", start: int = 0,
) -> Page:  # fmt: skip
    everybody = await person.listed(caller)
    found = person.matching(everybody, q)
    first = max(0, min(start, len(found) - 1))
    return render(
        request, "people/directory.html", refused=refused, q=q, sent=sent, everybody=len(everybody),
        found=len(found), shown=found[first : first + ON_A_PAGE], first=first, step=ON_A_PAGE,
        givable=sorted(membership.givable(caller)),
    )  # fmt: skip


@post("/people", guards=[access.signed_in_staff], include_in_schema=False)
async def add(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    sent = NOBODY
    try:
        sent = await form.read(request, NewPerson)
        await membership.add(caller, sent.email, sent.name, sent.roles, now)
    except Invalid as error:
        return await _people_page(request, caller, sent, error)
    return see_other(request, "/people?said=added")


@get("/people/{person_id:uuid}", guards=[access.signed_in_staff], include_in_schema=False)
async def show_person(request: AnyRequest, person_id: FromPath[UUID], caller: Asking) -> Page:
    return await _person_page(request, person_id, caller)


async def _person_page(
    request: AnyRequest, person_id: UUID, caller: Caller, refused: DomainError | None = None,
    chosen: list[Role] | None = None,
) -> Page:  # fmt: skip
    member = await membership.member(caller, person_id)
    return render(
        request, "people/person.html", refused=refused, member=member,
        chosen=member.roles if chosen is None else chosen, givable=membership.givable(caller),
        order=[Role.EMPLOYEE, Role.THERAPIST, Role.COORDINATOR, Role.ADMIN],
    )  # fmt: skip


@post("/people/{person_id:uuid}/roles", guards=[access.signed_in_staff], include_in_schema=False)
async def set_roles(
    request: AnyRequest, person_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    chosen: list[Role] | None = None
    try:
        chosen = (await form.read(request, Roles)).roles
        await membership.set_roles(caller, person_id, chosen, now)
    except (Invalid, Conflict) as error:
        return await _person_page(request, person_id, caller, error, chosen)
    return see_other(request, f"/people/{person_id}?said=changed")


@post("/people/{person_id:uuid}/removal", guards=[access.signed_in_staff], include_in_schema=False)
async def take_out(
    request: AnyRequest, person_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    try:
        await membership.remove(caller, person_id, now)
    except Conflict as error:
        return await _person_page(request, person_id, caller, error)
    return see_other(request, "/people?said=taken-out")


HANDLERS = [show_people, add, show_person, set_roles, take_out]
