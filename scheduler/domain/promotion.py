"""Who gets a slot that opens: the first in line whom it suits is offered it.

`promote` puts a day's waitlist in order. It runs in the transaction of whatever opens a slot, so no
slot is ever open while somebody whom it suits only waits. What begins soon goes to those on standby
before; see rounds.py.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from scheduler.domain import limit, open_now, rounds, wallclock, wish
from scheduler.domain.each import each
from scheduler.domain.slot import clashes, open_slots
from scheduler.storage import (
    audit,
    bookings,
    draws,
    events,
    offers,
    outbox,
    scope,
    shifts,
    standby,
    waitlist,
)
from scheduler.storage.rows import Busy, Event, Slot
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import Declined, Standby, Waiter, WaitlistEntry

V = TypeVar("V", bound=Waiter)
W = TypeVar("W", bound=Waiter)

KIND = "offer"
LONGEST_HOLD = timedelta(minutes=30)
SHORTEST_HOLD = timedelta(minutes=2)


class Line(Struct, Generic[W], frozen=True):
    """Who waits for a time on a day, in order, and what rules a time out for them.

    `over` are those who had as many as the organisation's limit allows.
    """

    zone: str
    entries: Sequence[W]
    busy: Collection[Busy] = ()
    declined: Collection[Declined] = ()
    over: Collection[UUID] = ()

    def of(self, entries: Sequence[V]) -> "Line[V]":
        """The same for others."""
        return Line(self.zone, entries, self.busy, self.declined, self.over)

    def suits(self, slot: Slot, entry: Waiter) -> bool:
        """By the clock on the wall. Nobody is offered what they gave back or passed on."""
        begins = wallclock.to_local(slot.starts_at, self.zone).time()
        ends = wallclock.to_local(slot.ends_at, self.zone).time()
        wished = wish.suits(entry, begins, ends, slot.therapist)
        had = Declined(slot=slot.id, person=entry.person) in self.declined
        may = entry.person not in self.over and not had
        return may and wished and not clashes(entry.person, slot.planned, self.busy)


class Shares(Struct, frozen=True):
    """Who is offered which slot, on standby or in line. What is `left` of what is soon is open to
    whoever is first, of which those who are `idle` may hear.
    """

    at_hand: dict[UUID, Standby]
    in_line: dict[UUID, WaitlistEntry]
    left: list[Slot]
    idle: list[Waiter]


def expires_at(starts_at: datetime, now: datetime) -> datetime:
    """Until when a slot is held: half of what is left when that is little, and never past its
    start.
    """
    left = starts_at - now
    return now + max(min(LONGEST_HOLD, left / 2), min(SHORTEST_HOLD, left))


def is_open(event: Event, now: datetime) -> bool:
    """Whether its times may be taken, and so be offered."""
    opens = event.claims_open_at
    return bool(event.published_at and opens and opens <= now and not event.cancelled_at)


def match(slots: Sequence[Slot], line: Line[W]) -> dict[UUID, W]:
    """Whom each slot is offered to. Whoever comes first is never left out for somebody later; as
    many as possible get one, so the first may get a later slot if only the earlier suits another.
    """
    given: dict[UUID, W] = {}
    lost: set[UUID] = set()  # whoever has one of these can be given no other
    for entry in line.entries:
        asked = set(lost)
        if not entry.offered and not _seat(entry, slots, line, given, asked):
            lost = asked
    return given


def _seat(
    entry: W, slots: Sequence[Slot], line: Line[W], given: dict[UUID, W], asked: set[UUID]
) -> bool:
    """The shortest augmenting path (Kuhn): a slot that is free, or else one whose holder can have
    another.
    """
    # Each asks for another slot than the one that they have.
    asking: list[tuple[W, UUID | None]] = [(entry, None)]
    path: dict[UUID, tuple[W, UUID | None]] = {}
    for who, has in asking:
        for slot in slots:
            if slot.id in asked or not line.suits(slot, who):
                continue
            asked.add(slot.id)
            path[slot.id] = who, has
            if slot.id not in given:
                _pass_along(slot.id, path, given)
                return True
            asking.append((given[slot.id], slot.id))
    return False


def _pass_along(
    free: UUID | None, path: dict[UUID, tuple[W, UUID | None]], given: dict[UUID, W]
) -> None:
    while free:
        given[free], free = path[free]


def share(
    free: Sequence[Slot], ready: Sequence[Standby], entries: Sequence[WaitlistEntry],
    line: Line[Waiter], now: datetime,
) -> Shares:  # fmt: skip
    """What is soon to those on standby, the rest in line; what both leave is simply open."""
    soon = [slot for slot in free if rounds.is_soon(slot, now)]
    at_once = replace(line, over=())  # the limit does not hold for what would stay empty
    at_hand = rounds.in_order(ready, entries, soon, at_once.suits)
    first = match(soon, at_once.of(at_hand))
    asked = {one.person for one in first.values()}
    ahead = [slot for slot in free if slot.id not in first and not slot.instead_of]
    second = match(ahead, line.of([one for one in entries if one.person not in asked]))
    asked |= {one.person for one in second.values()}
    left = [slot for slot in soon if slot.id not in {*first, *second}]
    idle = [one for one in (*at_hand, *entries) if not one.offered and one.person not in asked]
    return Shares(first, second, left, idle)


@transaction
async def promote(organisation: UUID, event: UUID, now: datetime) -> None:
    """Ends what is over on a day's waitlist, and offers what is open. A repeat changes nothing."""
    await events.hold(organisation, event)
    if not await waitlist.concerns_anybody(organisation, event):
        return
    await waitlist.serve(organisation, event, now)
    await standby.serve(organisation, event, now)
    await offers.settle(organisation, event, now)
    day = await events.get(scope.system(), event)
    if day and is_open(day, now) and not await draws.is_undrawn(organisation, event):
        await _offer(day, now)


