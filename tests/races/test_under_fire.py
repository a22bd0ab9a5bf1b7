"""A hundred give back, three hundred wait, four processes do it all and are killed at it.

At every moment, and afterwards, whatever is open has been offered to the first in line whom it
suits. The control promotes in a transaction of its own, right after the one that opened the slot.
"""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from benchmarks.seed import Seeded, Wanted, seed
from scheduler import clock
from scheduler.app import connected
from scheduler.domain import person
from scheduler.storage import waitlist
from scheduler.storage.rows import Booking
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist import Times
from tests import commands, line
from tests.line import Row
from tests.processes import claimed
from tests.races.fire import Deed, Orders, Outcome

pytestmark = pytest.mark.anyio

PROCESSES, KILLS_OF_EACH = 4, 2
BOOKED, WAITING, JOINING = 100, 200, 100
NEVER = Times(None, time(9, 5), None)
Fetch = Callable[[str], Awaitable[list[Row]]]


class Scene(msgspec.Struct, frozen=True):
    seeded: Seeded
    event: UUID
    held: list[Booking]
    line: list[str]  # the ids of those who wait and whom anything suits, in order


async def set_up(url: str) -> Scene:
    seeded = seed(url, Wanted(BOOKED + WAITING + JOINING, 1, {"day": BOOKED}))
    async with connected(url):
        day = seeded.rounds[0]["day"]
        held = await claimed(seeded, day.slots)
        waiting = await _wait(seeded.tokens[BOOKED : BOOKED + WAITING], UUID(day.event))
    return Scene(seeded, UUID(day.event), held, waiting)


@transaction
async def _wait(tokens: list[str], event: UUID) -> list[str]:
    """Every fourth of them for a time that there is not."""
    begun, suited = clock.now(), []
    for number, token in enumerate(tokens):
        caller = await person.caller(token, begun)
        joined = begun + timedelta(microseconds=number)
        wished = Times(None, None, None) if number % 4 else NEVER
        await waitlist.join(caller.organisation, event, caller.id, wished, joined)
        suited += [str(caller.id)] if number % 4 else []
    return suited


def orders(url: str, scene: Scene, *, careless: bool) -> Orders:
    tokens, event = scene.seeded.tokens, scene.event
    deeds = [
        Deed(number, "cancel", tokens[number], booking.id, event)
        for number, booking in enumerate(scene.held)
    ]
    for number in range(BOOKED, BOOKED + JOINING):
        deeds.insert(
            (number - BOOKED) * 2, Deed(number, "join", tokens[number + WAITING], event, event)
        )
    parts = [deeds[number::PROCESSES] for number in range(PROCESSES)]
    return Orders(url, parts, KILLS_OF_EACH, careless)


@contextlib.asynccontextmanager
async def snapshots(url: str) -> AsyncIterator[Callable[[], Awaitable[line.Rows]]]:
    """What stands in the database at one moment, however many statements ask for it."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.row_factory = lambda cursor, row: dict(
            zip([column[0] for column in cursor.description], row, strict=True)
        )

        async def fetch(statement: str) -> list[Row]:
            return connection.execute(statement).fetchall()

        async def look() -> line.Rows:
            connection.execute("BEGIN")
            try:
                return await line.read(fetch)
            finally:
                connection.execute("COMMIT")

        yield look
        connection.close()
        return
    postgres = await asyncpg.connect(url)

    async def ask(statement: str) -> list[Row]:
        return [dict(one) for one in await postgres.fetch(statement)]

    async def see() -> line.Rows:
        async with postgres.transaction(isolation="repeatable_read", readonly=True):
            return await line.read(ask)

    yield see
    await postgres.close()


async def burn(
    given: Orders, folder: Path, look: Callable[[], Awaitable[line.Rows]],
    check: Callable[[line.Rows], None],
) -> Outcome:  # fmt: skip
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.races.fire", str(folder), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env=commands.environment(),
    )  # fmt: skip
    ending = asyncio.create_task(process.communicate(msgspec.json.encode(given)))
    while not ending.done():
        check(await look())
        await asyncio.wait({ending}, timeout=0.05)
    printed, _ = await ending
    assert process.returncode == 0
    return msgspec.json.decode(printed, type=Outcome)


def check_moment(found: line.Rows, expected: list[str]) -> None:
    (day,) = found.days(clock.now()).values()
    day.check()
    day.check_nobody_is_left_out()
    offered = {str(one["person"]) for one in day.live.values()}
    assert offered == set(expected[: len(offered)]), "somebody was skipped"


async def test_nothing_is_stranded_and_nobody_skipped(database_url: str, tmp_path: Path) -> None:
    scene = await set_up(database_url)
    given = orders(database_url, scene, careless=False)
    async with snapshots(database_url) as look:
        outcome = await burn(
            given, tmp_path / "fire", look, lambda found: check_moment(found, scene.line)
        )
        found = await look()
    assert outcome.kills == PROCESSES * KILLS_OF_EACH
    assert outcome.acknowledged == list(range(BOOKED + JOINING)), "some were done again"
    check_moment(found, scene.line)
    assert found.booked() == [], "what was acknowledged stays done"
    assert len(found.offers) == BOOKED, "nobody was offered two"
    assert len(found.entries) == WAITING + JOINING


async def test_promoted_after_the_transaction_times_lie_open(
    database_url: str, tmp_path: Path
) -> None:
    scene = await set_up(database_url)
    stranded: list[str] = []

    def note(found: line.Rows) -> None:
        try:
            check_moment(found, scene.line)
        except AssertionError as error:
            stranded.append(str(error))

    async with snapshots(database_url) as look:
        await burn(orders(database_url, scene, careless=True), tmp_path / "fire", look, note)
    assert any("suits somebody who waits" in one for one in stranded)
