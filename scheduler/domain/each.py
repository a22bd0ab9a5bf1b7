"""One day after the other, of every organisation."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def each(things: Iterable[T], act: Callable[[T], Awaitable[R]], failing: str) -> list[R]:
    """What goes wrong with one keeps no other waiting, and is told at the end."""
    done, failed = list[R](), list[Exception]()
    for one in things:
        try:
            done.append(await act(one))
        except Exception as error:  # noqa: BLE001  # whatever it is, the next is another's day
            failed.append(error)
    if failed:
        raise ExceptionGroup(failing, failed)
    return done
