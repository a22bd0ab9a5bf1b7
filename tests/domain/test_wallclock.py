"""Wall-clock time to UTC, on the days when clocks are changed or a day is left out."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.domain import wallclock
from scheduler.domain.wallclock import NoSuchTime, TwoSuchTimes, to_instant, whole_day

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Havana",
    "Asia/Beirut",
)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def read(day: str, wall: str, zone: str) -> datetime:
    return to_instant(date.fromisoformat(day), time.fromisoformat(wall), zone)


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        ("2026-03-29", "01:59", "Europe/Berlin", "2026-03-29T00:59Z"),
        ("2026-03-29", "03:00", "Europe/Berlin", "2026-03-29T01:00Z"),
        ("2026-10-25", "01:59", "Europe/Berlin", "2026-10-24T23:59Z"),
        ("2026-10-25", "03:00", "Europe/Berlin", "2026-10-25T02:00Z"),
        ("2026-03-08", "03:00", "America/New_York", "2026-03-08T07:00Z"),
        ("2026-11-01", "02:00", "America/New_York", "2026-11-01T07:00Z"),
        ("2026-10-04", "02:30", "Australia/Lord_Howe", "2026-10-03T15:30Z"),
        ("2026-04-05", "02:00", "Australia/Lord_Howe", "2026-04-04T15:30Z"),
        ("2026-12-03", "09:00", "Asia/Kolkata", "2026-12-03T03:30Z"),
        ("2026-12-03", "09:00", "Pacific/Apia", "2026-12-02T20:00Z"),
        ("2011-12-29", "23:59", "Pacific/Apia", "2011-12-30T09:59Z"),
        ("2011-12-31", "00:00", "Pacific/Apia", "2011-12-30T10:00Z"),
    ],
)
def test_to_utc(day: str, wall: str, zone: str, expected: str) -> None:
    found = read(day, wall, zone)
    assert (found, found.tzinfo) == (instant(expected), UTC)


@pytest.mark.parametrize(
    ("day", "wall", "zone"),
    [
        ("2026-03-29", "02:00", "Europe/Berlin"),
        ("2026-03-29", "02:59", "Europe/Berlin"),
        ("2026-03-08", "02:30", "America/New_York"),
        ("2026-10-04", "02:00", "Australia/Lord_Howe"),
        ("2026-10-04", "02:29", "Australia/Lord_Howe"),
        ("2011-12-30", "00:00", "Pacific/Apia"),
        ("2011-12-30", "12:00", "Pacific/Apia"),
        ("2011-12-30", "23:59", "Pacific/Apia"),
    ],
)
def test_times_that_the_clocks_skip(day: str, wall: str, zone: str) -> None:
    with pytest.raises(NoSuchTime, match="does not exist on that day: the clocks skip it"):
        read(day, wall, zone)


@pytest.mark.parametrize(
    ("day", "wall", "zone"),
    [
        ("2026-10-25", "02:00", "Europe/Berlin"),
        ("2026-10-25", "02:59", "Europe/Berlin"),
        ("2026-11-01", "01:30", "America/New_York"),
        ("2026-04-05", "01:30", "Australia/Lord_Howe"),
        ("2026-04-05", "01:59", "Australia/Lord_Howe"),
    ],
)
def test_times_that_come_twice(day: str, wall: str, zone: str) -> None:
    with pytest.raises(TwoSuchTimes, match="comes twice on that day: the clocks are set back"):
        read(day, wall, zone)


CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1),
           date(2026, 10, 4), date(2026, 4, 5), date(2011, 12, 30), date(2026, 6, 1)]  # fmt: skip
OFFSETS = [timedelta(minutes=minutes) for minutes in range(-12 * 60, 14 * 60 + 1, 15)]


@given(st.sampled_from(CHANGES), st.times().map(lambda t: time(t.hour, t.minute)),
       st.sampled_from(ZONES))  # fmt: skip
@example(date(2011, 12, 30), time(12), "Pacific/Apia")
def test_exactly_the_times_that_exist_once_are_taken(day: date, wall: time, zone: str) -> None:
    shown = datetime.combine(day, wall)
    meant = {
        candidate
        for offset in OFFSETS
        if wallclock.to_local(candidate := (shown - offset).replace(tzinfo=UTC), zone).replace(
            tzinfo=None
        )
        == shown
    }
    refusal = {0: NoSuchTime, 2: TwoSuchTimes}.get(len(meant))
    if refusal:
        with pytest.raises(refusal):
            to_instant(day, wall, zone)
    else:
        assert {to_instant(day, wall, zone)} == meant


@pytest.mark.parametrize(
    ("day", "zone", "begins", "hours"),
    [
        ("2026-12-03", "Europe/Berlin", "2026-12-02T23:00Z", 24),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00Z", 23),
        ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00Z", 25),
        ("2026-10-04", "Australia/Lord_Howe", "2026-10-03T13:30Z", 23.5),
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00Z", 24.5),
        ("2026-03-29", "Asia/Beirut", "2026-03-28T22:00Z", 23),  # its midnight is skipped
        ("2026-11-01", "America/Havana", "2026-11-01T04:00Z", 25),  # its midnight comes twice
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00Z", 0),  # it never was
    ],
)
def test_whole_day(day: str, zone: str, begins: str, hours: float) -> None:
    begin, end = whole_day(date.fromisoformat(day), zone)
    assert (begin, end - begin) == (instant(begins), timedelta(hours=hours))


def test_today_is_another_day_elsewhere() -> None:
    late = instant("2026-12-03T10:30Z")
    assert wallclock.today(late, "Pacific/Apia") == date(2026, 12, 3)
    assert wallclock.today(late, "Pacific/Kiritimati") == date(2026, 12, 4)
    assert wallclock.today(late, "Pacific/Pago_Pago") == date(2026, 12, 2)


def test_zones_are_places() -> None:
    assert {*ZONES, "UTC", "Etc/GMT+5"} <= wallclock.ZONES
    assert not wallclock.ZONES & {"localtime", "Factory", "posixrules", ""}


def test_a_moment_is_read_as_browsers_write_it() -> None:
    assert wallclock.read("2026-12-03T09:00", "Europe/Berlin") == datetime(
        2026, 12, 3, 8, tzinfo=UTC
    )
    for written in ("", "2026-12-03", "2026-12-03T09:00Z", "2026-12-03 09:00", "2026-02-30T09:00"):
        with pytest.raises(ValueError, match="a day and a time of day"):
            wallclock.read(written, "Europe/Berlin")
    with pytest.raises(wallclock.NoSuchTime):
        wallclock.read("2026-03-29T02:30", "Europe/Berlin")
