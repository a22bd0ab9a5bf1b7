"""What somebody who waited does with a time that is held for them."""

from datetime import datetime
from uuid import UUID

from scheduler.domain import booking as bookings_
from scheduler.domain.booking import Preferences
from scheduler.domain.errors import NotFound, OfferExpired, OfferUsed
from scheduler.domain.promotion import promote
from scheduler.storage import audit, bookings, events, offers, scope
from scheduler.storage.rows import Booking, Caller
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import Offer


def is_live(offer: Offer, now: datetime) -> bool:
    return offer.ended_at is None and now < offer.expires_at


def check_usable(offer: Offer, now: datetime) -> None:
    if offer.outcome in {"taken", "passed"}:
        raise OfferUsed
    if not is_live(offer, now):
        raise OfferExpired


async def live_of(caller: Caller, now: datetime) -> list[Offer]:
    return await offers.live(scope.offered_to(caller), now)


async def get(caller: Caller, offer: UUID) -> Offer:
    found = await offers.get(scope.offered_to(caller), offer)
    if found is None:
        raise NotFound
    return found


@transaction
async def accept(caller: Caller, offer: UUID, now: datetime) -> Booking:
    """A claim of the slot. Done twice, it is the booking of the first time, while that stands."""
    found = await _for_change(caller, offer)
    if found.outcome == "taken":
        return await _taken(caller, found)
    check_usable(found, now)
    return await bookings_.claim(caller, found.slot, Preferences(), now)


@transaction
async def pass_on(caller: Caller, offer: UUID, now: datetime) -> Offer:
    """To whoever is next in line. Done twice, it stays as the first time left it."""
    found = await _for_change(caller, offer)
    if found.outcome == "passed":
        return found
    check_usable(found, now)
    await offers.pass_on(found.organisation, offer, now)
    await audit.record(found.organisation, caller.id, "offer.pass", found.event, now)
    await promote(found.organisation, found.event, now)
    return await get(caller, offer)


async def _for_change(caller: Caller, offer: UUID) -> Offer:
    await events.hold(caller.organisation, (await get(caller, offer)).event)
    return await get(caller, offer)


async def _taken(caller: Caller, offer: Offer) -> Booking:
    own = await bookings.of_person(scope.owner(caller))
    theirs = (one for one in own if one.slot == offer.slot and one.status != "cancelled")
    if found := next(theirs, None):
        return found
    raise OfferUsed


async def to_tell(offer: UUID, now: datetime) -> Offer | None:
    """Asked when the message is about to leave: nobody hears of what is not held any more."""
    found = await offers.get(scope.system(), offer)
    return found if found and is_live(found, now) else None
