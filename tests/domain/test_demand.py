"""What would serve those who wait, against trying everything."""

import time as stopwatch
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.demand import NOTHING, Day, Demand, Seats, Seeker, Suggestion, best, says
from scheduler.storage.rows import Slot

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = date(2026, 12, 3)
TARA, TOM = uuid4(), uuid4()


def day(**changes: Any) -> Day:
    facts: dict[str, Any] = {
        "date": DAY, "timezone": "Europe/Berlin", "hours": (9 * 60, 17 * 60), "slot_minutes": 10,
        "reset_minutes": 0, "engaged": {TARA: [], TOM: []},
    }  # fmt: skip
    return Day(**facts | changes)


def seeker(earliest: int | None = None, latest: int | None = None, **more: Any) -> Seeker:
    since, until = (None if hour is None else time(hour) for hour in (earliest, latest))
    return Seeker(uuid4(), since, until, **more)


def at(hour: int, minute: int = 0) -> datetime:
    """In Berlin."""
    return datetime(2026, 12, 3, hour - 1, minute, tzinfo=UTC)


def slot(starts: datetime, therapist: UUID = TARA) -> Slot:
    ends = starts + timedelta(minutes=10)
    return Slot(
        id=uuid4(), event=uuid4(), shift=uuid4(), position=0, chair="1", therapist=therapist,
        therapist_name="Tara", holder=None, starts_at=starts, ends_at=ends,
    )  # fmt: skip


def found(seekers: Sequence[Seeker], **changes: Any) -> tuple[str, str, int, int] | None:
    window = best(day(**changes), seekers, [], NOW)
    if window is None:
        return None
    return window.starts, window.ends, window.therapists, window.serves


def test_fourteen_wait_and_one_therapist_for_two_hours_serves_twelve() -> None:
    assert found([seeker(13, 15) for _ in range(14)]) == ("13:00", "15:00", 1, 12)


def test_two_side_by_side_where_all_can_come_at_one_time_only() -> None:
    assert found([seeker(13, 14) for _ in range(12)]) == ("13:00", "14:00", 2, 12)


def test_nobody_waits() -> None:
    assert found([]) is None
    assert found([seeker(18)]) is None
    assert found([seeker(therapist=TARA)]) is None


def test_what_is_open_already_serves_first() -> None:
    window = best(day(), [seeker(9, 10), seeker(9, 10)], [slot(at(9))], NOW)
    assert window
    assert window.serves == 1


def test_a_massage_elsewhere_is_in_the_way() -> None:
    busy = seeker(13, 14, busy=((at(12), at(15)),))
    assert found([busy]) is None


def test_what_is_over_is_not_suggested() -> None:
    window = best(day(), [seeker() for _ in range(6)], [], at(12, 10))
    assert window
    assert window.starts == "12:30"


def test_somebody_must_be_free_if_anybody_is() -> None:
    seekers = [*(seeker(13, 14) for _ in range(6)), *(seeker(9, 10) for _ in range(3))]
    all_day = [(at(11), at(17))]
    assert found(seekers, engaged={TARA: all_day}) == ("09:00", "10:00", 1, 3)
    assert found(seekers, engaged={}) == ("13:00", "14:00", 1, 6)


def test_hours_that_the_clocks_skip_are_left_out() -> None:
    night = day(date=date(2027, 3, 28), hours=(60, 5 * 60))
    window = best(night, [seeker() for _ in range(40)], [], NOW)
    assert window
    assert "02:" not in window.starts + window.ends


def test_one_sentence() -> None:
    assert str(says(Demand(3))) == ("3 waiting; no shift within the day’s hours would serve them.")
    for seekers, expected in (
        ([seeker(13, 15) for _ in range(14)],
         "14 waiting; one therapist from 13:00 to 15:00 would serve 12."),
    ):  # fmt: skip
        window = best(day(), seekers, [], NOW)
        assert window
        assert str(says(Demand(14, Suggestion(window, [])))) == expected
    assert NOTHING.waiting == 0


