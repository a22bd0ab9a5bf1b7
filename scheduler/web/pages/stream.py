"""A board as server-sent events, for the SSE extension of htmx.

The extension swaps each message without a name into its target and remembers its id. A message
with a name becomes an event of the page's element instead. When the stream ends, or a tab comes
back from the background, it asks again, with the last id as Last-Event-ID; its first question has
none, which is why the version of the page stands in the address. It heeds `retry` only in a message
that has data or a name.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import cast
from uuid import UUID

import structlog
from litestar.background_tasks import BackgroundTask
from litestar.response import ServerSentEventMessage, Stream

from scheduler.domain.errors import NotFound, NotSignedIn
from scheduler.web.live import Listener, Live
from scheduler.web.pages.page import NO_SNIFFING, AnyRequest, reader

Render = Callable[[], Awaitable[str]]
PING_SECONDS = 15.0  # proxies end connections that are silent for half a minute or a minute
GLANCE_SECONDS = 1.0  # what is left for those for whom there is no room
SOON, LATER = 1000, 10_000  # milliseconds
HEADERS = NO_SNIFFING | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
PING = ServerSentEventMessage(data=None, comment="").encode()
# Whoever looks may not any more. The page asks for itself, and is told why.
GONE = ServerSentEventMessage(event="gone").encode()
# Nothing more from here for now: the page asks again, but not soon.
NOT_NOW = ServerSentEventMessage(event="later", retry=LATER).encode()
_log = structlog.get_logger()


def stream(request: AnyRequest, event: UUID, render: Render) -> Stream:
    """The board of an event whenever it changes, beginning with what the page does not have yet.

    `render` is called long after this request
    was let in: each time the guards are asked again first, and it loads the event anew, as whoever
    the request says by then.
    """
    seen = request.headers.get("last-event-id") or request.query_params.get("version")
    caller = reader(request)
    listener = Listener(event, seen or "", caller.id if caller else None)
    messages = _messages(request, listener, render)
    last = BackgroundTask(_close, messages)
    return Stream(messages, media_type="text/event-stream", headers=HEADERS, background=last)


async def _messages(
    request: AnyRequest, listener: Listener, render: Render
) -> AsyncGenerator[bytes]:
    live: Live = request.app.state.live
    yield PING  # the headers leave with the first bytes
    patience = PING_SECONDS if live.has_room_for(listener) else GLANCE_SECONDS
    with live.listening(listener):
        while not live.ended:
            happened = await listener.wait(patience)
            message = await _draw(request, listener, render) if happened else PING
            yield message
            if message in {GONE, NOT_NOW}:
                return
            if patience == GLANCE_SECONDS:
                yield NOT_NOW
                return


async def _close(messages: AsyncGenerator[bytes]) -> None:
    """When a client leaves, Litestar drops the generator where it is: it would go on listening."""
    await messages.aclose()


async def _draw(request: AnyRequest, listener: Listener, render: Render) -> bytes:
    live: Live = request.app.state.live
    async with live.drawing:
        await asyncio.sleep(0)  # on SQLite nothing else here waits: all would come before a claim
        if live.ended:
            return PING
        version = listener.take()
        try:
            await _let_in_again(request)
            html = await render()
        except (NotFound, NotSignedIn):
            return GONE
        except Exception:  # noqa: BLE001  # the page asks once more, and then it may go well
            _log.exception("board not drawn")
            return NOT_NOW
    return ServerSentEventMessage(html, id=version, retry=SOON).encode()


async def _let_in_again(request: AnyRequest) -> None:
    """As who they are now: what somebody may see ends with the next board, not with the stream."""
    handler = request.route_handler
    for guard in handler.resolve_guards():
        await cast("Awaitable[None]", guard(request, handler))
