"""The four phases. Each has a bounded number of requests and a bounded time."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence

from msgspec import Struct

from benchmarks import cpu
from benchmarks.client import Answer, Connection, connections
from benchmarks.figures import Sample

WIDTH = 64  # connections of fill and read
RIVALS = 8
TRIES = 3
LONGEST_PHASE = 300.0

Given = list[tuple[str, Answer]]  # the slot that was asked for, and what came back
Person = Coroutine[None, None, None]


class Target(Struct, frozen=True):
    """`ask` makes the request of a person, by number, for a slot. `held` counts, for each slot,
    the bookings that the database holds; where there is none (`bare`) nothing is counted."""

    name: str
    port: int
    meter: cpu.Meter
    ask: Callable[[int, str], bytes]
    held: Callable[[], Awaitable[Counter[str]]]


async def fill(target: Target, slots: Sequence[str]) -> Sample:
    """Everyone claims a slot of their own."""
    waiting = iter([(slot, target.ask(person, slot)) for person, slot in enumerate(slots)])
    return await _measure(target, WIDTH, lambda opened, given: _queue(opened, given, waiting))


async def read(target: Target, requests: Sequence[bytes]) -> Sample:
    waiting = iter([("", request) for request in requests])
    return await _measure(target, WIDTH, lambda opened, given: _queue(opened, given, waiting))


async def rush(target: Target, slots: Sequence[str], people: int, seed: int) -> Sample:
    """Everybody at once, each on a connection of their own, each with three wishes."""
    chance = random.Random(seed)  # noqa: S311  (a repeatable crowd)
    wishes = [chance.sample(slots, min(TRIES, len(slots))) for _ in range(people)]
    asked = [
        [(slot, target.ask(person, slot)) for slot in wished]
        for person, wished in enumerate(wishes)
    ]
    return await _measure(
        target, people, lambda opened, given: [*map(_try, opened, [given] * people, asked)]
    )


async def duel(target: Target, slots: Sequence[str]) -> Sample:
    """Eight people for one slot, again and again, each time eight others."""
    asked = [
        [(slot, target.ask(RIVALS * number + rival, slot)) for rival in range(RIVALS)]
        for number, slot in enumerate(slots)
    ]
    return await _measure(target, RIVALS, lambda opened, given: [_duels(opened, given, asked)])


def _queue(
    opened: list[Connection], given: Given, waiting: Iterator[tuple[str, bytes]]
) -> list[Person]:
    return [_serve(connection, given, waiting) for connection in opened]


async def _serve(
    connection: Connection, given: Given, waiting: Iterator[tuple[str, bytes]]
) -> None:
    for slot, request in waiting:
        given.append((slot, await connection.ask(request)))


async def _try(connection: Connection, given: Given, asked: list[tuple[str, bytes]]) -> None:
    for slot, request in asked:
        answer = await connection.ask(request)
        given.append((slot, answer))
        if answer.label != "409 slot_taken":
            return


async def _duels(
    opened: list[Connection], given: Given, asked: list[list[tuple[str, bytes]]]
) -> None:
    for rivals in asked:
        pairs = zip(opened, rivals, strict=True)
        await asyncio.gather(*(_try(connection, given, [one]) for connection, one in pairs))


async def _measure(
    target: Target, width: int, people: Callable[[list[Connection], Given], list[Person]]
) -> Sample:
    given: Given = []
    async with asyncio.timeout(LONGEST_PHASE), connections(target.port, width) as opened:
        await cpu.settle(target.meter)
        begun = _clocks(target)
        await asyncio.gather(*people(opened, given))
        seconds, spent, client, machine = map(float.__sub__, _clocks(target), begun)
    doubled, missing = compare(given, await target.held())
    return Sample(
        answers=Counter(answer.label for _, answer in given),
        latencies=[answer.seconds for _, answer in given],
        seconds=seconds,
        cpu=spent,
        client_cpu=client,
        others_cpu=machine - spent - client,
        doubled=doubled,
        missing=missing,
    )


def _clocks(target: Target) -> tuple[float, float, float, float]:
    return time.perf_counter(), target.meter(), time.process_time(), cpu.of_machine()


def compare(given: Given, held: Counter[str]) -> tuple[int, int]:
    """Slots held twice, and acknowledged claims that are not held."""
    won = Counter(slot for slot, answer in given if answer.status == 201)
    asked = {slot for slot, _ in given}
    return sum(held[slot] > 1 for slot in asked), (won - held).total()
