"""The board of a day: what people look at while its times are taken."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from msgspec import Struct, structs

from scheduler.domain import booking, mail_choice, opening_draw, waitlist, wallclock
from scheduler.domain.errors import NotFound
from scheduler.domain.opening_draw import OnBoard
from scheduler.domain.slot import USEFUL, closes_at, is_free
from scheduler.domain.waitlist import OwnLine
from scheduler.storage import boards, bookings, events, organisations, scope, shifts
from scheduler.storage.rows import BoardFacts, Booking, Caller, Event, PersonalLink, Slot
from scheduler.storage.scope import Scope

NOON, EVENING_BEGINS = 12, 17
TAKERS = frozenset({"employee", "coordinator"})


class State(StrEnum):
    """`held`: for whoever looks; `overlaps`: free, but they have a massage elsewhere then."""

    OPEN = "open"
    HELD = "held"
    TAKEN = "taken"
    YOURS = "yours"
    OVERLAPS = "overlaps"


class Part(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Mode(StrEnum):
    """What whoever looks can do: take a time, move to another, wish for one that is drawn, or only
    look, and why.
    """

    CLAIM = "claim"
    MOVE = "move"
    ENOUGH = "enough"
    EARLY = "early"
    WISHES = "wishes"
    DRAWING = "drawing"
    OVER = "over"
    CANCELLED = "cancelled"


class Time(Struct, frozen=True):
    """All slots that begin together. A choice of it is sent as `slot`: what is held for whoever
    looks, or the first that is open.
    """

    starts_at: datetime
    state: State
    free: int
    slot: UUID
    slots: list[UUID]


class Therapist(Struct, frozen=True):
    id: UUID
    name: str


class Board(Struct, frozen=True, kw_only=True):
    """`therapist` is whose times these are, when one is looked for. `own` are the bookings on this
    day of whoever looks, and `moving` is the one that a choice would move. `asks`: whether they are
    told when times are left.
    """

    event: Event
    organisation: str
    version: str
    mode: Mode
    parts: dict[Part, list[Time]]
    free: int
    places: int
    therapists: list[Therapist]
    therapist: UUID | None
    own: list[Booking]
    moving: Booking | None
    line: OwnLine
    waits: bool
    draw: OnBoard | None = None
    asks: bool = False

    @property
    def choosable(self) -> bool:
        return self.mode in {Mode.CLAIM, Mode.MOVE}

    @property
    def may_wait(self) -> bool:
        return self.waits and self.mode is Mode.CLAIM


class Day(Struct, frozen=True, kw_only=True):
    """What a board is drawn from; `own` are the bookings of whoever looks, also on other days, and
    `waits` is whether they are somebody who could wait for a time.
    """

    event: Event
    organisation: str
    version: str
    slots: list[Slot]
    own: list[Booking]
    draw: OnBoard | None = None
    asks: bool = False
    line: OwnLine = OwnLine()
    waits: bool = False


def version(facts: BoardFacts) -> str:
    """Another one whenever the board looks different. To be compared, and never to be read.

    It is not stored, so a claim pays nothing for it: no row of a day is ever taken away, and its
    counts only rise, so no two states of the board have the same ones.
    """
    return f"{facts.revision}.{facts.changes}.{facts.begun}.{facts.passed}"


def times(
    slots: Sequence[Slot], own: Sequence[Booking], moving: Booking | None, now: datetime,
    held: UUID | None = None,
) -> list[Time]:  # fmt: skip
    """What is still to come, of slots by start and then by the order of the shifts."""
    ahead = [slot for slot in slots if closes_at(slot) > now]
    yours = {one.slot for one in own}
    others = [one for one in own if one != moving]
    return [
        _time(list(group), yours, others, held)
        for _, group in groupby(ahead, lambda one: one.starts_at)
    ]


def _time(
    slots: list[Slot], yours: set[UUID], others: Sequence[Booking], held: UUID | None
) -> Time:
    open_ = [slot for slot in slots if not slot.holder and not slot.offered_to]
    kept = [slot for slot in slots if slot.id == held]
    first, ids = (kept or open_ or slots)[0], [slot.id for slot in slots]
    if yours & set(ids):
        state = State.YOURS
    elif not kept and not open_:
        state = State.TAKEN
    elif _clash(first, others):
        state = State.OVERLAPS
    else:
        state = State.HELD if kept else State.OPEN
    return Time(first.starts_at, state, len(open_), first.id, ids)


def _clash(slot: Slot, own: Sequence[Booking]) -> bool:
    """As planned, which is what would refuse the claim."""
    begins, ends = slot.planned
    return any(one.planned[0] < ends and begins < one.planned[1] for one in own)


def draw(day: Day, therapist: UUID | None, moving: UUID | None, now: datetime) -> Board:
    event, here = day.event, [one for one in day.own if one.event == day.event.id]
    wanted = to_move(event, here, moving, now)
    theirs = [slot for slot in day.slots if slot.therapist == therapist]
    held = day.line.held.slot if day.line.held else None
    return Board(
        event=event,
        organisation=day.organisation,
        version=day.version,
        mode=mode(day, here, wanted, now),
        parts=by_part(times(theirs or day.slots, day.own, wanted, now, held), event.timezone),
        free=sum(is_free(slot, now) for slot in day.slots),
        places=sum(not slot.instead_of for slot in day.slots),
        therapists=therapists(day.slots),
        therapist=therapist if theirs else None,
        own=here,
        moving=wanted,
        draw=day.draw,
        asks=day.asks,
        line=day.line,
        waits=day.waits,
    )


def by_part(shown: Sequence[Time], zone: str) -> dict[Part, list[Time]]:
    """In the order of the day, without the parts that have none."""
    found: dict[Part, list[Time]] = {}
    for time in shown:
        found.setdefault(part(time.starts_at, zone), []).append(time)
    return found


def part(instant: datetime, zone: str) -> Part:
    hour = wallclock.to_local(instant, zone).hour
    if hour < NOON:
        return Part.MORNING
    return Part.AFTERNOON if hour < EVENING_BEGINS else Part.EVENING


def mode(day: Day, here: Sequence[Booking], moving: Booking | None, now: datetime) -> Mode:
    """`here` are one's own bookings on the day."""
    if day.event.cancelled_at:
        return Mode.CANCELLED
    if not any(closes_at(slot) > now for slot in day.slots):
        return Mode.OVER
    if day.draw and not day.draw.announced.drawn_at:
        return Mode.WISHES if now < day.draw.announced.wishes_close_at else Mode.DRAWING
    if now < (day.event.claims_open_at or now):
        return Mode.EARLY
    if moving:
        return Mode.MOVE
    return Mode.ENOUGH if len(here) >= day.event.claims_per_person else Mode.CLAIM


