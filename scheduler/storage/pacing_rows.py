"""What the queries about pacing return."""

from scheduler.storage.rows import Row


class Pacing(Row, frozen=True, kw_only=True):
    """See the table."""

    breaks: list[str]
    breaks_as: str
    rest_minutes: int
    rest_every_minutes: int | None
    rests_as: str
    most_hands_on_minutes: int | None
    hands_on_as: str
    long_day_minutes: int
    long_day_session_minutes: int | None
    sessions_as: str
