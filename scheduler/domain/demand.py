"""What would serve those who wait: a shift of which length, when, and for how many of them.

Every window of whole half hours inside the day is tried, for one therapist and for two. Of those
that give most people a time per hour of work, the one that serves most is suggested. A wish for one
therapist is no wish for whoever would come.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from uuid import UUID

from msgspec import Struct

from scheduler.domain import pacing, wallclock, wish
from scheduler.domain.errors import NotFound
from scheduler.domain.pacing import MINUTE, PRESET, Pacing
from scheduler.domain.plan import Break, parse_time
from scheduler.domain.slot import Interval, cut, open_slots, overlap
from scheduler.i18n import Sentence, say
from scheduler.storage import bookings, draws, events, people, scope, shifts, waitlist
from scheduler.storage.rows import Caller, Event, Person, Shift, Slot

HALF_HOUR = 30
SHORTEST, LONGEST = 60, 240
MOST_THERAPISTS = 2
NO_SHIFT = say("{waiting} waiting; no shift within the day’s hours would serve them.")
ONE = say("{waiting} waiting; one therapist from {starts} to {ends} would serve {serves}.")
TWO = say("{waiting} waiting; two therapists from {starts} to {ends} would serve {serves}.")


class Seeker(Struct, frozen=True):
    """Somebody who waits, or wished in a draw and got nothing, and the times that suit them."""

    person: UUID
    earliest: time | None = None
    latest: time | None = None
    therapist: UUID | None = None
    busy: tuple[Interval, ...] = ()


class Day(Struct, frozen=True, kw_only=True):
    """`hours` are the minutes of the day between which it takes place; `engaged` says when each of
    the organisation's therapists is at a chair, anywhere.
    """

    date: date
    timezone: str
    hours: tuple[int, int]
    slot_minutes: int
    reset_minutes: int
    engaged: Mapping[UUID, Sequence[Interval]]
    rules: Pacing = PRESET


class Window(Struct, frozen=True):
    """A shift that could be added. `therapists` work side by side."""

    starts: str
    ends: str
    breaks: list[Break]
    therapists: int
    serves: int
    free: frozenset[UUID]

    @property
    def minutes(self) -> int:
        return pacing.minutes(self.ends) - pacing.minutes(self.starts)

    def rank(self) -> tuple[bool, Fraction, int, int, int, str]:
        """The best is the least: most people per hour, then most people, then the smaller one."""
        per_hour = Fraction(self.serves, self.therapists * self.minutes)
        enough = len(self.free) >= self.therapists
        return not enough, -per_hour, -self.serves, self.therapists, self.minutes, self.starts


class Suggestion(Struct, frozen=True):
    """`free` are the therapists who could work then."""

    window: Window
    free: list[Person]


class Demand(Struct, frozen=True):
    waiting: int
    suggestion: Suggestion | None = None


NOTHING = Demand(0)


class Seats:
    """Who has which slot, as many of them as can be. People are the bits of a number."""

    def __init__(self) -> None:
        self.suiting: list[int] = []
        self.holders: dict[int, int] = {}
        self.seated = 0

    def copy(self) -> "Seats":
        other = Seats()
        other.suiting, other.holders = self.suiting[:], self.holders.copy()
        other.seated = self.seated
        return other

    def add(self, suiting: int) -> bool:
        """One more slot, which suits these people. Whether it serves one more of them."""
        self.suiting.append(suiting)
        return self._fill(len(self.suiting) - 1, [0])

    def _fill(self, slot: int, asked: list[int]) -> bool:
        """Kuhn's augmenting path: somebody without a slot, or one who can leave theirs to it."""
        if free := self.suiting[slot] & ~self.seated:
            person = free & -free
            self.holders[person] = slot
            self.seated |= person
            return True
        while others := self.suiting[slot] & ~asked[0]:
            person = others & -others
            asked[0] |= person
            if self._fill(self.holders[person], asked):
                self.holders[person] = slot
                return True
        return False


def suited(seekers: Sequence[Seeker], slot: Interval, zone: str, therapist: UUID | None) -> int:
    """Whom this slot suits, as bits in their order. By the clock on the wall."""
    begins, ends = (wallclock.to_local(instant, zone).time() for instant in slot)
    return sum(
        1 << place
        for place, one in enumerate(seekers)
        if wish.suits(one, begins, ends, therapist)
        and not any(overlap(slot, busy) for busy in one.busy)
    )


def best(
    day: Day, seekers: Sequence[Seeker], open_slots: Sequence[Slot], now: datetime
) -> Window | None:
    """None where no window would serve anybody who is not served by what is open."""
    seats = Seats()
    for slot in open_slots:
        time = slot.starts_at, slot.ends_at
        seats.add(suited(seekers, time, day.timezone, slot.therapist))
    found = (window for window in _windows(day, seekers, seats, now) if window.serves)
    return min(found, key=Window.rank, default=None)


def _windows(day: Day, seekers: Sequence[Seeker], seats: Seats, now: datetime) -> Iterator[Window]:
    known: dict[Interval, int] = {}
    for starts, ends in _hours(*day.hours):
        shift = _instants(day, starts, ends)
        if shift is None or shift[0] <= now:
            continue
        pauses = pacing.suggested_breaks(starts, ends, day.rules)
        slots = _slots(day, shift, pauses)
        known |= {
            one: suited(seekers, one, day.timezone, None) for one in slots if one not in known
        }
        free, taken, serves = _free(day, shift), seats.copy(), 0
        for therapists in range(1, MOST_THERAPISTS + 1):
            serves += sum(taken.add(known[slot]) for slot in slots)
            yield Window(starts, ends, pauses, therapists, serves, free)


