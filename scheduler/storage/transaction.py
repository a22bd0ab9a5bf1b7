"""The one way to write."""

import asyncio
import functools
import sqlite3
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import asyncpg

from scheduler.storage import database

P = ParamSpec("P")
T = TypeVar("T")
ATTEMPTS = 10


class Beaten(Exception):
    """Somebody else committed first, so a statement found nothing left to do."""


RUN_AGAIN = (
    Beaten,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
    asyncpg.ExclusionViolationError,
    asyncpg.ForeignKeyViolationError,
    sqlite3.IntegrityError,
)


def transaction(action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Runs an action as one transaction: all of it is committed when it returns, or none of it.

    When the database refuses because somebody was faster, the action runs again from its first
    line and reads what the other has written, so that a refusal names its true reason. An action
    called by another is part of that one's transaction.
    """

    @functools.wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if database.inside_transaction():
            return await action(*args, **kwargs)
        return await _again(lambda: _once(lambda: action(*args, **kwargs)))

    return run


def single_write(action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """The same, for an action that only reads, and then writes with one call of `together`.

    Those statements are a transaction by themselves, so what was read may be out of date when they
    run: the database's constraints decide. It saves the round trips of BEGIN and COMMIT.
    """

    @functools.wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if database.inside_transaction():
            return await action(*args, **kwargs)
        return await _again(lambda: action(*args, **kwargs))

    return run


async def _again(attempt: Callable[[], Awaitable[T]]) -> T:
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except RUN_AGAIN:
            continue
    return await attempt()


async def _once(action: Callable[[], Awaitable[T]]) -> T:
    async with database.engine().transaction():
        token = database.transaction_owner.set(asyncio.current_task())
        try:
            return await action()
        finally:
            database.transaction_owner.reset(token)
