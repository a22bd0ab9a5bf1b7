"""The page of a time that is held for somebody who waits: take it, or pass."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from scheduler.domain import offer
from scheduler.domain.errors import Conflict
from scheduler.domain.offer import Answer as Shown
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other


@get("/offers/{offer_id:uuid}", guards=[access.signed_in_employee], include_in_schema=False)
async def show_offer(
    request: AnyRequest, offer_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    """Where the mail leads."""
    return at(request, await offer.look(caller, offer_id, now))


def at(request: AnyRequest, shown: Shown, refused: Conflict | None = None) -> Page:
    return render(request, "employee/offer.html", refused=refused, shown=shown)


@post(
    "/offers/{offer_id:uuid}/acceptance",
    guards=[access.signed_in_employee],
    include_in_schema=False,
)
async def take(request: AnyRequest, offer_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    try:
        taken = await offer.accept(caller, offer_id, now)
    except Conflict as refused:
        return at(request, await offer.look(caller, offer_id, now), refused)
    return see_other(request, f"/bookings/{taken.id}?said=booked")


@post(
    "/offers/{offer_id:uuid}/refusal", guards=[access.signed_in_employee], include_in_schema=False
)
async def pass_on(
    request: AnyRequest, offer_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    try:
        await offer.pass_on(caller, offer_id, now)
    except Conflict as refused:
        return at(request, await offer.look(caller, offer_id, now), refused)
    return see_other(request, f"/offers/{offer_id}?said=passed")


HANDLERS = [show_offer, take, pass_on]
