"""Real `chairtime` processes, to hurry, to stop and to kill."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from uuid import UUID

import psutil

from benchmarks.client import Connection, request
from benchmarks.seed import Seeded
from scheduler import clock
from scheduler.domain import booking, person
from scheduler.domain.booking import Preferences
from scheduler.storage.rows import Booking
from tests import commands
from tests.world import API, rows

PATIENCE = 60.0  # for what must happen; a machine may be busy
TO_END = 5.5


class Process:
    """A command in a session of its own. `log` is what it has said."""

    command: Sequence[str] = tuple(commands.chairtime())

    def __init__(self, folder: Path, environ: dict[str, str], *arguments: str) -> None:
        self.log = folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as output:
            self._popen = subprocess.Popen(
                [*self.command, *arguments],
                cwd=folder, env=commands.environment(**environ), stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    @property
    def code(self) -> int | None:
        return self._popen.poll()

    def children(self) -> list[int]:
        """The worker processes that live, not Python's own helpers."""
        found = psutil.Process(self._popen.pid).children(recursive=True)
        return [child.pid for child in found if is_worker(child)]

    def tell(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    async def stop(self) -> tuple[int | None, float]:
        """Its exit code after SIGTERM, and how long that took. It complains of nothing."""
        begun = time.monotonic()
        self.tell(signal.SIGTERM)
        await until(lambda: self.code is not None, "it ends")
        assert "Traceback" not in self.log.read_text()
        return self.code, time.monotonic() - begun

    def kill(self) -> None:
        """With all its workers, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait(PATIENCE)


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # or a zombie, which is one as well
        return False


async def until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"waited in vain until {what}"
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def chairtime(
    folder: Path, environ: dict[str, str], *arguments: str
) -> AsyncIterator[Process]:
    process = Process(folder, environ, *arguments)
    try:
        yield process
    except BaseException:
        sys.stderr.write(process.log.read_text()[-4000:])
        raise
    finally:
        process.kill()


@contextlib.asynccontextmanager
async def serving(
    folder: Path, environ: dict[str, str], port: int, *options: str
) -> AsyncIterator[Process]:
    """A web server that answers, on a port of 127.0.0.1."""
    async with chairtime(folder, environ, "serve", "--port", str(port), *options) as process:
        async with asyncio.timeout(PATIENCE):
            while not await answers(port):
                assert process.code is None, "it has ended"
                await asyncio.sleep(0.02)
        yield process


async def answers(port: int) -> bool:
    connection = Connection(port)
    try:
        return (await connection.ask(request("GET", "/health/live"))).status == 200
    except OSError:
        return False
    finally:
        connection.close()


def asking(seeded: Seeded, person: int, slot: str) -> bytes:
    """A claim, as bytes on the wire."""
    return request("POST", f"{API}/slots/{slot}/booking", seeded.tokens[person])


async def claimed(seeded: Seeded, slots: list[str]) -> list[Booking]:
    """A booking for each slot, each of another person, made in this process."""
    made: list[Booking] = []
    for token, slot in zip(seeded.tokens, slots, strict=False):
        now = clock.now()
        caller = await person.caller(token, now)
        made.append(await booking.claim(caller, UUID(slot), Preferences(), now))
    return made


async def count(statement: str) -> int:
    """Of the rows of `SELECT count(*) AS number …`."""
    return int((await rows(statement))[0]["number"])
