"""Word that a day is cancelled, for those who only waited for a time on it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from scheduler.storage import announcements, events, memberships, outbox, scope
from scheduler.storage.rows import Event, Person
from scheduler.storage.transaction import transaction

KIND = "day_off"


@transaction
async def queue(event: Event, told: Collection[UUID], now: datetime) -> None:
    """Before the line is ended. `told` are those whose time is cancelled: they hear of that."""
    waiting = await announcements.waiting(event.organisation, event.id)
    await outbox.queue_many([
        outbox.notice(
            KIND, event.id, f"{KIND}:{event.id}:{person}", now,
            organisation=event.organisation, recipient=person,
        )
        for person in waiting
        if person not in told
    ])  # fmt: skip


async def to_tell(event: UUID, person: UUID) -> tuple[Event, Person] | None:
    """For the message that is about to leave; None for whoever is not here any more."""
    found = await events.get(scope.system(), event)
    if found is None or not found.cancelled_at:
        return None
    member = await memberships.get(found.organisation, person)
    return (found, member) if member and member.roles else None
