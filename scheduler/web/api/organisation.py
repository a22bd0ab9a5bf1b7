"""The organisation itself, as its admins keep it."""

from uuid import UUID

from litestar import get, patch
from litestar.params import JSONBody
from msgspec import Struct

from scheduler.domain import organisation
from scheduler.domain.organisation import OrganisationChange
from scheduler.storage.rows import Organisation
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import READ, WRITE


class OrganisationAnswer(Struct, frozen=True):
    """Whoever has an address of its `domains` may take times from a day's link."""

    id: UUID
    name: str
    domains: list[str]
    timezone: str


def to_answer(here: Organisation) -> OrganisationAnswer:
    return OrganisationAnswer(here.id, here.name, here.domains, here.timezone)


@get(
    "/organisation",
    guards=[access.admin],
    responses=READ,
    summary="Your organisation",
    tags=["Organisation"],
)
async def get_organisation(caller: Asking) -> OrganisationAnswer:
    return to_answer(await organisation.of(caller))


@patch(
    "/organisation",
    guards=[access.admin],
    responses=WRITE,
    summary="Change your organisation",
    tags=["Organisation"],
)
async def change_organisation(
    data: JSONBody[OrganisationChange], caller: Asking, now: Now
) -> OrganisationAnswer:
    return to_answer(await organisation.change(caller, data, now))


HANDLERS = [get_organisation, change_organisation]
