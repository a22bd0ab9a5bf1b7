from collections import Counter

import pytest

from benchmarks.figures import Sample, is_error, is_strange, percentile, ratios, table, wait
from benchmarks.phases import compare
from tests.benchmarks.samples import answered, sample


def test_percentiles_are_nearest_ranks() -> None:
    hundred = [float(n) for n in range(100, 0, -1)]
    assert percentile(hundred, 0.50) == 50
    assert percentile(hundred, 0.99) == 99
    assert percentile([7.0], 0.99) == 7


def test_a_sample_counts_per_answer() -> None:
    found = sample(Counter({"201": 150, "409 slot_taken": 50}), seconds=2.0, cpu=0.3)
    assert (found.requests, found.claims, found.rate) == (200, 150, 100)
    assert found.cpu_ms == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("answer", "error", "strange"),
    [
        ("201", False, False),
        ("409 slot_taken", False, False),
        ("409", False, True),
        ("429 rate_limited", False, True),
        ("404", False, True),
        ("500", True, False),
        ("no answer", True, False),
    ],
)
def test_an_answer_is_right_or_strange_or_an_error(
    answer: str,
    error: bool,  # noqa: FBT001
    strange: bool,  # noqa: FBT001
) -> None:
    assert (is_error(answer), is_strange(answer)) == (error, strange)


def test_ratios_compare_within_a_pair() -> None:
    ours = [sample(cpu=0.6), sample(cpu=1.0)]
    refs = [sample(cpu=0.2), sample(cpu=0.5)]
    assert ratios(ours, refs, lambda found: found.cpu_ms) == pytest.approx([3.0, 2.0])


def test_a_fair_queue_waits_once() -> None:
    assert wait(sample(latencies=[0.5] * 100), rate=1000, people=500) == pytest.approx(1.0)


def test_doubles_and_losses_are_what_the_database_says() -> None:
    given = [answered("a", 201), answered("a", 201), answered("b", 201), answered("c", 409)]
    assert compare(given, Counter({"a": 2, "b": 1, "elsewhere": 2})) == (1, 0)
    assert compare(given, Counter({"a": 1, "b": 1})) == (0, 1)


def test_tables_are_aligned() -> None:
    lines = table(["", "ms"], [["ref", "0.44"]]).splitlines()
    assert lines == ["|     |   ms |", "| --- | ---: |", "| ref | 0.44 |"]


def test_faults_are_counted() -> None:
    found: Sample = sample(Counter({"201": 1, "500": 2, "no answer": 1, "404": 4}))
    assert (found.errors, found.strange) == (3, 4)
