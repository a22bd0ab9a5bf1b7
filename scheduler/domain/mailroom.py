"""The outbox in words, for `chairtime mail status`."""

from collections.abc import AsyncIterator
from datetime import datetime

from scheduler.storage import outbox

SHOWN = 50
ORDER = ("waiting", "failed", "sent", "dropped")
MEANING = {
    "waiting": "waiting",
    "failed": "given up",
    "sent": "sent",
    "dropped": "not sent, because something newer was",
}


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
