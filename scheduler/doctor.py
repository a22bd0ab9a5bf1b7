"""What an operator wants to know first: does everything that this installation needs work?"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, time
from pathlib import Path
from typing import NamedTuple

from scheduler import keys
from scheduler.app import connected
from scheduler.domain import wallclock
from scheduler.mail.transports import DeliveryFailed
from scheduler.settings import Settings
from scheduler.storage import database, migrations


class Finding(NamedTuple):
    """One line: `words` say what is well, or what to do."""

    subject: str
    well: bool
    words: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    for subject, check in CHECKS.items():
        try:
            yield Finding(subject, True, await check(settings))  # noqa: FBT003  (a tuple's field)
        except (OSError, ValueError, DeliveryFailed) as error:
            yield Finding(subject, False, str(error))  # noqa: FBT003
        except Exception as error:  # noqa: BLE001  # a database says what is wrong in many types
            yield Finding(subject, False, f"{type(error).__name__}: {error}")  # noqa: FBT003


async def _database(settings: Settings) -> str:
    async with connected(settings.database_url):
        if await migrations.pending():
            raise ValueError("the database is behind this release: run `chairtime migrate`")
        return f"{database.engine().engine_type}, up to date"


async def _mail(settings: Settings) -> str:
    return await settings.transport().check()


async def _time_zones(_settings: Settings) -> str:
    summer = wallclock.to_instant(date(2026, 7, 1), time(12), "Europe/Berlin")
    if summer.hour != 10:  # noqa: PLR2004  (12:00 in Berlin is 10:00 UTC in summer)
        raise ValueError("time zones are wrong: reinstall the tzdata package")
    return f"{len(wallclock.ZONES)} zones"


async def _keys(settings: Settings) -> str:
    for given, path in (
        (settings.secret_key, keys.SECRET_FILE),
        (settings.health_key, keys.HEALTH_FILE),
    ):
        if given is None:
            _check_key(path)
    return "in place"


def _check_key(path: Path) -> None:
    keys.load_or_make(path)
    if path.stat().st_mode & 0o077:
        raise ValueError(f"others can read {path}: run `chmod 600 {path}`")


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "database": _database,
    "mail": _mail,
    "time zones": _time_zones,
    "keys": _keys,
}