def _free(day: Day, shift: Interval) -> frozenset[UUID]:
    return frozenset(
        one for one, taken in day.engaged.items() if not any(overlap(shift, at) for at in taken)
    )


def _hours(opens: int, closes: int) -> Iterator[tuple[str, str]]:
    first = -(-opens // HALF_HOUR) * HALF_HOUR
    for starts in range(first, closes, HALF_HOUR):
        for ends in range(starts + SHORTEST, min(starts + LONGEST, closes) + 1, HALF_HOUR):
            yield pacing.wall(starts), pacing.wall(ends)


def _instants(day: Day | Event, starts: str, ends: str) -> Interval | None:
    """None where the zone skips one of them that day, or has it twice."""
    walls = parse_time(starts), parse_time(ends)
    try:
        begin, end = (wallclock.to_instant(day.date, wall, day.timezone) for wall in walls)
    except ValueError:
        return None
    return begin, end


def _slots(day: Day, shift: Interval, pauses: Sequence[Break]) -> list[Interval]:
    found = (_instants(day, pause.starts, pause.ends) for pause in pauses)
    breaks = [pause for pause in found if pause]
    return cut(shift, breaks, day.slot_minutes * MINUTE, day.reset_minutes * MINUTE)


def says(demand: Demand) -> Sentence:
    """In one sentence, for whoever can add a shift."""
    if demand.suggestion is None:
        return NO_SHIFT.fill(waiting=demand.waiting)
    window, one_or_two = demand.suggestion.window, (ONE, TWO)
    return one_or_two[window.therapists - 1].fill(
        waiting=demand.waiting, starts=window.starts, ends=window.ends, serves=window.serves
    )


async def of_event(caller: Caller, event: UUID, now: datetime) -> Demand:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    if found.cancelled_at or not found.published_at or found.ends_at <= now:
        return NOTHING
    return await _demand(found, now)


async def _demand(event: Event, now: datetime) -> Demand:
    seekers = await _seekers(event, now)
    blocks = await shifts.of_event(event.organisation, event.id)
    if not seekers or not blocks:
        return Demand(len(seekers))
    staff = await people.therapists(event.organisation)
    slots = open_slots(await shifts.slots(event.organisation, event.id), now)
    day = _day(event, blocks, await _engaged(event, staff), await pacing.of(event.organisation))
    window = best(day, seekers, slots, now)
    if window is None:
        return Demand(len(seekers))
    return Demand(len(seekers), Suggestion(window, [one for one in staff if one.id in window.free]))


def _day(
    event: Event, blocks: Sequence[Shift], engaged: Mapping[UUID, Sequence[Interval]],
    rules: Pacing,
) -> Day:  # fmt: skip
    opens, closes = min(shift.starts for shift in blocks), max(shift.ends for shift in blocks)
    return Day(
        date=event.date, timezone=event.timezone, slot_minutes=event.slot_minutes,
        reset_minutes=event.reset_minutes, engaged=engaged, rules=rules,
        hours=(opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute),
    )  # fmt: skip


async def _engaged(event: Event, staff: Iterable[Person]) -> dict[UUID, list[Interval]]:
    since, until = wallclock.whole_day(event.date, event.timezone)
    engaged: dict[UUID, list[Interval]] = {one.id: [] for one in staff}
    for busy in await shifts.engaged(event.organisation, since, until):
        if busy.person in engaged:
            engaged[busy.person].append((busy.starts_at, busy.ends_at))
    return engaged


async def _seekers(event: Event, now: datetime) -> list[Seeker]:
    """First who waits and is offered nothing, then who wished and got nothing; each once."""
    line = await waitlist.line(event.organisation, event.id, now)
    found = {
        one.person: Seeker(one.person, one.earliest, one.latest, one.therapist)
        for one in line
        if not one.offered
    }
    for wisher in await draws.wishers(event.organisation, event.id, now):
        if wisher.slot is None and not wisher.claimed:
            wished = Seeker(wisher.id, wisher.earliest, wisher.latest, wisher.therapist)
            found.setdefault(wisher.id, wished)
    return await _with_their_times(event, list(found.values())) if found else []


async def _with_their_times(event: Event, seekers: Sequence[Seeker]) -> list[Seeker]:
    asked, hours = [one.person for one in seekers], wallclock.whole_day(event.date, event.timezone)
    busy = await bookings.busy(event.organisation, asked, *hours)
    return [
        Seeker(
            one.person, one.earliest, one.latest, one.therapist,
            tuple((b.starts_at, b.ends_at) for b in busy if b.person == one.person),
        )
        for one in seekers
    ]  # fmt: skip


async def free_at(caller: Caller, event: UUID, starts: str, ends: str) -> list[Person]:
    """The therapists who could work then; nobody at a time that the day does not have."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    staff = await people.therapists(found.organisation)
    engaged = await _engaged(found, staff)
    shift = _instants(found, starts, ends)
    if shift is None:
        return []
    return [one for one in staff if not any(overlap(shift, taken) for taken in engaged[one.id])]


async def of_days(
    organisation: UUID, wanted: Iterable[tuple[Event, int]], now: datetime
) -> dict[UUID, Demand]:
    """Of these days, with how many wait for each, those where anybody does or wished."""
    wished = await draws.wished_for(organisation)
    return {
        event.id: await _demand(event, now)
        for event, waiting in wanted
        if event.published_at and not event.cancelled_at and (waiting or event.id in wished)
    }
