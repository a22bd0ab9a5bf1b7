"""What the queries about the waitlist return; see rows.py."""

from datetime import datetime, time
from uuid import UUID

from scheduler.storage.rows import Place, Row


class WaitlistEntry(Row, frozen=True, kw_only=True):
    """A place in line that still counts, by `position`; `offered` while a slot is held for it.

    `by_fairness` their standing decides; see domain/draw.py.
    """

    id: UUID
    event: UUID
    person: UUID
    earliest: time | None
    latest: time | None
    therapist: UUID | None
    joined_at: datetime
    position: int
    offered: bool
    headed_at: datetime | None = None
    by_fairness: bool = False
    missed: int = 0
    late: int = 0
    no_shows: int = 0


class Waiting(Row, frozen=True, kw_only=True):
    """Somebody in line as their coordinator sees it: with whom they wish for a time, if with one
    person only, and the `slot` that is held for them just now.
    """

    position: int
    name: str
    earliest: time | None
    latest: time | None
    therapist: str | None
    slot: UUID | None
    held_at: datetime | None
    held_until: datetime | None


class Offer(Place, frozen=True, kw_only=True):
    """A slot that is held for somebody, or was until `ended_at`."""

    id: UUID
    person: UUID
    person_name: str
    person_email: str
    person_language: str | None
    expires_at: datetime
    ended_at: datetime | None
    outcome: str | None


class Busy(Row, frozen=True, kw_only=True):
    """When somebody who waits has a massage, wherever it is."""

    person: UUID
    starts_at: datetime
    ends_at: datetime


class Declined(Row, frozen=True, kw_only=True):
    """A slot that somebody gave back, passed on or let run out."""

    slot: UUID
    person: UUID


class EventKey(Row, frozen=True, kw_only=True):
    organisation: UUID
    event: UUID


class OwnPlaceInLine(Row, frozen=True, kw_only=True):
    """What somebody waited for, and how that ended."""

    title: str
    earliest: time | None
    latest: time | None
    therapist: str | None
    joined_at: datetime
    ended_at: datetime | None
    outcome: str | None


class OwnOffer(Row, frozen=True, kw_only=True):
    title: str
    starts_at: datetime
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    outcome: str | None