def test_a_hundred_who_wait_are_answered_at_once() -> None:
    seekers = [
        seeker(9 + number % 6, 12 + number % 5, busy=((at(10), at(10, 30)),))
        for number in range(100)
    ]
    best(day(), seekers, [], NOW)
    began = stopwatch.process_time()
    best(day(), seekers, [], NOW)
    assert stopwatch.process_time() - began < 0.1


masks = st.lists(st.integers(0, 63), max_size=6)


@settings(deadline=None)
@given(masks)
def test_as_many_are_seated_as_can_be(suiting: list[int]) -> None:
    seats = Seats()
    added = [seats.add(mask) for mask in suiting]
    assert sum(added) == most(tuple(suiting), 0)
    assert len(set(seats.holders.values())) == len(seats.holders) == sum(added)
    for person, place in seats.holders.items():
        assert suiting[place] & person


@cache
def most(suiting: tuple[int, ...], seated: int) -> int:
    """By trying everybody on every slot."""
    if not suiting:
        return 0
    first, rest = suiting[0], suiting[1:]
    ways = [most(rest, seated)]
    ways += [
        1 + most(rest, seated | 1 << place) for place in range(6) if first & ~seated & 1 << place
    ]
    return max(ways)


hours = st.one_of(st.none(), st.integers(9, 12))


@settings(deadline=None)
@given(st.lists(st.tuples(hours, hours), max_size=5), st.sampled_from([15, 20, 30]))
def test_the_best_of_all_windows_is_found(
    wishes: list[tuple[int | None, int | None]], minutes: int
) -> None:
    seekers = [seeker(*wish) for wish in wishes]
    window = best(day(hours=(540, 720), slot_minutes=minutes), seekers, [], NOW)
    tried = [
        one
        for begin in range(540, 720, 30)
        for end in range(begin + 60, 721, 30)
        for therapists in (1, 2)
        if (one := served(seekers, begin, end, therapists, minutes))[1]
    ]
    assert (window is None) == (not tried)
    if window:
        ranks = [(-s / (t * (end - begin)), -s, t, end - begin, begin)
                 for (begin, end, t), s in tried]  # fmt: skip
        rate, serves, therapists, length, begin = min(ranks)
        wall = f"{begin // 60:02}:{begin % 60:02}"
        assert (-serves, therapists, wall) == (window.serves, window.therapists, window.starts)
        assert length == window.minutes
        assert rate < 0


def served(
    seekers: list[Seeker], begin: int, end: int, therapists: int, minutes: int
) -> tuple[tuple[int, int, int], int]:
    """A break of 15 minutes belongs to shifts of 3 hours, in their middle."""
    pause = (begin + end - 15) // 2 // 5 * 5 if end - begin >= 180 else None
    stretches = [(begin, pause), (pause + 15, end)] if pause else [(begin, end)]
    slots = [
        (start, start + minutes)
        for opens, closes in stretches
        for start in range(opens, closes - minutes + 1, minutes)
    ]
    suiting = [sum(1 << n for n, one in enumerate(seekers) if suits(one, *each)) for each in slots]
    return (begin, end, therapists), most_of_many(tuple(suiting) * therapists)


def suits(one: Seeker, begin: int, end: int) -> bool:
    earliest = one.earliest.hour * 60 if one.earliest else 0
    latest = one.latest.hour * 60 if one.latest else 24 * 60
    return earliest <= begin and end <= latest


def most_of_many(suiting: tuple[int, ...]) -> int:
    """The largest set of people for each of whom there is a slot of their own (Hall)."""
    people = {place for mask in suiting for place in range(5) if mask >> place & 1}
    return max(
        sum(1 for place in people if group >> place & 1)
        for group in range(1 << 5)
        if group & ~sum(1 << place for place in people) == 0 and _each_has_one(group, suiting)
    )


@cache
def _each_has_one(group: int, suiting: tuple[int, ...]) -> bool:
    subset = group
    while subset:
        if sum(1 for mask in suiting if mask & subset) < subset.bit_count():
            return False
        subset = (subset - 1) & group
    return True
