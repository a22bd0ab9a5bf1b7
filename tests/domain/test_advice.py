"""What a plan is told by the rules of its organisation, and the one change that puts it right."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scheduler.domain.advice import Code, Finding, findings, refuse
from scheduler.domain.errors import Invalid
from scheduler.domain.pacing import PRESET, BreakByShift, Force, Pacing, check, of_row, to_row
from scheduler.domain.plan import EventPlan
from scheduler.domain.remedy import remedy
from tests.domain.test_plan import check as check_plan
from tests.domain.test_plan import pause, plan, shift

STRICT = Pacing(
    breaks_as=Force.RULE, rests_as=Force.RULE, hands_on_as=Force.RULE, sessions_as=Force.RULE
)
LONG = shift(starts="08:00", ends="17:00")


def codes(found: list[Finding]) -> list[str]:
    return [one.code.value for one in found]


def fields(wanted: EventPlan, rules: Pacing = STRICT, before: EventPlan | None = None) -> list[str]:
    was = findings(before, rules) if before else []
    with pytest.raises(Invalid) as refused:
        refuse(findings(wanted, rules), was)
    return [one.field for one in refused.value.errors]


def test_two_shifts_of_one_person_count_together() -> None:
    other = {"chair": "Chair 2", "starts": "12:00", "ends": "15:00"}
    found = findings(plan(shift(), shift(**other)))
    assert codes(found) == ["breaks"]
    assert str(found[0].message).startswith("Chair 1, Chair 2: 6 h without a break.")
    assert codes(findings(plan(shift(), shift(therapist="tom@x.de", **other)))) == ["breaks"] * 2


def test_the_time_between_two_shifts_is_a_break() -> None:
    later = {"starts": "13:00", "ends": "16:00"}
    assert findings(plan(shift(), shift(**later))) == []
    assert codes(findings(plan(shift(), shift(**later | {"starts": "12:10"})))) == ["breaks"]


def test_another_day_of_the_same_date_counts() -> None:
    afternoon = plan(shift(chair="Elsewhere", starts="12:00", ends="15:00"))
    morning = plan(shift(breaks=[pause("10:20", "10:35")]))
    assert findings(morning) == []
    (found,) = findings(morning, PRESET, [afternoon])
    assert (found.code, found.shift, found.excess) == (Code.BREAKS, 0, timedelta(minutes=15))
    assert findings(plan(shift(therapist="tom@x.de", **pause("09:00", "11:00"))), PRESET,
                    [afternoon]) == []  # fmt: skip


def test_rest_for_so_much_massage() -> None:
    rules = replace(PRESET, rest_every_minutes=60)
    (found,) = findings(plan(shift(breaks=[pause("10:20", "10:35")])), rules)
    assert (found.code, found.excess) == (Code.RESTS, timedelta(minutes=15))
    assert "Plan 15 minutes for every 1 h of massage" in str(found.message)


def test_what_is_not_asked_is_not_said() -> None:
    none = Pacing(breaks=[], most_hands_on_minutes=None, long_day_session_minutes=None)
    assert findings(plan(LONG, slot_minutes=60, reset_minutes=0), none) == []


def test_a_rule_refuses_where_it_is_not_kept() -> None:
    assert fields(plan(LONG, slot_minutes=30, reset_minutes=0)) == [
        "shifts[0].ends", "shifts[0].breaks", "slot_minutes",
    ]  # fmt: skip
    refuse(findings(plan(LONG, slot_minutes=30), PRESET))


def test_a_rule_gives_its_reason() -> None:
    with pytest.raises(Invalid) as refused:
        refuse(findings(plan(shift()), STRICT))
    (error,) = refused.value.errors
    assert str(error.message).startswith("Chair 1: 3 h without a break. Plan 15 minutes")
    assert str(error.message).endswith("This is a rule here.")


def test_what_was_as_bad_before_may_stay_and_must_not_get_worse() -> None:
    shorter = LONG | {"ends": "14:00"}
    old = plan(shorter)
    refuse(findings(replace(old, title="Another"), STRICT), findings(old, STRICT))
    better = plan(shorter | {"breaks": [pause("12:00", "12:30")]})
    refuse(findings(better, STRICT), findings(old, STRICT))
    assert fields(old, before=better) == ["shifts[0].breaks"]


QUARTERS = [f"{hour:02}:{minute:02}" for hour in range(6, 22) for minute in (0, 15, 30, 45)]
hours = st.tuples(st.sampled_from(QUARTERS), st.sampled_from(QUARTERS)).filter(
    lambda both: both[0] < both[1]
)


@st.composite
def plans(draw: st.DrawFn) -> EventPlan:
    shifts: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        starts, ends = draw(hours)
        inside = [one for one in QUARTERS if starts <= one <= ends]
        edges = sorted(draw(st.sets(st.sampled_from(inside), max_size=4)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        shifts.append(
            shift(
                therapist=draw(st.sampled_from(["tara@hands.example", "tom@hands.example"])),
                chair=str(number), starts=starts, ends=ends,
                breaks=[pause(*pair) for pair in pairs],
            )
        )  # fmt: skip
    lengths = {"slot_minutes": draw(st.sampled_from([5, 10, 15, 20, 45]))}
    return plan(*shifts, **lengths, reset_minutes=draw(st.sampled_from([0, 5, 10])))


rules = st.builds(
    Pacing,
    rest_every_minutes=st.sampled_from([None, 30, 60, 120]),
    most_hands_on_minutes=st.sampled_from([30, 120, 360]),
    long_day_minutes=st.sampled_from([60, 360]),
)


@settings(deadline=None)
@given(plans(), rules)
def test_a_remedy_puts_right_what_it_is_for(wanted: EventPlan, rules: Pacing) -> None:
    for one in findings(wanted, rules):
        helps = remedy(wanted, one)
        if helps:
            left = [(other.code, other.therapist) for other in findings(helps.plan, rules)]
            assert (one.code, one.therapist) not in left
            assert [a.id for a in helps.plan.shifts] == [b.id for b in wanted.shifts]


@pytest.mark.parametrize(
    ("wanted", "code", "says"),
    [
        (plan(shift()), Code.BREAKS, "Add a break from 10:20 to 10:35"),
        (plan(shift(ends="15:00", breaks=[pause("12:00", "12:15")])), Code.BREAKS,
         "Add a break from 10:20 to 10:35"),
        (plan(shift(starts="09:00", ends="17:00", breaks=[pause("12:00", "13:00")]),
              reset_minutes=0), Code.HANDS_ON, "End Chair 1 at 16:00"),
        (plan(shift(ends="16:00", breaks=[pause("12:00", "13:00")]), slot_minutes=20),
         Code.SESSIONS, "Make each massage 15 minutes"),
    ],
)  # fmt: skip
def test_what_a_remedy_is_called(wanted: EventPlan, code: Code, says: str) -> None:
    (found,) = findings(wanted)
    helps = remedy(wanted, found)
    assert helps
    assert (found.code, str(helps.says)) == (code, says)
    check_plan(helps.plan)


def test_where_nothing_small_helps_no_remedy_is_offered() -> None:
    one_long = plan(shift(ends="11:00"), slot_minutes=120)
    (found,) = findings(one_long, replace(PRESET, most_hands_on_minutes=60))
    assert remedy(one_long, found) is None
    no_room = plan(shift(ends="12:00"), slot_minutes=120)
    (found,) = findings(no_room)
    assert remedy(no_room, found) is None


def test_rules_are_kept_as_they_were_given() -> None:
    assert of_row(to_row(PRESET)) == PRESET
    assert of_row(to_row(STRICT)) == STRICT


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([BreakByShift(180, 15), BreakByShift(180, 30)], "breaks[1].shift_minutes"),
        ([BreakByShift(30, 30)], "breaks[0].break_minutes"),
    ],
)
def test_rows_that_cannot_be(rows: list[BreakByShift], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(Pacing(breaks=rows))
    assert [one.field for one in refused.value.errors] == [field]


def test_rows_are_in_order() -> None:
    rows = [BreakByShift(300, 30), BreakByShift(180, 15)]
    assert check(Pacing(breaks=rows)).breaks == rows[::-1]
