"""APScheduler ticks; which work is due is said by rows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.clock import Clock
from scheduler.domain.delivery import PostOffice
from scheduler.jobs.schedule import JOBS, Job

DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
GRACE_SECONDS = 3
_log = structlog.get_logger()


@contextlib.asynccontextmanager
async def running(office: PostOffice, clock: Clock) -> AsyncIterator[None]:
    """Runs the jobs meanwhile. What runs at the end may finish: shutting down would cancel it."""
    ticker = AsyncIOScheduler(timezone=UTC, job_defaults=DEFAULTS)
    under_way: set[asyncio.Task[None]] = set()

    async def start(job: Job) -> None:
        task = asyncio.create_task(_run(job, office, clock))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        await asyncio.wait({task})  # which neither cancels it nor raises what it raises

    for job in JOBS:
        ticker.add_job(
            start, "interval", seconds=job.every.total_seconds(), args=[job], id=job.name
        )
    ticker.start()
    try:
        yield
    finally:
        ticker.pause()
        office.closing.set()
        await _finish(under_way)
        ticker.shutdown(wait=False)


async def _finish(under_way: set[asyncio.Task[None]]) -> None:
    if not under_way:
        return
    _, late = await asyncio.wait(under_way, timeout=GRACE_SECONDS)
    for task in late:  # a mail server that does not answer; the lease of its message will run out
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


async def _run(job: Job, office: PostOffice, clock: Clock) -> None:
    try:
        await job.run(office, clock)
    except Exception:  # noqa: BLE001  # one failure must not end the job: it runs again at its next tick
        _log.exception("job failed", job=job.name)
