"""What the queries about draws return."""

from datetime import date, datetime, time
from uuid import UUID

from scheduler.storage.rows import Person, Row


class Draw(Row, frozen=True, kw_only=True):
    """See the table."""

    id: UUID
    organisation: UUID
    event: UUID
    seed: str
    wishes_close_at: datetime
    drawn_at: datetime | None = None
    record: str | None = None
    wishes: int = 0


class Wish(Row, frozen=True, kw_only=True):
    """See the table."""

    id: UUID
    organisation: UUID
    event: UUID
    person: UUID
    earliest: time | None
    latest: time | None
    therapist: UUID | None
    missed: int | None = None
    late: int | None = None
    no_shows: int | None = None
    slot: UUID | None = None


class Wisher(Person, frozen=True, kw_only=True):
    """Somebody who wished for a time of a day, with what the ledger says of them."""

    wish: UUID
    earliest: time | None
    latest: time | None
    therapist: UUID | None
    slot: UUID | None = None
    claimed: int
    missed: int
    late: int
    no_shows: int


class LedgerEntry(Row, frozen=True, kw_only=True):
    """What the ledger says of somebody."""

    person: UUID
    missed: int
    late: int
    no_shows: int


class OwnWish(Row, frozen=True, kw_only=True):
    """What somebody wished for in a draw, what it brought, and their standing when it was drawn."""

    title: str
    date: date
    earliest: time | None
    latest: time | None
    therapist: str | None
    wished_at: datetime
    served: bool
    missed: int | None
    late: int | None
    no_shows: int | None
