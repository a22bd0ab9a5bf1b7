"""The same request, sent twice with one key, is done once and answered twice."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from scheduler.domain.errors import IdempotencyKeyReused
from scheduler.storage import idempotency
from scheduler.storage.idempotency import Claimed
from scheduler.storage.rows import StoredAnswer
from scheduler.storage.transaction import Beaten, transaction

KEPT_FOR = timedelta(hours=24)
Answer = tuple[int, bytes]


def replay(stored: StoredAnswer, request: Claimed) -> Answer:
    """The first answer, status and body. Raises IdempotencyKeyReused for another request."""
    if (stored.route, stored.fingerprint) != (request.route, request.fingerprint):
        raise IdempotencyKeyReused
    return stored.status or 0, stored.answer or b""


@transaction
async def once(request: Claimed, act: Callable[[], Awaitable[Answer]], now: datetime) -> Answer:
    """Runs `act`, and keeps its answer in the same transaction; a refusal keeps nothing."""
    outlived = now - KEPT_FOR
    if stored := await idempotency.find(request, outlived):
        return replay(stored, request)
    row = await idempotency.reserve(request, now, outlived)
    if row is None:
        raise Beaten
    status, body = await act()
    await idempotency.answer(row, status, body)
    return status, body


@transaction
async def forget_outlived(now: datetime) -> None:
    await idempotency.forget(now - KEPT_FOR)
