"""Telling once that a time is open to whoever is first, after everybody on standby was asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from scheduler.domain.slot import USEFUL
from scheduler.storage import outbox, rests
from scheduler.storage.rows import Event, Slot
from scheduler.storage.waitlist_rows import Opening

KIND = "open_now"


async def tell(day: Event, slot: Slot, people: Sequence[UUID], now: datetime) -> None:
    await outbox.queue_many(
        [
            outbox.notice(
                KIND, slot.id, f"{KIND}:{slot.id}:{person}", now,
                organisation=day.organisation, recipient=person,
            )
            for person in people
        ]
    )  # fmt: skip


async def to_tell(slot: UUID, person: UUID, now: datetime) -> Opening | None:
    """Asked when the message is about to leave: whether it is open still, and they want one."""
    return await rests.opening(slot, person, now, now + USEFUL)
