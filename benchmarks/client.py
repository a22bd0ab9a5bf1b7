"""A load client cheap enough to share two cores with what it measures.

HTTP/1.1 over kept-alive connections, one request at a time on each, parsed by httptools. The time
of a request runs from the moment it is written to the moment its answer is complete.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import cast

import httptools
import msgspec

from benchmarks.figures import LOST

HOST = "127.0.0.1"
LONGEST_ANSWER = 60.0


class Answer(msgspec.Struct, frozen=True):
    """`status` is 0 when the connection ended or the server did not answer in time."""

    status: int
    body: bytes
    seconds: float

    @property
    def label(self) -> str:
        """What is counted: "201", "409 slot_taken", "no answer"."""
        if self.status == 0:
            return LOST
        code = self.code if self.status >= 400 else ""
        return f"{self.status} {code}".strip()

    @property
    def code(self) -> str:
        with contextlib.suppress(msgspec.DecodeError):
            problem = msgspec.json.decode(self.body)
            return str(problem.get("code", "")) if isinstance(problem, dict) else ""
        return ""


class Connection(asyncio.Protocol):
    """One kept-alive connection; opens itself again when the server closed it while idle."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None

    async def open(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, HOST, self.port)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    async def ask(self, request: bytes) -> Answer:
        begun = time.perf_counter()
        if self.transport is None or self.transport.is_closing():
            await self.open()
        assert self.transport is not None  # noqa: S101  (connection_made has run)
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        timer = asyncio.get_running_loop().call_later(LONGEST_ANSWER, self._end, 0)
        status, body = await self.waiting
        timer.cancel()
        return Answer(status, body, time.perf_counter() - begun)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio's signature)
        self.transport = None
        self._end(0)

    def on_body(self, body: bytes) -> None:
        self.parts.append(body)

    def on_message_complete(self) -> None:
        status, body = self.parser.get_status_code(), b"".join(self.parts)
        if self.transport is not None and not self.parser.should_keep_alive():
            self.transport.close()
        self._begin()
        self._end(status, body)

    def _begin(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.parts: list[bytes] = []

    def _end(self, status: int, body: bytes = b"") -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result((status, body))


@contextlib.asynccontextmanager
async def connections(port: int, count: int) -> AsyncIterator[list[Connection]]:
    """Opened one after another, each with a first request: workers get even shares of them."""
    opened = [Connection(port) for _ in range(count)]
    try:
        for connection in opened:
            await connection.ask(request("GET", "/health/live"))
        yield opened
    finally:
        for connection in opened:
            connection.close()


def request(method: str, path: str, token: str = "") -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    length = "Content-Length: 0\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{authorization}{length}\r\n".encode()
