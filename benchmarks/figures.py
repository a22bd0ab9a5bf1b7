"""From samples to figures. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from msgspec import Struct

LOST = "no answer"


class Sample(Struct, frozen=True, kw_only=True):
    """One phase of one pair against one target. Times in seconds.

    `answers` counts "201", "409 slot_taken", "500", or "no answer". `cpu` is what the server's
    processes and its database spent, `client_cpu` what the load client did, `others_cpu` what all
    else on the machine did meanwhile. `doubled` are slots that the database holds twice; `missing`
    are acknowledged claims that it does not hold.
    """

    answers: Counter[str]
    latencies: list[float]
    seconds: float
    cpu: float
    client_cpu: float
    others_cpu: float
    doubled: int = 0
    missing: int = 0

    @property
    def requests(self) -> int:
        return self.answers.total()

    @property
    def claims(self) -> int:
        return self.answers["201"]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds per answer."""
        return 1000 * self.cpu / self.requests

    @property
    def errors(self) -> int:
        return sum(count for answer, count in self.answers.items() if is_error(answer))

    @property
    def strange(self) -> int:
        """Answers that are neither a success, an error, nor a 409 with its code."""
        return sum(count for answer, count in self.answers.items() if is_strange(answer))


def is_error(answer: str) -> bool:
    return answer == LOST or answer.startswith("5")


def is_strange(answer: str) -> bool:
    refusal = answer.startswith("409 ")
    return not (is_error(answer) or answer.startswith("2") or refusal)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def middle(samples: Iterable[Sample], figure: Callable[[Sample], float]) -> float:
    """The median of a figure over the pairs."""
    return median(figure(sample) for sample in samples)


def ratios(
    ours: Iterable[Sample], theirs: Iterable[Sample], figure: Callable[[Sample], float]
) -> list[float]:
    """Pair by pair: what was measured within the same minute is compared."""
    return [figure(a) / figure(b) for a, b in zip(ours, theirs, strict=True)]


def p50_ms(sample: Sample) -> float:
    return 1000 * percentile(sample.latencies, 0.50)


def p99_ms(sample: Sample) -> float:
    return 1000 * percentile(sample.latencies, 0.99)


def wait(rush: Sample, rate: float, people: int) -> float:
    """The p99 of a rush as a multiple of people ÷ rate: what the last of a fair queue waits."""
    return percentile(rush.latencies, 0.99) * rate / people


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, aligned for people who read the file; all but the first column right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(line, widths) for line in [lines[0], rule, *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "| " + " | ".join(padded) + " |"
