"""Databases to throw away on both engines, and the world that the cast lives in."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from scheduler.app import connected
from scheduler.settings import load
from scheduler.storage import migrations
from tests.postgres import at_database, throwaway_postgres
from tests.world import World, open_world

# What takes a minute or more: begun last, it would be waited for by workers that are idle.
LONG = ("tests/world_machine/", "tests/web/test_access.py", "tests/web/test_every_page")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with throwaway_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A migrated database to copy: quicker than migrating for each test."""
    name = f"template_{uuid4().hex[:8]}"
    _administrate(postgres_server, f"CREATE DATABASE {name}")
    asyncio.run(_migrate(at_database(postgres_server, name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "chairtime.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


async def _migrate(url: str) -> None:
    async with connected(url):
        await migrations.migrate()


def _administrate(server: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(server)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "chairtime.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    _administrate(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield at_database(postgres_server, name)
    _administrate(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: each test that asks for it runs on both engines."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def bound(database_url: str) -> AsyncIterator[str]:
    """The address of that database, and this process bound to it."""
    async with connected(database_url):
        yield database_url


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The application with its cast, on both engines; see tests/world.py."""
    settings = load(
        {
            "CHAIRTIME_DATABASE_URL": database_url,
            "CHAIRTIME_MAIL_URL": f"maildir:{tmp_path}/mail",
            "CHAIRTIME_BASE_URL": "https://chairtime.example",
            "CHAIRTIME_SECRET_KEY": "5e" * 32,
            "CHAIRTIME_HEALTH_KEY": "4e" * 32,
        }
    )
    async with open_world(settings) as opened:
        yield opened
