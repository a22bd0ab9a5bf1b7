"""The outbox in words, for `chairtime mail status`; in figures, for an organisation's admins."""

from collections.abc import AsyncIterator
from datetime import datetime

from msgspec import Struct

from scheduler.storage import outbox
from scheduler.storage.rows import Caller

SHOWN = 50
ORDER = ("waiting", "failed", "sent", "dropped")
MEANING = {
    "waiting": "waiting",
    "failed": "given up",
    "sent": "sent",
    "dropped": "not sent, because something newer was",
}


class Tally(Struct, frozen=True):
    """Of an organisation's messages. `since` is when the one that waits longest was queued."""

    waiting: int
    failed: int
    sent: int
    since: datetime | None
    paused: bool


async def tally(caller: Caller) -> Tally:
    counts = {count.outcome: count for count in await outbox.counts_of(caller.organisation)}
    waiting, failed, sent = (
        counts[outcome].messages if outcome in counts else 0
        for outcome in ("waiting", "failed", "sent")
    )
    since = counts["waiting"].oldest if waiting else None
    paused = await outbox.pause_reason() is not None
    return Tally(waiting, failed, sent, since, paused)


async def describe_mail(now: datetime) -> AsyncIterator[str]:
    """A line for the pause, one for each outcome, and one for each trouble."""
    if (reason := await outbox.pause_reason()) is not None:
        yield f"Mail is paused: {reason}. Start it again with `chairtime mail resume`."
    counts = {count.outcome: count for count in await outbox.counts()}
    for outcome in ORDER:
        yield f"{counts[outcome].messages if outcome in counts else 0} {MEANING[outcome]}"
    if "waiting" in counts:
        minutes = int((now - counts["waiting"].oldest).total_seconds() // 60)
        yield f"The oldest has waited for {minutes} minutes."
    for trouble in await outbox.troubles(SHOWN):
        state = "given up" if trouble.failed else "will be tried again"
        what = f"{trouble.kind} to {trouble.email}"
        yield f"{what}, {trouble.attempts} tries, {state}: {trouble.error}"
