"""Whoever is beaten runs again from the first line, and then sees what the other has written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import asyncpg
import pytest

from scheduler.storage.database import Statement, execute, together
from scheduler.storage.transaction import ATTEMPTS, Beaten, single_write, transaction
from tests.world import write

pytestmark = pytest.mark.anyio
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

PLACE = "CREATE TABLE place (id integer PRIMARY KEY, taken integer NOT NULL)"
FIND = "SELECT taken FROM place WHERE id = {}"
TAKE = "INSERT INTO place (id, taken) VALUES ({}, 1)"
MORE = "UPDATE place SET taken = taken + 1 WHERE id = {}"


@pytest.fixture(autouse=True)
async def _tables(bound: str) -> None:
    assert bound
    await write(PLACE)


@pytest.fixture
async def rival(bound: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(bound)
    yield connection
    await connection.close()


async def test_beaten_once() -> None:
    runs: list[int] = []

    @transaction
    async def action() -> int:
        runs.append(len(runs))
        await execute(TAKE, 1)  # would be there twice if the first run had left it
        if len(runs) < 3:
            raise Beaten
        return len(runs)

    assert await action() == 3


async def test_it_gives_up_in_the_end() -> None:
    runs: list[int] = []

    @transaction
    async def action() -> None:
        runs.append(len(runs))
        await execute(TAKE, len(runs))
        raise Beaten

    with pytest.raises(Beaten):
        await action()
    assert len(runs) == ATTEMPTS
    assert await execute(FIND, 1) == []


async def test_other_errors_are_not_tried_again() -> None:
    runs: list[int] = []

    @transaction
    async def action() -> None:
        runs.append(len(runs))
        await execute("SELECT nonsense FROM nowhere")

    with pytest.raises((sqlite3.OperationalError, asyncpg.UndefinedTableError)):
        await action()
    assert len(runs) == 1


async def test_a_single_write_that_a_unique_index_refuses() -> None:
    @single_write
    async def action() -> str:
        if await execute(FIND, 1):
            return "somebody was faster"
        await write(TAKE, 1)  # now
        await together(Statement(TAKE, (1,)), Statement(TAKE, (2,)))
        return "taken"

    assert await action() == "somebody was faster"
    assert await execute(FIND, 2) == []


@on_postgres
async def test_a_transaction_that_a_unique_index_refuses(
    rival: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    @transaction
    async def action() -> str:
        if await execute(FIND, 1):
            return "somebody was faster"
        await execute(TAKE, 2)
        await rival.execute("INSERT INTO place (id, taken) VALUES (1, 1)")
        await execute(TAKE, 1)
        return "taken"

    assert await action() == "somebody was faster"
    assert await execute(FIND, 2) == []


@on_postgres
async def test_a_transaction_that_an_exclusion_constraint_refuses(
    rival: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await write("CREATE TABLE room (at int4range, EXCLUDE USING gist (at WITH &&))")

    @transaction
    async def action() -> str:
        if await execute("SELECT 1 FROM room WHERE at && '[5,10)'"):
            return "somebody was faster"
        await rival.execute("INSERT INTO room VALUES ('[1,6)')")
        await execute("INSERT INTO room VALUES ('[5,10)')")
        return "taken"

    assert await action() == "somebody was faster"


@on_postgres
async def test_a_serialisation_failure(rival: "asyncpg.Connection[asyncpg.Record]") -> None:
    await write(TAKE, 1)
    runs: list[int] = []

    @transaction
    async def action() -> int:
        runs.append(len(runs))
        await execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = (await execute(FIND, 1))[0]["taken"]
        if len(runs) == 1:
            await rival.execute("UPDATE place SET taken = 5 WHERE id = 1")
        await execute(MORE, 1)
        return int(found)

    assert await action() == 5
    assert len(runs) == 2
    assert (await execute(FIND, 1))[0]["taken"] == 6


@on_postgres
async def test_a_real_deadlock() -> None:
    await write(TAKE, 1)
    await write(TAKE, 2)
    runs: list[int] = []
    both_hold_one = asyncio.Barrier(2)

    @transaction
    async def action(first: int, second: int) -> None:
        runs.append(first)
        await execute(MORE, first)
        if len(runs) <= 2:
            await both_hold_one.wait()
        await execute(MORE, second)

    async with asyncio.timeout(20):
        await asyncio.gather(action(1, 2), action(2, 1))
    # More often where it ran into the other once more before that one had woken.
    assert len(runs) >= 3, "the one that PostgreSQL ended ran again"
    assert [(await execute(FIND, place))[0]["taken"] for place in (1, 2)] == [3, 3]
