"""The one way to write: all or nothing, whatever happens, and nothing is left for the next one.

Piccolo's own transactions leak when COMMIT fails: on PostgreSQL the connection is never given back,
on SQLite later writes look done and are lost. So each failure here is followed by a write that is
then read from another connection.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

import asyncpg
import pytest

from scheduler.app import connected
from scheduler.domain.errors import SlotTaken
from scheduler.storage import database, sqlite
from scheduler.storage.database import Statement, execute, together
from scheduler.storage.transaction import single_write, transaction
from tests.world import write

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

NOTE = "CREATE TABLE note (id integer PRIMARY KEY)"
REPLY = (
    "CREATE TABLE reply (id integer PRIMARY KEY,"
    " note integer REFERENCES note DEFERRABLE INITIALLY DEFERRED)"
)
ADD = "INSERT INTO note (id) VALUES ({})"
RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()"
)
ORPHAN = "INSERT INTO reply (id, note) VALUES ({}, 999)"  # refused, but only by COMMIT


@pytest.fixture(autouse=True)
async def _tables(bound: str) -> None:
    assert bound
    for statement in (NOTE, REPLY):
        await write(statement)


async def notes() -> set[int]:
    """Read outside any transaction, so by another connection than the one that wrote."""
    return {row["id"] for row in await execute("SELECT id FROM note")}


async def next_one_works() -> None:
    await asyncio.gather(*(write(ADD, 1000 + number) for number in range(12)))
    assert await notes() >= set(range(1000, 1012))


async def test_it_commits_when_the_action_returns() -> None:
    @transaction
    async def action(number: int) -> str:
        await execute(ADD, number)
        assert number not in await asyncio.create_task(elsewhere()), "not before it returns"
        return "done"

    async def elsewhere() -> set[int]:
        database.transaction_owner.set(None)
        database.engine().current_transaction.set(None)
        return await notes()

    assert await action(1) == "done"
    assert await notes() == {1}


@pytest.mark.parametrize("error", [ValueError, SlotTaken, asyncio.CancelledError, SystemExit])
async def test_it_rolls_back_whatever_is_raised(error: type[BaseException]) -> None:
    @transaction
    async def action() -> None:
        await execute(ADD, 1)
        raise error

    with pytest.raises(error):
        await action()
    assert await notes() == set()
    await next_one_works()


async def cancelled_when(reached: Awaitable[Any], action: Awaitable[Any]) -> None:
    task = asyncio.ensure_future(action)
    await asyncio.wait_for(reached, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_request_cancelled_between_statements_leaves_nothing() -> None:
    reached = asyncio.Event()

    @transaction
    async def action() -> None:
        await execute(ADD, 1)
        reached.set()
        await asyncio.Event().wait()

    await cancelled_when(reached.wait(), action())
    assert await notes() == set()
    await next_one_works()


@on_postgres
async def test_a_request_cancelled_within_a_statement_leaves_nothing(bound: str) -> None:
    @transaction
    async def action() -> None:
        await execute(ADD, 1)
        await execute("SELECT pg_sleep(60)")

    await cancelled_when(running(bound, "SELECT pg_sleep%"), action())
    assert await notes() == set()
    await next_one_works()


@on_postgres
async def test_a_request_cancelled_within_commit_leaves_all_or_nothing(bound: str) -> None:
    await write(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'"
    )
    await write(
        "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NEW.id < 100) EXECUTE FUNCTION dawdle()"
    )

    @transaction
    async def action() -> None:
        await execute(ADD, 1)
        await execute(ADD, 2)

    await cancelled_when(running(bound, "COMMIT%"), action())
    assert await notes() in (set(), {1, 2})
    await next_one_works()


async def running(url: str, query: str) -> None:
    """Waits until PostgreSQL is at such a statement."""
    connection = await asyncpg.connect(url)
    try:
        for _ in range(1000):
            if await connection.fetchval(RUNNING, query):
                return
            await asyncio.sleep(0.01)
    finally:
        await connection.close()


@on_sqlite
@pytest.mark.parametrize("statement", ["BEGIN", "COMMIT"])
async def test_a_request_cancelled_while_the_writer_is_busy(
    statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = asyncio.Event(), threading.Event()
    loop, finish = asyncio.get_running_loop(), sqlite._finish  # noqa: SLF001

    def wait() -> None:
        loop.call_soon_threadsafe(reached.set)
        assert go_on.wait(10)

    def dawdle(raw: sqlite3.Connection, word: str) -> None:
        if word == statement:
            wait()
        finish(raw, word)

    @transaction
    async def action() -> None:
        await execute(ADD, 1)
        await execute(ADD, 2)

    monkeypatch.setattr(sqlite, "_finish", dawdle)
    if statement == "BEGIN":  # the writer's thread is held up before it gets there
        writer = database.engine()._writer  # type: ignore[union-attr]  # noqa: SLF001
        held_up = asyncio.ensure_future(writer._execute(wait))  # noqa: SLF001
        await reached.wait()
    task = asyncio.ensure_future(action())
    await asyncio.wait_for(reached.wait(), 10)
    await asyncio.sleep(0)  # so that it waits for BEGIN
    task.cancel()
    after = asyncio.ensure_future(next_one_works())
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await after
    assert await notes() & {1, 2} == (set() if statement == "BEGIN" else {1, 2})
    if statement == "BEGIN":
        await held_up


async def test_failing_commits_leave_nothing_and_the_next_one_works() -> None:
    @transaction
    async def action(number: int) -> None:
        await execute(ADD, number)
        await execute(ORPHAN, number)

    refusals = (sqlite3.IntegrityError, asyncpg.ForeignKeyViolationError)
    async with asyncio.timeout(20):
        for number in range(30):
            with pytest.raises(refusals):
                await action(number)
        answers = await asyncio.gather(*map(action, range(30)), return_exceptions=True)
        assert all(isinstance(answer, refusals) for answer in answers)
        assert await notes() == set()
        await next_one_works()


async def test_many_failing_and_cancelled_at_once_give_every_connection_back() -> None:
    @transaction
    async def action(number: int) -> None:
        await execute(ADD, number)
        if number % 2:
            raise ValueError
        await asyncio.Event().wait()

    tasks = [asyncio.ensure_future(action(number)) for number in range(40)]
    for _ in range(40):
        await asyncio.sleep(0.005)
        for task in tasks[::4]:
            task.cancel()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=10)
    assert all(task.done() for task in tasks)
    for task in tasks:
        with contextlib.suppress(ValueError, asyncio.CancelledError):
            await task
    async with asyncio.timeout(10):
        await next_one_works()


@on_sqlite
async def test_another_process_that_holds_the_file_is_waited_for_and_then_reported(
    bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = sqlite3.connect(bound.removeprefix("sqlite:///"), isolation_level=None)
    with contextlib.closing(rival):
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
        async with connected(bound):
            rival.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    await write(ADD, 1)
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    await together(Statement(ADD, (1,)))
            rival.execute("COMMIT")
            assert await notes() == set()
            await next_one_works()


async def test_a_child_task_is_refused_its_parents_transaction() -> None:
    @transaction
    async def action() -> None:
        await execute(ADD, 1)
        for child in (execute(ADD, 2), together(Statement(ADD, (2,))), nested()):
            with pytest.raises(RuntimeError, match="child task"):
                await asyncio.ensure_future(cast("Coroutine[Any, Any, object]", child))

    @transaction
    async def nested() -> None:
        await execute(ADD, 2)

    await action()
    assert await notes() == {1}


@pytest.mark.parametrize("kind", [transaction, single_write])
async def test_an_action_within_another_is_part_of_it(
    kind: Callable[[Callable[[int], Awaitable[None]]], Callable[[int], Awaitable[None]]],
) -> None:
    @kind
    async def inner(number: int) -> None:
        await together(Statement(ADD, (number,)))

    @transaction
    async def outer(*, fail: bool) -> None:
        await inner(1)
        await inner(2)
        if fail:
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await outer(fail=True)
    assert await notes() == set()
    await outer(fail=False)
    assert await notes() == {1, 2}


async def test_what_belongs_together_is_written_together() -> None:
    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await together(Statement(ADD, (1,)), Statement(ADD, (2,)), Statement(ADD, (2,)))
    assert await notes() == set()
    await together(Statement(ADD, (1,)), Statement(ADD, (2,)))
    assert await notes() == {1, 2}


@on_sqlite
async def test_a_write_outside_a_transaction_fails_loudly() -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await execute(ADD, 1)
