"""What somebody who waited does with a time that is held for them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from scheduler.domain import booking as bookings_
from scheduler.domain import waitlist
from scheduler.domain.booking import Preferences
from scheduler.domain.errors import NotFound, OfferExpired, OfferUsed
from scheduler.domain.promotion import promote
from scheduler.domain.waitlist import PlaceInLine
from scheduler.storage import audit, bookings, events, offers, scope
from scheduler.storage.rows import Booking, Caller
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import Offer


class State(StrEnum):
    """Held, or how it ended; `gone`: the slot went, or the place in line did."""

    LIVE = "live"
    TAKEN = "taken"
    PASSED = "passed"
    EXPIRED = "expired"
    GONE = "gone"


class Answer(Struct, frozen=True, kw_only=True):
    """An offer as its person sees it: the `booking` that they made of it, while that stands, and
    their `place` in line if they still wait.
    """

    offer: Offer
    state: State
    booking: Booking | None
    place: PlaceInLine | None


ENDED = {one.value: one for one in (State.TAKEN, State.PASSED, State.EXPIRED)}


def state(offer: Offer, now: datetime) -> State:
    if offer.ended_at is None:
        return State.LIVE if is_live(offer, now) else State.EXPIRED
    return ENDED.get(offer.outcome or "", State.GONE)


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


async def look(caller: Caller, offer: UUID, now: datetime) -> Answer:
    found = await get(caller, offer)
    stands = state(found, now)
    return Answer(
        offer=found,
        state=stands,
        booking=await _made_of(caller, found) if stands is State.TAKEN else None,
        place=await waitlist.place(caller, found.event, now),
    )


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
    if found := await _made_of(caller, offer):
        return found
    raise OfferUsed


async def _made_of(caller: Caller, offer: Offer) -> Booking | None:
    own = await bookings.of_person(scope.owner(caller))
    return next((one for one in own if one.slot == offer.slot and one.status != "cancelled"), None)


async def to_tell(offer: UUID, now: datetime) -> Offer | None:
    """Asked when the message is about to leave: nobody hears of what is not held any more."""
    found = await offers.get(scope.system(), offer)
    return found if found and is_live(found, now) else None
