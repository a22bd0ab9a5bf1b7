"""The one database of this process, and how statements reach it.

Statements are written with `{}` where a value goes; values travel as parameters. Where the two
engines need different words, the statement says so with `on`.
"""

import asyncio
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar
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
    """From `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return OneWriterEngine(Path(url.removeprefix("sqlite:///")))
    if urlsplit(url).scheme in {"postgresql", "postgres"}:
        return PooledEngine(url)
    raise ValueError("must begin with sqlite:/// or postgresql://")


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


async def execute(sql: str, *values: Any) -> list[dict[str, Any]]:
    inside_transaction()
    rows = await engine().run_querystring(QueryString(sql, *values))
    return [dict(row) for row in rows]


async def fetch(into: type[T], sql: str, *values: Any) -> list[T]:
    rows = await execute(sql, *values)
    # Not strict, because SQLite keeps instants, ids and truth values as text and numbers.
    return msgspec.convert(rows, list[into], strict=False)  # type: ignore[valid-type]


async def fetch_one(into: type[T], sql: str, *values: Any) -> T | None:
    rows = await fetch(into, sql, *values)
    return rows[0] if rows else None
