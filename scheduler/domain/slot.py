"""The bookable intervals of a shift."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from scheduler.storage.rows import Busy, ClaimFacts, Slot

Interval = tuple[datetime, datetime]
USEFUL = timedelta(minutes=5)  # less of a massage is not worth the way to the chair


class SlotState(StrEnum):
    OPEN = "open"
    HELD = "held"
    BOOKED = "booked"
    PAST = "past"


def cut(
    shift: Interval, breaks: Sequence[Interval], length: timedelta, reset: timedelta
) -> list[Interval]:
    """The slots of a shift, in elapsed time.

    A slot ends by the start of a break or the end of the shift; the next begins one reset after
    it. After a break the slots start afresh at its end.
    """
    starts, ends = shift
    bounds = [starts, *(edge for pause in sorted(breaks) for edge in pause), ends]
    return [
        slot
        for begin, end in zip(bounds[::2], bounds[1::2], strict=True)
        for slot in _fill(begin, end, length, reset)
    ]


def _fill(begin: datetime, end: datetime, length: timedelta, reset: timedelta) -> list[Interval]:
    room = (end - begin + reset) // (length + reset)
    first = [begin + index * (length + reset) for index in range(max(room, 0))]
    return [(start, start + length) for start in first]


def rest(pause: Interval, slots: Iterable[Slot]) -> Interval:
    """What is left of a break by the slots before it that a delay pushes into it."""
    ends = (slot.ends_at for slot in slots if slot.planned[0] < pause[0])
    return min(max((pause[0], *ends)), pause[1]), pause[1]


def overlap(first: Interval, second: Interval) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def clashes(person: UUID, planned: Interval, busy: Iterable[Busy]) -> bool:
    """Whether somebody has a massage then: as planned, which is what would refuse their claim."""
    return any(
        one.person == person and overlap(planned, (one.starts_at, one.ends_at)) for one in busy
    )


def closes_at(slot: Slot | ClaimFacts, *, at_chair: bool = False) -> datetime:
    """Until when it is taken: until it begins. The rest of a missed time has begun already, and
    whoever stands at the chair needs no way to it: both take it while something useful is left.
    """
    return slot.ends_at - USEFUL if slot.instead_of or at_chair else slot.starts_at


def is_free(slot: Slot, now: datetime, *, at_chair: bool = False) -> bool:
    """Whether anybody may take it."""
    return closes_at(slot, at_chair=at_chair) > now and not slot.holder and not slot.offered_to


def open_slots(slots: Iterable[Slot], now: datetime) -> list[Slot]:
    return [slot for slot in slots if is_free(slot, now)]


def state(slot: Slot, now: datetime) -> SlotState:
    """`past` as soon as it is taken no more, whether somebody took it or not."""
    if closes_at(slot) <= now:
        return SlotState.PAST
    if slot.holder:
        return SlotState.BOOKED
    return SlotState.HELD if slot.offered_to else SlotState.OPEN
