"""What somebody says to the time that they were moved to. Without an answer it stands."""

from datetime import datetime
from uuid import UUID

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.invite import queue_cancellation
from scheduler.domain.promotion import promote
from scheduler.storage import audit, bookings, reseatings, scope, waitlist
from scheduler.storage.outage_rows import Reseating
from scheduler.storage.rows import Caller
from scheduler.storage.transaction import transaction


class ReseatingAnswered(Conflict):
    """You have answered this already."""


class ReseatingOver(Conflict):
    """This time has begun or was changed since, so there is nothing to answer any more."""


def is_open(reseating: Reseating, now: datetime) -> bool:
    """Whether it can be answered: the booking is still where it was put, and has not begun."""
    here = reseating.slot is not None and reseating.slot == reseating.held
    ahead = reseating.starts_at is not None and reseating.starts_at > now
    return reseating.outcome is None and here and ahead and reseating.status != "cancelled"


def check_answerable(reseating: Reseating, now: datetime) -> None:
    if reseating.outcome is not None:
        raise ReseatingAnswered
    if not is_open(reseating, now):
        raise ReseatingOver


async def open_of(caller: Caller, now: datetime) -> list[Reseating]:
    """One's own that can be answered."""
    return [one for one in await reseatings.of_person(scope.owner(caller)) if is_open(one, now)]


async def get(caller: Caller, reseating: UUID) -> Reseating:
    found = await reseatings.get(scope.owner(caller), reseating)
    if found is None:
        raise NotFound
    return found


@transaction
async def keep(caller: Caller, reseating: UUID, now: datetime) -> Reseating:
    """Done twice, it stays as the first time left it."""
    found = await _for_change(caller, reseating)
    if found.outcome != "kept":
        check_answerable(found, now)
        await reseatings.answer(found.organisation, found.id, "kept", now)
        await audit.record(found.organisation, caller.id, "booking.keep", found.booking, now)
    return await get(caller, reseating)


@transaction
async def decline(caller: Caller, reseating: UUID, now: datetime, *, wait: bool) -> Reseating:
    """Gives the time back, which is never late; with `wait` they head the line for another."""
    found = await _for_change(caller, reseating)
    if found.outcome != "declined":
        check_answerable(found, now)
        await reseatings.answer(found.organisation, found.id, "declined", now)
        await bookings.cancel(found.organisation, found.booking, now, late=False)
        if ended := await bookings.get(scope.system(), found.booking):
            await queue_cancellation(ended, now)
        if wait:
            await waitlist.head(found.organisation, found.event, found.person, now)
        await audit.record(found.organisation, caller.id, "booking.decline", found.booking, now)
        await promote(found.organisation, found.event, now)
    return await get(caller, reseating)


async def _for_change(caller: Caller, reseating: UUID) -> Reseating:
    found = await get(caller, reseating)
    await bookings.hold_day(found.booking)
    return await get(caller, reseating)
