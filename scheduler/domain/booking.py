"""Taking a slot, moving to another, giving it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from msgspec import Meta, Struct, structs

from scheduler.domain import body, limit, text
from scheduler.domain.errors import (
    AlreadyBooked,
    BookingCancelled,
    EventCancelled,
    EventFull,
    EventNotOpen,
    FieldError,
    Invalid,
    NotFound,
    OverlapsOwnBooking,
    SlotPast,
    SlotTaken,
    TooLateToCancel,
)
from scheduler.domain.invite import invitation, queue_cancellation, queue_invite
from scheduler.domain.promotion import promote
from scheduler.domain.slot import closes_at
from scheduler.domain.wish import Wishes, window
from scheduler.i18n import words
from scheduler.ids import new_id
from scheduler.storage import audit, bookings, draws, events, offers, people, scope, waitlist
from scheduler.storage.database import together
from scheduler.storage.rows import Booking, Caller, ClaimFacts, Event, Person, Place
from scheduler.storage.transaction import Beaten, single_write, transaction

FALLBACK_DOMAIN = "chairtime.invalid"


class Preferences(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """For the therapist of this booking, and for nobody else."""

    pressure: Annotated[int, Meta(ge=1, le=4)] | None = None
    technique: body.Technique | None = None
    focus_areas: Annotated[list[body.Area], Meta(max_length=len(body.Area))] = []
    avoid_areas: Annotated[list[body.Area], Meta(max_length=len(body.Area))] = []
    quiet: bool = False


def check_claim(
    facts: ClaimFacts, now: datetime, *, early: bool = False, moving: bool = False,
    at_chair: bool = False,
) -> None:  # fmt: skip
    """Raises the first reason why this slot cannot be taken; `early` is before claims open,
    `at_chair` by somebody who stands there.

    Whoever is `moving` within a day has no more than before, whatever the limit is by now.
    """
    if facts.event_cancelled_at:
        raise EventCancelled
    if not facts.published_at or (not early and now < (facts.claims_open_at or now)):
        raise EventNotOpen
    if facts.undrawn and not early:
        raise EventNotOpen
    if closes_at(facts, at_chair=at_chair) <= now:
        raise SlotPast
    if facts.claimed >= facts.claims_per_person:
        raise AlreadyBooked
    if not moving:
        limit.check(facts, now)
    if facts.overlaps:
        raise OverlapsOwnBooking
    if facts.taken:
        raise SlotTaken


def check_open(event: Event, now: datetime) -> None:
    if event.cancelled_at:
        raise EventCancelled
    if not event.published_at or now < (event.claims_open_at or now):
        raise EventNotOpen


def changeable_until(booking: Booking) -> datetime:
    """Until when its owner may move it or give it back. One that is late may go until it begins."""
    notice = timedelta(minutes=0 if booking.is_delayed else booking.cancel_until_minutes)
    return booking.starts_at - notice


def is_late(booking: Booking, now: datetime) -> bool:
    return now > changeable_until(booking)


def check_mine_to_change(booking: Booking, caller: Caller, now: datetime) -> None:
    """Whether this booking may still be moved or cancelled by the caller."""
    if booking.starts_at <= now:
        raise TooLateToCancel if booking.person == caller.id else SlotPast
    if booking.person == caller.id and is_late(booking, now):
        raise TooLateToCancel


def is_owners_to_change(booking: Booking, now: datetime) -> bool:
    """Whether its owner may move it or give it back."""
    over = booking.status == "cancelled" or booking.starts_at <= now
    return not over and not is_late(booking, now)


def preferences(booking: Booking) -> dict[str, Any]:
    """What its owner asked for, by the names of Preferences."""
    return {field: getattr(booking, field) for field in Preferences.__struct_fields__}


def check_preferable(booking: Booking, now: datetime) -> None:
    """Whether its owner may still say what they prefer."""
    if booking.status == "cancelled":
        raise BookingCancelled
    if booking.starts_at <= now:
        raise SlotPast


def latest_preferred(own: Sequence[Booking]) -> Preferences | None:
    """What was asked for the last time that anything was, of bookings by start."""
    said = (Preferences(**preferences(booking)) for booking in reversed(own))
    return next((wanted for wanted in said if wanted != Preferences()), None)


def lowest_free(taken: set[int]) -> int:
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


@single_write
async def claim(caller: Caller, slot: UUID, wanted: Preferences, now: datetime) -> Booking:
    return await _take(caller, caller, slot, wanted, now)


@single_write
async def claim_for(caller: Caller, slot: UUID, email: str, now: datetime) -> Booking:
    """On behalf of an employee, who is told; before claims open as well."""
    key = text.key(_clean_email(email))
    person = await people.with_role(caller.organisation, key, "employee")
    if person is None:
        raise Invalid(FieldError("person", "No employee here has this address."))
    return await _take(caller, person, slot, Preferences(), now)


def _clean_email(email: str) -> str:
    try:
        return text.clean_email(email)
    except ValueError as error:
        raise Invalid(FieldError("person", words(error))) from None


@transaction
async def claim_any(caller: Caller, event: UUID, wishes: Wishes, now: datetime) -> Booking:
    """The earliest open slot that suits."""
    waits = await waitlist.waits(caller.organisation, event, caller.id)
    keep = events.get_for_change if waits else events.get_unchanging
    found = await keep(scope.event_reader(caller), event)
    if found is None:
        raise NotFound
    since, until = window(found, wishes)
    check_open(found, now)
    if await draws.is_undrawn(found.organisation, found.id):
        raise EventNotOpen
    if (
        len(await bookings.ordinals(found.organisation, event, caller.id))
        >= found.claims_per_person
    ):
        raise AlreadyBooked
    since = max(since, now + timedelta.resolution)  # what begins now is past
    slot = await bookings.earliest_open(found, caller.id, since, until, wishes.therapist)
    if slot is None:
        raise EventFull
    try:
        return await _take(caller, caller, slot, Preferences(), now)
    except (SlotTaken, OverlapsOwnBooking) as error:  # since it was found; there may be others
        raise Beaten from error


@transaction
async def claim_at_chair(caller: Caller, person: Person, slot: UUID, now: datetime) -> Booking:
    """For whoever stands there, by themselves or by somebody of the staff."""
    facts = await _facts(caller, slot, person.id)
    await events.hold(facts.organisation, facts.event)
    fresh = await _facts(caller, slot, person.id)
    booking = await _place(caller, person, fresh, Preferences(), now, at_chair=True)
    await promote(booking.organisation, booking.event, now)
    return booking


async def _take(
    caller: Caller, person: Person, slot: UUID, wanted: Preferences, now: datetime
) -> Booking:
    facts = await _facts(caller, slot, person.id)
    if facts.waiting:
        return await _take_from_waitlist(caller, person, facts, wanted, now)
    return await _place(caller, person, facts, wanted, now)


@transaction
async def _take_from_waitlist(
    caller: Caller, person: Person, facts: ClaimFacts, wanted: Preferences, now: datetime
) -> Booking:
    """What was held for them is theirs or goes to the next, and they may wait no longer."""
    await events.hold(facts.organisation, facts.event)
    fresh = await _facts(caller, facts.slot, person.id)
    booking = await _place(caller, person, fresh, wanted, now)
    await promote(booking.organisation, booking.event, now)
    return booking


async def _place(
    caller: Caller, person: Person, facts: ClaimFacts, wanted: Preferences, now: datetime,
    *, at_chair: bool = False,
) -> Booking:  # fmt: skip
    by = None if caller.id == person.id else caller.name
    check_claim(facts, now, early=by is not None, at_chair=at_chair)
    booking = placed(facts, person, wanted, now)
    await together(
        bookings.addition(booking, await _ordinal(facts, person)),
        invitation(booking, now, by),
        audit.entry(booking.organisation, caller.id, "booking.claim", booking.id, now),
    )
    return booking


async def _facts(
    caller: Caller, slot: UUID, person: UUID, moving: UUID | None = None
) -> ClaimFacts:
    facts = await bookings.claim_facts(caller.organisation, slot, person, moving)
    if facts and facts.slot_cancelled_at:
        # The slot may have gone while we waited for it: what became of its event is asked again.
        facts = await bookings.claim_facts(caller.organisation, slot, person, moving)
    if facts is None or not (facts.published_at or caller.roles & scope.STAFF):
        raise NotFound
    if facts.slot_cancelled_at and not facts.event_cancelled_at:
        raise NotFound
    return facts


async def _ordinal(facts: ClaimFacts, person: Person) -> int:
    if not facts.claimed:
        return 1
    taken = await bookings.ordinals(facts.organisation, facts.event, person.id)
    if len(taken) >= facts.claims_per_person:  # one more since the facts were read
        raise AlreadyBooked
    return lowest_free(taken)


def placed(facts: ClaimFacts, person: Person, wanted: Preferences, now: datetime) -> Booking:
    """The booking that a claim makes."""
    return Booking(
        **{field: getattr(facts, field) for field in Place.__struct_fields__},
        **{field: getattr(wanted, field) for field in Preferences.__struct_fields__},
        id=new_id(),
        person=person.id,
        person_name=person.name,
        person_email=person.email,
        person_language=person.language,
        status="confirmed",
        uid=f"{uuid4()}@{(facts.domains or [FALLBACK_DOMAIN])[0]}",
        sequence=0,
        placed_at=now,
        changed_at=now,
        completed_at=None,
    )


async def _announce(caller: Caller, booking: UUID, action: str, now: datetime) -> Booking:
    changed = await _reload(booking)
    by = None if changed.person == caller.id else caller.name
    await queue_invite(changed, now, by)
    await audit.record(changed.organisation, caller.id, action, changed.id, now)
    return changed


async def _reload(booking: UUID) -> Booking:
    found = await bookings.get(scope.system(), booking)
    if found is None:
        raise NotFound
    return found


@transaction
async def move(caller: Caller, booking: UUID, slot: UUID, now: datetime) -> Booking:
    """To another slot of the same day; the old one is kept until the new one is won."""
    old = await _for_change(caller, booking)
    if old.status == "cancelled":
        raise BookingCancelled
    if old.slot == slot:
        return old
    check_mine_to_change(old, caller, now)
    facts = await _facts(caller, slot, old.person, moving=old.id)
    if facts.event != old.event:
        raise Invalid(FieldError("slot_id", "This time is on another day. Take it there instead."))
    check_claim(facts, now, early=old.person != caller.id, moving=True)
    await bookings.place(old.organisation, old.id, slot, now)
    moved = await _announce(caller, old.id, "booking.move", now)
    await offers.note_return(old.organisation, old.event, old.person, old.slot, now)
    await promote(old.organisation, old.event, now)
    return moved


@transaction
async def cancel(caller: Caller, booking: UUID, now: datetime) -> None:
    """Done twice, it stays as the first time left it."""
    old = await _for_change(caller, booking)
    if old.status == "cancelled":
        return
    check_mine_to_change(old, caller, now)
    await bookings.cancel(old.organisation, old.id, now, late=is_late(old, now))
    by = None if old.person == caller.id else caller.name
    await queue_cancellation(await _reload(old.id), now, by=by)
    await audit.record(old.organisation, caller.id, "booking.cancel", old.id, now)
    await promote(old.organisation, old.event, now)


async def _for_change(caller: Caller, booking: UUID) -> Booking:
    await bookings.hold_day(booking)  # before the booking: whoever changes the day does so too
    found = await bookings.get_for_change(scope.owner_or_coordinator(caller), booking)
    if found is None:
        raise NotFound
    return found


async def get(caller: Caller, booking: UUID) -> Booking:
    """One's own."""
    found = await bookings.get(scope.owner(caller), booking)
    if found is None:
        raise NotFound
    return found


async def listed(caller: Caller) -> list[Booking]:
    return await bookings.of_person(scope.owner(caller))


@transaction
async def prefer(caller: Caller, booking: UUID, wanted: Preferences, now: datetime) -> Booking:
    """One's own, until it begins; no invite tells of it."""
    found = await bookings.get_for_change(scope.owner(caller), booking)
    if found is None:
        raise NotFound
    check_preferable(found, now)
    changed = structs.replace(found, **structs.asdict(wanted))
    await bookings.prefer(changed)
    await audit.record(found.organisation, caller.id, "booking.prefer", found.id, now)
    return changed


async def latest_preferences(caller: Caller) -> Preferences | None:
    """For "the same again": from the latest booking here that had any."""
    return latest_preferred(await bookings.of_person(scope.owner(caller)))
