"""Round trips per claim, counted on the wire in a short run of its own, one person at a time."""

from collections.abc import Sequence

import msgspec

from benchmarks import wire
from benchmarks.client import Connection, connections
from benchmarks.phases import Target

COUNTED = 10  # the last ones: by then every statement is prepared


class Trips(msgspec.Struct, frozen=True):
    """Per claim, on average: round trips, and the statements in them."""

    name: str
    won: tuple[float, float]
    refused: tuple[float, float]


async def count(target: Target, through: wire.Wire, slots: Sequence[str]) -> Trips:
    """Half of the people take a slot each, then the others ask for what is taken."""
    half = len(slots) // 2
    wins = [target.ask(person, slots[person]) for person in range(half)]
    refusals = [target.ask(half + person, slots[person]) for person in range(half)]
    async with connections(target.port, 1) as [connection]:
        won = await _each(connection, through, wins, "201")
        refused = await _each(connection, through, refusals, "409 slot_taken")
    return Trips(target.name, won, refused)


async def _each(
    connection: Connection, through: wire.Wire, requests: Sequence[bytes], expected: str
) -> tuple[float, float]:
    for number, request in enumerate(requests):
        if number == len(requests) - COUNTED:
            before = through.round_trips, through.statements
        answer = await connection.ask(request)
        if answer.label != expected:
            raise RuntimeError(f"expected {expected}, got {answer.label}: {answer.body[:300]!r}")
    return (
        (through.round_trips - before[0]) / COUNTED,
        (through.statements - before[1]) / COUNTED,
    )
