"""What the queries about outages return; see rows.py."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.rows import Row


class Outage(Row, frozen=True, kw_only=True):
    """See the table."""

    id: UUID
    organisation: UUID
    event: UUID
    shift: UUID
    cause: str
    reason: str | None
    starts_at: datetime


class Reseating(Row, frozen=True, kw_only=True):
    """Where a booking was and where it went; without a `slot` nowhere.

    `held` is the slot that the booking has today: it may have been moved since.
    """

    id: UUID
    organisation: UUID
    event: UUID
    booking: UUID
    person: UUID
    person_name: str
    person_email: str
    status: str
    held: UUID
    cause: str
    reason: str | None
    timezone: str
    was_at: datetime
    was_with: str
    was_chair: str
    slot: UUID | None
    starts_at: datetime | None
    therapist: str | None
    chair: str | None
    outcome: str | None


class OwnReseating(Row, frozen=True, kw_only=True):
    """A time of somebody's that was moved or ended because a shift was out."""

    title: str
    was_at: datetime
    starts_at: datetime | None
    moved_at: datetime
    answered_at: datetime | None
    outcome: str | None
