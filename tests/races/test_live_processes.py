"""Boards that change in one process and are looked at in another, and how those processes end."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.client import Connection, request
from benchmarks.seed import Massages, Seeded, Wanted, seed
from tests.commands import free_port
from tests.processes import PATIENCE, Process, answers, asking, serving
from tests.streams import Message, parse

pytestmark = pytest.mark.anyio

PEOPLE, SLOTS = 30, 10


class Reader:
    """A stream over a real connection, without what HTTP wraps it in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.status = b""

    async def open(self, path: str, token: str) -> None:
        self._writer.write(request("GET", path, token))
        head = await self._reader.readuntil(b"\r\n\r\n")
        self.status = head.split()[1]
        assert b"transfer-encoding: chunked" in head.lower()
        await self._chunk()

    async def _chunk(self) -> bytes:
        """Empty at the end of a stream that ends as it should."""
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        return (await self._reader.readexactly(size + 2))[:-2]

    async def next(self) -> Message:
        while (chunk := await self._chunk()).startswith(b":"):
            pass
        return parse(chunk.decode().removesuffix("\r\n\r\n"))

    async def end(self) -> float:
        """When it ended."""
        while await self._chunk():
            pass
        return time.monotonic()


@contextlib.asynccontextmanager
async def listening(port: int, seeded: Seeded, count: int) -> AsyncIterator[list[Reader]]:
    """Each by another person, each told once how things are."""
    event, opened = massages(seeded).event, list[asyncio.StreamWriter]()
    pages = []
    try:
        for token in seeded.tokens[:count]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            opened.append(writer)
            page = Reader(reader, writer)
            await page.open(f"/looking/{event}/live", token)
            pages.append(page)
        for page in pages:
            assert (await page.next()).states == ["open"] * SLOTS
        yield pages
    finally:
        for writer in opened:
            writer.close()


def massages(seeded: Seeded) -> Massages:
    return seeded.rounds[0]["day"]


class LiveServer(Process):
    command = (sys.executable, "-m", "tests.live_server")


@contextlib.asynccontextmanager
async def live_server(
    folder: Path, environ: dict[str, str], port: int, workers: int
) -> AsyncIterator[Process]:
    process = LiveServer(folder, environ, str(port), str(workers))
    try:
        async with asyncio.timeout(PATIENCE):
            while not await answers(port):
                assert process.code is None, process.log.read_text()
        yield process
    finally:
        process.kill()


@pytest.fixture
def seeded(database_url: str) -> Seeded:
    return seed(database_url, Wanted(PEOPLE, 1, {"day": SLOTS}))


@pytest.fixture
def environ(database_url: str) -> dict[str, str]:
    return {"CHAIRTIME_DATABASE_URL": database_url}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_claim_in_another_process_arrives_within_a_second(
    seeded: Seeded, environ: dict[str, str], tmp_path: Path
) -> None:
    here, elsewhere = free_port(), free_port()
    async with (
        live_server(tmp_path, environ, here, 2),
        serving(tmp_path, environ, elsewhere, "--no-jobs"),
        listening(here, seeded, 20) as pages,
    ):
        connection = Connection(elsewhere)
        for number, slot in enumerate(massages(seeded).slots[:4]):
            begun = time.monotonic()
            assert (await connection.ask(asking(seeded, number, slot))).status == 201
            for page in pages:
                states = (await page.next()).states
                assert states.count("booked") == number + 1
            assert time.monotonic() - begun < 1.0
        connection.close()


@pytest.mark.parametrize(
    ("database_url", "workers"), [("sqlite", 1), ("postgres", 2)], indirect=["database_url"]
)
async def test_open_streams_do_not_hold_up_the_end(
    seeded: Seeded, environ: dict[str, str], tmp_path: Path, workers: int
) -> None:
    port = free_port()
    async with (
        live_server(tmp_path, environ, port, workers) as server,
        listening(port, seeded, 20) as pages,
    ):
        begun = time.monotonic()
        ending = asyncio.gather(*(page.end() for page in pages))
        _, lasted = await server.stop()
        assert max(await ending) - begun < 1.0
        assert lasted < 3.0
        assert "exceeded" not in server.log.read_text()
