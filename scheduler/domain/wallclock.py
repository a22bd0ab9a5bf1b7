"""Wall-clock times are what people chose. Instants are computed from them, here."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from scheduler.i18n import docstring, say

# Without two that systems add and that name no place: this machine's own zone, and a placeholder.
ZONES = frozenset(available_timezones()) - {"localtime", "Factory"}
NO_ZONE = say("“{zone}” is not a time zone. Use a name such as Europe/Berlin.")

NO_MOMENT = say("This must be a day and a time of day.")


class NoSuchTime(ValueError):
    """This time does not exist on that day: the clocks skip it. Choose another."""


class TwoSuchTimes(ValueError):
    """This time comes twice on that day: the clocks are set back. Choose another."""


def to_instant(day: date, wall: time, zone: str) -> datetime:
    """UTC. Raises NoSuchTime or TwoSuchTimes where the zone's clocks change."""
    local = datetime.combine(day, wall, ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(docstring(NoSuchTime))
    if local.replace(fold=1).astimezone(UTC) != instant:
        raise TwoSuchTimes(docstring(TwoSuchTimes))
    return instant


def read(written: str, zone: str) -> datetime:
    """UTC of a wall-clock "2026-12-03T09:00", as browsers write it. Raises ValueError, in words."""
    try:
        local = datetime.strptime(written, "%Y-%m-%dT%H:%M")  # noqa: DTZ007  (a wall clock's)
    except ValueError:
        raise ValueError(NO_MOMENT) from None
    return to_instant(local.date(), local.time(), zone)


def to_local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def whole_day(day: date, zone: str) -> tuple[datetime, datetime]:
    """The instants at which this local day begins and ends."""
    midnights = (
        datetime.combine(day + timedelta(days=n), time.min, ZoneInfo(zone)) for n in (0, 1)
    )
    begins, ends = (midnight.astimezone(UTC) for midnight in midnights)
    return begins, ends


def today(now: datetime, zone: str) -> date:
    return to_local(now, zone).date()
