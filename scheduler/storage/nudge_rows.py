"""What the queries about times that are left return; see rows.py."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.rows import Person, Row


class DayAhead(Row, frozen=True, kw_only=True):
    """A day whose first time begins at this instant."""

    organisation: UUID
    event: UUID
    timezone: str
    begins_at: datetime


class Asking(Person, frozen=True, kw_only=True):
    """An employee who wants to be told when times are left, and has none on the day."""
