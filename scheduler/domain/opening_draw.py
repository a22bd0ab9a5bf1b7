"""The opening draw of a day: announced, wished for, drawn when wishes close."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler.domain import booking, draw_record
from scheduler.domain.booking import Preferences, check_claim
from scheduler.domain.draw import Draw as Drawn
from scheduler.domain.draw import Standing, Time, draw, in_order, ticket, why
from scheduler.domain.errors import (
    Conflict,
    EventCancelled,
    EventNotOpen,
    FieldError,
    Invalid,
    NotFound,
)
from scheduler.domain.event import Status, check_changeable, status
from scheduler.domain.invite import invitation
from scheduler.domain.plan import parse_time
from scheduler.domain.wish import Wishes, window
from scheduler.i18n import Sentence, say
from scheduler.ids import new_id
from scheduler.storage import audit, bookings, draws, events, memberships, outbox, scope, shifts
from scheduler.storage.database import together
from scheduler.storage.draw_rows import Busy, Draw, Wish, Wisher
from scheduler.storage.rows import Caller, Event, Person, Slot
from scheduler.storage.transaction import Beaten, transaction

KIND = "draw_missed"
LEDGER = timedelta(days=365)


class ClaimsHaveOpened(Conflict):
    """Times on this day could be taken already, so they can be drawn no more."""


class WishesClosed(Conflict):
    """Wishes for this day can be put in or changed no more."""


class AlreadyDrawn(Conflict):
    """The times of this day have been drawn."""


class Outcome(Struct, frozen=True, kw_only=True):
    """Somebody's wish and, once it was drawn, what it brought and why."""

    wish: Wish
    ticket: str
    drawn: bool
    why: list[Sentence]


class Missed(Struct, frozen=True):
    """What the message to somebody who drew nothing is written from."""

    event: Event
    person: Person
    why: list[Sentence]


def check_announce(
    event: Event, before: Draw | None, blocks_begin: datetime, closes: datetime, now: datetime
) -> None:
    """Whether wishes for this day can be asked for until `closes`."""
    check_changeable(event, now)
    if before and before.drawn_at:
        raise AlreadyDrawn
    if before is None and event.published_at and (event.claims_open_at or now) <= now:
        raise ClaimsHaveOpened
    if closes <= now:
        raise Invalid(FieldError("wishes_close_at", "This is over. Choose a later moment."))
    if closes >= blocks_begin:
        raise Invalid(FieldError("wishes_close_at", "The day has begun by then."))


def check_wish(event: Event, announced: Draw, now: datetime) -> None:
    if event.cancelled_at:
        raise EventCancelled
    if not event.published_at:
        raise EventNotOpen
    if announced.drawn_at or announced.wishes_close_at <= now:
        raise WishesClosed


def suiting(
    event: Event, wisher: Wisher, open_slots: Sequence[Slot], busy: Sequence[Busy]
) -> list[Slot]:
    """The slots that somebody wished for and could come to."""
    if wisher.claimed >= event.claims_per_person:
        return []
    try:
        since, until = window(event, _wishes(wisher))
    except Invalid:  # the day has moved, and its clock skips that time
        return []
    own = [one for one in busy if one.person == wisher.id]
    return [
        slot
        for slot in open_slots
        if since <= slot.starts_at and slot.ends_at <= until
        and wisher.therapist in {None, slot.therapist}
        and not any(one.starts_at < slot.ends_at and slot.starts_at < one.ends_at for one in own)
    ]  # fmt: skip


def _wishes(of: Wisher | Wish) -> Wishes:
    earliest, latest = (f"{one:%H:%M}" if one else None for one in (of.earliest, of.latest))
    return Wishes(earliest=earliest, latest=latest, therapist=of.therapist)


def to_wishes(
    event: Event, suits: Mapping[UUID, list[Slot]], wishers: Sequence[Wisher]
) -> list[draw_record.RecordedWish]:
    """Whoever nothing suits takes no part: it is nobody's miss."""
    return [
        draw_record.RecordedWish(
            ticket(event.id, one.id), standing(one).due, [str(slot.id) for slot in suits[one.id]]
        )
        for one in wishers
        if suits[one.id]
    ]


def standing(of: Wisher | Wish) -> Standing:
    return Standing(of.missed or 0, of.late or 0, of.no_shows or 0)


