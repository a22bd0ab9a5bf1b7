"""Who gets a slot that opens: the first in line whom it suits is offered it.

`promote` puts a day's waitlist in order. It runs in the transaction of whatever opens a slot, so no
slot is ever open while somebody whom it suits only waits.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler.domain import limit, wallclock
from scheduler.storage import audit, draws, events, offers, outbox, scope, shifts, waitlist
from scheduler.storage.rows import Event, Slot
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import Busy, Declined, WaitlistEntry

KIND = "offer"
LONGEST_HOLD = timedelta(minutes=30)
SHORTEST_HOLD = timedelta(minutes=2)
Asking = tuple[WaitlistEntry, UUID | None]  # for another slot than the one that they have


class Line(Struct, frozen=True):
    """Who waits for a time on a day, in order, and what rules a time out for them.

    `over` are those who had as many as the organisation's limit allows.
    """

    zone: str
    entries: list[WaitlistEntry]
    busy: Collection[Busy] = ()
    declined: Collection[Declined] = ()
    over: Collection[UUID] = ()

    def suits(self, slot: Slot, entry: WaitlistEntry) -> bool:
        """By the clock on the wall. Nobody is offered what they gave back or passed on."""
        begins = wallclock.to_local(slot.starts_at, self.zone).time()
        ends = wallclock.to_local(slot.ends_at, self.zone).time()
        wished = (entry.earliest or begins) <= begins and ends <= (entry.latest or ends)
        with_them = entry.therapist in {None, slot.therapist}
        had = Declined(slot=slot.id, person=entry.person) in self.declined
        may = entry.person not in self.over
        return may and wished and with_them and not had and not self._clashes(slot, entry)

    def _clashes(self, slot: Slot, entry: WaitlistEntry) -> bool:
        """As planned, which is what would refuse their claim."""
        begins, ends = slot.planned
        return any(
            one.starts_at < ends and begins < one.ends_at
            for one in self.busy
            if one.person == entry.person
        )


def expires_at(starts_at: datetime, now: datetime) -> datetime:
    """Until when a slot is held: half of what is left when that is little, and never past its
    start.
    """
    left = starts_at - now
    return now + max(min(LONGEST_HOLD, left / 2), min(SHORTEST_HOLD, left))


def open_slots(slots: Iterable[Slot], now: datetime) -> list[Slot]:
    ahead = [slot for slot in slots if slot.starts_at > now]
    return [slot for slot in ahead if not slot.holder and not slot.offered_to]


def is_open(event: Event, now: datetime) -> bool:
    """Whether its times may be taken, and so be offered."""
    opens = event.claims_open_at
    return bool(event.published_at and opens and opens <= now and not event.cancelled_at)


def match(slots: Sequence[Slot], line: Line) -> dict[UUID, WaitlistEntry]:
    """Whom each slot is offered to. Whoever comes first is never left out for somebody later; as
    many as possible get one, so the first may get a later slot if only the earlier suits another.
    """
    given: dict[UUID, WaitlistEntry] = {}
    lost: set[UUID] = set()  # whoever has one of these can be given no other
    for entry in line.entries:
        asked = set(lost)
        if not entry.offered and not _seat(entry, slots, line, given, asked):
            lost = asked
    return given


def _seat(
    entry: WaitlistEntry, slots: Sequence[Slot], line: Line, given: dict[UUID, WaitlistEntry],
    asked: set[UUID],
) -> bool:  # fmt: skip
    """The shortest augmenting path (Kuhn): a slot that is free, or else one whose holder can have
    another.
    """
    asking: list[Asking] = [(entry, None)]
    path: dict[UUID, Asking] = {}
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
    free: UUID | None, path: dict[UUID, Asking], given: dict[UUID, WaitlistEntry]
) -> None:
    while free:
        given[free], free = path[free]


@transaction
async def promote(organisation: UUID, event: UUID, now: datetime) -> None:
    """Ends what is over on a day's waitlist, and offers what is open. A repeat changes nothing."""
    await events.hold(organisation, event)
    if not await waitlist.concerns_anybody(organisation, event):
        return
    await waitlist.serve(organisation, event, now)
    await offers.settle(organisation, event, now)
    day = await events.get(scope.system(), event)
    if day and is_open(day, now) and not await draws.is_undrawn(organisation, event):
        await _offer(day, now)


async def _offer(day: Event, now: datetime) -> None:
    free = open_slots(await shifts.slots(day.organisation, day.id), now)
    entries = await waitlist.line(day.organisation, day.id, now)
    if not free or all(entry.offered for entry in entries):
        return
    people = [entry.person for entry in entries]
    first, last = min(slot.planned[0] for slot in free), max(slot.ends_at for slot in free)
    busy = await waitlist.busy(people, day.organisation, first, last)
    declined = set(await offers.declined(day.organisation, day.id))
    over = await limit.reached_by(day.organisation, people, day.date)
    given = match(free, Line(day.timezone, entries, busy, declined, over))
    for slot in free:
        if slot.id in given:
            await _hold(day, slot, given[slot.id], now)


async def _hold(day: Event, slot: Slot, entry: WaitlistEntry, now: datetime) -> None:
    until = expires_at(slot.starts_at, now)
    offer = await offers.add(day.organisation, entry.id, slot.id, now, until)
    await outbox.queue(
        outbox.notice(
            KIND, offer, f"{KIND}:{offer}", now,
            organisation=day.organisation, recipient=entry.person,
        ),
        audit.entry(day.organisation, None, "offer.make", entry.person, now),
    )  # fmt: skip


async def tend(now: datetime) -> None:
    """Ends the offers that have run out, each passed to the next in line in one transaction."""
    for day in await waitlist.to_tend(now):
        await promote(day.organisation, day.event, now)
