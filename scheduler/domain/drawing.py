"""Drawing the times of a day, once its wishes have closed: all of them, in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from scheduler.domain import booking, draw_record, limit
from scheduler.domain.booking import Preferences, check_claim
from scheduler.domain.draw import Draw as Drawn
from scheduler.domain.draw import Time, draw, ticket
from scheduler.domain.each import each
from scheduler.domain.errors import Conflict, Invalid
from scheduler.domain.invite import invitation
from scheduler.domain.opening_draw import KIND, standing
from scheduler.domain.promotion import promote
from scheduler.domain.slot import clashes, open_slots
from scheduler.domain.wallclock import whole_day
from scheduler.domain.wish import Wishes, window
from scheduler.storage import audit, bookings, draws, events, outbox, scope, shifts
from scheduler.storage.database import together
from scheduler.storage.draw_rows import Draw, Wisher
from scheduler.storage.rows import Busy, Event, Person, Slot
from scheduler.storage.transaction import Beaten, transaction


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
        and not clashes(wisher.id, slot.planned, own)
    ]  # fmt: skip


def _wishes(of: Wisher) -> Wishes:
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


async def run_due(now: datetime) -> int:
    """Every draw whose wishes have closed; answers how many."""
    return len(await each(await draws.due(now), lambda one: _run(one, now), "draws failed"))


@transaction
async def _run(announced: Draw, now: datetime) -> None:
    """Each place goes through the guards of a claim; if one was faster, all is drawn again."""
    organisation = announced.organisation
    event = await events.get_for_change(scope.system(), announced.event)
    if event is None or not await draws.take(organisation, announced.id, now):
        return
    if event.published_at and not event.cancelled_at:
        await _draw(announced, event, now)
        await events.touch(organisation, event.id)
        await audit.record(organisation, None, "draw.run", event.id, now)
        await promote(organisation, event.id, now)  # whoever lost a time before may wait already


async def _draw(announced: Draw, event: Event, now: datetime) -> None:
    organisation = event.organisation
    wishers = await draws.wishers(organisation, event.id, now)
    people = [one.id for one in wishers]
    slots = open_slots(await shifts.slots(organisation, event.id), now)
    busy = await bookings.busy(organisation, people, *whole_day(event.date, event.timezone))
    # In the order in which each of them is held by the guard of the limit, here and in other draws.
    over = await limit.reached_by(organisation, people, event.date)
    suits = {one.id: [] if one.id in over else suiting(event, one, slots, busy) for one in wishers}
    times = [Time(str(slot.id), slot.starts_at) for slot in slots]
    # In a thread: a second of it would hold up whatever else this process does.
    drawn = await asyncio.to_thread(draw, announced.seed, times, to_wishes(event, suits, wishers))
    record = draw_record.written(event.id, announced.seed, times, drawn)
    await draws.record(organisation, announced.id, record.decode())
    for one in wishers:
        await _settle(event, one, drawn, now)


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