@transaction
async def announce(caller: Caller, event: UUID, closes: datetime, now: datetime) -> Draw:
    """Done again it moves the moment; the seed stays the one that was promised."""
    found = await events.get_for_change(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    blocks = await shifts.of_event(found.organisation, found.id)
    before = await draws.get(scope.event_writer(caller), found.id)
    check_announce(found, before, min(one.starts_at for one in blocks), closes, now)
    announced = Draw(
        id=new_id(), organisation=found.organisation, event=found.id,
        seed=secrets.token_hex(32), wishes_close_at=closes,
    )  # fmt: skip
    await draws.put(announced, now)
    await events.open_claims(found.organisation, found.id, max(closes, found.claims_open_at or now))
    await audit.record(found.organisation, caller.id, "draw.announce", found.id, now)
    return await get(caller, event)


async def get(caller: Caller, event: UUID) -> Draw:
    found = await draws.get(scope.event_reader(caller), event)
    if found is None:
        raise NotFound
    return found


@transaction
async def wish(caller: Caller, event: UUID, wanted: Wishes, now: datetime) -> Outcome:
    """The first one, or other times instead of those wished for before."""
    found, announced = await _open(caller, event, now)
    window(found, wanted)
    blocks = await shifts.of_event(found.organisation, found.id)
    if wanted.therapist and wanted.therapist not in {one.therapist for one in blocks}:
        raise Invalid(FieldError("therapist", "Nobody with this id works on this day."))
    wished = Wish(
        id=new_id(), organisation=announced.organisation, event=event, person=caller.id,
        earliest=parse_time(wanted.earliest) if wanted.earliest else None,
        latest=parse_time(wanted.latest) if wanted.latest else None, therapist=wanted.therapist,
    )  # fmt: skip
    await draws.wish(wished, now)
    await audit.record(caller.organisation, caller.id, "draw.wish", event, now)
    return await mine(caller, event)


@transaction
async def withdraw(caller: Caller, event: UUID, now: datetime) -> None:
    await _open(caller, event, now)
    await draws.withdraw(caller.organisation, event, caller.id)
    await audit.record(caller.organisation, caller.id, "draw.withdraw", event, now)


async def _open(caller: Caller, event: UUID, now: datetime) -> tuple[Event, Draw]:
    found = await events.get(scope.event_reader(caller), event)
    announced = await draws.get_unchanging(scope.event_reader(caller), event)
    if found is None or announced is None:
        raise NotFound
    check_wish(found, announced, now)
    return found, announced


async def mine(caller: Caller, event: UUID) -> Outcome:
    announced = await get(caller, event)
    wished = await draws.wish_of(caller.organisation, event, caller.id)
    if wished is None:
        raise NotFound
    return explained(announced, wished)


async def published(caller: Caller, event: UUID) -> bytes:
    """The file by which the draw can be repeated: for coordinators and those who wished."""
    found = await get(caller, event)
    wished = await draws.wish_of(caller.organisation, event, caller.id)
    if found.record is None or not (wished or "coordinator" in caller.roles):
        raise NotFound
    return found.record.encode()


def explained(announced: Draw, wished: Wish) -> Outcome:
    own = ticket(wished.event, wished.person)
    drawn = announced.drawn_at is not None
    return Outcome(wish=wished, ticket=own, drawn=drawn, why=_why(announced, wished, own))


def _why(announced: Draw, wished: Wish, own: str) -> list[Sentence]:
    if announced.record is None:
        return []
    if wished.missed is None:
        return [say("None of the times that were drawn suited you.")]
    found = draw_record.read(announced.record.encode())
    order = in_order(found.seed, found.wishes)
    drawn = Drawn(
        {one.ticket: one for one in order}, [one.ticket for one in order], found.places
    )  # fmt: skip
    return why(drawn, own, standing(wished))


async def run_due(now: datetime) -> int:
    """Every draw whose wishes have closed; answers how many."""
    waiting = await draws.due(now)
    for one in waiting:
        await _run(one, now)
    return len(waiting)


@transaction
async def _run(announced: Draw, now: datetime) -> None:
    """Each place goes through the guards of a claim; if one was faster, all is drawn again."""
    organisation = announced.organisation
    event = await events.get_unchanging(scope.system(), announced.event)
    if event is None or not await draws.take(organisation, announced.id, now):
        return
    if event.cancelled_at or not event.published_at:
        return
    wishers = await draws.wishers(organisation, event.id, now - LEDGER)
    slots = [
        slot
        for slot in await shifts.slots(organisation, event.id)
        if slot.holder is None and slot.starts_at > now
    ]
    busy = await draws.busy(organisation, event.id)
    suits = {one.id: suiting(event, one, slots, busy) for one in wishers}
    times = [Time(str(slot.id), slot.starts_at) for slot in slots]
    # In a thread: a second of it would hold up whatever else this process does.
    drawn = await asyncio.to_thread(draw, announced.seed, times, to_wishes(event, suits, wishers))
    record = draw_record.written(event.id, announced.seed, times, drawn)
    await draws.record(organisation, announced.id, record.decode())
    for one in wishers:
        await _settle(event, one, drawn, now)
    await audit.record(organisation, None, "draw.run", event.id, now)


async def _settle(event: Event, wisher: Wisher, drawn: Drawn, now: datetime) -> None:
    own = ticket(event.id, wisher.id)
    slot = UUID(drawn.places[own]) if own in drawn.places else None
    if own in drawn.wishes:
        await together(draws.outcome(event.organisation, wisher, slot))
    if slot:
        await _give(event, wisher, slot, now)
    elif not wisher.claimed:
        effect = f"{KIND}:{wisher.wish}"
        await outbox.queue(
            outbox.notice(
                KIND, wisher.wish, effect, now,
                organisation=event.organisation, recipient=wisher.id,
            )
        )  # fmt: skip


async def _give(event: Event, person: Person, slot: UUID, now: datetime) -> None:
    facts = await bookings.claim_facts(event.organisation, slot, person.id)
    if facts is None or facts.slot_cancelled_at:
        raise Beaten
    try:
        check_claim(facts, now, early=True)
    except Conflict as error:  # since the slots were read: all is drawn again
        raise Beaten from error
    taken = await bookings.ordinals(event.organisation, event.id, person.id)
    given = booking.placed(facts, person, Preferences(), now)
    await together(
        bookings.addition(given, booking.lowest_free(taken)),
        invitation(given, now),
        audit.entry(event.organisation, None, "booking.draw", given.id, now),
    )


async def missed(wish: UUID, now: datetime) -> Missed | None:
    """For the message that is about to leave; None for whoever has a time there by now."""
    wished = await draws.any_wish(wish)
    event = wished and await events.get(scope.system(), wished.event)
    announced = wished and await draws.get(scope.system(), wished.event)
    if not wished or not event or not announced or status(event, now) is not Status.PUBLISHED:
        return None
    person = await memberships.get(event.organisation, wished.person)
    if person is None or not person.roles:
        return None
    if await bookings.ordinals(event.organisation, event.id, person.id):
        return None
    return Missed(event, person, explained(announced, wished).why)
