"""Any number of processes may bring one database up to date, from what a wheel holds."""

import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

import scheduler
from scheduler.app import connected
from scheduler.storage import database, migrations
from tests.commands import empty_database

pytestmark = pytest.mark.anyio
ROOT = Path(scheduler.__file__).parents[1]
PROCESSES = 6
MIGRATE = """
import asyncio, sys, scheduler
from scheduler.storage import database, migrations
async def run():
    engine = database.make_engine(sys.argv[1])
    database.bind(engine)
    await engine.start()
    print(len(await migrations.migrate()), scheduler.__file__)
    await engine.stop()
sys.stdin.readline()
asyncio.run(run())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request, tmp_path) as url:
        yield url


def test_a_wheel_holds_all_that_is_needed(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    needed = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "scheduler").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert set(needed) <= held
    assert {path.rpartition(".")[2] for path in needed} > {"py", "html", "txt", "css"}
    assert sum("piccolo_migrations" in path for path in needed) >= 2
    assert not [path for path in held if path.startswith(("tests", "benchmarks", "docs"))]


def test_six_processes_at_once(wheel: zipfile.ZipFile, empty_url: str, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PYTHONPATH": str(tmp_path / "installed")},
            cwd=tmp_path,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in starting:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    ended = [(*process.communicate(timeout=60), process.returncode) for process in starting]
    assert [(error, code) for _, error, code in ended] == [("", 0)] * PROCESSES
    ran = sorted(int(printed.split()[0]) for printed, _, _ in ended)
    assert ran == [0] * (PROCESSES - 1) + [len(known())]
    assert {printed.split()[1] for printed, _, _ in ended} == {
        str(tmp_path / "installed" / "scheduler" / "__init__.py")
    }


def known() -> list[str]:
    return sorted(path.stem for path in (ROOT / "scheduler/piccolo_migrations").glob("chairtime_*"))


async def test_what_is_pending(empty_url: str) -> None:
    async with connected(empty_url):
        assert len(await migrations.pending()) == len(known())
        ran = await migrations.migrate()
        assert ran == sorted(ran)
        assert len(ran) == len(known())
        assert await migrations.pending() == []
        assert await migrations.migrate() == []


async def test_a_migration_that_fails_leaves_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(empty_url):
        engine = database.engine()
        run = engine.run_ddl

        async def fail(_engine: object, statement: str, in_pool: bool = True) -> object:  # noqa: FBT001, FBT002  (Piccolo's signature)
            wrong = "calendar_feed_owner" in statement
            return await run("CREATE INDEX one ON nowhere (x)" if wrong else statement, in_pool)

        with monkeypatch.context() as patched:
            patched.setattr(type(engine), "run_ddl", fail)
            with pytest.raises((sqlite3.OperationalError, asyncpg.UndefinedTableError)):
                await migrations.migrate()
        assert len(await migrations.pending()) == len(known())
        assert len(await migrations.migrate()) == len(known())
