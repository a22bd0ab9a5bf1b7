"""What the queries of the outbox return."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.rows import Row


class Letter(Row, frozen=True, kw_only=True):
    """A row of the outbox, leased."""

    id: UUID
    organisation: UUID | None
    kind: str
    booking: UUID | None
    sequence: int | None
    subject: UUID | None
    recipient: UUID | None
    detail: str | None
    queued_at: datetime
    attempts: int


class WaitingLetter(Row, frozen=True, kw_only=True):
    id: UUID
    organisation: UUID | None
    kind: str
    detail: str | None


class MailChoice(Row, frozen=True, kw_only=True):
    """Whether somebody wants messages of this kind."""

    kind: str
    wanted: bool
    chosen_at: datetime


class MailCount(Row, frozen=True, kw_only=True):
    outcome: str
    messages: int
    oldest: datetime


class MailTrouble(Row, frozen=True, kw_only=True):
    kind: str
    email: str
    attempts: int
    queued_at: datetime
    failed: bool
    error: str


class Undelivered(Row, frozen=True, kw_only=True):
    """Somebody whom a message about a booking of this event did not reach."""

    event: UUID
    name: str
