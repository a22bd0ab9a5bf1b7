"""The servers under load, ours and the ceilings, each with its requests and its database."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks import cluster, cpu, seed, servers
from benchmarks.client import request
from benchmarks.phases import Target

HELD = "SELECT slot, count(*) FROM booking WHERE status <> 'cancelled' GROUP BY slot"
HELD_BY_REF = "SELECT id, 1 FROM slot WHERE person IS NOT NULL"
HELD_UNSAFELY = "SELECT slot, count(*) FROM booking GROUP BY slot"


async def _nothing() -> Counter[str]:
    return Counter()


def _no_claim(_person: int, _slot: str) -> bytes:
    raise TypeError("the bare route takes no claims")


@contextlib.asynccontextmanager
async def bare(workers: int, folder: Path) -> AsyncIterator[Target]:
    port = servers.free_port()
    command = servers.uvicorn("bare", workers, port)
    async with servers.running(command, port, folder, {}) as server:
        yield Target(
            f"bare, {workers} workers" if workers > 1 else "bare, 1 process",
            port,
            lambda: cpu.of_trees(server.pid),
            _no_claim,
            _nothing,
        )


@contextlib.asynccontextmanager
async def ceiling(
    name: str, found: cluster.Cluster, folder: Path, dsn: str = "", workers: int = 2
) -> AsyncIterator[Target]:
    """`ref` or `unsafe`."""
    port = servers.free_port()
    environ = {"CEILINGS_DSN": dsn or found.database(cluster.CEILINGS)}
    query = HELD_BY_REF if name == "ref" else HELD_UNSAFELY
    command = servers.uvicorn(name, workers, port)
    async with servers.running(command, port, folder, environ) as server:
        yield Target(
            name,
            port,
            lambda: cpu.of_trees(server.pid, found.postmaster),
            lambda person, slot: request("POST", f"/slots/{slot}/people/{person}"),
            lambda: found.counts(cluster.CEILINGS, query),
        )


class Chairtime:
    """A migrated and filled database of one engine, and the server on it."""

    def __init__(self, folder: Path, found: cluster.Cluster | None) -> None:
        self.folder = folder
        self.found = found
        self.file = folder / "rush.db"
        self.url = found.database(cluster.OURS) if found else f"sqlite:///{self.file}"
        self.name = f"Chairtime, {'PostgreSQL' if found else 'SQLite'}"
        self.workers = 2 if found else 1

    async def prepare(self, wanted: seed.Wanted) -> None:
        self.folder.mkdir(parents=True)
        servers.run(servers.chairtime("migrate"), self.folder, self._environ(self.url))
        self.seeded = seed.seed(self.url, wanted)
        if self.found:
            await cluster.tidy(self.found, cluster.OURS)

    @contextlib.asynccontextmanager
    async def serve(self, url: str = "", workers: int = 0) -> AsyncIterator[Target]:
        """As anybody would start it, the jobs in another process."""
        port = servers.free_port()
        options = ["--port", str(port), "--workers", str(workers or self.workers), "--no-jobs"]
        command = servers.chairtime("serve", *options)
        environ = self._environ(url or self.url)
        async with servers.running(command, port, self.folder, environ) as server:
            roots = [server.pid, self.found.postmaster] if self.found else [server.pid]
            yield Target(self.name, port, lambda: cpu.of_trees(*roots), self.claim, self.held)

    def claim(self, person: int, slot: str) -> bytes:
        return request("POST", f"/api/v1/slots/{slot}/booking", self.seeded.tokens[person])

    def look(self, person: int, event: str) -> bytes:
        token = self.seeded.tokens[person % len(self.seeded.tokens)]
        return request("GET", f"/api/v1/events/{event}/slots?limit=200", token)

    async def held(self) -> Counter[str]:
        if self.found:
            return await self.found.counts(cluster.OURS, HELD)
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return Counter(dict(connection.execute(HELD).fetchall()))

    def _environ(self, url: str) -> dict[str, str]:
        mail = f"maildir:{self.folder / 'mail'}"
        return {"CHAIRTIME_DATABASE_URL": url, "CHAIRTIME_MAIL_URL": mail}
