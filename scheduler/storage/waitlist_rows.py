"""What the queries about the waitlist return; see rows.py."""

from datetime import datetime, time
from uuid import UUID

from scheduler.storage.rows import Place, Row


class Waiter(Row, frozen=True, kw_only=True):
    """Somebody who would take a slot, and when that suits; `offered` while one is held for them."""

    person: UUID
    earliest: time | None
    latest: time | None
    therapist: UUID | None
    offered: bool


class WaitlistEntry(Waiter, frozen=True, kw_only=True):
    """A place in line that still counts, by `position`.

    `by_fairness` their standing decides; see domain/draw.py.
    """

    id: UUID
    event: UUID
    joined_at: datetime
    position: int
    headed_at: datetime | None = None
    by_fairness: bool = False
    missed: int = 0
    late: int = 0
    no_shows: int = 0


class Standby(Waiter, frozen=True, kw_only=True):
    """Somebody who can come at once; with an `entry` they wait in line as well, and the wishes are
    those.
    """

    id: UUID
    event: UUID
    name: str
    tapped_at: datetime
    entry: UUID | None


class Missed(Row, frozen=True, kw_only=True):
    """A booking of somebody who did not come."""

    organisation: UUID
    id: UUID


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
    """A slot that is held for somebody, or was until `ended_at`. Whoever is not `in_line` said that
    they can come at once.
    """

    id: UUID
    person: UUID
    person_name: str
    person_email: str
    person_language: str | None
    expires_at: datetime
    ended_at: datetime | None
    outcome: str | None
    in_line: bool = True


class Opening(Place, frozen=True, kw_only=True):
    """A slot that is open to whoever is first, and somebody who is told so."""

    person: UUID
    person_name: str
    person_email: str
    person_language: str | None


class Declined(Row, frozen=True, kw_only=True):
    """A slot that somebody gave back, passed on or let run out."""

    slot: UUID
    person: UUID


class OwnPlaceInLine(Row, frozen=True, kw_only=True):
    """What somebody waited for, and how that ended."""

    title: str
    earliest: time | None
    latest: time | None
    therapist: str | None
    joined_at: datetime
    ended_at: datetime | None
    outcome: str | None


class OwnStandby(Row, frozen=True, kw_only=True):
    """When somebody said that they can come at once, and how that ended."""

    title: str
    tapped_at: datetime
    ended_at: datetime | None
    outcome: str | None


class OwnOffer(Row, frozen=True, kw_only=True):
    title: str
    starts_at: datetime
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    outcome: str | None
