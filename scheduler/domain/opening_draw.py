"""The opening draw of a day: announced, wished for, and explained; drawing.py draws it."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from scheduler.domain import draw_record, limit
from scheduler.domain.draw import Standing, commitment, mark, ticket, why
from scheduler.domain.errors import (
    Conflict,
    EventCancelled,
    EventNotOpen,
    FieldError,
    Invalid,
    NotFound,
)
from scheduler.domain.event import Status, check_changeable, status
from scheduler.domain.wish import Wishes, check_therapist, read, window
from scheduler.i18n import Sentence, say
from scheduler.ids import new_id
from scheduler.storage import audit, bookings, draws, events, memberships, scope, shifts
from scheduler.storage.draw_rows import Draw, Wish, Wisher
from scheduler.storage.rows import Caller, Event, Person
from scheduler.storage.scope import Scope
from scheduler.storage.transaction import transaction

KIND = "draw_missed"


class ClaimsHaveOpened(Conflict):
    """Times on this day could be taken already, so they can be drawn no more."""


class WishesClosed(Conflict):
    """Wishes for this day can be put in or changed no more."""


class AlreadyDrawn(Conflict):
    """The times of this day have been drawn."""


class WishesWereMade(Conflict):
    """Somebody has put in a wish already, so the draw stays. You can still move its moment."""


class Outcome(Struct, frozen=True, kw_only=True):
    """Somebody's wish and, once it was drawn, what it brought and why."""

    wish: Wish
    ticket: str
    mark: str
    drawn: bool
    why: list[Sentence]


class OnBoard(Struct, frozen=True):
    """What a day's page says of its draw; `outcome` is about whoever looks, if they wished."""

    announced: Draw
    commitment: str
    outcome: Outcome | None = None


class Result(Struct, frozen=True):
    """How many took part, and how many of them got a time."""

    took_part: int
    served: int


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
    if not is_announceable(event, before, now):
        raise ClaimsHaveOpened
    if closes <= now:
        raise Invalid(FieldError("wishes_close_at", "This is over. Choose a later moment."))
    if closes >= blocks_begin:
        raise Invalid(FieldError("wishes_close_at", "The day has begun by then."))


def opening(planned: datetime | None, before: Draw | None, closes: datetime) -> datetime:
    """When claims open: with the draw, unless the day was to open later than that."""
    ours = planned is None or (before and planned == before.wishes_close_at)
    return closes if ours or planned is None else max(closes, planned)


def check_take_back(announced: Draw) -> None:
    if announced.drawn_at:
        raise AlreadyDrawn
    if announced.wishes:
        raise WishesWereMade


def is_announceable(event: Event, before: Draw | None, now: datetime) -> bool:
    """Whether the times of this day can still be drawn."""
    if event.cancelled_at or event.ends_at <= now or (before and before.drawn_at):
        return False
    return bool(before or not event.published_at or (event.claims_open_at or now) > now)


def check_wish(event: Event, announced: Draw, now: datetime) -> None:
    if event.cancelled_at:
        raise EventCancelled
    if not event.published_at:
        raise EventNotOpen
    if announced.drawn_at or announced.wishes_close_at <= now:
        raise WishesClosed


def new_seed() -> str:
    return secrets.token_hex(32)


def standing(of: Wisher | Wish) -> Standing:
    return Standing(of.missed or 0, of.late or 0, of.no_shows or 0)


