"""A secret calendar subscription of one's own days, without anybody's name."""

from datetime import datetime, timedelta

from scheduler import calendars, ids
from scheduler.calendars import FeedEntry
from scheduler.domain.errors import NotFound
from scheduler.i18n import choose, gettext, speaking
from scheduler.storage import bookings, feeds, shifts
from scheduler.storage.rows import Booking, Caller
from scheduler.storage.transaction import transaction

KEEPS_PAST = timedelta(days=90)
FEED_NAME = "Chairtime"


def own_entry(booking: Booking) -> FeedEntry:
    return FeedEntry(
        uid=f"{booking.id}@feed.chairtime",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=booking.title,
        location=", ".join(calendars.place(booking)),
        description=booking.chair,
        changed_at=booking.changed_at,
        transparent=False,
    )


def chair_entry(booking: Booking) -> FeedEntry:
    """The same slot as its therapist sees it: somebody comes, and no name says who."""
    return FeedEntry(
        uid=f"{booking.id}@chair.chairtime",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=gettext("Booked, {chair}", chair=booking.chair),
        location=", ".join(calendars.place(booking)),
        description=booking.title,
        changed_at=booking.changed_at,
        transparent=False,
    )


@transaction
async def subscribe(caller: Caller, now: datetime) -> str:
    """A new secret; the one before it ends."""
    secret = ids.new_secret()
    await feeds.replace(caller.organisation, caller.id, ids.hash_secret(secret), now)
    return secret


@transaction
async def unsubscribe(caller: Caller) -> None:
    await feeds.revoke(caller.organisation, caller.id)


async def is_subscribed(caller: Caller) -> bool:
    return await feeds.exists(caller.organisation, caller.id)


async def calendar(secret: str, now: datetime) -> bytes:
    """iCalendar. The same bytes as long as nothing changed."""
    feed = await feeds.find(ids.hash_secret(secret))
    if feed is None:
        raise NotFound
    since = now - KEEPS_PAST
    own = await bookings.active_of_person(feed.organisation, feed.person, since)
    blocks = await shifts.of_therapist(feed.organisation, feed.person, since)
    booked = await bookings.of_shifts(feed.organisation, [shift.id for shift in blocks])
    with speaking(choose(feed.language)):
        entries = [*map(own_entry, own), *map(chair_entry, booked)]
    return calendars.feed(
        FEED_NAME, sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))
    )
