"""Counts round trips on the way to PostgreSQL, by standing in between.

Of the wire protocol only this is read: every message but the first has a letter and a length, and
a client waits for an answer after Query (Q), Sync (S) and Flush (H).
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

WAITS = b"QSH"
STATEMENTS = b"QE"
HEADER = 5


class Wire:
    """`round_trips` and `statements` only grow; take differences."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.port = parts.port or 5432
        self.host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
        self.round_trips = 0
        self.statements = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, server = await self._upstream()
        back = asyncio.create_task(_copy(answers, writer))
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._forward(reader, server)
        finally:
            server.close()
            await back

    async def _upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.host.startswith("/"):
            return await asyncio.open_unix_connection(f"{self.host}/.s.PGSQL.{self.port}")
        return await asyncio.open_connection(self.host, self.port)

    async def _forward(self, reader: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(4)
        server.write(first + await reader.readexactly(int.from_bytes(first) - 4))
        while True:
            header = await reader.readexactly(HEADER)
            server.write(header + await reader.readexactly(int.from_bytes(header[1:]) - 4))
            self.round_trips += header[0] in WAITS
            self.statements += header[0] in STATEMENTS


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@contextlib.asynccontextmanager
async def counted(dsn: str) -> AsyncIterator[tuple[Wire, str]]:
    """The counter, and the DSN that leads through it."""
    wire = Wire(dsn)
    parts = urlsplit(dsn)
    account = parts.netloc.rpartition("@")[0]
    with tempfile.TemporaryDirectory(prefix="ct-wire-") as folder:
        socket = Path(folder) / ".s.PGSQL.5432"
        server = await asyncio.start_unix_server(wire.carry, socket)
        through = parts._replace(netloc=f"{account}@", query=f"host={folder}")
        try:
            yield wire, through.geturl()
        finally:
            server.close()
