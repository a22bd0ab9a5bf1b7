"""A time that is soon goes to those on standby, in rounds of three minutes: one after the other."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from scheduler.domain.slot import closes_at
from scheduler.storage.rows import Slot
from scheduler.storage.waitlist_rows import Standby, Waiter, WaitlistEntry

SOON = timedelta(minutes=20)
ROUND = timedelta(minutes=3)


def is_soon(slot: Slot, now: datetime) -> bool:
    return bool(slot.instead_of) or slot.starts_at - now < SOON


def expires_at(slot: Slot, now: datetime) -> datetime:
    return min(now + ROUND, closes_at(slot))


def in_order(
    ready: Sequence[Standby], line: Sequence[WaitlistEntry], slots: Sequence[Slot],
    suits: Callable[[Slot, Waiter], bool],
) -> list[Standby]:  # fmt: skip
    """Whoever waits in line too, and whom one of the slots suits, comes first, as in line. Whoever
    says that they can come takes what there is, whatever they wished for: by the time of their tap.
    """
    place = {entry.id: entry.position for entry in line}
    waiting = [
        one for one in ready if one.entry in place and any(suits(slot, one) for slot in slots)
    ]
    others = [
        replace(one, earliest=None, latest=None, therapist=None)
        for one in ready
        if one not in waiting
    ]
    first = sorted(waiting, key=lambda one: place[one.entry] if one.entry else 0)
    return first + sorted(others, key=lambda one: (one.tapped_at, one.id))
