"""A page that listens to a board: a route to listen at, and the reader's end of the stream."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from litestar import Litestar, get
from litestar.params import FromPath
from litestar.response import Stream

from scheduler.domain import event, slot
from scheduler.web import access
from scheduler.web.access import Now
from scheduler.web.pages.page import AnyRequest
from scheduler.web.pages.stream import stream
from tests.world import Someone

PATIENCE = 20.0


@get("/looking/{event_id:uuid}/live", guards=[access.member])
async def look(request: AnyRequest, event_id: FromPath[UUID], now: Now) -> Stream:
    """The states of the slots, as JSON, which stands for the board of the real pages."""

    async def render() -> str:
        if request.query_params.get("bug"):
            raise ZeroDivisionError
        found = await event.slots(request.scope["user"], event_id)
        states = [slot.state(one, request.app.state.clock()) for one in found]
        return json.dumps({"states": states})

    await event.get(request.scope["user"], event_id, now)
    return stream(request, event_id, render)


class Message(dict[str, str]):
    """The fields of a server-sent event."""

    @property
    def states(self) -> list[str]:
        found: list[str] = json.loads(self["data"])["states"]
        return found


def parse(block: str) -> Message:
    lines = [line.partition(": ") for line in block.split("\r\n") if line and line[0] != ":"]
    fields: dict[str, list[str]] = {}
    for field, _, value in lines:
        fields.setdefault(field, []).append(value)
    return Message({field: "\n".join(values) for field, values in fields.items()})


class Page:
    """Reads what the application sends. `reading` cleared, it takes nothing more."""

    def __init__(self) -> None:
        self.status, self.headers = 0, dict[str, str]()
        self.pings = 0
        self.begun, self.ended = asyncio.Event(), asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()
        self._left = asyncio.Event()
        self._asked = False
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._rest = ""

    async def next(self, seconds: float = PATIENCE) -> Message:
        async with asyncio.timeout(seconds):
            return await self._messages.get()

    @property
    def told(self) -> bool:
        """Whether there is a message that nobody has looked at."""
        return not self._messages.empty()

    def leave(self) -> None:
        self._left.set()

    async def receive(self) -> Any:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.reading.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        self.begun.set()
        *blocks, self._rest = (self._rest + message["body"].decode()).split("\r\n\r\n")
        for block in blocks:
            if block.startswith(":"):
                self.pings += 1
            else:
                self._messages.put_nowait(parse(block))
        if not message.get("more_body"):
            self.ended.set()


def looking(
    app: Litestar, who: Someone, day: dict[str, Any], query: str = "", **headers: str
) -> AbstractAsyncContextManager[Page]:
    """A page of this person's, from when its stream has begun. The app has the route `look`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    token = {"authorization": f"Bearer {who.token}"}
    return listening(app, f"/looking/{day['id']}/live", query, token | named)


@contextlib.asynccontextmanager
async def listening(
    app: Litestar, path: str, query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Page]:
    """The same for any stream, whoever its headers make the reader."""
    page = Page()
    task = asyncio.create_task(_open(app, page, path, query, headers or {}))
    try:
        async with asyncio.timeout(PATIENCE):
            await page.begun.wait()
        yield page
    finally:
        page.leave()
        await task


async def _open(app: Litestar, page: Page, path: str, query: str, headers: dict[str, str]) -> None:
    sent = {"accept-encoding": "gzip", "host": "test"} | headers
    scope: Any = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1), "server": ("test", 80),
    }  # fmt: skip
    await app(scope, page.receive, page.send)
