"""A PostgreSQL whose whole CPU time can be read, as durable as in production."""

import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg  # no types are published with it
import psutil  # no types are published with it
from msgspec import Struct

from benchmarks import ceilings, cpu, servers
from benchmarks.figures import Sample
from tests.postgres import at_database, throwaway_postgres

DURABLE = ""  # PostgreSQL's own defaults: fsync and synchronous_commit on
CEILINGS, OURS = "chairtime_bench_ceilings", "chairtime_bench"
CLIENTS = 8
SCRIPT = f"""\\set n :n + 1
\\set slot :before + :client_id * :share + :n
{ceilings.UPDATE.replace("$1", ":client_id").replace("$2", ":slot")};
"""


class Cluster(Struct, frozen=True):
    """`postmaster` is the process that all backends descend from."""

    dsn: str
    postmaster: int
    version: str
    durability: str

    def cpu(self) -> float:
        return cpu.of_trees(self.postmaster)

    def database(self, name: str) -> str:
        return at_database(self.dsn, name)

    async def execute(self, name: str, *statements: str) -> None:
        async with _connected(self.database(name)) as connection:
            for statement in statements:
                await connection.execute(statement)

    async def counts(self, name: str, query: str) -> Counter[str]:
        """Of a query for pairs of an id and a number."""
        async with _connected(self.database(name)) as connection:
            return Counter({str(row[0]): row[1] for row in await connection.fetch(query)})


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Cluster]:
    with throwaway_postgres(DURABLE) as dsn:
        found = await _facts(dsn)
        drops = [f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (CEILINGS, OURS)]
        creations = [f"CREATE DATABASE {name}" for name in (CEILINGS, OURS)]
        await found.execute("postgres", *drops, *creations)
        try:
            yield found
        finally:
            await found.execute("postgres", *drops)


async def _facts(dsn: str) -> Cluster:
    async with _connected(dsn) as connection:
        backend = _local(await connection.fetchval("SELECT pg_backend_pid()"))
        version = await connection.fetchval("SHOW server_version")
        names = ("fsync", "synchronous_commit", "full_page_writes")
        values = [f"{name} {await connection.fetchval(f'SHOW {name}')}" for name in names]
        return Cluster(dsn, backend.ppid(), version.split()[0], ", ".join(values))


def _local(backend: int) -> psutil.Process:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(backend)
        if "postgres" in process.name():
            return process
    raise RuntimeError("PostgreSQL must run on this machine, or its CPU time cannot be read")


@contextlib.asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def fill_ceilings(cluster: Cluster, slots: int) -> None:
    await cluster.execute(CEILINGS, *filter(str.strip, ceilings.SCHEMA.split(";")))
    async with _connected(cluster.database(CEILINGS)) as connection:
        await connection.execute(ceilings.FREE_SLOTS, slots)
    await tidy(cluster, CEILINGS)


async def tidy(cluster: Cluster, name: str) -> None:
    """What autovacuum would otherwise do in the middle of a phase."""
    await cluster.execute(name, "VACUUM ANALYZE", "CHECKPOINT")


async def pgbench(cluster: Cluster, slots: range) -> Sample:
    """The bare UPDATE from 8 connections, every claim its own slot, prepared, without HTTP."""
    await cpu.settle(cluster.cpu)
    with tempfile.TemporaryDirectory() as folder:
        before = cluster.cpu()
        _run_pgbench(cluster, Path(folder), slots)
        spent = cluster.cpu() - before
        lines = _logged(Path(folder))
    latencies = [int(line[2]) / 1e6 for line in lines]
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    begun = min(end - latency for end, latency in zip(ends, latencies, strict=True))
    return Sample(
        answers=Counter({"201": len(latencies)}),
        latencies=latencies,
        seconds=max(ends) - begun,
        cpu=spent,
        client_cpu=0.0,
        others_cpu=0.0,
    )


def _run_pgbench(cluster: Cluster, folder: Path, slots: range) -> None:
    (folder / "claim.sql").write_text(SCRIPT)
    share = max(1, len(slots) // CLIENTS)
    values = ["-Dn=0", f"-Dshare={share}", f"-Dbefore={slots.start - 1}"]
    options = ["-n", "-f", "claim.sql", "-M", "prepared", *values]
    load = ["-c", str(CLIENTS), "-j", "1", "-t", str(share), "-l", "--log-prefix=log"]
    servers.run([_program(cluster), *options, *load, cluster.database(CEILINGS)], folder, {})


def _logged(folder: Path) -> list[list[str]]:
    """Of each transaction: client, number, microseconds, script, and when it ended in s and us."""
    return [line.split() for file in folder.glob("log*") for line in file.open()]


def _program(cluster: Cluster) -> str:
    """The pgbench that came with the server, else the one on the path."""
    with contextlib.suppress(psutil.Error):
        beside = Path(psutil.Process(cluster.postmaster).exe()).with_name("pgbench")
        if beside.exists():
            return str(beside)
    if found := shutil.which("pgbench"):
        return found
    raise RuntimeError("pgbench was found neither beside the server nor on the PATH")
