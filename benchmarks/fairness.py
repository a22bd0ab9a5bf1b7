"""A year of massages, simulated: how evenly do they spread among people?

The same people, wishes and months, once first come first served and once drawn. Writes what came
out as Markdown; the same numbers each time.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mean, median, pstdev

from msgspec import Struct

from benchmarks.figures import table
from scheduler.domain.draw import Time, Wish, draw

PEOPLE, PLACES, MONTHS, YEARS = 200, 60, 12, 10
CHAIRS = 3
OUTPUT = Path(__file__).parents[1] / "docs" / "benchmarks" / "fairness.md"
COMMAND = "python -m benchmarks.fairness"
# How much people differ in how fast they usually are: sigma of the logarithm of their reaction.
DRAW, SPEEDS = "draw", {"alike": 0.0, "somewhat different": 0.5, "very different": 1.0}
LUCK = 0.5  # the same sigma, of one person from month to month
ASKS = 0.9  # of the people want a massage in a month
BUSY = (0.2, 0.8)  # share of the day that a person's meetings fill, even between these
MOST = 0.5  # the draw's spread, as a share of that of first come first served

Month = dict[int, list[int]]  # who wishes, and the slots that suit, in the order of the day


class Year(Struct, frozen=True):
    """Massages of each person."""

    had: list[int]

    @property
    def deviation(self) -> float:
        return pstdev(self.had)

    @property
    def width(self) -> int:
        return max(self.had) - min(self.had)

    @property
    def without(self) -> int:
        return self.had.count(0)


def wishes(random: Random) -> Month:
    asking = [person for person in range(PEOPLE) if random.random() < ASKS]
    return {person: _suitable(random) for person in asking}


def _suitable(random: Random) -> list[int]:
    """Meetings come and go by the hour: what suits is drawn for each of the times on the day."""
    busy = random.uniform(*BUSY)
    hours = [random.random() >= busy for _ in range(1 + PLACES // CHAIRS // 3)]
    return [slot for slot in range(PLACES) if hours[slot // CHAIRS // 3]]


def first_come(random: Random, months: list[Month], differ: float) -> Year:
    """In the order in which people are there, each takes a time that suits, if one is left."""
    usual = [random.lognormvariate(0, differ) for _ in range(PEOPLE)]
    had = [0] * PEOPLE
    for month in months:
        speed = {who: usual[who] * random.lognormvariate(0, LUCK) for who in month}
        left = set(range(PLACES))
        for who in sorted(month, key=speed.__getitem__):
            suits = [slot for slot in month[who] if slot in left]
            if suits:
                left.remove(random.choice(suits))
                had[who] += 1
    return Year(had)


def drawn(random: Random, months: list[Month]) -> Year:
    """As Chairtime draws; missed counts since the last massage."""
    nine = datetime(2026, 1, 1, 9, tzinfo=UTC)
    times = [Time(str(n), nine + timedelta(minutes=20 * (n // CHAIRS))) for n in range(PLACES)]
    had, missed = [0] * PEOPLE, [0] * PEOPLE
    for month in months:
        wished = [Wish(str(who), missed[who], [*map(str, suits)]) for who, suits in month.items()]
        places = draw(f"{random.getrandbits(256):064x}", times, wished).places
        for who in month:
            served = str(who) in places
            had[who] += served
            missed[who] = 0 if served else missed[who] + 1
    return Year(had)


def year(seed: int) -> dict[str, Year]:
    """One year under each rule; what people wish for is the same."""
    random = Random(seed)  # noqa: S311  (a repeatable year)
    months = [wishes(random) for _ in range(MONTHS)]
    ruled = {
        name: first_come(Random(f"{seed} {name}"), months, differ)  # noqa: S311
        for name, differ in SPEEDS.items()
    }
    return ruled | {DRAW: drawn(random, months)}


def shares(years: list[dict[str, Year]], of: Callable[[Year], float], name: str) -> list[float]:
    """The draw's figure as a share of the other rule's, year by year."""
    return [of(each[DRAW]) / of(each[name]) for each in years]


def markdown(years: list[dict[str, Year]]) -> str:
    head = ["", "standard deviation", "most minus fewest", "people with none", "massages in all"]
    rows = [_row(name, [each[name] for each in years]) for name in [*SPEEDS, DRAW]]
    compared = table(
        ["people who are", "of the deviation", "of the most minus fewest"],
        [[name, *(_share(years, of, name) for of in (_deviation, _width))] for name in SPEEDS],
    )
    return (
        f"# A year of massages\n\n`{COMMAND}`\n\n"
        f"{PEOPLE} people, {PLACES} places a month, {MONTHS} months; {len(years)} such years."
        " Of the massages per person in a year, medians over the years:\n\n"
        f"{table(head, rows)}\n\n"
        "The draw's spread as a share of that of first come first served, median and, in brackets,"
        f" the worst year:\n\n{compared}\n\n"
        f"{METHOD}"
    )


def _deviation(year: Year) -> float:
    return year.deviation


def _width(year: Year) -> float:
    return year.width


def _share(years: list[dict[str, Year]], of: Callable[[Year], float], name: str) -> str:
    found = shares(years, of, name)
    return f"{median(found):.0%} ({max(found):.0%})"


def _row(name: str, years: list[Year]) -> list[str]:
    label = "drawn" if name == DRAW else f"first come, speeds {name}"
    return [
        label,
        f"{median(each.deviation for each in years):.2f}",
        f"{median(each.width for each in years):g}",
        f"{median(each.without for each in years):g}",
        f"{mean(sum(each.had) for each in years):.0f}",
    ]


METHOD = f"""\
## How it was simulated

Each month a person wants a massage with a chance of {ASKS:.0%}. Their meetings fill
{BUSY[0]:.0%} to {BUSY[1]:.0%} of the day, another share each month, hour by hour; what is free
suits. {CHAIRS} chairs, {PLACES // CHAIRS} times each. Nobody gives a time back and everybody comes.

First come first served: a person's reaction is log-normal, around a usual one of their own (sigma
{LUCK:g} from month to month). How much the usual ones differ between people is the assumption that
counts, so there are three: not at all, sigma {SPEEDS["somewhat different"]:g} (the fastest sixth
needs at most 61 % of the median's time) and sigma {SPEEDS["very different"]:g} (at most 37 %). Even
where all are alike, chance spreads the massages. Whoever is next takes any time that suits.

The draw is the one of `scheduler/domain/draw.py`; what counts for somebody is how often they wished
in vain since their last massage.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--years", type=int, default=YEARS, help="how many to simulate")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    wanted = parser.parse_args()
    years = [year(seed) for seed in range(wanted.years)]
    report = markdown(years)
    wanted.output.write_text(report, encoding="utf-8")
    print(report)
    worst = max(max(shares(years, of, name)) for of in (_deviation, _width) for name in SPEEDS)
    if worst > MOST:
        parser.exit(1, f"The draw's spread is {worst:.0%} of the other: more than {MOST:.0%}.\n")


if __name__ == "__main__":
    main()
