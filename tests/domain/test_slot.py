"""Slots against an oracle that looks at every minute, and on days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import slot, wallclock
from scheduler.domain.slot import Interval, SlotState, cut
from scheduler.storage.rows import Slot

NINE = datetime(2026, 12, 3, 9, tzinfo=UTC)
Minutes = tuple[int, int]


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def interval(minutes: Minutes) -> Interval:
    return at(minutes[0]), at(minutes[1])


def cut_minutes(length: int, breaks: list[Minutes], slot_: int, reset: int) -> list[Minutes]:
    found = cut(
        interval((0, length)),
        [interval(pause) for pause in breaks],
        timedelta(minutes=slot_),
        timedelta(minutes=reset),
    )
    return [((begin - NINE) // MINUTE, (end - NINE) // MINUTE) for begin, end in found]


MINUTE = timedelta(minutes=1)


@st.composite
def days(draw: st.DrawFn) -> tuple[int, list[Minutes], int, int]:
    """A shift's length, its breaks (touching each other and the edges, too), slot and reset."""
    length = draw(st.integers(1, 300))
    count = draw(st.integers(0, 3)) * 2
    edges = sorted(draw(st.sets(st.integers(0, length), min_size=0, max_size=count)))
    breaks = list(zip(edges[::2], edges[1::2], strict=False))
    return length, draw(st.permutations(breaks)), draw(st.integers(5, 60)), draw(st.integers(0, 60))


def work(length: int, breaks: list[Minutes]) -> list[Minutes]:
    edges = [0, *(edge for pause in sorted(breaks) for edge in pause), length]
    return list(zip(edges[::2], edges[1::2], strict=True))


def most(room: int, slot_: int, reset: int) -> int:
    """How many slots any plan at all could fit, by trying each minute as a beginning."""

    @cache
    def best(minute: int) -> int:
        if minute + slot_ > room:
            return 0
        return max(best(minute + 1), 1 + best(minute + slot_ + reset))

    return best(0)


@given(days())
def test_as_many_as_fit_and_none_where_it_must_not_be(
    day: tuple[int, list[Minutes], int, int],
) -> None:
    length, breaks, slot_, reset = day
    found = cut_minutes(length, breaks, slot_, reset)
    taken: list[Minutes] = []
    for begin, end in work(length, breaks):
        inside = [one for one in found if begin <= one[0] and one[1] <= end]
        assert all(one[1] - one[0] == slot_ for one in inside)
        assert all(later[0] - earlier[1] == reset for earlier, later in pairwise(inside))
        assert not inside or inside[0][0] == begin, "slots start afresh after a break"
        assert len(inside) == most(end - begin, slot_, reset)
        taken += inside
    assert found == taken, "in order, and every slot lies in one piece of work"


@pytest.mark.parametrize(
    ("length", "breaks", "expected"),
    [
        (15, [], [(0, 15)]),
        (14, [], []),
        (34, [], [(0, 15)]),
        (35, [], [(0, 15), (20, 35)]),  # no reset is needed before the end
        (60, [(15, 30)], [(0, 15), (30, 45)]),  # nor before a break
        (60, [(14, 30)], [(30, 45)]),
        (60, [(0, 10)], [(10, 25), (30, 45)]),
        (60, [(45, 60)], [(0, 15), (20, 35)]),
        (60, [(15, 20), (20, 25)], [(0, 15), (25, 40), (45, 60)]),
        (60, [(0, 60)], []),
    ],
)
def test_edges(length: int, breaks: list[Minutes], expected: list[Minutes]) -> None:
    assert cut_minutes(length, breaks, 15, 5) == expected


@pytest.mark.parametrize(
    ("day", "zone", "starts", "ends", "clock"),
    [
        # forward: 01:00 to 04:00 is two hours long, or two and a half
        ("2026-03-29", "Europe/Berlin", "01:00", "04:00", "01:00 01:30 03:00 03:30"),
        ("2026-03-08", "America/New_York", "01:00", "04:00", "01:00 01:30 03:00 03:30"),
        ("2026-10-04", "Australia/Lord_Howe", "01:00", "04:00", "01:00 01:30 02:30 03:00 03:30"),
        # back: the same three hours last four, or three and a half
        ("2026-10-25", "Europe/Berlin", "01:00", "04:00",
         "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30"),
        ("2026-11-01", "America/New_York", "00:30", "02:30", "00:30 01:00 01:30 01:00 01:30 02:00"),
        ("2026-04-05", "Australia/Lord_Howe", "01:00", "03:00", "01:00 01:30 01:30 02:00 02:30"),
        # no change at all, and odd offsets
        ("2026-03-29", "Asia/Kolkata", "01:00", "03:00", "01:00 01:30 02:00 02:30"),
        ("2026-04-05", "Pacific/Apia", "01:00", "03:00", "01:00 01:30 02:00 02:30"),
    ],
)  # fmt: skip
def test_slots_are_cut_in_elapsed_time(
    day: str, zone: str, starts: str, ends: str, clock: str
) -> None:
    shift = [
        wallclock.to_instant(date.fromisoformat(day), time.fromisoformat(wall), zone)
        for wall in (starts, ends)
    ]
    found = cut((shift[0], shift[1]), [], timedelta(minutes=25), timedelta(minutes=5))
    assert {end - begin for begin, end in found} == {timedelta(minutes=25)}
    assert all(later[0] - earlier[1] == timedelta(minutes=5) for earlier, later in pairwise(found))
    local = [wallclock.to_local(begin, zone) for begin, _ in found]
    assert " ".join(f"{one:%H:%M}" for one in local) == clock


def row(holder: bool) -> Slot:  # noqa: FBT001  (a table's column)
    return Slot(
        id=uuid4(), event=uuid4(), shift=uuid4(), position=0, chair="Chair 1", therapist=uuid4(),
        therapist_name="Tara", starts_at=at(0), ends_at=at(15), holder=uuid4() if holder else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("minute", "held", "expected"),
    [
        (-1, False, SlotState.OPEN),
        (-1, True, SlotState.BOOKED),
        (0, False, SlotState.PAST),
        (0, True, SlotState.PAST),
        (99, True, SlotState.PAST),
    ],
)
def test_state(minute: int, held: bool, expected: SlotState) -> None:  # noqa: FBT001
    assert slot.state(row(held), at(minute)) is expected
