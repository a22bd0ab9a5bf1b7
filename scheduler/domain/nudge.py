"""Word that times are left on a day: once, and only to those who asked for it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler.domain import limit, link, wallclock
from scheduler.domain.each import each
from scheduler.domain.errors import EventNotOpen, NotFound
from scheduler.domain.event import check_changeable
from scheduler.domain.mail_choice import Kind
from scheduler.domain.promotion import is_open
from scheduler.domain.slot import clashes, open_slots
from scheduler.storage import audit, bookings, draws, events, nudges, offers, outbox, scope, shifts
from scheduler.storage.nudge_rows import Asking
from scheduler.storage.rows import Busy, Caller, Event, Person, Slot
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import Declined

KIND = Kind.NUDGE.value
LEAD = timedelta(hours=24)
DAY_BEGINS, DAY_ENDS = 8, 20  # by the clock on the wall there: nobody is told at night
LATELY = timedelta(hours=24)  # whoever was asked to the day since then knows of it


class Left(Struct, frozen=True):
    """How many times are free, and how many people would be told of them now."""

    free: int
    people: int


class Nudged(Struct, frozen=True):
    """How many people are told."""

    told: int


class Nudge(Struct, frozen=True):
    """What the message is written from."""

    event: Event
    person: Person
    slots: list[Slot]
    secret: str


def is_time(begins_at: datetime, zone: str, now: datetime) -> bool:
    """From a day before the first time of the day until that begins, while people are awake."""
    hour = wallclock.to_local(now, zone).hour
    return begins_at - LEAD <= now < begins_at and DAY_BEGINS <= hour < DAY_ENDS


class Free(Struct, frozen=True):
    """The free times of a day, and what keeps those who ask from coming to which."""

    slots: Sequence[Slot]
    busy: Collection[Busy] = ()
    declined: Collection[Declined] = ()

    def takeable(self, person: UUID) -> list[Slot]:
        """Nobody is told of what they gave back or passed on."""
        own = [one for one in self.busy if one.person == person]
        return [
            slot
            for slot in self.slots
            if Declined(slot=slot.id, person=person) not in self.declined
            and not clashes(person, slot.planned, own)
        ]


def check_tellable(event: Event, now: datetime) -> None:
    check_changeable(event, now)
    if not is_open(event, now):
        raise EventNotOpen


async def queue_due(now: datetime) -> int:
    """Tells of every day that is a day ahead; run twice, nobody hears of one twice."""
    ahead = await nudges.days_ahead(now, now + LEAD)
    due = [day for day in ahead if is_time(day.begins_at, day.timezone, now)]
    told = await each(
        due, lambda day: _tell_of(day.organisation, day.event, now), "free times not told"
    )
    return sum(told)


@transaction
async def _tell_of(organisation: UUID, event: UUID, now: datetime) -> int:
    found = await events.get(scope.system(), event)
    if found is None:
        return 0
    people = await _people(found, await _open(found, now), now)
    await outbox.queue_many([
        outbox.notice(
            KIND, event, f"{KIND}:{event}:{one.id}", now, organisation=organisation,
            recipient=one.id,
        )
        for one in people
    ])  # fmt: skip
    return len(people)


async def _open(event: Event, now: datetime) -> list[Slot]:
    if not is_open(event, now) or await draws.is_undrawn(event.organisation, event.id):
        return []
    return open_slots(await shifts.slots(event.organisation, event.id), now)


async def _free(event: Event, slots: Sequence[Slot], people: Sequence[UUID]) -> Free:
    hours = wallclock.whole_day(event.date, event.timezone)
    busy = await bookings.busy(event.organisation, people, *hours)
    return Free(slots, busy, set(await offers.declined(event.organisation, event.id)))


async def _people(event: Event, slots: Sequence[Slot], now: datetime) -> list[Asking]:
    if not slots:
        return []
    asking = await nudges.to_tell(event.organisation, event.id, now - LATELY)
    free = await _free(event, slots, [one.id for one in asking])
    could = [one for one in asking if free.takeable(one.id)]
    over = await limit.reached_by(event.organisation, [one.id for one in could], event.date)
    return [one for one in could if one.id not in over]


async def look(caller: Caller, event: UUID, now: datetime) -> Left:
    """What telling them would do."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    slots = await _open(found, now)
    return Left(len(slots), len(await _people(found, slots, now)))


@transaction
async def tell(caller: Caller, event: UUID, now: datetime) -> Nudged:
    """Before it is time, because a coordinator wants it. Done twice, it is done once."""
    found = await events.get_for_change(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    check_tellable(found, now)
    told = await _tell_of(found.organisation, event, now)
    await audit.record(found.organisation, caller.id, "event.nudge", event, now)
    return Nudged(told)


@transaction
async def seal(event: UUID, person: UUID, now: datetime) -> Nudge | None:
    """For the message that is about to leave; None for whoever could take nothing any more."""
    found = await events.get(scope.system(), event)
    slots = await _open(found, now) if found else []
    if found is None or not slots:
        return None
    asking = await nudges.still_asking(found.organisation, event, person)
    left = (await _free(found, slots, [person])).takeable(person)
    if asking is None or not left:
        return None
    if await limit.reached_by(found.organisation, [person], found.date):
        return None
    secret = await link.make_personal(found.organisation, event, person, now)
    return Nudge(found, asking, left, secret)
