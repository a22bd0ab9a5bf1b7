"""Who is in the chair and who is next, from the day as it stands at one moment."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from scheduler.domain.chair import Chair, Line, Turn, by_therapist, look
from scheduler.domain.roster import (
    EntryKind,
    RosterBooking,
    RosterEntry,
    RosterShift,
    RosterTherapist,
)
from scheduler.ids import new_id

NINE = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
TARA, TOM = RosterTherapist(new_id(), "Tara"), RosterTherapist(new_id(), "Tom")


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def entry(start: int, status: str | None) -> RosterEntry:
    booking = RosterBooking(id=new_id(), status=status) if status else None
    return RosterEntry(
        kind=EntryKind.SLOT, starts_at=at(start), ends_at=at(start + 15),
        slot_id=new_id(), booking=booking,
    )  # fmt: skip


def shift(
    *statuses: str | None, start: int = 0, therapist: RosterTherapist = TARA, zone: str = "Etc/UTC"
) -> RosterShift:
    """Slots of 15 minutes, one every 20: statuses of their bookings, None for nobody."""
    entries = [entry(start + 20 * number, status) for number, status in enumerate(statuses)]
    return RosterShift(
        id=new_id(), event_id=new_id(), timezone=zone, chair="1", therapist=therapist,
        entries=entries,
    )  # fmt: skip


def minute(line: Line | None) -> int | None:
    return int((line.entry.starts_at - NINE).total_seconds()) // 60 if line else None


def turns(chair: Chair) -> list[str]:
    return [line.turn.value for line in chair.lines]


def now_and_next(chair: Chair) -> tuple[int | None, int | None]:
    return minute(chair.current), minute(chair.next)


def test_before_the_day_begins_the_first_is_next() -> None:
    chair = look([shift(None, "confirmed", "confirmed")], at(-5))
    assert turns(chair) == ["free", "next", "later"]
    assert now_and_next(chair) == (None, 20)
    assert (chair.seen, chair.booked, chair.missed) == (0, 2, 0)


def test_one_in_the_chair_and_one_next() -> None:
    day = shift("completed", "no_show", "checked_in", "confirmed", "confirmed")
    chair = look([day], at(45))
    assert turns(chair) == ["done", "no_show", "in_chair", "next", "later"]
    assert (chair.seen, chair.booked, chair.missed) == (2, 5, 1)


def test_nobody_booked_and_everybody_done() -> None:
    for day in (shift(None, None), shift("completed", "no_show", None)):
        assert now_and_next(look([day], at(10))) == (None, None)


def test_whoever_is_early_waits_for_the_chair() -> None:
    chair = look([shift("checked_in", "checked_in", "confirmed")], at(12))
    assert turns(chair) == ["in_chair", "here", "later"]
    assert now_and_next(chair) == (0, 20)
    after = look([shift("completed", "checked_in", "confirmed")], at(16))
    assert now_and_next(after) == (20, 40)


def test_a_therapist_who_is_late_still_waits_for_whoever_is_due() -> None:
    chair = look([shift("checked_in", "confirmed", "confirmed")], at(38))  # 20's time is over
    assert now_and_next(chair) == (0, 20)


def test_whoever_was_overtaken_is_not_waited_for() -> None:
    chair = look([shift("completed", "confirmed", "checked_in", "confirmed")], at(50))
    assert turns(chair) == ["done", "not_marked", "in_chair", "next"]
    assert now_and_next(chair) == (40, 60)


def test_a_no_show_in_advance_overtakes_nobody() -> None:
    chair = look([shift("confirmed", "confirmed", "no_show")], at(17))
    assert now_and_next(chair) == (None, 0)


def test_nobody_is_waited_for_longer_than_an_hour() -> None:
    day = shift("confirmed", *[None] * 3, "confirmed")
    assert now_and_next(look([day], at(74))) == (None, 0)
    assert now_and_next(look([day], at(75))) == (None, 80)


def test_one_tap_for_what_is_likely() -> None:
    day = shift(
        "completed", "confirmed", "checked_in", "confirmed", "confirmed", *["confirmed"] * 4
    )
    marks = [[str(mark) for mark in line.marks] for line in look([day], at(57)).lines]
    assert marks[:5] == [
        [], ["completed", "no_show"], ["completed"], ["checked_in", "no_show"], ["checked_in"],
    ]  # fmt: skip
    assert marks[5] == ["checked_in"]  # at 100, in less than an hour
    assert marks[6] == []  # at 120: too early


def test_whoever_walks_in_has_what_is_free_within_two_hours() -> None:
    lines = look([shift(*[None] * 9)], at(30)).lines
    assert [minute(line) for line in lines if line.walk_in] == [40, 60, 80, 100, 120, 140]


def test_what_is_marked_can_be_undone_until_a_day_after_the_shift() -> None:
    day = shift("completed", "confirmed")
    soon, late = look([day], at(35 + 24 * 60)), look([day], at(36 + 24 * 60))
    assert [line.can_undo for line in soon.lines] == [True, False]
    assert soon.lines[1].turn is Turn.NOT_MARKED
    assert soon.lines[1].marks
    assert not any(line.can_undo or line.marks for line in late.lines)


def test_two_shifts_of_one_therapist_are_one_day() -> None:
    morning, noon = shift("completed", None), shift("confirmed", start=60)
    chair = look([noon, morning], at(30))
    assert [minute(line) for line in chair.lines] == [0, 20, 60]
    assert now_and_next(chair) == (None, 60)
    assert chair.booked == 2


def test_several_chairs_are_several_days_ones_own_first() -> None:
    taras, toms, later = shift("confirmed"), shift("confirmed", therapist=TOM), shift(start=60)
    assert by_therapist([taras, toms, later], TOM.id) == [[toms], [taras, later]]
    assert by_therapist([taras, toms, later], UUID(int=0)) == [[taras, later], [toms]]
    assert by_therapist([], TOM.id) == []


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)  # 02:40 in Berlin, and again an hour later
    day = shift(zone="Europe/Berlin")
    day.entries.extend(
        RosterEntry(kind=EntryKind.SLOT, starts_at=start, ends_at=start + timedelta(minutes=15))
        for start in (first, first + timedelta(hours=1))
    )
    assert [line.again for line in look([day], first).lines] == [False, True]
