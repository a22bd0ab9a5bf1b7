"""Reminders a day and an hour before, and the question afterwards."""

from datetime import datetime, timedelta

from scheduler.domain.invite import Kind
from scheduler.domain.rating import Moment, closes_at
from scheduler.storage import bookings, outbox, ratings
from scheduler.storage.rows import Booking
from scheduler.storage.transaction import transaction

LEADS = {Kind.REMINDER_DAY: timedelta(hours=24), Kind.REMINDER_HOUR: timedelta(hours=1)}
# Who was not reminded of the day by then is reminded of the hour, and not of both in a row.
TOO_LATE = {Kind.REMINDER_DAY: timedelta(hours=2), Kind.REMINDER_HOUR: timedelta(0)}
ASK_WITHIN = timedelta(hours=24)  # later than that, nobody remembers how it felt


def due_reminder(booking: Booking, now: datetime) -> Kind | None:
    """The reminder that this booking is owed now, unless it was placed within that very lead."""
    if booking.status != "confirmed":
        return None
    ahead = booking.starts_at - now
    kind = next((kind for kind, lead in LEADS.items() if TOO_LATE[kind] < ahead <= lead), None)
    if kind is None or booking.placed_at > booking.starts_at - LEADS[kind]:
        return None
    return kind


def wants_rating_request(booking: Booking, now: datetime) -> bool:
    return booking.status not in {"cancelled", "no_show"} and booking.ends_at <= now < closes_at(
        booking.event_ends_at
    )


def effect_key(kind: Kind, booking: Booking) -> str:
    """One reminder of a kind for each time that a booking was given, one rating request in all.

    By when it was given: a delay moves the time, and whoever was reminded hears of that besides.
    """
    if kind is Kind.RATING_REQUEST:
        return f"{kind}:{booking.id}"
    return f"{kind}:{booking.id}:{booking.placed_at:%Y%m%dT%H%M%S.%fZ}"


@transaction
async def queue_due(now: datetime) -> int:
    """Queues every reminder and rating request that is due; run twice, it queues nothing twice."""
    upcoming = await bookings.starting_between(now, now + max(LEADS.values()))
    ended = await bookings.ended_between(now - ASK_WITHIN, now)
    owed = [(kind, booking) for booking in upcoming if (kind := due_reminder(booking, now))]
    owed += [
        (Kind.RATING_REQUEST, booking) for booking in ended if wants_rating_request(booking, now)
    ]
    known = await outbox.queued([effect_key(kind, booking) for kind, booking in owed])
    new = [(kind, booking) for kind, booking in owed if effect_key(kind, booking) not in known]
    for kind, booking in new:
        await outbox.queue(outbox.message(booking, kind, effect_key(kind, booking), now))
    return len(new)


def still_wanted(kind: str, queued_at: datetime, booking: Booking, now: datetime) -> bool:
    """Asked again when it is about to leave: the world may have moved on while it waited."""
    if kind == Kind.RATING_REQUEST:
        return wants_rating_request(booking, now) and now - booking.ends_at <= ASK_WITHIN
    if kind not in LEADS:
        return True  # of a newer release, which will know
    moved_since = booking.placed_at > queued_at
    return due_reminder(booking, now) == kind and not moved_since


async def is_answered(booking: Booking) -> bool:
    """Whether its owner has said how it was, unasked."""
    rated = await ratings.of_booking(booking.organisation, booking.id)
    return any(one.moment == Moment.AFTER for one in rated)
