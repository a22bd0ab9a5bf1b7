"""500 people for 50 times, over and over, against real servers."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.client import Connection, connections
from benchmarks.seed import Massages, Seeded, Wanted, seed
from scheduler.app import connected
from tests.commands import free_port
from tests.processes import asking, count, serving
from tests.world import rows

pytestmark = pytest.mark.anyio

PEOPLE, SLOTS, ROUNDS = 500, 50, 10


async def test_exactly_as_many_bookings_as_slots(database_url: str, tmp_path: Path) -> None:
    seeded = seed(database_url, Wanted(PEOPLE, ROUNDS, {"rush": SLOTS}))
    workers = 1 if database_url.startswith("sqlite") else 4
    options = ("--workers", str(workers), "--no-jobs")
    environ, port = {"CHAIRTIME_DATABASE_URL": database_url}, free_port()
    async with serving(tmp_path, environ, port, *options), connections(port, PEOPLE) as opened:
        for number, massages in enumerate(seeded.rounds):
            given = await rush(opened, seeded, massages["rush"], number)
            assert given == {"201": SLOTS, "409 slot_taken": PEOPLE - SLOTS}
    async with connected(database_url):
        for massages in seeded.rounds:
            await check(massages["rush"])
        assert await count("SELECT count(*) AS number FROM outbox") == ROUNDS * SLOTS


async def rush(
    opened: list[Connection], seeded: Seeded, massages: Massages, number: int
) -> Counter[str]:
    """Everybody at once, ten for each slot; each round they stand in another order."""
    order = list(range(PEOPLE))
    random.Random(number).shuffle(order)  # noqa: S311  (a repeatable crowd)
    asked = [
        connection.ask(asking(seeded, person, massages.slots[place % SLOTS]))
        for place, (connection, person) in enumerate(zip(opened, order, strict=True))
    ]
    return Counter(answer.label for answer in await asyncio.gather(*asked))


async def check(massages: Massages) -> None:
    """One booking for each slot, each with its one invite and its one line in the audit."""
    found = await rows(
        "SELECT booking.slot, booking.person, booking.ordinal,"
        " (SELECT count(*) FROM outbox WHERE outbox.booking = booking.id"
        "   AND outbox.kind = 'invite' AND outbox.sequence = 0) AS invites,"
        " (SELECT count(*) FROM outbox WHERE outbox.booking = booking.id) AS messages,"
        " (SELECT count(*) FROM audit WHERE audit.subject = booking.id"
        "   AND audit.action = 'booking.claim' AND audit.actor = booking.person) AS lines"
        " FROM booking WHERE booking.event = {}",
        massages.event,
    )
    assert {str(row["slot"]) for row in found} == set(massages.slots)
    assert len(found) == SLOTS
    assert len({row["person"] for row in found}) == SLOTS
    counts = {(row["ordinal"], row["invites"], row["messages"], row["lines"]) for row in found}
    assert counts == {(1, 1, 1, 1)}
