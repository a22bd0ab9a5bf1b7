"""Findings as Markdown."""

import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from importlib.metadata import version
from statistics import median

from benchmarks.figures import Sample, middle, p50_ms, p99_ms, table, wait
from benchmarks.goals import BARE, Findings, cpu_ratios, goals, rate_ratios, waits

PACKAGES = ("litestar", "uvicorn", "uvloop", "httptools", "piccolo", "asyncpg", "aiosqlite")
METHOD = """\
Every server is started by the run itself, on loopback, and all are measured in turn within the
same minute: that is a *pair*. A first pair warms up and is not counted; every other one runs
backwards. Figures are medians over the pairs, ratios are medians of the ratios within each pair,
errors and doubles are sums.

- **Chairtime** is `chairtime serve --no-jobs`, two workers on PostgreSQL, one process on SQLite,
  as durable as in production. A claim is a whole one: token, rules, booking, invite row, audit row.
- **bare** is a route of the same framework and server that answers a few bytes.
- **ref** is one conditional UPDATE behind Litestar and asyncpg and nothing else, two workers, on
  the same PostgreSQL.
- **unsafe** looks first and inserts then. It is the control: its duels must show doubles.
- **pgbench** runs ref's UPDATE from 8 connections, prepared, without HTTP.

*fill*: everyone claims a slot of their own, over 64 connections. *rush*: all people at once, each
on a connection of their own; who finds a slot taken tries another, three in all. *duel*: 8 people
ask for one slot in the same moment. *read*: the slots of the event that was rushed.

CPU is that of all processes of the server and of PostgreSQL's postmaster and all its descendants,
ended ones included, from the kernel's CPU clocks. The load client is not counted, but shares the
cores. A latency runs from the writing of a request, on a connection that is already open, to the
last byte of its answer. Doubles are counted in the database after each phase; *lost* are
acknowledged claims that it does not hold. Round trips are counted between server and PostgreSQL,
in a short run afterwards.
"""


NOTE = """

p99 as a multiple of (A) people ÷ claims/s, the claims/s of the fill; (B) people ÷ answers/s of the
rush itself, where refusals, which cost less, quicken the rate. The target is judged by A.
"""


def markdown(findings: Findings, command: str) -> str:
    plan = findings.plan
    size = (
        f"Pairs: {plan.pairs}. Each has {plan.people} people, {plan.slots} slots in the rush, "
        f"{plan.duels} duels, {plan.looks} reads and {plan.bare} bare requests."
    )
    sections = [
        f"# The rush\n\n`{command}`\n\n{size}\n{_machine(findings)}\n{_others(findings)}",
        f"## Targets\n\n{_goals(findings)}",
        f"## Fill\n\n{_fill(findings)}",
        f"## Rush\n\n{_rush(findings)}",
        f"## Duel\n\n{_duel(findings)}",
        f"## Read\n\n{_read(findings)}",
        f"## Round trips of a claim on PostgreSQL\n\n{_trips(findings)}",
        f"## Pair by pair\n\n{_by_pair(findings)}",
        f"## How it was measured\n\n{METHOD}",
    ]
    return "\n\n".join(section.rstrip() for section in sections) + "\n"


def _machine(findings: Findings) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {findings.postgres} "
        f"({findings.durability}), SQLite {sqlite3.sqlite_version}, {packages}."
    )


def _others(findings: Findings) -> str:
    """How much company the run had."""
    cores = median(
        sample.others_cpu / sample.seconds
        for name, phases in findings.samples.items()
        if name != "pgbench"
        for samples in phases.values()
        for sample in samples
    )
    return f"Meanwhile other processes of the machine kept {max(0.0, cores):.1f} of the cores busy."


def _goals(findings: Findings) -> str:
    return table(
        ["", "measured", "target", ""],
        [
            [goal.what, goal.measured, goal.bound, "met" if goal.met else "**not met**"]
            for goal in goals(findings)
        ],
    )