@transaction
async def announce(
    caller: Caller, event: UUID, closes: datetime, now: datetime,
    seed: Callable[[], str] = new_seed,
) -> Draw:  # fmt: skip
    """Done again it moves the moment; the seed stays the one that was promised."""
    found = await events.get_for_change(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    blocks = await shifts.of_event(found.organisation, found.id)
    before = await draws.get(scope.event_writer(caller), found.id)
    begins = min((one.starts_at for one in blocks), default=found.ends_at)  # none when cancelled
    check_announce(found, before, begins, closes, now)
    announced = Draw(
        id=new_id(), organisation=found.organisation, event=found.id,
        seed=seed(), wishes_close_at=closes,
    )  # fmt: skip
    await draws.put(announced, now)
    opens = opening(found.claims_open_at, before, closes)
    await events.open_claims(found.organisation, found.id, opens)
    await audit.record(found.organisation, caller.id, "draw.announce", found.id, now)
    return await get(caller, event)


@transaction
async def take_back(caller: Caller, event: UUID, now: datetime) -> None:
    """While nobody has wished; times can then be taken from the moment of the draw on. Done twice,
    nothing is left to do.
    """
    found = await events.get_for_change(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    await draws.hold(found.organisation, found.id)  # whoever wishes in this moment comes first
    announced = await draws.get(scope.event_writer(caller), found.id)
    if announced is None:
        return
    check_take_back(announced)
    await draws.remove(found.organisation, announced.id)
    ours = not found.published_at and found.claims_open_at == announced.wishes_close_at
    opens = None if ours else found.claims_open_at
    await events.open_claims(found.organisation, found.id, opens)
    await audit.record(found.organisation, caller.id, "draw.take_back", found.id, now)


async def get(caller: Caller, event: UUID) -> Draw:
    found = await find(caller, event)
    if found is None:
        raise NotFound
    return found


async def find(caller: Caller, event: UUID) -> Draw | None:
    return await draws.get(scope.event_reader(caller), event)


async def open_until(caller: Caller, now: datetime) -> dict[UUID, datetime]:
    """Until when wishes can be put in, by day."""
    ahead = await draws.ahead(caller.organisation, now)
    return {one.event: one.wishes_close_at for one in ahead}


async def on_board(reader: Scope, event: UUID) -> OnBoard | None:
    """Without anybody's outcome: whoever has a link is not proven to be who it was for."""
    announced = await draws.get(reader, event)
    return OnBoard(announced, commitment(announced.seed)) if announced else None


async def told(shown: OnBoard | None, caller: Caller) -> OnBoard | None:
    """The same with what came of the caller's own wish."""
    if shown is None:
        return None
    event = shown.announced.event
    wished = await draws.wish_of(caller.organisation, event, caller.id)
    outcome = explained(shown.announced, wished) if wished else None
    return structs.replace(shown, outcome=outcome)


@transaction
async def wish(caller: Caller, event: UUID, wanted: Wishes, now: datetime) -> Outcome:
    """The first one, or other times instead of those wished for before."""
    found, announced = await _open(caller, event, now)
    await limit.check_day(found, caller.id)
    window(found, wanted)
    blocks = await shifts.of_event(found.organisation, found.id)
    check_therapist(wanted.therapist, blocks)
    wished = Wish(
        id=new_id(), organisation=announced.organisation, event=event, person=caller.id,
        **read(wanted)._asdict(),
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
    """The file by which the draw can be repeated: all of it for coordinators, who know as well who
    gave a time back late; without what is due to whom for those who wished.
    """
    found = await get(caller, event)
    if found.record is None:
        raise NotFound
    if "coordinator" in caller.roles:
        return found.record.encode()
    if await draws.wish_of(caller.organisation, event, caller.id) is None:
        raise NotFound
    return draw_record.shown(found.record.encode())


def result(announced: Draw) -> Result | None:
    """None until it was drawn."""
    if announced.drawn_at is None or announced.record is None:
        return None
    found = draw_record.read(announced.record.encode())
    return Result(len(found.wishes), len(found.places))


def explained(announced: Draw, wished: Wish) -> Outcome:
    own = ticket(wished.event, wished.person)
    drawn = announced.drawn_at is not None
    return Outcome(
        wish=wished, ticket=own, mark=mark(own), drawn=drawn, why=_why(announced, wished, own)
    )


def _why(announced: Draw, wished: Wish, own: str) -> list[Sentence]:
    if announced.record is None:
        return []
    if wished.missed is None:
        return [
            say(
                "None of the times that were drawn could be yours: none suited you, or you have"
                " had as many as one person may have."
            )
        ]
    found = draw_record.read(announced.record.encode())
    return why(draw_record.drawn(found), own, standing(wished))


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
