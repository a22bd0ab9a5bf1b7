"""What stands in a database, in one figure; and databases for the tests of a whole module."""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from scheduler.storage.database import execute, is_postgres
from tests.conftest import _administrate as administrate
from tests.postgres import at_database

TABLES = {
    True: "SELECT table_name AS name FROM information_schema.tables"
    " WHERE table_schema = 'public' ORDER BY name",
    False: "SELECT name FROM sqlite_master"
    " WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
}


async def fingerprint() -> str:
    """Of all rows of all tables: it changes whenever anything is changed.

    Only SQLite's own tables, of its query planner, are left out.
    """
    digest = hashlib.sha256()
    for table in await execute(TABLES[is_postgres()]):
        rows = await execute(f'SELECT * FROM "{table["name"]}"')
        digest.update(repr((table["name"], sorted(map(repr, rows)))).encode())
    return digest.hexdigest()


@contextlib.contextmanager
def migrated(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """An empty database of the engine that the fixture's parameter names."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "chairtime.db")
        yield f"sqlite:///{folder}/chairtime.db"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"module_{uuid4().hex[:12]}"
    administrate(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield at_database(server, name)
    administrate(server, f"DROP DATABASE {name} WITH (FORCE)")
