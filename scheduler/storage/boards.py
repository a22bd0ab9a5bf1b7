"""What tells two states of a day's board apart, for many days in one statement."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from scheduler.storage.database import fetch
from scheduler.storage.rows import BoardFacts
from scheduler.storage.shifts import STARTS

# In two halves, because each has an index: an index over all bookings would slow down each claim.
CHANGES = (
    "(SELECT count(*) + coalesce(sum(booking.sequence), 0) FROM booking"
    " WHERE booking.event = event.id AND booking.status {} 'cancelled')"
)
FACTS = (
    "SELECT event.id AS event, event.revision,"
    f" {CHANGES.format('<>')} + {CHANGES.format('=')}"
    " + (SELECT count(*) + count(offer.ended_at) FROM offer WHERE offer.event = event.id)"
    " + (SELECT count(*) + count(waitlist_entry.ended_at) FROM waitlist_entry"
    "  WHERE waitlist_entry.event = event.id) AS changes,"
    f" (SELECT count(*) FROM slot WHERE slot.event = event.id AND {STARTS} <= {{}})"
    " + (SELECT count(*) FROM slot WHERE slot.event = event.id AND slot.instead_of IS NOT NULL"
    "  AND slot.ends_at <= {}) AS begun,"
    " CASE WHEN event.claims_open_at <= {} THEN 1 ELSE 0 END"
    " + CASE WHEN event.ends_at <= {} THEN 1 ELSE 0 END AS passed FROM event"
)


async def facts(events: Collection[UUID], now: datetime, useful: timedelta) -> list[BoardFacts]:
    """Of events of any organisation: it says nothing about them but that something changed.

    The rest of a missed time is over when nothing `useful` is left of it.
    """
    if not events:
        return []
    marks = ", ".join("{}" for _ in events)
    return await fetch(
        BoardFacts,
        f"{FACTS} WHERE event.id IN ({marks})",
        now, now + useful, now, now, *events,
    )  # fmt: skip