def _fill(findings: Findings) -> str:
    head = ["", "CPU ms/claim", "÷ ref", "claims/s", "÷ bare", "p50 ms", "p99 ms", *FAULTS]
    rows = []
    for name, samples in findings.of("fill").items():
        share = f"{median(rate_ratios(findings, name)):.1%}" if name in BARE else ""
        rows.append(
            [
                name,
                f"{middle(samples, lambda sample: sample.cpu_ms):.2f}",
                f"{median(cpu_ratios(findings, name)):.2f}",
                f"{middle(samples, lambda sample: sample.rate):.0f}",
                share,
                *_latency(samples),
                *_faults(samples),
            ]
        )
    return table(head, rows)


def _rush(findings: Findings) -> str:
    people = findings.plan.people
    head = ["", "CPU ms/answer", "answers/s", "p50 ms", "p99 ms", "÷ A", "÷ B", "won", "409"]
    rows = [
        [
            name,
            f"{middle(samples, lambda sample: sample.cpu_ms):.2f}",
            f"{middle(samples, lambda sample: sample.rate):.0f}",
            *_latency(samples),
            f"{median(waits(findings, name)):.2f}",
            f"{middle(samples, lambda sample: wait(sample, sample.rate, people)):.2f}",
            f"{middle(samples, lambda sample: sample.claims):.0f}",
            f"{middle(samples, _refused):.0f}",
            *_faults(samples),
        ]
        for name, samples in findings.of("rush").items()
    ]
    return table([*head, *FAULTS], rows) + NOTE


def _duel(findings: Findings) -> str:
    head = ["", "duels", "won", "409", "p50 ms", "p99 ms", *FAULTS]
    duels = findings.plan.duels * findings.plan.pairs
    rows = [
        [
            name,
            str(duels),
            _sum(samples, lambda sample: sample.claims),
            _sum(samples, _refused),
            *_latency(samples),
            *_faults(samples),
        ]
        for name, samples in findings.of("duel").items()
    ]
    return table(head, rows)


def _read(findings: Findings) -> str:
    head = ["", "CPU ms", "requests/s", "p50 ms", "p99 ms", "errors", "client CPU ms"]
    rows = [
        [
            name,
            f"{middle(samples, lambda sample: sample.cpu_ms):.2f}",
            f"{middle(samples, lambda sample: sample.rate):.0f}",
            *_latency(samples),
            _sum(samples, lambda sample: sample.errors + sample.strange),
            f"{middle(samples, _client_ms):.2f}",
        ]
        for name, samples in findings.of("read").items()
    ]
    return table(head, rows)


def _trips(findings: Findings) -> str:
    head = ["", "round trips, won", "statements", "round trips, refused", "statements"]
    return table(
        head,
        [
            [trips.name, *(f"{count:.1f}" for count in (*trips.won, *trips.refused))]
            for trips in findings.trips
        ],
    )


def _by_pair(findings: Findings) -> str:
    ours = findings.ours
    rows = [
        *([f"{name}: CPU ÷ ref", *_twos(cpu_ratios(findings, name))] for name in ours),
        *([f"{name}: claims/s ÷ bare", *_shares(rate_ratios(findings, name))] for name in ours),
        *(
            [f"{name}: CPU ms/claim", *_twos([sample.cpu_ms for sample in samples])]
            for name, samples in findings.of("fill").items()
        ),
    ]
    pairs = [str(number + 1) for number in range(findings.plan.pairs)]
    return table(["", *pairs], rows)


FAULTS = ("5xx", "other", "doubles", "lost")


def _faults(samples: Sequence[Sample]) -> list[str]:
    return [
        _sum(samples, lambda sample: sample.errors),
        _sum(samples, lambda sample: sample.strange),
        _sum(samples, lambda sample: sample.doubled),
        _sum(samples, lambda sample: sample.missing),
    ]


def _sum(samples: Sequence[Sample], count: Callable[[Sample], int]) -> str:
    return str(sum(count(sample) for sample in samples))


def _latency(samples: Sequence[Sample]) -> list[str]:
    return [f"{middle(samples, p50_ms):.1f}", f"{middle(samples, p99_ms):.1f}"]


def _refused(sample: Sample) -> int:
    return sum(count for answer, count in sample.answers.items() if answer.startswith("409 "))


def _client_ms(sample: Sample) -> float:
    return 1000 * sample.client_cpu / sample.requests


def _twos(values: Sequence[float]) -> list[str]:
    return [f"{value:.2f}" for value in values]


def _shares(values: Sequence[float]) -> list[str]:
    return [f"{value:.1%}" for value in values]
