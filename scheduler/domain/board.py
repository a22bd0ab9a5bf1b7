"""The board of a day: what people look at while its times are taken."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from scheduler.storage import boards
from scheduler.storage.rows import BoardFacts


def version(facts: BoardFacts) -> str:
    """Another one whenever the board looks different. To be compared, and never to be read.

    It is not stored, so a claim pays nothing for it: no row of a day is ever taken away, and its
    counts only rise, so no two states of the board have the same ones.
    """
    return f"{facts.revision}.{facts.changes}.{facts.begun}.{facts.passed}"


async def versions(events: Collection[UUID], now: datetime) -> dict[UUID, str]:
    """Ask before reading a board: what changes in between is then told again, and never missed."""
    return {facts.event: version(facts) for facts in await boards.facts(events, now)}
