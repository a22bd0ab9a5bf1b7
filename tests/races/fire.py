"""Processes that give times back and join a line, some of which are killed while they are at it.

    python -m tests.races.fire < what-to-do.json

Prints the numbers of the deeds that were acknowledged, and how often it killed.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec

from scheduler import clock
from scheduler.app import connected
from scheduler.domain import booking, person, promotion, waitlist
from scheduler.domain.wish import Wishes
from scheduler.storage.rows import Caller

AT_ONCE = 3


class Deed(msgspec.Struct, frozen=True):
    """By the person with this token: `join` this event, or give back (`cancel`) this booking."""

    number: int
    verb: str
    token: str
    subject: UUID
    event: UUID


class Orders(msgspec.Struct, frozen=True):
    """A part of the deeds for each process. `careless` promotes after the transaction."""

    url: str
    parts: list[list[Deed]]
    kills_of_each: int
    careless: bool


class Outcome(msgspec.Struct, frozen=True):
    acknowledged: list[int]
    kills: int


class Worker:
    def __init__(self, orders: Orders, part: list[Deed], file: Path) -> None:
        self.orders, self.part, self.file = orders, part, file
        self.file.touch()
        chance = random.Random(len(part) + int(file.name))  # noqa: S311  (a repeatable misfortune)
        self.ends = sorted(chance.sample(range(len(part) * 3 // 4), orders.kills_of_each))
        self.kills, self.at_work = 0, True
        self.start()

    def done(self) -> list[int]:
        return [int(number) for number in self.file.read_text().split()]

    def start(self) -> None:
        self.pid = os.fork()
        if not self.pid:
            left = [deed for deed in self.part if deed.number not in self.done()]
            with self.file.open("a", buffering=1) as acknowledged:
                asyncio.run(_work(self.orders, left, lambda one: print(one, file=acknowledged)))
            os._exit(0)

    def look_after(self) -> None:
        """It is killed when it has done so many, and started again."""
        if self.ends and len(self.done()) > self.ends[0]:
            os.kill(self.pid, signal.SIGKILL)
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if ended and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.kills, self.ends = self.kills + 1, self.ends[1:]
            self.start()
        elif ended:
            assert status == 0, "a process failed"
            self.at_work = False


async def _work(orders: Orders, left: list[Deed], acknowledge: Callable[[int], None]) -> None:
    turn, do = asyncio.Semaphore(AT_ONCE), _carelessly if orders.careless else _do

    async def one(deed: Deed) -> None:
        async with turn:
            await do(await person.caller(deed.token, clock.now()), deed)
            acknowledge(deed.number)

    async with connected(orders.url), asyncio.TaskGroup() as group:
        for deed in left:
            group.create_task(one(deed))


async def _do(caller: Caller, deed: Deed) -> None:
    if deed.verb == "cancel":
        await booking.cancel(caller, deed.subject, clock.now())
    else:
        await waitlist.join(caller, deed.subject, Wishes(), clock.now())


async def _later(*_: object) -> None:
    """Instead of `promote`, whose time comes after the transaction."""


async def _carelessly(caller: Caller, deed: Deed) -> None:
    await _do(caller, deed)
    await promotion.promote(caller.organisation, deed.event, clock.now())


def main() -> None:
    orders = msgspec.json.decode(sys.stdin.buffer.read(), type=Orders)
    if orders.careless:
        for module in (booking, waitlist):
            module.__dict__["promote"] = _later
    folder = Path(sys.argv[1])
    workers = [
        Worker(orders, part, folder / str(number)) for number, part in enumerate(orders.parts)
    ]
    while at_work := [worker for worker in workers if worker.at_work]:
        for worker in at_work:
            worker.look_after()
        time.sleep(0.002)
    done = [number for worker in workers for number in worker.done()]
    outcome = Outcome(sorted(done), sum(worker.kills for worker in workers))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
