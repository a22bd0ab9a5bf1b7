"""The rush: many people want few slots at once. What does one claim cost?

Starts every server itself, on loopback, with databases of its own, and ends them again. Writes
what it measured as Markdown.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import NoReturn

import msgspec
import uvloop

from benchmarks import cluster, phases, report, seed, servers, targets, wire
from benchmarks.client import request
from benchmarks.figures import Sample
from benchmarks.goals import Findings, Plan, is_sound
from benchmarks.phases import Target
from benchmarks.targets import Chairtime
from benchmarks.trips import Trips, count

DEFAULT = Plan(people=500, slots=200, duels=40, looks=1000, bare=4000, pairs=5)
QUICK = Plan(people=40, slots=16, duels=5, looks=40, bare=200, pairs=1)
OUTPUT = servers.ROOT / "docs" / "benchmarks" / "rush.md"
MOST = 1200  # slots: 50 shifts of 24 are the largest event there is
TRIPS = 40  # claims whose round trips are counted, half of them refused

Step = Callable[[int], Awaitable[dict[str, Sample]]]


class Rush:
    """Every server of the run, and what a pair does with each of them."""

    def __init__(self, plan: Plan, found: cluster.Cluster, folder: Path) -> None:
        self.plan = plan
        self.found = found
        self.folder = folder
        self.given = 0

    async def prepare(self, engines: list[str]) -> None:
        plan = self.plan
        self.ours = [
            Chairtime(self.folder / engine, self.found if engine == "postgres" else None)
            for engine in engines
        ]
        sizes = {"fill": plan.people, "rush": plan.slots, "duel": plan.duels, "trips": TRIPS}
        people = max(plan.people, plan.duels * phases.RIVALS, TRIPS)
        for ours in self.ours:
            _say(f"migrates and fills: {ours.name}")
            await ours.prepare(seed.Wanted(people, plan.pairs + 1, sizes))
        await cluster.fill_ceilings(self.found, self._most_numbers())

    async def start(self, stack: AsyncExitStack) -> dict[str, Step]:
        """By name, in the order of a pair: `ref` stands between our two engines."""
        enter = stack.enter_async_context
        beside: dict[int, list[tuple[str, Step]]] = {}
        for workers in (2, 1):
            bare = await enter(targets.bare(workers, self.folder))
            beside[workers] = [(bare.name, partial(self.of_bare, bare))]
        for ours in self.ours:
            busy = await enter(ours.serve())
            beside[ours.workers].append((busy.name, partial(self.of_chairtime, ours, busy)))
        ref = await enter(targets.ceiling("ref", self.found, self.folder))
        unsafe = await enter(targets.ceiling("unsafe", self.found, self.folder))
        return dict(
            [
                *beside[2],
                ("ref", partial(self.of_ceiling, ref)),
                *reversed(beside[1]),
                ("unsafe", partial(self.of_ceiling, unsafe)),
                ("pgbench", self.of_pgbench),
            ]
        )

    async def of_bare(self, target: Target, _pair: int) -> dict[str, Sample]:
        requests = [request("GET", "/health/live")] * self.plan.bare
        return {"read": await phases.read(target, requests)}

    async def of_chairtime(self, ours: Chairtime, target: Target, pair: int) -> dict[str, Sample]:
        today = ours.seeded.rounds[pair]
        slots = {name: today[name].slots for name in ("fill", "rush", "duel")}
        looks = [ours.look(person, today["rush"].event) for person in range(self.plan.looks)]
        return await self._claims(target, slots, pair) | {"read": await phases.read(target, looks)}

    async def of_ceiling(self, target: Target, pair: int) -> dict[str, Sample]:
        sizes = {"fill": self.plan.people, "rush": self.plan.slots, "duel": self.plan.duels}
        slots = {name: [str(slot) for slot in self.numbers(size)] for name, size in sizes.items()}
        return await self._claims(target, slots, pair)

    async def of_pgbench(self, _pair: int) -> dict[str, Sample]:
        return {"fill": await cluster.pgbench(self.found, self.numbers(self.plan.people))}

    async def _claims(
        self, target: Target, slots: dict[str, list[str]], pair: int
    ) -> dict[str, Sample]:
        return {
            "fill": await phases.fill(target, slots["fill"]),
            "rush": await phases.rush(target, slots["rush"], self.plan.people, pair),
            "duel": await phases.duel(target, slots["duel"]),
        }

    def numbers(self, count: int) -> range:
        """Slots of the ceilings that nobody has asked for yet."""
        self.given += count
        return range(self.given - count + 1, self.given + 1)

    def _most_numbers(self) -> int:
        plan = self.plan
        a_pair = 3 * plan.people + 2 * plan.slots + 2 * plan.duels
        return (plan.pairs + 1) * a_pair + TRIPS

    async def trips(self) -> list[Trips]:
        found = [await self._trips_of_ref()]
        for ours in self.ours:
            if ours.found:
                slots = ours.seeded.rounds[0]["trips"].slots
                async with (
                    wire.counted(ours.url) as (through, url),
                    ours.serve(url, workers=1) as target,
                ):
                    found.append(await count(target, through, slots))
        return found

    async def _trips_of_ref(self) -> Trips:
        slots = [str(slot) for slot in self.numbers(TRIPS)]
        async with (
            wire.counted(self.found.database(cluster.CEILINGS)) as (through, dsn),
            targets.ceiling("ref", self.found, self.folder, dsn, workers=1) as target,
        ):
            return await count(target, through, slots)


async def measure(plan: Plan, engines: list[str]) -> Findings:
    with tempfile.TemporaryDirectory(prefix="ct-rush-") as folder:
        async with cluster.running() as found:
            rush = Rush(plan, found, Path(folder))
            await rush.prepare(engines)
            async with AsyncExitStack() as stack:
                samples = await _pairs(plan, await rush.start(stack))
            return Findings(
                plan=plan,
                postgres=found.version,
                durability=found.durability,
                samples=samples,
                trips=await rush.trips(),
            )


async def _pairs(plan: Plan, steps: dict[str, Step]) -> dict[str, dict[str, list[Sample]]]:
    """Pair 0 warms up and is not counted; every other pair runs backwards, against drift."""
    samples: dict[str, dict[str, list[Sample]]] = {name: {} for name in steps}
    for pair in range(plan.pairs + 1):
        for name in list(steps) if pair % 2 else reversed(list(steps)):
            _say(f"pair {pair} of {plan.pairs}: {name}" if pair else f"warms up: {name}")
            found = await steps[name](pair)
            for phase, sample in found.items() if pair else ():
                samples[name].setdefault(phase, []).append(sample)
    return samples


def _say(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{line}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rush", description=__doc__)
    parser.add_argument("--people", type=_count, metavar="N")
    parser.add_argument("--slots", type=_count, metavar="N", help="of the rush")
    parser.add_argument("--pairs", type=_count, metavar="N", help="interleaved with ref")
    parser.add_argument("--engines", type=_engines, default="postgres,sqlite")
    parser.add_argument("--quick", action="store_true", help="a smoke run; its figures say little")
    parser.add_argument("--output", type=Path, metavar="FILE", help="written unless --quick")
    return parser.parse_args()


def _count(text: str) -> int:
    if not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST}")
    return int(text)


def _engines(text: str) -> list[str]:
    named = text.split(",")
    if not set(named) <= {"postgres", "sqlite"}:
        raise argparse.ArgumentTypeError("must be postgres, sqlite or both, with a comma")
    return [engine for engine in ("postgres", "sqlite") if engine in named]


def _plan(arguments: argparse.Namespace) -> Plan:
    plan = QUICK if arguments.quick else DEFAULT
    given = {name: getattr(arguments, name) for name in ("people", "slots", "pairs")}
    return msgspec.structs.replace(plan, **{name: n for name, n in given.items() if n})


def _leave(*_: object) -> NoReturn:
    sys.exit(143)


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)  # so that what was started is ended
    arguments = _arguments()
    findings = uvloop.run(measure(_plan(arguments), arguments.engines))
    _say("")
    command = " ".join(["python -m benchmarks.rush", *sys.argv[1:]])
    text = report.markdown(findings, command)
    print(text, end="")
    output = arguments.output or (None if arguments.quick else OUTPUT)
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    return 0 if is_sound(findings) else 1


if __name__ == "__main__":
    sys.exit(main())
