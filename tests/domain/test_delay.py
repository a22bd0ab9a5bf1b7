"""What a delay moves, and what takes it up: decided without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scheduler.domain.delay import Chair, actual_times, in_breaks
from scheduler.domain.slot import Interval, cut, rest
from scheduler.storage.rows import Slot

NINE = datetime(2026, 12, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LENGTH, RESET = 15 * MINUTE, 5 * MINUTE


def at(clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return NINE.replace(hour=int(hours), minute=int(minutes))


def chair(
    taken: dict[str, str],
    *,
    until: str = "12:00",
    breaks: Sequence[tuple[str, str]] = (),
    since: datetime = NINE,
) -> Chair:
    """From nine, a massage every 20 minutes. `taken` are the statuses by start."""
    pauses = [(at(begins), at(ends)) for begins, ends in breaks]
    times = cut((since, at(until)), pauses, LENGTH, RESET)
    slots = [slot(time) for time in times]
    by_start = {f"{one.starts_at:%H:%M}": one.id for one in slots}
    statuses = {by_start[clock]: status for clock, status in taken.items()}
    return Chair(starts_at=since, reset=RESET, breaks=pauses, slots=slots, statuses=statuses)


def slot(time: Interval) -> Slot:
    fields: dict[str, Any] = dict.fromkeys(Slot.__struct_fields__)
    fields |= {"id": uuid4(), "starts_at": time[0], "ends_at": time[1], "absorbed": False}
    return Slot(**fields)


def shown(found: Chair, minutes: int, now: str = "08:50") -> list[str]:
    """The starts, as they really are; "-" for a free time that is taken up."""
    times = actual_times(found, minutes * MINUTE, at(now))
    return [f"{time[0]:%H:%M}" if (time := times[one.id]) else "-" for one in found.slots]


def after(found: Chair, minutes: int, now: datetime) -> Chair:
    """The rows as saying it leaves them."""
    times = actual_times(found, minutes * MINUTE, now)
    return Chair(
        starts_at=found.starts_at,
        reset=found.reset,
        breaks=found.breaks,
        slots=[put(one, times[one.id]) for one in found.slots],
        statuses=found.statuses,
    )


def put(one: Slot, time: Interval | None) -> Slot:
    begins, ends = one.planned
    if time is None or time == one.planned:
        changes: dict[str, Any] = {"planned_starts_at": None, "planned_ends_at": None}
        return replace(one, starts_at=begins, ends_at=ends, absorbed=time is None, **changes)
    starts_at, ends_at = time
    return replace(
        one, starts_at=starts_at, ends_at=ends_at, planned_starts_at=begins, planned_ends_at=ends,
        absorbed=False,
    )  # fmt: skip


BOOKED = dict.fromkeys(["09:00", "09:20", "09:40", "10:00"], "confirmed")


def test_without_anything_to_take_it_up_everybody_moves() -> None:
    assert shown(chair(BOOKED, until="10:20"), 8) == ["09:08", "09:28", "09:48", "10:08"]


def test_a_break_takes_up_what_it_can() -> None:
    day = chair(BOOKED | {"10:30": "confirmed"}, until="11:00", breaks=[("10:20", "10:30")])
    assert shown(day, 8)[3:] == ["10:08", "10:30"]
    assert shown(day, 15)[3:] == ["10:15", "10:35"]


def test_two_breaks_take_up_more() -> None:
    taken = dict.fromkeys(["09:00", "09:30", "10:00"], "confirmed")
    day = chair(taken, until="10:20", breaks=[("09:20", "09:30"), ("09:50", "10:00")])
    assert shown(day, 12) == ["09:12", "09:32", "10:00"]
    moved = after(day, 12, at("08:50"))
    assert in_breaks(moved.breaks, moved.slots) == 7 * MINUTE
    assert rest(moved.breaks[0], moved.slots) == (at("09:27"), at("09:30"))


def test_a_free_time_takes_up_what_it_can() -> None:
    taken = dict.fromkeys(["09:00", "09:40", "10:00"], "confirmed")
    day = chair(taken, until="10:20")
    assert shown(day, 8) == ["09:08", "-", "09:40", "10:00"]
    assert shown(day, 25) == ["09:25", "-", "09:45", "10:05"]


def test_whoever_comes_first_after_free_times_does_not_move() -> None:
    assert shown(chair({"09:40": "confirmed"}, until="10:00"), 8) == ["-", "09:20", "09:40"]


def test_what_is_held_for_somebody_counts_as_taken() -> None:
    day = chair({"09:00": "confirmed"}, until="10:00")
    held = [replace(one, offered_to=uuid4()) for one in day.slots[1:2]]
    slots = [day.slots[0], *held, day.slots[2]]
    day = Chair(starts_at=NINE, reset=RESET, breaks=[], slots=slots, statuses=day.statuses)
    assert shown(day, 8) == ["09:08", "09:28", "-"]


@pytest.mark.parametrize(
    ("statuses", "now", "expected"),
    [
        (["completed", "confirmed", "confirmed"], "09:14", ["09:00", "09:28", "09:48"]),
        (["checked_in", "confirmed", "confirmed"], "09:10", ["09:00", "09:28", "09:48"]),
        (["completed", "checked_in", "confirmed"], "09:20", ["09:00", "09:20", "09:48"]),
        (["no_show", "confirmed", "confirmed"], "09:10", ["09:00", "09:28", "09:48"]),
        (["confirmed", "confirmed", "confirmed"], "09:16", ["09:00", "09:28", "09:48"]),
        (["confirmed", "confirmed", "confirmed"], "09:05", ["09:08", "09:28", "09:48"]),
        (["confirmed", "confirmed", "confirmed"], "09:09", ["09:00", "09:28", "09:48"]),
        (["completed", "confirmed", "checked_in"], "09:18", ["09:00", "09:28", "09:48"]),
    ],
)
def test_what_has_been_stays(statuses: list[str], now: str, expected: list[str]) -> None:
    taken = dict(zip(["09:00", "09:20", "09:40"], statuses, strict=True))
    assert shown(chair(taken, until="10:00"), 8, now) == expected


def test_a_time_that_went_by_with_nobody_takes_up_nothing() -> None:
    taken = {"09:00": "completed", "09:40": "confirmed"}
    assert shown(chair(taken, until="10:00"), 8, "09:36") == ["09:00", "09:20", "09:48"]


def test_whoever_is_in_the_chair_runs_into_the_free_time() -> None:
    taken = {"09:00": "checked_in", "09:40": "confirmed"}
    assert shown(chair(taken, until="10:00"), 8, "09:21") == ["09:00", "09:20", "09:40"]


def test_of_a_break_that_has_begun_what_is_left_counts() -> None:
    taken = {"09:00": "completed", "09:50": "confirmed"}
    day = chair(taken, until="10:20", breaks=[("09:20", "09:50")])
    assert shown(day, 8, "09:30")[1] == "09:50"
    assert shown(day, 25, "09:30")[1] == "09:55"


def test_the_last_word_counts() -> None:
    day = chair(BOOKED, until="10:20")
    once = after(day, 8, at("08:50"))
    assert shown(once, 12) == ["09:12", "09:32", "09:52", "10:12"]
    assert shown(once, 0) == ["09:00", "09:20", "09:40", "10:00"]


def test_whoever_still_waits_may_come_at_once() -> None:
    once = after(chair(BOOKED, until="10:20"), 10, at("08:50"))
    assert shown(once, 0, "09:02")[:2] == ["09:00", "09:20"]
    assert shown(once, 0, "09:10")[:2] == ["09:10", "09:25"]  # and they are let finish


def test_later_on_it_goes_on_from_what_was() -> None:
    begun = after(chair(BOOKED, until="10:20"), 8, at("08:50"))
    statuses = {**begun.statuses, begun.slots[0].id: "checked_in"}
    day = Chair(starts_at=NINE, reset=RESET, breaks=[], slots=begun.slots, statuses=statuses)
    for minutes, expected in ((8, "09:28"), (12, "09:32"), (3, "09:23"), (0, "09:23")):
        assert shown(day, minutes, "09:10")[:2] == ["09:08", expected]


def test_a_break_shorter_than_a_reset_moves_nobody_by_itself() -> None:
    taken = {"09:00": "confirmed", "09:17": "confirmed"}
    day = chair(taken, until="09:40", breaks=[("09:15", "09:17")])
    assert shown(day, 0) == ["09:00", "09:17"]
    assert shown(day, 3) == ["09:03", "09:20"]


def test_minutes_are_elapsed_when_the_clocks_go_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since = datetime(2026, 10, 25, 2, 30, tzinfo=berlin).astimezone(UTC)
    times = [(since + n * 20 * MINUTE, since + n * 20 * MINUTE + LENGTH) for n in range(4)]
    slots = [slot(time) for time in times]
    day = Chair(
        starts_at=since, reset=RESET, breaks=[], slots=slots,
        statuses=dict.fromkeys([one.id for one in slots], "confirmed"),
    )  # fmt: skip
    found = actual_times(day, 8 * MINUTE, since - MINUTE)
    assert [found[one.id] for one in slots] == [
        (begins + 8 * MINUTE, ends + 8 * MINUTE) for begins, ends in times
    ]


@st.composite
def days(draw: st.DrawFn) -> tuple[Chair, int, datetime]:
    length, reset = draw(st.integers(5, 40)) * MINUTE, draw(st.integers(0, 15)) * MINUTE
    ends = NINE + draw(st.integers(60, 300)) * MINUTE
    pauses: list[Interval] = []
    begins = NINE
    for gap, pause in draw(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 45)), max_size=3)):
        since = begins + gap * MINUTE
        until = since + pause * MINUTE
        if until > ends:
            break
        pauses.append((since, until))
        begins = until
    slots = [slot(time) for time in cut((NINE, ends), pauses, length, reset)]
    now = NINE + draw(st.integers(-30, 200)) * MINUTE
    statuses = dict[UUID, str]()
    for one in slots:
        kinds = ["confirmed", ""]
        if one.starts_at <= now:
            kinds = ["confirmed", "completed", "no_show", "checked_in", ""]
        if status := draw(st.sampled_from(kinds)):
            statuses[one.id] = status
    day = Chair(starts_at=NINE, reset=reset, breaks=pauses, slots=slots, statuses=statuses)
    return day, draw(st.integers(0, 240)), now


@given(days())
def test_whatever_the_day(told: tuple[Chair, int, datetime]) -> None:
    day, minutes, now = told
    late = after(day, minutes, now)
    ahead = [one for one in late.slots if one.planned[0] > now and not one.absorbed]
    for one in late.slots:
        assert timedelta() <= one.starts_at - one.planned[0] <= minutes * MINUTE
        assert one.ends_at - one.starts_at == one.planned[1] - one.planned[0]
        assert not (one.absorbed and one.id in day.statuses)
    for first, second in pairwise(ahead):
        gap = min(day.reset, second.planned[0] - first.planned[1])
        assert second.starts_at - first.ends_at >= gap
    assert after(late, minutes, now).slots == late.slots
    on_time = after(late, 0, now)
    assert all(one.starts_at == one.planned[0] for one in on_time.slots if one.planned[0] > now)
    assert not any(one.absorbed for one in on_time.slots if one.planned[0] > now)
    assert after(day, 0, now).slots == day.slots
