"""Breaks that are suggested, and what is said to a plan that asks too much of hands."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scheduler.domain import pacing
from scheduler.domain.advice import findings
from scheduler.domain.errors import Invalid
from scheduler.domain.pacing import count_slots, suggested_breaks
from scheduler.domain.plan import Break, EventPlan
from tests.domain.test_plan import NOW, pause, plan, shift

QUARTERS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45)]


def said(wanted: EventPlan) -> list[str]:
    return [str(one.message) for one in findings(wanted)]


def minutes(wall: str) -> int:
    return time.fromisoformat(wall).hour * 60 + time.fromisoformat(wall).minute


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("09:00", "11:55", None),
        ("09:00", "12:00", ("10:20", "10:35")),
        ("13:00", "17:00", ("14:50", "15:05")),
        ("09:00", "13:25", ("11:05", "11:20")),
        ("09:00", "13:30", ("11:00", "11:30")),
        ("10:00", "15:00", ("12:00", "12:30")),
        ("09:00", "15:00", ("12:00", "12:30")),
        ("09:00", "15:01", ("12:00", "13:00")),
        ("08:00", "16:00", ("12:00", "13:00")),
        ("10:30", "17:00", ("12:30", "13:30")),
        ("07:00", "13:30", ("10:30", "11:30")),
        ("06:00", "12:30", ("08:45", "09:45")),  # noon is when they go home
        ("13:00", "20:00", ("16:00", "17:00")),
        ("09:03", "12:10", ("10:25", "10:40")),
        ("12:00", "09:00", None),
    ],
)
def test_a_break_to_begin_with(starts: str, ends: str, expected: tuple[str, str] | None) -> None:
    assert suggested_breaks(starts, ends) == ([Break(*expected)] if expected else [])


@given(st.sampled_from(QUARTERS), st.sampled_from(QUARTERS))
def test_what_is_suggested_can_be_planned_and_needs_no_advice(starts: str, ends: str) -> None:
    if minutes(ends) - minutes(starts) < 15:
        return
    breaks = suggested_breaks(starts, ends)
    for one in breaks:
        assert minutes(starts) < minutes(one.starts) < minutes(one.ends) < minutes(ends)
        assert minutes(one.starts) % 5 == 0
    block: dict[str, Any] = shift(starts=starts, ends=ends)
    wanted = plan(block | {"breaks": [pause(one.starts, one.ends) for one in breaks]})
    assert count_slots(wanted, NOW) > 0
    assert not [sentence for sentence in said(wanted) if "break" in sentence]


def test_a_usual_day_needs_no_advice() -> None:
    assert said(plan(shift(ends="15:00", breaks=[pause("12:00", "12:30")]))) == []


def test_more_than_six_hours_of_massage_are_too_much() -> None:
    lunch = [pause("12:00", "13:00")]
    six = plan(shift(starts="09:00", ends="16:00", breaks=lunch), slot_minutes=15, reset_minutes=0)
    assert said(six) == []
    (found,) = said(replace(six, shifts=[replace(six.shifts[0], ends="16:15")]))
    assert found.startswith("Chair 1: 6 h 15 min of massage for one pair of hands. After 6 h a")


def test_hands_are_counted_over_all_shifts_of_a_therapist() -> None:
    morning = shift(starts="08:00", ends="12:00", breaks=[pause("10:00", "10:15")])
    evening = shift(starts="14:00", ends="18:00", breaks=[pause("16:00", "16:15")])
    tired = {"chair": "Chair 2", "therapist": "TARA@hands.example"}
    (found,) = said(plan(morning, evening | tired, reset_minutes=0))
    assert found.startswith("Chair 1, Chair 2: 7 h 30 min of massage")
    fresh = {"chair": "Chair 2", "therapist": "tom@hands.example"}
    assert said(plan(morning, evening | fresh, reset_minutes=0)) == []


@pytest.mark.parametrize(
    ("ends", "breaks", "beginning"),
    [
        ("11:55", [], None),
        ("12:00", [], "Chair 1: 3 h without a break. Plan 15 minutes"),
        ("12:00", [pause("10:00", "10:10")],
         "Chair 1: a break of 10 min in 3 h is short. Plan 15 minutes"),
        ("12:00", [pause("10:00", "10:15")], None),
        ("13:30", [pause("10:00", "10:15"), pause("11:00", "11:10")],
         "Chair 1: a break of 25 min in 4 h 30 min is short. Plan 30 minutes"),
        ("13:30", [pause("10:00", "10:15"), pause("11:00", "11:15")], None),
        ("15:05", [pause("12:00", "12:30")],
         "Chair 1: a break of 30 min in 6 h 5 min is short. Plan 60 minutes"),
    ],
)  # fmt: skip
def test_breaks_by_the_length_of_the_shift(
    ends: str, breaks: list[dict[str, str]], beginning: str | None
) -> None:
    found = said(plan(shift(ends=ends, breaks=breaks)))
    assert [sentence.startswith(str(beginning)) for sentence in found] == [True] * bool(beginning)


def test_long_days_have_short_massages() -> None:
    long = shift(starts="09:00", ends="16:00", breaks=[pause("12:00", "13:00")])
    assert said(plan(long, slot_minutes=15)) == []
    (found,) = said(plan(long, slot_minutes=20))
    assert found.startswith("Massages of 20 minutes on a day of 7 h: ")
    short = shift(starts="09:00", ends="15:00", breaks=[pause("12:00", "12:30")])
    assert said(plan(short, slot_minutes=20)) == []


def test_advice_takes_a_plan_that_is_half_written() -> None:
    odd = plan(shift(starts="12:00", ends="09:00", breaks=[pause("23:00", "01:00")]))
    assert said(odd) == []
    (found,) = said(plan(shift(breaks=[pause("10:30", "10:00"), pause("13:00", "14:00")])))
    assert found.startswith("Chair 1: 3 h without a break")
    assert said(replace(odd, shifts=[])) == []
    with pytest.raises(Invalid):
        count_slots(odd, NOW)


def test_places_are_counted_as_they_will_be_cut() -> None:
    wanted = plan(shift(breaks=[pause("10:20", "10:40")]), shift(chair="2", therapist="tom@x.de"))
    assert count_slots(wanted, NOW) == 8 + 9
    with pytest.raises(Invalid):
        count_slots(wanted, NOW + timedelta(days=30))


def test_breaks_rise_with_the_shift() -> None:
    lengths = [pacing.minutes_of_break(timedelta(minutes=minute)) for minute in range(24 * 60)]
    assert sorted(lengths) == lengths
