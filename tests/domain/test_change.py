"""Changing a day: RFC 7396 by its own examples, which slots stay, who is seated where."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import change
from scheduler.domain.change import NewSlot, compare, merge, merge_plan, reseat
from scheduler.domain.errors import Invalid
from scheduler.domain.plan import Break, EventPlan
from scheduler.domain.slot import Interval
from scheduler.storage.rows import Booking, Shift, Slot
from tests import world

DAWN = datetime(2026, 12, 3, 8, tzinfo=UTC)  # 09:00 in Berlin
LENGTH = timedelta(minutes=15)
BERLIN = "Europe/Berlin"
FIRST, SECOND = UUID(int=1), UUID(int=2)


def time_of(minute: int) -> Interval:
    begins = DAWN + timedelta(minutes=minute)
    return begins, begins + LENGTH


def old(minute: int, holder: UUID | None = None, shift: UUID = FIRST) -> Slot:
    begins, ends = time_of(minute)
    return Slot(
        id=uuid4(), event=UUID(int=9), shift=shift, position=0, chair="Chair 1",
        therapist=UUID(int=8), therapist_name="Tara", starts_at=begins, ends_at=ends, holder=holder,
    )  # fmt: skip


def new(minute: int, shift: UUID = FIRST) -> NewSlot:
    return NewSlot(uuid4(), shift, time_of(minute))


def booking(slot: Slot) -> Booking:
    """Of whoever holds the slot."""
    assert slot.holder
    facts: dict[str, Any] = dict.fromkeys(Booking.__struct_fields__)
    facts |= {"id": uuid4(), "slot": slot.id, "shift": slot.shift, "person": slot.holder}
    facts |= {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "status": "confirmed"}
    return Booking(**facts)


# RFC 7396, Appendix A

EXAMPLES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_merge_patch(target: Any, patch: Any, result: Any) -> None:
    before = msgspec.json.encode(target)
    assert merge(target, patch) == result
    assert msgspec.json.encode(target) == before, "the target itself is left alone"


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_merging_twice_changes_nothing_more(target: Any, patch: Any, result: Any) -> None:
    assert merge(merge(target, patch), patch) == result


# Plans


def plan() -> EventPlan:
    made = msgspec.convert(world.plan(), EventPlan)
    shifts = [
        msgspec.structs.replace(shift, id=number)
        for shift, number in zip(made.shifts, (FIRST, SECOND), strict=True)
    ]
    return msgspec.structs.replace(made, shifts=shifts)


def test_what_is_left_out_stays() -> None:
    assert merge_plan(plan(), {}) == plan()
    assert merge_plan(plan(), {"title": "Back"}) == msgspec.structs.replace(plan(), title="Back")


def test_null_takes_the_default() -> None:
    changed = merge_plan(plan(), {"slot_minutes": None, "location": {"address": None}})
    assert (changed.slot_minutes, changed.location.address) == (15, "")
    assert changed.location.name == plan().location.name


def test_shifts_replace_the_list_and_one_with_an_id_keeps_what_it_does_not_say() -> None:
    added = {"therapist": "t@x.example", "chair": "Chair 3", "starts": "13:00", "ends": "14:00"}
    changed = merge_plan(plan(), {"shifts": [{"id": str(FIRST), "ends": "11:00"}, added]})
    kept, fresh = changed.shifts
    assert kept == msgspec.structs.replace(plan().shifts[0], ends="11:00")
    assert kept.breaks == [Break("10:20", "10:40")]
    assert (fresh.id, fresh.chair) == (None, "Chair 3")


def test_a_shift_without_an_id_says_everything() -> None:
    with pytest.raises(msgspec.ValidationError, match="therapist"):
        merge_plan(plan(), {"shifts": [{"ends": "11:00"}]})


def test_shift_ids_are_this_days_and_named_once() -> None:
    known = [cast("Shift", shift) for shift in plan().shifts]  # only ids are asked for
    change.check_shift_ids(plan(), known)
    twice = merge_plan(plan(), {"shifts": [{"id": str(FIRST)}, {"id": str(FIRST)}]})
    for wanted, fields in ((twice, ["shifts[0].id", "shifts[1].id"]), (plan(), ["shifts[1].id"])):
        with pytest.raises(Invalid) as refused:
            change.check_shift_ids(wanted, known[:1])
        assert [error.field for error in refused.value.errors] == fields


# Slots


def test_a_slot_that_stays_the_same_stays() -> None:
    edda = uuid4()
    before = [old(0, edda), old(20), old(40, edda, SECOND)]
    wanted = [new(0), new(20), new(40), new(40, SECOND)]
    difference = compare(before, wanted, DAWN - LENGTH)
    assert difference.gone == []
    assert [slot.time for slot in difference.added] == [time_of(40)]
    assert difference.added[0].shift == FIRST
    assert {slot.id for slot in difference.free} == {before[1].id, difference.added[0].id}


def test_a_slot_of_another_length_is_another_slot() -> None:
    short = NewSlot(uuid4(), FIRST, (DAWN, DAWN + timedelta(minutes=10)))
    before = old(0)
    difference = compare([before], [short], DAWN - LENGTH)
    assert (difference.gone, difference.added) == ([before], [short])


def test_what_has_begun_is_history() -> None:
    now = DAWN + timedelta(minutes=25)
    begun, running, ahead = old(0, uuid4()), old(20, uuid4()), old(60, uuid4())
    wanted = [new(0), new(5), new(24), new(30), new(36), new(60)]
    difference = compare([begun, running, ahead], wanted, now)
    assert difference.gone == []
    assert [slot.time for slot in difference.added] == [time_of(36)], "not into the running one"


def test_beside_a_running_slot_another_chair_may_begin() -> None:
    now = DAWN + timedelta(minutes=5)
    difference = compare([old(0, uuid4())], [new(10, SECOND)], now)
    assert [slot.shift for slot in difference.added] == [SECOND]


# Seats


def seat(
    displaced: Sequence[Booking], staying: Sequence[Booking] = (), free: Sequence[NewSlot] = ()
) -> list[UUID | None]:
    seats = reseat(displaced, staying, free, BERLIN, BERLIN)
    assert list(seats) == [one.id for one in displaced]
    return [found.id if found else None for found in seats.values()]


def test_the_nearest_seat_of_the_same_shift() -> None:
    edda = booking(old(60, uuid4()))
    near, far, elsewhere = new(45), new(80), new(60, SECOND)
    assert seat([edda], free=[far, near, elsewhere]) == [near.id]
    assert seat([edda], free=[far, elsewhere]) == [far.id]
    assert seat([edda], free=[elsewhere]) == [None]


def test_equally_near_the_earlier_one() -> None:
    earlier, later = new(50), new(70)
    assert seat([booking(old(60, uuid4()))], free=[later, earlier]) == [earlier.id]


@pytest.mark.parametrize(("minute", "found"), [(120, True), (121, False), (0, True), (-1, False)])
def test_an_hour_at_most(minute: int, *, found: bool) -> None:
    place = new(minute)
    assert seat([booking(old(60, uuid4()))], free=[place]) == [place.id if found else None]


def test_two_for_one_seat() -> None:
    only = new(50)
    first, second = booking(old(40, uuid4())), booking(old(60, uuid4()))
    assert seat([first, second], free=[only]) == [only.id, None]


def test_nobody_is_seated_where_they_sit_already() -> None:
    edda = uuid4()
    staying = booking(old(45, edda, SECOND))
    assert seat([booking(old(60, edda))], [staying], [new(50)]) == [None]
    free = new(75)
    assert seat([booking(old(60, edda))], [staying], [new(50), free]) == [free.id]


def test_two_times_of_one_person_do_not_end_in_one() -> None:
    """Both are taken to another date, where each chair has a single time left."""
    edda, day = uuid4(), 24 * 60
    first, second = booking(old(0, edda)), booking(old(20, edda, SECOND))
    only, same = new(day + 10), new(day + 10, SECOND)
    assert seat([first, second], free=[only, same]) == [only.id, None]
    assert seat([first, second], free=[same]) == [None, same.id]


def test_a_time_given_up_is_free_for_its_persons_other_booking() -> None:
    edda = uuid4()
    first, second = booking(old(0, edda)), booking(old(20, edda, SECOND))
    place = new(0, SECOND)
    assert seat([first, second], free=[place]) == [None, place.id]


def test_another_date_keeps_the_time_of_day() -> None:
    """Across the end of summer time, an instant later by 25 hours is the same time of day."""
    zone, saturday = BERLIN, datetime(2026, 10, 24, 8, tzinfo=UTC)
    slot = msgspec.structs.replace(old(0, uuid4()), starts_at=saturday, ends_at=saturday + LENGTH)
    places = {
        hours: NewSlot(uuid4(), FIRST, (saturday + timedelta(hours=hours), saturday + LENGTH))
        for hours in (24, 25, 26)
    }
    seats = reseat([booking(slot)], [], list(places.values()), zone, zone)
    assert list(seats.values()) == [places[25]]


def test_another_zone_keeps_the_time_of_day() -> None:
    slot = old(0, uuid4())  # 09:00 in Berlin
    nine_in_tokyo = NewSlot(uuid4(), FIRST, (DAWN - timedelta(hours=8), DAWN))
    seats = reseat([booking(slot)], [], [new(0), nine_in_tokyo], BERLIN, "Asia/Tokyo")
    assert list(seats.values()) == [nine_in_tokyo]


Minutes = st.integers(0, 14).map(lambda number: number * 5)


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Slot], list[NewSlot], datetime]:
    """Slots of two chairs, some held; nobody is in two places; the wanted ones of another plan."""
    people = [None, UUID(int=11), UUID(int=12)]
    before: list[Slot] = []
    for shift in (FIRST, SECOND):
        for minute in draw(apart()):
            held = [slot for slot in before if clash(time(slot), time_of(minute))]
            free = [one for one in people if one is None or one not in {h.holder for h in held}]
            before.append(old(minute, draw(st.sampled_from(free)), shift))
    moved = draw(st.sampled_from([0, 0, 24 * 60]))
    wanted = [new(minute + moved, shift) for shift in (FIRST, SECOND) for minute in draw(apart())]
    ordered = sorted(before, key=lambda slot: slot.starts_at)
    return ordered, wanted, DAWN + timedelta(minutes=draw(st.integers(-10, 90)))


@st.composite
def apart(draw: st.DrawFn) -> list[int]:
    found: list[int] = []
    for minute in sorted(draw(st.sets(Minutes, max_size=6))):
        if not found or minute - found[-1] >= LENGTH.total_seconds() // 60:
            found.append(minute)
    return found


def time(slot: Slot) -> Interval:
    return slot.starts_at, slot.ends_at


def clash(first: Interval, second: Interval) -> bool:
    return first[0] < second[1] and second[0] < first[1]


@given(changes())
def test_after_any_change_everybody_has_one_seat_or_is_told(
    case: tuple[list[Slot], list[NewSlot], datetime],
) -> None:
    before, wanted, now = case
    difference = compare(before, wanted, now)
    booked = [booking(slot) for slot in before if slot.holder and slot.starts_at > now]
    gone = {slot.id for slot in difference.gone}
    displaced = [one for one in booked if one.slot in gone]
    staying = [one for one in booked if one.slot not in gone]
    history = [slot for slot in before if slot.starts_at <= now]
    assert not {slot.id for slot in history} & gone
    _check_slots(before, wanted, now, gone)
    seats = reseat(displaced, staying, difference.free, BERLIN, BERLIN)
    _check_seats(displaced, staying, difference.free, seats)


def _check_slots(before: list[Slot], wanted: list[NewSlot], now: datetime, gone: set[UUID]) -> None:
    """Exactly the future slots that the plan still has are kept."""
    planned = {(slot.shift, slot.time) for slot in wanted}
    begun = [slot for slot in before if slot.starts_at <= now]
    for slot in before:
        blocked = any(one.shift == slot.shift and clash(time(one), time(slot)) for one in begun)
        stays = slot in begun or ((slot.shift, time(slot)) in planned and not blocked)
        assert (slot.id in gone) is not stays


def is_near(one: Booking, slot: NewSlot) -> bool:
    distance = (slot.time[0] - one.starts_at) // timedelta(minutes=1) % (24 * 60)
    return slot.shift == one.shift and (distance <= 60 or distance >= 23 * 60)


def _check_seats(
    displaced: list[Booking],
    staying: list[Booking],
    free: list[NewSlot],
    seats: dict[UUID, NewSlot | None],
) -> None:
    given_ = [slot for slot in seats.values() if slot]
    assert len({slot.id for slot in given_}) == len(given_), "no seat twice"
    assert {slot.id for slot in given_} <= {slot.id for slot in free}
    ends = [(one.person, (one.starts_at, one.ends_at)) for one in staying]
    for one in displaced:
        if slot := seats[one.id]:
            ends.append((one.person, slot.time))
            assert is_near(one, slot)
        elif [other.person for other in (*staying, *displaced)].count(one.person) == 1:
            assert not [slot for slot in free if is_near(one, slot) and slot not in given_]
    for (person, first), (other, second) in combinations(ends, 2):
        assert person != other or not clash(first, second), "nobody in two places"
