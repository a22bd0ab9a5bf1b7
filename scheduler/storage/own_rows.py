"""What is kept about somebody, as it is read by them."""

from datetime import datetime

from scheduler.storage.rows import Row


class OwnRole(Row, frozen=True, kw_only=True):
    role: str
    since: datetime


class OwnKey(Row, frozen=True, kw_only=True):
    """A token, a browser that is signed in, a calendar subscription or an invitation."""

    created_at: datetime
    expires_at: datetime | None


class OwnShift(Row, frozen=True, kw_only=True):
    title: str
    timezone: str
    chair: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None


class OwnAnnouncement(Row, frozen=True, kw_only=True):
    created_at: datetime
    text: str


class OwnMessage(Row, frozen=True, kw_only=True):
    """What was sent to somebody, by kind; without `sent_at` it waits or was not needed."""

    kind: str
    queued_at: datetime
    sent_at: datetime | None