def to_move(
    event: Event, here: Sequence[Booking], wanted: UUID | None, now: datetime
) -> Booking | None:
    """Whoever has the one time that they may have, and chooses another, wants to move."""
    movable = [one for one in here if booking.is_owners_to_change(one, now)]
    if wanted is None and event.claims_per_person > 1:
        return None
    return next((one for one in movable if wanted in {None, one.id}), None)


def is_for(event: Event, caller: Caller | None) -> bool:
    """Whether somebody takes times on this day as who they are signed in as."""
    if caller is None or caller.organisation != event.organisation:
        return False
    return bool(caller.roles & TAKERS)


def therapists(slots: Sequence[Slot]) -> list[Therapist]:
    """In the order of their shifts."""
    ordered = sorted(slots, key=lambda slot: slot.position)
    names = {slot.therapist: slot.therapist_name for slot in ordered}
    return [Therapist(*one) for one in names.items()]


async def versions(events: Collection[UUID], now: datetime) -> dict[UUID, str]:
    """Ask before reading a board: what changes in between is then told again, and never missed."""
    return {facts.event: version(facts) for facts in await boards.facts(events, now, USEFUL)}


class Looking(Struct, frozen=True, kw_only=True):
    """Who looks, at whose times, and what a choice would move; `waits` as in Day."""

    person: UUID | None = None
    therapist: UUID | None = None
    moving: UUID | None = None
    waits: bool = True


async def look(
    caller: Caller, event: UUID, therapist: UUID | None, now: datetime, moving: UUID | None = None
) -> Board:
    """As an employee of the organisation; drafts are not there yet."""
    waits = "employee" in caller.roles
    looking = Looking(person=caller.id, therapist=therapist, moving=moving, waits=waits)
    shown = await _look(scope.event_reader(caller), event, looking, now)
    return structs.replace(shown, draw=await opening_draw.told(shown.draw, caller))


async def look_by_link(event: UUID, now: datetime) -> Board:
    """As whoever has the day's link."""
    return await _look(scope.event_link(), event, Looking(), now)


async def look_by_personal(link: PersonalLink, therapist: UUID | None, now: datetime) -> Board:
    """As whom an invitation was for."""
    looking = Looking(person=link.person, therapist=therapist)
    return await _look(scope.event_link(), link.event, looking, now)


async def _look(reader: Scope, event: UUID, looking: Looking, now: datetime) -> Board:
    seen = (await versions([event], now)).get(event, "")
    found = await events.get(reader, event)
    if found is None or not found.published_at:
        raise NotFound
    day = await _day(found, seen, looking, now)
    day = structs.replace(day, draw=await opening_draw.on_board(reader, found.id))
    return draw(day, looking.therapist, looking.moving, now)


async def _day(event: Event, version: str, looking: Looking, now: datetime) -> Day:
    company, person = await organisations.get(event.organisation), looking.person
    return Day(
        event=event,
        organisation=company.name if company else "",
        version=version,
        slots=await shifts.slots(event.organisation, event.id),
        own=await _own(event, person),
        line=await waitlist.own_line(event, person, now) if person else OwnLine(),
        waits=looking.waits,
        asks=await _asks(event, person),
    )


async def _own(event: Event, person: UUID | None) -> list[Booking]:
    """All that are not over when the day begins, on whatever day they are."""
    if person is None:
        return []
    begins, _ = wallclock.whole_day(event.date, event.timezone)
    return await bookings.active_of_person(event.organisation, person, begins)


async def _asks(event: Event, person: UUID | None) -> bool:
    if person is None:
        return False
    return await mail_choice.wants(event.organisation, person, mail_choice.Kind.NUDGE)
