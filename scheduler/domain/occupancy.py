"""How full each hour of a day is. It is about chairs, and lists nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from scheduler.domain import wallclock
from scheduler.domain.errors import NotFound
from scheduler.storage import events, scope
from scheduler.storage.rows import Caller, SlotUse


class Hour(Struct, frozen=True):
    """Slots that begin in one hour of the day's clock: `booked` counts no-shows as well, `open`
    what can still be taken.
    """

    hour: str
    offered: int
    booked: int
    no_show: int
    open: int


def began(instant: datetime, zone: str) -> datetime:
    """When the hour on the wall began; an hour that comes twice began twice."""
    local = wallclock.to_local(instant, zone)
    return instant - timedelta(minutes=local.minute, seconds=local.second)


def by_hour(slots: Sequence[SlotUse], zone: str, now: datetime) -> list[Hour]:
    """Only hours in which slots begin, in order."""
    ordered = sorted(slots, key=lambda slot: slot.starts_at)
    hours = groupby(ordered, key=lambda slot: began(slot.starts_at, zone))
    return [_hour(wallclock.to_local(hour, zone), list(held), now) for hour, held in hours]


def _hour(local: datetime, slots: list[SlotUse], now: datetime) -> Hour:
    return Hour(
        hour=f"{local:%H}:00",
        offered=len(slots),
        booked=sum(slot.status is not None for slot in slots),
        no_show=sum(slot.status == "no_show" for slot in slots),
        open=sum(slot.status is None and not slot.held and slot.starts_at > now for slot in slots),
    )


async def of_event(caller: Caller, event: UUID, now: datetime) -> list[Hour]:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    return by_hour(await events.use_of_slots(found.organisation, found.id), found.timezone, now)
