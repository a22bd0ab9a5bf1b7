"""How much one person may write in a minute. Never per address: an office shares one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from scheduler.domain.errors import RateLimited

WINDOW = timedelta(minutes=1)
WRITES = 120


class Limiter:
    """Counts in this process's memory: n processes allow at most n times as much."""

    def __init__(self) -> None:
        self._since = datetime.min.replace(tzinfo=UTC)
        self._counts: dict[UUID, int] = {}

    def count(self, person: UUID, now: datetime) -> None:
        """Raises RateLimited above WRITES in one window."""
        if now - self._since >= WINDOW:
            self._since, self._counts = now, {}
        self._counts[person] = self._counts.get(person, 0) + 1
        if self._counts[person] > WRITES:
            raise RateLimited(int((self._since + WINDOW - now).total_seconds()) + 1)
