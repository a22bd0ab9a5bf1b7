"""Claims with their invites waiting, and `chairtime jobs` processes to send them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.seed import Wanted, seed
from scheduler.storage.rows import Booking
from tests.mailserver import PostBox
from tests.processes import PATIENCE, Process, chairtime, claimed, count, until

WAITING = "SELECT count(*) AS number FROM outbox WHERE done_at IS NULL"


async def invites(url: str, letters: int) -> list[Booking]:
    """As many bookings, each with an invite that waits. This process is bound to the database."""
    seeded = seed(url, Wanted(letters, 1, {"day": letters}))
    return await claimed(seeded, seeded.rounds[0]["day"].slots)


def environment(url: str, box: PostBox) -> dict[str, str]:
    return {"CHAIRTIME_DATABASE_URL": url, "CHAIRTIME_MAIL_URL": box.url}


def jobs(url: str, folder: Path, box: PostBox) -> contextlib.AbstractAsyncContextManager[Process]:
    return chairtime(folder, environment(url, box), "jobs")


@contextlib.asynccontextmanager
async def two_at_work(
    url: str, folder: Path, box: PostBox
) -> AsyncIterator[tuple[Process, Process]]:
    async with jobs(url, folder, box) as first, jobs(url, folder, box) as second:
        yield first, second


async def all_sent(box: PostBox, letters: int) -> None:
    """Until each of them has arrived, and is marked as sent."""
    await until(lambda: len(box.ids()) == letters, "all mail has arrived")
    for _ in range(int(PATIENCE / 0.02)):
        if await count(WAITING) == 0:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("some were not marked")
