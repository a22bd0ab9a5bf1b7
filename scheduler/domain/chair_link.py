"""The code at a chair: whoever stands there takes the time that is free now, or the next."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduler.domain import booking, link, text
from scheduler.domain.choice import TimeGone
from scheduler.domain.errors import NotFound
from scheduler.domain.slot import is_free
from scheduler.storage import events, scope, shifts
from scheduler.storage.rows import Booking, Caller, Event, Shift, Slot

PURPOSE = b"chairtime chair link "


class ChairNow(Struct, frozen=True, kw_only=True):
    """A chair of a day. `slot` is free, running already or the next one, if there is one."""

    event: Event
    chair: str
    slot: Slot | None


class Card(Struct, frozen=True):
    chair: str
    link: str


def share(shift: UUID, key: bytes) -> str:
    """The public name of the chair that a shift is at, on its day."""
    return link.share(shift, key, PURPOSE)


def shared(word: str, key: bytes) -> UUID:
    return link.shared(word, key, PURPOSE)


def cards(blocks: Sequence[Shift], key: bytes) -> list[Card]:
    """One for each chair, whoever works there."""
    chairs: dict[str, Shift] = {}
    for shift in blocks:
        chairs.setdefault(text.key(shift.chair), shift)
    return [Card(shift.chair, share(shift.id, key)) for shift in chairs.values()]


def free(slots: Sequence[Slot], chair: str, now: datetime) -> Slot | None:
    """The first at this chair that can be taken by somebody who stands there."""
    here = (slot for slot in slots if text.key(slot.chair) == text.key(chair))
    return next((slot for slot in here if is_free(slot, now, at_chair=True)), None)


async def look(shift: UUID, now: datetime) -> ChairNow:
    """As whoever has the chair's link."""
    place = await shifts.chair(scope.event_link(), shift)
    day = await events.get(scope.event_link(), place.event) if place else None
    if place is None or day is None:
        raise NotFound
    slots = [] if day.cancelled_at else await shifts.slots(day.organisation, day.id)
    return ChairNow(event=day, chair=place.chair, slot=free(slots, place.chair, now))


async def take(caller: Caller, shift: UUID, slot: UUID | None, now: datetime) -> Booking:
    """What the page showed, as it is now."""
    here = await look(shift, now)
    wanted = await shifts.slot(here.event.organisation, slot) if slot else None
    if wanted is None or wanted.event != here.event.id:
        raise TimeGone
    if text.key(wanted.chair) != text.key(here.chair):
        raise TimeGone
    try:
        return await booking.claim_at_chair(caller, caller, wanted.id, now)
    except NotFound:
        raise TimeGone from None
