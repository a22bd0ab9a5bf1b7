"""What every resource's answers share: pages of lists, documented problems, answers given once."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct

from scheduler.domain import idempotency
from scheduler.domain.errors import FieldError, Invalid
from scheduler.storage.idempotency import Claimed
from scheduler.storage.rows import Caller
from scheduler.web.access import Asking, Now
from scheduler.web.errors import PROBLEM_JSON, Problem

T = TypeVar("T")
AnyRequest = Request[Any, Any, State]
LARGEST_PAGE = 200
LONGEST_KEY = 255
JSON = "application/json"

Limit = Annotated[
    int, QueryParameter(ge=1, le=LARGEST_PAGE, description="how many items, at most 200")
]
After = Annotated[
    str | None, QueryParameter(max_length=100, description="`next` of the page before this one")
]
SENTENCES = {
    400: "Something in the request cannot be used; `errors` says what.",
    401: "No token, or one that is not valid.",
    404: "Not there, or not for you.",
    409: "Refused as things stand; `code` says why.",
    413: "The body is too large.",
    415: "The body is of a kind that is not read here.",
    422: "The Idempotency-Key belongs to another request.",
    429: "Too much in one minute; `Retry-After` says when to go on.",
}


class Page(Struct, Generic[T], frozen=True):
    """One page of a list; `next` is what `after` takes, null on the last page."""

    items: list[T]
    next: str | None


def page(rows: Sequence[T], key: Callable[[T], object], after: str | None, limit: int) -> Page[T]:
    """The rows behind the one whose key is `after`. Raises Invalid for a key that is not there."""
    keys = [str(key(row)) for row in rows]
    if after is not None and after not in keys:
        raise Invalid(
            FieldError("after", "This page is not there any more. Start again without “after”.")
        )
    start = keys.index(after) + 1 if after is not None else 0
    rest = rows[start : start + limit]
    more = start + limit < len(rows)
    return Page(list(rest), keys[start + limit - 1] if more else None)


def problems(*statuses: int) -> Mapping[int, ResponseSpec]:
    """For OpenAPI: the refusals that a route may answer with."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            media_type=PROBLEM_JSON,
            description=SENTENCES[status],
        )
        for status in statuses
    }


READ = problems(400, 401, 404)
WRITE = problems(400, 401, 404, 409, 413, 429)
CREATE = problems(400, 401, 404, 409, 413, 422, 429)


class Once:
    """Answers a POST; with an Idempotency-Key, the same request again gets the same answer."""

    def __init__(self, request: AnyRequest, caller: Caller, now: datetime) -> None:
        self.request, self.caller, self.now = request, caller, now

    async def __call__(
        self, act: Callable[[], Awaitable[Struct]], content: bytes | None = None, status: int = 201
    ) -> Response[Any]:
        """`content` is what a form held: its own bytes are read, and differ, each time."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return Response(await act(), status_code=status, media_type=JSON)

        async def encoded() -> idempotency.Answer:
            return status, msgspec.json.encode(await act(), enc_hook=str)

        sent = await self.request.body() if content is None else content
        fingerprint = hashlib.sha256(sent).digest()
        request = Claimed(
            self.caller.organisation, self.caller.id, _check_key(key), self._route(), fingerprint
        )
        status, body = await idempotency.once(request, encoded, self.now)
        return Response(body, status_code=status, media_type=JSON)

    def _route(self) -> str:
        query = self.request.scope["query_string"].decode("latin-1")
        return f"{self.request.scope['path']}?{query}"[:300]


def _check_key(key: str) -> str:
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(FieldError("Idempotency-Key", "Use 1 to 255 printable ASCII characters."))
    return key


def provide_once(request: AnyRequest, caller: Asking, now: Now) -> Once:
    return Once(request, caller, now)


Answering = NamedDependency[Once]