async def _offer(day: Event, now: datetime) -> None:
    free = open_slots(await shifts.slots(day.organisation, day.id), now)
    entries = await waitlist.line(day.organisation, day.id, now)
    ready = await standby.of_event(day.organisation, day.id)
    if not free or all(one.offered for one in (*entries, *ready)):
        return
    line = await _line(day, [*entries, *ready])
    shared = share(free, ready, entries, line, now)
    for slot in free:
        if one := shared.at_hand.get(slot.id):
            await _ask(day, slot, one, now)
        elif entry := shared.in_line.get(slot.id):
            await _hold(day, slot, entry, now)
    await _open_to_all(day, shared.left, line.of(shared.idle), now)


async def _line(day: Event, entries: Sequence[Waiter]) -> Line[Waiter]:
    people = [entry.person for entry in entries]
    hours = wallclock.whole_day(day.date, day.timezone)
    busy = await bookings.busy(day.organisation, people, *hours)
    declined = set(await offers.declined(day.organisation, day.id))
    over = await limit.reached_by(day.organisation, people, day.date)
    return Line(day.timezone, entries, busy, declined, over)


async def _hold(day: Event, slot: Slot, entry: WaitlistEntry, now: datetime) -> None:
    until = expires_at(slot.starts_at, now)
    offer = await offers.add(day.organisation, entry.id, slot.id, now, until)
    await _tell(day, offer, entry.person, now)


async def _ask(day: Event, slot: Slot, one: Standby, now: datetime) -> None:
    until = rounds.expires_at(slot, now)
    offer = await offers.add_round(day.organisation, one.id, slot.id, now, until)
    await _tell(day, offer, one.person, now)


async def _tell(day: Event, offer: UUID, person: UUID, now: datetime) -> None:
    await outbox.queue(
        outbox.notice(
            KIND, offer, f"{KIND}:{offer}", now, organisation=day.organisation, recipient=person
        ),
        audit.entry(day.organisation, None, "offer.make", person, now),
    )


async def _open_to_all(day: Event, left: Sequence[Slot], line: Line[Waiter], now: datetime) -> None:
    """Tells everybody on standby, and of what is left of a missed time whoever waits as well. Not
    those who know of it: a time is told once.
    """
    if not left:
        return
    asking = replace(line, over=(), declined=set(await offers.known(day.organisation, day.id)))
    for slot in left:
        told = [one for one in line.entries if slot.instead_of or isinstance(one, Standby)]
        people = {one.person for one in told if asking.suits(slot, one)}
        await open_now.tell(day, slot, sorted(people), now)


async def tend(now: datetime) -> None:
    """Ends the offers that have run out, each passed to the next in line in one transaction."""
    days = [*await waitlist.to_tend(now), *await standby.to_ask(now, now + rounds.SOON)]
    await each(
        dict.fromkeys(days),
        lambda day: promote(day.organisation, day.event, now),
        "waitlists not tended",
    )
