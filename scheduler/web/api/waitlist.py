"""Waiting for a time on a full day, and what is held for whoever waits."""

from datetime import datetime
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from scheduler.domain import offer, rating, waitlist
from scheduler.domain.waitlist import PlaceInLine
from scheduler.domain.wish import Wishes
from scheduler.storage.waitlist_rows import Offer
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.bookings import BookingAnswer, to_answer
from scheduler.web.api.replies import CREATE, READ, WRITE, After, Answering, Limit, page


class OfferAnswer(Struct, frozen=True, kw_only=True):
    """A time that is held for you until `expires_at`."""

    id: UUID
    event_id: UUID
    slot_id: UUID
    starts_at: datetime
    expires_at: datetime


class OfferPage(Struct, frozen=True):
    """By start."""

    items: list[OfferAnswer]
    next: str | None


def to_offer(row: Offer) -> OfferAnswer:
    return OfferAnswer(
        id=row.id,
        event_id=row.event,
        slot_id=row.slot,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
    )


@post(
    "/events/{event_id:uuid}/waitlist",
    guards=[access.employee],
    responses=CREATE,
    summary="Wait for a time, or say what suits now",
    tags=["Waitlist"],
)
async def join_waitlist(
    event_id: FromPath[UUID],
    caller: Asking,
    once: Answering,
    now: Now,
    data: JSONBody[Wishes | None] = None,
) -> Response[PlaceInLine]:
    async def act() -> PlaceInLine:
        return await waitlist.join(caller, event_id, data or Wishes(), now)

    return await once(act)


@delete(
    "/events/{event_id:uuid}/waitlist",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Wait no longer",
    tags=["Waitlist"],
)
async def leave_waitlist(event_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await waitlist.leave(caller, event_id, now)


@get(
    "/offers",
    guards=[access.employee_or_coordinator],
    responses=READ,
    summary="Times that are held for you",
    tags=["Waitlist"],
)
async def list_offers(
    caller: Asking, now: Now, limit: Limit = 50, after: After = None
) -> OfferPage:
    part = page(await offer.live_of(caller, now), lambda row: row.id, after, limit)
    return OfferPage([to_offer(row) for row in part.items], part.next)


@put(
    "/offers/{offer_id:uuid}/acceptance",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Take what is held for you",
    tags=["Waitlist"],
)
async def accept_offer(offer_id: FromPath[UUID], caller: Asking, now: Now) -> BookingAnswer:
    taken = await offer.accept(caller, offer_id, now)
    return to_answer(taken, caller, await rating.of_booking(taken))


@put(
    "/offers/{offer_id:uuid}/refusal",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Pass on what is held for you",
    tags=["Waitlist"],
)
async def pass_offer(offer_id: FromPath[UUID], caller: Asking, now: Now) -> OfferAnswer:
    return to_offer(await offer.pass_on(caller, offer_id, now))


HANDLERS = [join_waitlist, leave_waitlist, list_offers, accept_offer, pass_offer]
