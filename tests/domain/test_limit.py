"""So many massages for one person in so many days, wherever that span begins."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.limit import Limit, LimitReached, allows, days, free_from

FIRST = date(2026, 12, 3)
ONCE = Limit(count=1, days=28)


def after(*numbers: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("limit", "taken", "allowed"),
    [
        (ONCE, [], True),
        (ONCE, [0], False),
        (ONCE, [-27], False),
        (ONCE, [-28], True),
        (ONCE, [27], False),
        (ONCE, [28], True),
        (Limit(count=2, days=28), [-27], True),
        (Limit(count=2, days=28), [-27, 27], True),  # never three of them in 28 days
        (Limit(count=2, days=28), [-20, 7], False),
        (Limit(count=2, days=28), [3, 7], False),
        (Limit(count=1, days=1), [-1, 1], True),
    ],
)
def test_every_span_that_the_day_is_in_counts(
    limit: Limit, taken: list[int], *, allowed: bool
) -> None:
    assert allows(limit, after(*taken), FIRST) is allowed


def kept(limit: Limit, taken: Sequence[date]) -> bool:
    """By looking at each span that begins on any day."""
    return all(
        sum(begin <= one < begin + timedelta(days=limit.days) for one in taken) <= limit.count
        for begin in after(*range(-60, 61))
    )


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 20), st.lists(st.integers(-25, 25), max_size=6))
def test_it_is_the_rule_and_the_day_that_is_told_is_the_first(
    count: int, span: int, numbers: list[int]
) -> None:
    limit, taken = Limit(count=count, days=span), list[date]()
    for day in after(*numbers):
        if allows(limit, taken, day):
            taken.append(day)
            assert kept(limit, taken)
        else:
            assert not kept(limit, [*taken, day])
    free = free_from(limit, taken, FIRST)
    assert allows(limit, taken, free)
    ahead = (FIRST + timedelta(days=n) for n in range((free - FIRST).days))
    assert not any(allows(limit, taken, day) for day in ahead)


def test_it_says_when_there_is_room_again() -> None:
    assert str(LimitReached(ONCE, FIRST)) == (
        "No more than 1 in any 28 days for each person: that is the rule here, and you have had"
        " yours. You can take one again from Thursday 3 December 2026 on."
    )


def test_days_are_read_as_the_database_lists_them() -> None:
    assert days("2026-12-03,2026-12-31") == after(0, 28)
    assert days(None) == []
