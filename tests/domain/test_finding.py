"""Headings that say what the figures hold, and no more."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import finding
from scheduler.domain.occupancy import Hour
from scheduler.domain.rating import Tension


def hours(*held: tuple[int, int], first: int = 9) -> list[Hour]:
    return [
        Hour(f"{first + at:02}:00", offered, booked, 0, offered - booked)
        for at, (booked, offered) in enumerate(held)
    ]


def tension(before: float, after: float) -> Tension:
    return Tension(8, before, after, round(after - before, 1))


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ((), "There are no places on this day"),
        (((0, 3), (0, 5)), "No place was taken"),
        (((3, 3), (5, 5)), "Every place was taken"),
        (((1, 3), (5, 5), (6, 6), (0, 2)), "From 10:00 to 12:00 every place was taken"),
        (((1, 3), (5, 5)), "From 10:00 to 11:00 every place was taken"),
        (((3, 3), (4, 5), (6, 6)), "2 of 3 hours were full"),
        (((1, 3), (4, 5), (2, 6)), "The hour from 10:00 was the fullest"),
        (((1, 2), (2, 4), (0, 6)), "3 of 12 places were taken"),
        (((1, 2),), "1 of 2 places were taken"),
    ],
)
def test_hours_are_told_by_what_stands_out(held: Sequence[tuple[int, int]], said: str) -> None:
    assert finding.of_hours(hours(*held)) == said


def test_hours_with_a_pause_between_them_are_not_one_stretch() -> None:
    held = [*hours((3, 3)), *hours((2, 2), (1, 2), first=11)]
    assert finding.of_hours(held) == "2 of 3 hours were full"


HELD = st.lists(
    st.integers(1, 6).flatmap(lambda offered: st.tuples(st.integers(0, offered), st.just(offered))),
    min_size=1,
    max_size=9,
)


@given(HELD)
def test_a_heading_about_hours_is_true(held: list[tuple[int, int]]) -> None:
    said, found = finding.of_hours(hours(*held)), hours(*held)
    shares = [hour.booked / hour.offered for hour in found]
    match said.template:
        case finding.EVERY_PLACE.template:
            assert set(shares) == {1}
        case finding.FULL_FROM.template:
            inside = [h for h in found if said.values["since"] <= h.hour < said.values["until"]]  # type: ignore[operator]
            assert {hour.booked / hour.offered for hour in inside} == {1}
            assert len(inside) == shares.count(1)
        case finding.FULLEST.template:
            assert max(shares) < 1
            assert found[shares.index(max(shares))].hour == said.values["hour"]
            assert shares.count(max(shares)) == 1
        case finding.NOBODY.template:
            assert set(shares) == {0}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (6.4, 3.8, "On average, people felt less tense afterwards"),
        (6.4, 5.9, "On average, people felt less tense afterwards"),
        (6.4, 6.0, "On average, people felt about as tense afterwards as before"),
        (6.0, 6.4, "On average, people felt about as tense afterwards as before"),
        (3.8, 6.4, "On average, people felt more tense afterwards"),
        (1.0, 1.0, "Hardly any tension, before or after"),
        (9.0, 9.0, "Much tension, before and after"),
    ],
)
def test_tension_is_told_when_it_is_felt(before: float, after: float, said: str) -> None:
    assert finding.of_tension(tension(before, after)) == said


def test_a_pattern_is_told_only_of_the_days_that_have_it() -> None:
    less, same = tension(6, 4), tension(6, 5.9)
    assert finding.of_days([less, less]) == "Less tense afterwards, on each of 2 days"
    assert finding.of_days([less, same, less]) == "Less tense afterwards, on 2 of 3 days"
    assert finding.of_days([same, same]) == "Less tense afterwards, on 0 of 2 days"
