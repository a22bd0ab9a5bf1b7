"""Commands, in processes of their own, as whoever runs Chairtime types them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar
from uuid import uuid4

import pytest

from tests.conftest import _administrate as administrate
from tests.postgres import at_database

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
PATIENCE = 30.0
Done = subprocess.CompletedProcess[str]


def environment(**given: str) -> dict[str, str]:
    """Ours, without what somebody has set for a Chairtime of their own or to reach the world."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CHAIRTIME_") and not name.lower().endswith("_proxy")
    }
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"} | given


def chairtime(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scheduler", *arguments]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until(found: Callable[[], T | None], process: "subprocess.Popen[bytes] | None" = None) -> T:
    """What it answers as soon as that is true; fails when it never is, or the process has ended."""
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        if answer := found():
            return answer
        assert process is None or process.poll() is None, "it has ended"
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@contextlib.contextmanager
def empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """One without a table in it, on the engine that the fixture's parameter names."""
    if request.param == "sqlite":
        yield f"sqlite:///{folder}/empty.db"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid4().hex[:12]}"
    administrate(server, f"CREATE DATABASE {name}")
    yield at_database(server, name)
    administrate(server, f"DROP DATABASE {name} WITH (FORCE)")


class Shell:
    """A folder and an environment to run commands in."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder, self.environ = folder, environment(**environ)

    def __call__(self, *arguments: str, **environ: str) -> Done:
        return subprocess.run(
            chairtime(*arguments), cwd=self.folder, env=self.environ | environ,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def ok(self, *arguments: str, **environ: str) -> str:
        """What it said, having done it."""
        done = self(*arguments, **environ)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    def refused(self, *arguments: str, **environ: str) -> str:
        """Why, in one line."""
        done = self(*arguments, **environ)
        assert (done.returncode, done.stdout) == (1, ""), done
        [line] = done.stderr.splitlines()
        return line

    def token(self, email: str, organisation: str = "Acme") -> str:
        return self.ok("token", "add", email, "--organisation", organisation).split()[-1]

    @contextlib.contextmanager
    def start(
        self, *arguments: str, output: IO[bytes] | None = None, **environ: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Until the end of the block, and it must end well when it is told to."""
        process = subprocess.Popen(
            chairtime(*arguments), cwd=self.folder, env=self.environ | environ,
            stdout=output or subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
