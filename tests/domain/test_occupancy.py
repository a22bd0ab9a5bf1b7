"""Slots by the hour on the wall, also where that hour is skipped or comes twice."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.occupancy import by_hour
from scheduler.domain.wallclock import to_local
from scheduler.storage.rows import SlotUse

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
STATUSES = [None, "confirmed", "checked_in", "completed", "no_show"]


def slots(starts: str, minutes: Iterable[int], status: str | None = None) -> list[SlotUse]:
    first = datetime.fromisoformat(starts)
    return [
        SlotUse(starts_at=first + timedelta(minutes=minute), status=status) for minute in minutes
    ]


def offered(found: list[SlotUse], zone: str) -> list[tuple[str, int]]:
    return [(hour.hour, hour.offered) for hour in by_hour(found, zone, LONG_AGO)]


def test_an_hour_counts_what_begins_in_it_whatever_the_order() -> None:
    day = slots("2026-12-03T08:45:00Z", (30, 0, 15, 14, 16)) + slots("2026-12-03T11:00:00Z", (59,))
    assert offered(day, "Europe/Berlin") == [("09:00", 2), ("10:00", 3), ("12:00", 1)]


def test_what_is_open_has_neither_begun_nor_been_taken() -> None:
    day = [
        slot
        for index, status in enumerate(STATUSES)
        for slot in slots("2026-12-03T08:00:00Z", (index,), status)
    ]
    day += slots("2026-12-03T08:00:00Z", (20, 40))
    (hour,) = by_hour(day, "Europe/Berlin", datetime(2026, 12, 3, 8, 20, tzinfo=UTC))
    assert (hour.offered, hour.booked, hour.no_show, hour.open) == (7, 4, 1, 1)


@pytest.mark.parametrize(
    ("zone", "starts", "expected"),
    [
        # Clocks go back from 03:00 to 02:00, and 02:00 is there twice.
        ("Europe/Berlin", "2026-10-24T23:30:00Z", [("01:00", 1), ("02:00", 2), ("02:00", 2),
                                                   ("03:00", 2), ("04:00", 1)]),
        # Clocks go from 02:00 to 03:00.
        ("Europe/Berlin", "2027-03-28T00:30:00Z", [("01:00", 1), ("03:00", 2), ("04:00", 2),
                                                   ("05:00", 2), ("06:00", 1)]),
        # Half an hour back, from 02:00 to 01:30: the half that comes twice is its own hour.
        ("Australia/Lord_Howe", "2027-04-03T14:00:00Z", [("01:00", 2), ("01:00", 1), ("02:00", 2),
                                                         ("03:00", 2), ("04:00", 1)]),
        ("Asia/Kathmandu", "2026-12-03T04:15:00Z", [("10:00", 2), ("11:00", 2), ("12:00", 2),
                                                    ("13:00", 2)]),
    ],
)  # fmt: skip
def test_hours_are_those_of_the_days_clock(
    zone: str, starts: str, expected: list[tuple[str, int]]
) -> None:
    assert offered(slots(starts, range(0, 240, 30)), zone) == expected


@given(
    st.lists(st.tuples(st.integers(0, 400 * 24 * 60), st.sampled_from(STATUSES)), max_size=40),
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]),
)
def test_every_slot_is_in_one_hour(days: list[tuple[int, str | None]], zone: str) -> None:
    first = datetime(2026, 6, 1, tzinfo=UTC)
    held = [SlotUse(starts_at=first + timedelta(minutes=at), status=said) for at, said in days]
    hours = by_hour(held, zone, LONG_AGO)
    assert sum(hour.offered for hour in hours) == len(held)
    assert sum(hour.booked + hour.open for hour in hours) == len(held)
    locals_ = {f"{to_local(slot.starts_at, zone):%H}:00" for slot in held}
    assert {hour.hour for hour in hours} == locals_
