"""What was found, and whether it is what it must be. Pure."""

from collections.abc import Callable, Iterable
from statistics import median

from msgspec import Struct

from benchmarks.figures import Sample, ratios, wait
from benchmarks.trips import Trips

POSTGRES, SQLITE = "Chairtime, PostgreSQL", "Chairtime, SQLite"
BARE = {POSTGRES: "bare, 2 workers", SQLITE: "bare, 1 process"}
MOST_CPU = {POSTGRES: 6.0, SQLITE: 8.0}
LEAST_RATE = {POSTGRES: 0.06, SQLITE: 0.05}
MOST_WAIT = 1.5

Samples = dict[str, dict[str, list[Sample]]]


class Plan(Struct, frozen=True):
    """How much of everything; all but `pairs` are for each pair."""

    people: int
    slots: int
    duels: int
    looks: int
    bare: int
    pairs: int


class Findings(Struct, frozen=True):
    """`samples` are by target, then by phase, one for each pair."""

    plan: Plan
    postgres: str
    durability: str
    samples: Samples
    trips: list[Trips]

    def of(self, phase: str) -> dict[str, list[Sample]]:
        return {name: found[phase] for name, found in self.samples.items() if phase in found}

    @property
    def ours(self) -> list[str]:
        return [name for name in (POSTGRES, SQLITE) if name in self.samples]


class Goal(Struct, frozen=True):
    what: str
    measured: str
    bound: str
    met: bool


def cpu_ratios(findings: Findings, name: str, other: str = "ref") -> list[float]:
    """CPU of a claim as a multiple of ref's, pair by pair."""
    fills = findings.of("fill")
    return ratios(fills[name], fills[other], lambda sample: sample.cpu_ms)


def rate_ratios(findings: Findings, name: str) -> list[float]:
    """Claims/s as a share of the bare route's requests/s, pair by pair."""
    fill, bare = findings.of("fill")[name], findings.of("read")[BARE[name]]
    return ratios(fill, bare, lambda sample: sample.rate)


def waits(findings: Findings, name: str) -> list[float]:
    """The rush's p99 as a multiple of people ÷ claims/s of the same pair's fill."""
    people = findings.plan.people
    fills, rushes = findings.of("fill")[name], findings.of("rush")[name]
    pairs = zip(fills, rushes, strict=True)
    return [wait(rush, fill.rate, people) for fill, rush in pairs]


def goals(findings: Findings) -> list[Goal]:
    speed = [goal for name in findings.ours for goal in _speed(findings, name)]
    return speed + _correctness(findings)


def is_sound(findings: Findings) -> bool:
    """Whether nothing went wrong; how fast it was is not asked."""
    return all(goal.met for goal in _correctness(findings))


def _speed(findings: Findings, name: str) -> list[Goal]:
    cpu = median(cpu_ratios(findings, name))
    rate = median(rate_ratios(findings, name))
    late = median(waits(findings, name))
    most_cpu, least_rate = MOST_CPU[name], LEAST_RATE[name]
    return [
        Goal(f"{name}: CPU of a claim", f"{cpu:.2f} times ref", f"≤ {most_cpu:g}", cpu <= most_cpu),
        Goal(
            f"{name}: claims/s",
            f"{rate:.1%} of bare",
            f"≥ {least_rate:.0%}",
            rate >= least_rate,
        ),
        Goal(
            f"{name}: p99 of the rush",
            f"{late:.2f} times people ÷ claims/s",
            f"≤ {MOST_WAIT:g}",
            late <= MOST_WAIT,
        ),
    ]


def _correctness(findings: Findings) -> list[Goal]:
    found = [goal for name in findings.ours for goal in _faultless(findings.samples, name)]
    doubles = _sum(findings.samples["unsafe"]["duel"], lambda sample: sample.doubled)
    control = Goal("unsafe, the control: doubles in the duel", str(doubles), "≥ 1", doubles > 0)
    return [*found, control]


def _faultless(samples: Samples, name: str) -> list[Goal]:
    everything = [sample for phase in samples[name].values() for sample in phase]
    counts = {
        "double bookings": _sum(everything, lambda sample: sample.doubled),
        "claims lost": _sum(everything, lambda sample: sample.missing),
        "server errors": _sum(everything, lambda sample: sample.errors),
        "refusals other than 409 with a code": _sum(everything, lambda sample: sample.strange),
    }
    return [Goal(f"{name}: {what}", str(count), "0", count == 0) for what, count in counts.items()]


def _sum(samples: Iterable[Sample], count: Callable[[Sample], int]) -> int:
    return sum(count(sample) for sample in samples)
