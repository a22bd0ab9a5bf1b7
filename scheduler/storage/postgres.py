"""PostgreSQL through Piccolo's engine, with three things put right.

Piccolo's engine connects when it is made, keeps a connection for ever when BEGIN or COMMIT fails,
and resets each connection over the wire after every query.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Literal, Self, cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

POOL = {"min_size": 2, "max_size": 10}


class SafeTransaction(PostgresTransaction):
    """Gives its connection back on every way out, a failing BEGIN or COMMIT included."""

    engine: "PooledEngine"

    async def __aenter__(self) -> Self:
        if self._parent is not None:
            return cast("Self", self._parent)
        self.connection = await self.engine.borrow()
        self.transaction = self.connection.transaction()
        try:
            await self.transaction.start()
        except BaseException:
            self.engine.give_back(self.connection)
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> Literal[False]:
        if self._parent is not None:
            return False
        self.engine.current_transaction.reset(self.context)
        try:
            await self._end(failed=kind is not None)
        finally:
            self.engine.give_back(self.connection)
        return False

    async def _end(self, *, failed: bool) -> None:
        if not failed:
            await self.transaction.commit()
        elif not self.connection.is_closed():
            await self.transaction.rollback()


class PooledEngine(PostgresEngine):
    """`start` and `stop` belong to one event loop."""

    def __init__(self, dsn: str) -> None:
        super().__init__(config={"dsn": dsn})

    async def check_version(self) -> None:
        """Leaves out Piccolo's connection at import."""

    async def prep_database(self) -> None:
        """Leaves out Piccolo's extensions: none is needed."""

    async def start(self) -> None:
        """Raises OSError, in the database's own words, when it does not let us in."""
        # The pool opens connections and replaces broken ones. Who is next is decided here: in the
        # pool newcomers overtake those who wait, and each return of a connection costs a task.
        self._turns = asyncio.Semaphore(POOL["max_size"])
        self._idle: list[Any] = []
        try:
            await self.start_connection_pool(**POOL, reset=_keep)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise OSError(str(error)) from error

    async def stop(self) -> None:
        for connection in self._idle:
            await self._connections.release(connection)
        await self.close_connection_pool()

    @property
    def _connections(self) -> asyncpg.Pool:
        assert self.pool is not None  # noqa: S101  (statements run only between start and stop)
        return self.pool

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        connection = await self.borrow()
        try:
            return await connection.fetch(query, *(args or ()))
        finally:
            self.give_back(connection)

    async def borrow(self) -> Any:
        """A connection of one's own; whoever asked first gets the first."""
        await self._turns.acquire()
        try:
            return await self._open()
        except BaseException:
            self._turns.release()
            raise

    async def _open(self) -> Any:
        while self._idle:
            connection = self._idle.pop()
            with contextlib.suppress(asyncpg.InterfaceError):  # it broke, and the pool has it back
                if not connection.is_closed():
                    return connection
            await self._connections.release(connection)
        return await self._connections.acquire()

    def give_back(self, connection: Any) -> None:
        with contextlib.suppress(asyncpg.InterfaceError):  # as above
            if connection.is_in_transaction():  # ROLLBACK failed: whatever it holds ends with it
                connection.terminate()
            else:
                self._idle.append(connection)
        self._turns.release()

    def transaction(
        self,
        allow_nested: bool = True,  # noqa: FBT001, FBT002  (Piccolo's signature)
    ) -> SafeTransaction:
        return SafeTransaction(self, allow_nested)


async def _keep(_connection: object) -> None:
    """Nothing here outlives its transaction (only SET LOCAL), so there is nothing to reset."""
