"""Servers that the benchmark starts, and ends whatever happens."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO

from msgspec import Struct

from benchmarks import cpu
from benchmarks.client import HOST, Connection, request

ROOT = Path(__file__).parents[1]
LONGEST_START = 60.0
LONGEST_STOP = 10.0


class Server(Struct, frozen=True):
    port: int
    pid: int


def chairtime(*arguments: str) -> list[str]:
    """The installed command, as anybody would start it."""
    script = Path(sys.executable).with_name("chairtime")
    return [
        *([str(script)] if script.exists() else [sys.executable, "-m", "scheduler"]),
        *arguments,
    ]


def uvicorn(application: str, workers: int, port: int) -> list[str]:
    options = ["--host", HOST, "--port", str(port), "--workers", str(workers)]
    quiet = ["--no-access-log", "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", f"benchmarks.ceilings:{application}", *options, *quiet]


@contextlib.asynccontextmanager
async def running(
    command: list[str], port: int, folder: Path, environ: Mapping[str, str]
) -> AsyncIterator[Server]:
    """Started, answering and at rest; its output is shown only if it fails."""
    with tempfile.TemporaryFile() as output:
        process = _start(command, folder, environ, output)
        try:
            await _until_it_answers(process, port)
            await cpu.settle(lambda: cpu.of_trees(process.pid))
            yield Server(port, process.pid)
        except BaseException:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace")[-4000:])
            raise
        finally:
            # In a thread, because what it still says to its database may pass through this loop.
            await asyncio.to_thread(stop, process)


def _start(
    command: list[str], folder: Path, environ: Mapping[str, str], output: IO[bytes]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment(environ),
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


async def _until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    async with asyncio.timeout(LONGEST_START):
        while process.poll() is None:
            with contextlib.suppress(OSError):
                connection = Connection(port)
                answer = await connection.ask(request("GET", "/health/live"))
                connection.close()
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the server ended with {process.returncode} before it answered")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """The whole group: a killed parent leaves its workers listening."""
    with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
        process.terminate()
        process.wait(LONGEST_STOP)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(LONGEST_STOP)


def environment(added: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what somebody has set for a Chairtime of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAIRTIME_")}
    return kept | {"PYTHONPATH": str(ROOT), **added}


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def run(command: list[str], folder: Path, environ: Mapping[str, str]) -> str:
    """A command that ends by itself; what it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")
    return done.stdout
