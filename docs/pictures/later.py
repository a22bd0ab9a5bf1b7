"""How the demo's story goes on, for pictures of what it does not tell.

Each is told by whoever is in the picture, and answers what time it is then.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from scheduler import demo
from scheduler.domain import (
    attendance,
    booking,
    delay,
    drawing,
    opening_draw,
    person,
    roster,
)
from scheduler.domain.attendance import Attendance
from scheduler.domain.wish import Wishes
from scheduler.storage.rows import Caller

Later = Callable[[Caller, datetime], Awaitable[datetime]]


async def late(tara: Caller, now: datetime) -> datetime:
    today = await roster.get(tara, now.date(), now)
    await delay.run_late(tara, today.shifts[0].id, 10, now)
    return now


async def drawn(emil: Caller, now: datetime) -> datetime:
    """He missed his time last month, and so the lot cannot put him before anybody else."""
    hana = await person.caller(await person.add_token(emil.organisation, demo.HANA, 1, now), now)
    before = min(await booking.listed(emil), key=lambda one: one.starts_at)
    await attendance.mark(hana, before.id, Attendance.NO_SHOW, before.ends_at)
    ((event, closes),) = (await opening_draw.open_until(emil, now)).items()
    await opening_draw.wish(emil, event, Wishes(), now)
    await drawing.run_due(closes)
    return closes
