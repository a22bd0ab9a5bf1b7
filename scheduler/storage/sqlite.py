"""One SQLite file with one connection that writes and one that reads.

Piccolo's own engine opens a connection for every query and begins transactions that may fail once
they want to write. Here one connection writes, in a thread of its own because it waits for the
disk, always under BEGIN IMMEDIATE. The other only reads: a write outside a transaction is an error.
In WAL mode reading waits for nobody and takes microseconds, less than a way to a thread and back.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Self, cast

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory

BUSY_SECONDS = 15.0
WRITER_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY")
READER_PRAGMAS = ("query_only=ON", "temp_store=MEMORY")

# Piccolo's converters make objects of each value; msgspec reads the text, once, and is quicker.
for kind in ("UUID", "TIMESTAMPTZ", "DATE", "TIME"):
    sqlite3.register_converter(kind, bytes.decode)
for kind in ("INTEGER", "BOOLEAN"):
    sqlite3.register_converter(kind, int)


class OneWriterTransaction(SQLiteTransaction):
    """Holds the writer from BEGIN IMMEDIATE to the end, whatever that end is."""

    engine: "OneWriterEngine"
    connection: aiosqlite.Connection

    async def __aenter__(self) -> Self:
        if self._parent is not None:
            return cast("Self", self._parent)
        self.connection = await self.engine.borrow_writer()
        try:
            await self.connection.execute_fetchall("BEGIN IMMEDIATE")
        except BaseException:
            await self._leave("ROLLBACK")
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> Literal[False]:
        if self._parent is None:
            self.engine.current_transaction.reset(self.context)
            await self._leave("ROLLBACK" if kind else "COMMIT")
        return False

    async def _leave(self, statement: str) -> None:
        # Shielded, because a cancelled request must not leave its transaction to the next one.
        await asyncio.shield(asyncio.ensure_future(self._end(statement)))

    async def _end(self, statement: str) -> None:
        try:
            await _in_thread(self.connection, lambda raw: _finish(raw, statement))
        finally:
            self.engine.return_writer()


def _finish(raw: sqlite3.Connection, statement: str) -> None:
    try:
        if raw.in_transaction:
            raw.execute(statement)
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")


def _run_all(raw: sqlite3.Connection, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
    for sql, values in statements:
        raw.execute(sql, values).fetchall()


def _commit_all(raw: sqlite3.Connection, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
    raw.execute("BEGIN IMMEDIATE")
    try:
        _run_all(raw, statements)
    except BaseException:
        _finish(raw, "ROLLBACK")
        raise
    _finish(raw, "COMMIT")


async def _in_thread(
    connection: aiosqlite.Connection, action: Callable[[sqlite3.Connection], None]
) -> None:
    # aiosqlite has no public way to run several statements in one visit to its thread.
    await connection._execute(action, connection._conn)  # type: ignore[no-untyped-call]  # noqa: SLF001


class OneWriterEngine(SQLiteEngine):
    """`start` and `stop` belong to one event loop."""

    __slots__ = ("_reader", "_turn", "_writer")

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path), timeout=BUSY_SECONDS, cached_statements=256)
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Raises OSError, in the database's own words, when it cannot be opened."""
        try:
            await self._open()
        except sqlite3.Error as error:
            raise OSError(f"{self.path}: {error}") from error

    async def _open(self) -> None:
        self._writer = await self._connect()
        self._reader = sqlite3.connect(**self.connection_kwargs)
        self._reader.row_factory = dict_factory
        for pragma in READER_PRAGMAS:
            self._reader.execute(f"PRAGMA {pragma}")

    async def stop(self) -> None:
        self._reader.close()
        async with self._turn:
            with contextlib.suppress(sqlite3.OperationalError):  # another process is writing
                await self._writer.execute_fetchall("PRAGMA optimize")
            await self._writer.close()

    async def _connect(self) -> aiosqlite.Connection:
        connecting = aiosqlite.connect(**self.connection_kwargs)
        # Otherwise an interpreter that ends without stop() waits for this thread for ever.
        connecting._thread.daemon = True  # noqa: SLF001
        try:
            connection = await connecting
            connection.row_factory = dict_factory  # type: ignore[assignment]  # any callable will do
            for pragma in WRITER_PRAGMAS:
                await connection.execute_fetchall(f"PRAGMA {pragma}")
        except sqlite3.Error:
            await connecting.close()
            # The thread's last word needs this loop.
            await asyncio.to_thread(connecting._thread.join)  # noqa: SLF001
            raise
        return connection

    async def borrow_writer(self) -> aiosqlite.Connection:
        await self._turn.acquire()
        return self._writer

    def return_writer(self) -> None:
        self._turn.release()

    async def run_all(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """In one visit to the writer's thread; outside a transaction, as one of their own."""
        if current := self.current_transaction.get():
            await _in_thread(current.connection, lambda raw: _run_all(raw, statements))
            return
        writer = await self.borrow_writer()
        # Shielded, because a cancelled request must not hand over a writer that is still busy.
        await asyncio.shield(asyncio.ensure_future(self._run_all_alone(writer, statements)))

    async def _run_all_alone(
        self, writer: aiosqlite.Connection, statements: Sequence[tuple[str, Sequence[Any]]]
    ) -> None:
        try:
            await _in_thread(writer, lambda raw: _commit_all(raw, statements))
        finally:
            self.return_writer()

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,  # noqa: FBT001, FBT002  (Piccolo's signature)
    ) -> OneWriterTransaction:
        return OneWriterTransaction(self, transaction_type, allow_nested)

    async def _run_in_new_connection(
        self,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",  # noqa: ARG002  (Piccolo's signature)
        table: object = None,  # noqa: ARG002
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._reader.execute(query, args or []).fetchall()
        return rows

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",  # noqa: ARG002  (Piccolo's signature)
        table: object = None,  # noqa: ARG002
    ) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", await connection.execute_fetchall(query, args or []))
