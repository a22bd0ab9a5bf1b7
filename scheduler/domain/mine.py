"""What somebody has taken or waits for, and the days on which there is more to take."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct, structs

from scheduler.domain import booking, event, offer, opening_draw, waitlist
from scheduler.domain.event import EventDetails, Status
from scheduler.domain.waitlist import PlaceInLine
from scheduler.storage.rows import Booking, Caller
from scheduler.storage.waitlist_rows import Offer

AHEAD = timedelta(days=366)
ZONES_APART = timedelta(days=1)  # where a day has begun elsewhere, or is not over yet


class Mine(Struct, frozen=True):
    """`coming` and `days` by start, `past` backwards; `days` are those to take a time on, `places`
    those in line for one, and `wishing` until when one can be wished for, by day.
    """

    coming: list[Booking]
    past: list[Booking]
    days: list[EventDetails]
    offers: list[Offer] = []
    places: dict[UUID, PlaceInLine] = {}
    wishing: dict[UUID, datetime] = {}

    @property
    def only(self) -> UUID | None:
        """The day that somebody comes for who has nothing yet, if there is just one."""
        return self.days[0].event.id if len(self.days) == 1 and not self.coming else None


def sort(own: Sequence[Booking], days: Sequence[EventDetails], now: datetime) -> Mine:
    coming = [one for one in own if one.ends_at > now and one.status != "cancelled"]
    return Mine(
        coming=coming,
        past=[one for one in reversed(own) if one not in coming],
        days=[day for day in days if _has_more(day, own)],
    )


def _has_more(day: EventDetails, own: Sequence[Booking]) -> bool:
    here = [one for one in own if one.event == day.event.id and one.status != "cancelled"]
    return len(here) < day.event.claims_per_person


async def look(caller: Caller, now: datetime) -> Mine:
    since, until = (now - ZONES_APART).date(), (now + AHEAD).date()
    days = await event.listed(caller, since, until, Status.PUBLISHED, now)
    found = sort(await booking.listed(caller), await event.details_of_many(days, now), now)
    return structs.replace(
        found,
        offers=await offer.live_of(caller, now),
        places=await waitlist.own_places(caller, now),
        wishing=await opening_draw.open_until(caller, now),
    )
