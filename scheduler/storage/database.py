"""The one database of this process, and how statements reach it.

Statements are written with `{}` where a value goes; values travel as parameters. Where the two
engines need different words, the statement says so with `on`.
"""

import asyncio
import functools
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec
from piccolo.apps.migrations.tables import Migration
from piccolo.querystring import QueryString
from piccolo.table import Table

from scheduler.storage.postgres import PooledEngine
from scheduler.storage.sqlite import OneWriterEngine
from scheduler.storage.tables import TABLES

Engine = OneWriterEngine | PooledEngine
T = TypeVar("T", bound=msgspec.Struct)

_bound: list[Engine] = []
transaction_owner: ContextVar[asyncio.Task[Any] | None] = ContextVar("owner", default=None)


def make_engine(url: str) -> Engine:
    """From `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://…`.

    The errors never repeat the address: it may hold a password.
    """
    if url.startswith("sqlite:///"):
        return OneWriterEngine(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        _check_address(url)
        return PooledEngine(url)
    raise ValueError("must begin with sqlite:/// or postgresql://")


def _check_address(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        shape = "postgresql://user:password@host:port/name, with / ? # in a password as %2F %3F %23"
        raise ValueError(f"is not readable: write {shape}") from None


def bind(engine: Engine) -> None:
    """Makes this the database that every statement of the process goes to."""
    _bound[:] = [engine]
    tables: list[type[Table]] = [*TABLES, Migration]
    for table in tables:
        table._meta.db = engine  # noqa: SLF001  (Piccolo's way to choose an engine late)


def engine() -> Engine:
    return _bound[0]


def is_postgres() -> bool:
    return engine().engine_type == "postgres"


def on(*, postgres: str = "", sqlite: str = "") -> str:
    return postgres if is_postgres() else sqlite


def inside_transaction() -> bool:
    """Whether this task has a transaction open. Raises in a child task: it has no right to it."""
    owner = transaction_owner.get()
    if owner not in {None, asyncio.current_task()}:
        raise RuntimeError("a child task must not use its parent's transaction")
    return owner is not None


class Statement(NamedTuple):
    sql: str
    values: tuple[Any, ...]


class _Compiled(QueryString):
    """Piccolo's query string, with the template's compilation remembered."""

    def __init__(self, statement: Statement) -> None:
        self.template, self.query_type, self.table = statement.sql, "generic", None
        compiled = _compile(statement.sql, engine().engine_type)
        self._frozen_compiled_strings = compiled, list(statement.values)


@functools.cache
def _compile(sql: str, engine_type: str) -> str:
    return QueryString(sql, *[None] * sql.count("{}")).compile_string(engine_type)[0]


async def execute(sql: str, *values: Any) -> list[dict[str, Any]]:
    """The rows as the driver has them; on SQLite ids and instants are text. See `fetch`."""
    inside_transaction()
    rows = await engine().run_querystring(_Compiled(Statement(sql, values)))
    return [dict(row) for row in rows]


async def together(*statements: Statement) -> None:
    """Runs statements that write, none of which reads another's, in one round trip.

    A claim writes three rows, and waits for the database as seldom as it can.
    """
    inside_transaction()
    current = engine()
    if isinstance(current, OneWriterEngine):
        await current.run_all([(_compile(one.sql, "sqlite"), one.values) for one in statements])
        return
    *first, last = (one.sql for one in statements)
    parts = ", ".join(f"part{number} AS ({sql})" for number, sql in enumerate(first))
    values = [value for one in statements for value in one.values]
    await execute(f"WITH {parts} {last}" if parts else last, *values)


async def fetch(into: type[T], sql: str, *values: Any) -> list[T]:
    rows = await execute(sql, *values)
    # Not strict, because SQLite keeps instants, ids and truth values as text and numbers.
    return msgspec.convert(rows, list[into], strict=False)  # type: ignore[valid-type]


async def fetch_one(into: type[T], sql: str, *values: Any) -> T | None:
    rows = await fetch(into, sql, *values)
    return rows[0] if rows else None
