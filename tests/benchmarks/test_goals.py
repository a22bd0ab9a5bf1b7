import re
from collections import Counter

import pytest

from benchmarks.figures import Sample
from benchmarks.goals import Findings, goals, is_sound
from benchmarks.report import markdown
from tests.benchmarks.samples import findings, sample


def missed(found: Findings) -> list[str]:
    return [goal.what.rpartition(": ")[2] for goal in goals(found) if not goal.met]


def test_goals_are_met_at_their_bound() -> None:
    found = findings(sample(cpu=0.6), sample(latencies=[1.5]))
    assert missed(found) == []
    assert is_sound(found)


@pytest.mark.parametrize(
    ("fill", "rush", "missing"),
    [
        (sample(cpu=0.61), sample(), ["CPU of a claim"]),
        (sample(seconds=2.0), sample(), ["claims/s"]),
        (sample(), sample(latencies=[1.51]), ["p99 of the rush"]),
    ],
)
def test_a_slow_claim_misses_and_is_sound(fill: Sample, rush: Sample, missing: list[str]) -> None:
    found = findings(fill, rush)
    if missing == ["claims/s"]:
        found.samples["bare, 2 workers"]["read"][0].answers["200"] = 5000
    assert missed(found) == missing
    assert is_sound(found)


@pytest.mark.parametrize(
    ("rush", "missing"),
    [
        (sample(doubled=1), "double bookings"),
        (sample(Counter({"201": 99, "500": 1})), "server errors"),
        (sample(Counter({"201": 99, "400 invalid": 1})), "refusals other than 409 with a code"),
    ],
)
def test_a_fault_is_not_sound(rush: Sample, missing: str) -> None:
    found = findings(sample(), rush)
    assert missed(found) == [missing]
    assert not is_sound(found)


def test_a_control_without_doubles_is_not_sound() -> None:
    found = findings(sample(), sample())
    found.samples["unsafe"]["duel"] = [sample()]
    assert missed(found) == ["doubles in the duel"]
    assert not is_sound(found)


def test_the_report_marks_what_was_measured() -> None:
    text = markdown(findings(sample(cpu=0.7), sample()), "make bench")
    marks = re.findall(r"PostgreSQL: CPU of a claim +\| +(.*?) \| +(.*?) \| +(.*?) \|", text)
    assert marks == [("7.00 times ref", "≤ 6", "**not met**")]
