"""Inviting colleagues to a day, each with an address of their own."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import event, invitation
from scheduler.domain.errors import Conflict, DomainError, Invalid
from scheduler.domain.invitation import Wanted
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other


class Asked(Struct, frozen=True):
    """`again` for those too who were invited before."""

    again: bool = False


@get(
    "/plan/{event_id:uuid}/invitations",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def show_invitations(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    return await _invitations_page(request, event_id, caller, now)


async def _invitations_page(
    request: AnyRequest, event_id: UUID, caller: Caller, now: Now,
    refused: DomainError | None = None,
) -> Page:  # fmt: skip
    return render(
        request, "plan/invitations.html", refused=refused,
        day=await event.get(caller, event_id, now),
        people=await invitation.overview(caller, event_id),
    )  # fmt: skip


@post(
    "/plan/{event_id:uuid}/invitations",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def invite(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    try:
        asked = await form.read(request, Asked)
        wanted = Wanted(people=None, everybody=True, again=asked.again)
        done = await invitation.invite(caller, event_id, wanted, now)
    except (Invalid, Conflict) as error:
        return await _invitations_page(request, event_id, caller, now, error)
    return see_other(request, f"/plan/{event_id}/invitations?said=invited&count={done.invited}")


HANDLERS = [show_invitations, invite]
