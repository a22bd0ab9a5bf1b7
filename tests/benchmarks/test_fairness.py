"""A year under the draw spreads massages at most half as far as first come first served."""

import pytest

from benchmarks.fairness import DRAW, MOST, PLACES, SPEEDS, Year, markdown, year


@pytest.fixture(scope="module")
def found() -> dict[str, Year]:
    return year(2026)


@pytest.mark.parametrize("name", SPEEDS)
def test_the_spread_is_at_most_half(found: dict[str, Year], name: str) -> None:
    assert found[DRAW].deviation <= MOST * found[name].deviation
    assert found[DRAW].width <= MOST * found[name].width


def test_the_draw_gives_as_many_as_first_come_first_served(found: dict[str, Year]) -> None:
    assert all(sum(each.had) <= 12 * PLACES for each in found.values())
    assert sum(found[DRAW].had) >= max(sum(found[name].had) for name in SPEEDS)


def test_a_year_can_be_repeated(found: dict[str, Year]) -> None:
    assert markdown([year(2026)]) == markdown([found])
