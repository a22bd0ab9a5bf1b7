"""Which calendar message a booking owes its owner."""

import hashlib
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduler.storage import outbox
from scheduler.storage.database import Statement
from scheduler.storage.outage_rows import Outage
from scheduler.storage.rows import Booking


class Kind(StrEnum):
    INVITE = "invite"
    CANCELLATION = "cancellation"
    RESEATED = "reseated"
    UNSEATED = "unseated"
    REMINDER_DAY = "reminder_day"
    REMINDER_HOUR = "reminder_hour"
    RATING_REQUEST = "rating_request"


IN_CALENDAR = frozenset({Kind.INVITE, Kind.CANCELLATION, Kind.RESEATED, Kind.UNSEATED})
ENDINGS = frozenset({Kind.CANCELLATION, Kind.UNSEATED})


class Detail(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a message says beyond the booking: who else did it and why, or that a delay did, and
    how it clashes when the message is written.

    `cause` is what a shift is out for, and `was_…` how the booking was before.
    `name`, `email` and `language` are of somebody whom the database has forgotten since.
    """

    by: str | None = None
    reason: str | None = None
    cause: str | None = None
    was_at: datetime | None = None
    was_with: str | None = None
    was_chair: str | None = None
    delay: bool = False
    clash: str | None = None
    name: str | None = None
    email: str | None = None
    language: str | None = None


def invitation(booking: Booking, now: datetime, by: str | None = None) -> Statement:
    """`by` is the name of whoever else took or changed the time for its owner."""
    return _message(booking, Kind.INVITE, Detail(by=by), now)


async def queue_invite(booking: Booking, now: datetime, by: str | None = None) -> None:
    await outbox.queue(invitation(booking, now, by))


async def queue_substitute(booking: Booking, was_with: str, now: datetime) -> None:
    """Nothing is new but the therapist."""
    await outbox.queue(_message(booking, Kind.INVITE, Detail(was_with=was_with), now))


async def queue_outage(
    kind: Kind, booking: Booking, was: Booking, outage: Outage, now: datetime
) -> None:
    """Where it went, or that it could go nowhere; `was` is how it was before."""
    detail = Detail(
        cause=outage.cause, reason=outage.reason, was_at=was.starts_at,
        was_with=was.therapist_name, was_chair=was.chair,
    )  # fmt: skip
    await outbox.queue(_message(booking, kind, detail, now))


async def queue_delay(booking: Booking, now: datetime) -> None:
    """Later than planned, or as planned again: the booking itself says which."""
    await outbox.queue(_message(booking, Kind.INVITE, Detail(delay=True), now))


async def queue_cancellation(
    booking: Booking, now: datetime, *, by: str | None = None, reason: str | None = None
) -> None:
    await outbox.queue(_message(booking, Kind.CANCELLATION, Detail(by=by, reason=reason), now))


def _message(booking: Booking, kind: Kind, detail: Detail, now: datetime) -> Statement:
    text = msgspec.json.encode(detail).decode()
    return outbox.message(booking, kind, _effect(booking), now, text)


def _effect(booking: Booking) -> str:
    # One message for each state of a booking, whichever it is: the sequence counts the states.
    return f"invite:{booking.id}:{booking.sequence}"


def is_superseded(kind: str, sequence: int, booking: Booking) -> bool:
    """Whether a calendar message tells of a state that is no longer the latest."""
    return kind in IN_CALENDAR and sequence < booking.sequence


def essence(booking: Booking) -> str:
    """A fingerprint of what an invite tells: where, when, with whom."""
    told = (
        booking.title, booking.starts_at, booking.ends_at, booking.timezone, booking.location_name,
        booking.location_address, booking.chair, booking.therapist_name,
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


async def is_known(booking: Booking) -> bool:
    """Whether the invite that its owner has says all of it: moved and moved back, before anybody
    was told, is nothing to tell.
    """
    return await outbox.last_told(booking.id) == essence(booking)


async def note(letter: UUID, booking: Booking) -> None:
    await outbox.note(letter, essence(booking))
