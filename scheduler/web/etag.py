"""ETag and If-None-Match for what is read: unchanged answers are not sent again."""

import hashlib
from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send


class ETagMiddleware(ASGIMiddleware):
    """Wraps whole answers with status 200; streams pass through untouched."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["method"] not in {"GET", "HEAD"}:  # type: ignore[typeddict-item]
            await next_app(scope, receive, send)
            return
        await next_app(scope, receive, _Tagger(scope, send))


class _Tagger:
    def __init__(self, scope: Scope, send: Send) -> None:
        self.wanted = _wanted(scope)
        self.send = send
        self.start: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:  # noqa: PLR2004
            self.start = message
        elif message["type"] == "http.response.body" and self.start:
            await self._answer(message)
        else:
            await self.send(message)

    async def _answer(self, message: Any) -> None:
        start, self.start = self.start, None
        if not message.get("more_body") and message["body"]:
            tag = f'"{hashlib.sha256(message["body"]).hexdigest()[:32]}"'
            MutableScopeHeaders.from_message(start)["etag"] = tag
            if tag in self.wanted or "*" in self.wanted:
                start, message = _not_modified(start), message | {"body": b""}
        await self.send(start)
        await self.send(message)


def _wanted(scope: Scope) -> set[str]:
    given = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}


def _not_modified(start: Any) -> Any:
    dropped = (b"content-length", b"content-type")
    headers = [(name, value) for name, value in start["headers"] if name.lower() not in dropped]
    return start | {"status": 304, "headers": headers}
