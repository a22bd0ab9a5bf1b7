"""Samples as a run would find them."""

from collections import Counter

from benchmarks.client import Answer
from benchmarks.figures import Sample
from benchmarks.goals import Findings, Plan
from benchmarks.trips import Trips

PLAN = Plan(people=100, slots=40, duels=5, looks=10, bare=1000, pairs=1)


def sample(
    answers: Counter[str] | None = None,
    *,
    seconds: float = 1.0,
    cpu: float = 0.1,
    latencies: list[float] | None = None,
    doubled: int = 0,
) -> Sample:
    return Sample(
        answers=answers or Counter({"201": 100}),
        latencies=latencies or [0.1],
        seconds=seconds,
        cpu=cpu,
        client_cpu=0.01,
        others_cpu=0.0,
        doubled=doubled,
    )


def answered(slot: str, status: int) -> tuple[str, Answer]:
    return slot, Answer(status, b"", 0.1)


def findings(fill: Sample, rush: Sample) -> Findings:
    """Of Chairtime on PostgreSQL, beside a ref of 1 ms a claim and a bare route of 1000/s."""
    bare = sample(Counter({"200": 1000}))
    return Findings(
        plan=PLAN,
        postgres="18.4",
        durability="fsync on",
        samples={
            "bare, 2 workers": {"read": [bare]},
            "Chairtime, PostgreSQL": {"fill": [fill], "rush": [rush]},
            "ref": {"fill": [sample()], "rush": [sample()]},
            "unsafe": {"duel": [sample(doubled=3)]},
        },
        trips=[Trips("ref", (1.0, 1.0), (1.0, 1.0))],
    )
