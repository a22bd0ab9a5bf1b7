"""The dates of a day that comes again every month."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import Invalid
from scheduler.domain.series import Month, On, Repetition, chosen, months

TODAY = date(2026, 11, 23)


def days(day: date, **wanted: object) -> list[str]:
    """Those that there are; a month without one is that month in brackets."""
    found = months(day, Repetition(**wanted), TODAY)  # type: ignore[arg-type]
    return [str(one.day) if one.day else f"({one.first:%Y-%m})" for one in found]


def wrong(day: date, today: date = TODAY, **wanted: object) -> str:
    with pytest.raises(Invalid) as refused:
        months(day, Repetition(**wanted), today)  # type: ignore[arg-type]
    return refused.value.errors[0].field


def test_the_same_weekday_of_the_month() -> None:
    assert days(date(2026, 12, 3), months=3) == ["2027-01-07", "2027-02-04", "2027-03-04"]


def test_the_same_day_of_the_month() -> None:
    assert days(date(2026, 12, 3), months=2, on=On.SAME_DAY) == ["2027-01-03", "2027-02-03"]


def test_months_that_have_no_such_day_are_named() -> None:
    assert days(date(2026, 12, 31), months=4, on=On.SAME_DAY) == [
        "2027-01-31", "(2027-02)", "2027-03-31", "(2027-04)",
    ]  # fmt: skip
    assert days(date(2026, 12, 31), months=4) == [
        "(2027-01)", "(2027-02)", "(2027-03)", "2027-04-29",
    ]  # fmt: skip
    found = months(date(2026, 12, 31), Repetition(months=2, on=On.SAME_DAY), TODAY)
    assert str(found[1].why) == "This month has no day 31."


def test_until_a_day_which_is_included() -> None:
    day = date(2026, 12, 3)
    assert days(day, until=date(2027, 2, 4)) == ["2027-01-07", "2027-02-04"]
    assert days(day, until=date(2027, 2, 3)) == ["2027-01-07"]


def test_a_day_that_is_long_over_goes_on_from_today() -> None:
    assert days(date(2026, 8, 25), months=2) == ["2026-11-24", "2026-12-22"]
    assert days(date(2026, 8, 20), months=2) == ["2026-12-17", "2027-01-21"]


def test_what_cannot_be_asked() -> None:
    day = date(2026, 12, 3)
    assert wrong(day) == "months"
    assert wrong(day, months=1, until=date(2027, 2, 4)) == "months"
    assert wrong(day, until=date(2026, 12, 3)) == "until"
    assert wrong(day, until=date(2029, 1, 1)) == "until"
    assert wrong(date(2026, 12, 31), months=1) == "months"


def test_some_are_left_out() -> None:
    found = months(date(2026, 12, 3), Repetition(months=2), TODAY)
    assert chosen(found, [date(2027, 1, 7)]) == [date(2027, 2, 4)]
    with pytest.raises(Invalid):
        chosen(found, [one.day for one in found if one.day])


@settings(deadline=None)
@given(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(1, 24),
    st.sampled_from(On),
)
def test_each_is_like_the_first_and_none_is_left_out(
    day: date, today: date, count: int, on: On
) -> None:
    try:
        found = months(day, Repetition(months=count, on=on), today)
    except Invalid:
        return
    assert len(found) == count
    follow = [(b.first.year - a.first.year) * 12 + b.first.month - a.first.month
              for a, b in pairwise(found)]  # fmt: skip
    assert set(follow) <= {1}
    for month in found:
        assert is_like(month, day, on)
        assert (month.day or month.first) > max(day, today)


def is_like(month: Month, day: date, on: On) -> bool:
    if month.day is None:
        return day.day > 28
    if on is On.SAME_DAY:
        return month.day.day == day.day
    nth = (month.day.day - 1) // 7 == (day.day - 1) // 7
    return nth and month.day.weekday() == day.weekday()
