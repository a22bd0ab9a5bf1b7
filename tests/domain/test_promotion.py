"""Whom a slot that opens is offered to, and for how long."""

from datetime import UTC, datetime, time, timedelta
from itertools import permutations
from time import process_time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.promotion import Line, expires_at, match
from scheduler.domain.slot import open_slots
from scheduler.storage.rows import Busy, Slot
from scheduler.storage.waitlist_rows import Declined, WaitlistEntry

NINE = datetime(2026, 12, 3, 8, tzinfo=UTC)  # on the wall in Berlin
BERLIN = "Europe/Berlin"
TARA, TOM = UUID(int=501), UUID(int=502)
MINUTE = timedelta(minutes=1)


def slot(number: int, **changes: Any) -> Slot:
    begins = NINE + 20 * number * MINUTE
    fields: dict[str, Any] = {
        "id": UUID(int=number), "event": UUID(int=900), "shift": UUID(int=901), "position": 0,
        "chair": "1", "therapist": TARA, "therapist_name": "Tara", "starts_at": begins,
        "ends_at": begins + 15 * MINUTE, "holder": None,
    }  # fmt: skip
    return Slot(**(fields | changes))


def entry(number: int, **changes: Any) -> WaitlistEntry:
    fields: dict[str, Any] = {
        "id": UUID(int=100 + number), "event": UUID(int=900), "person": UUID(int=200 + number),
        "earliest": None, "latest": None, "therapist": None, "position": number,
        "joined_at": NINE - timedelta(days=3) + number * MINUTE, "offered": False,
    }  # fmt: skip
    return WaitlistEntry(**(fields | changes))


def matched(slots: list[Slot], *entries: WaitlistEntry, **ruled_out: Any) -> dict[int, int]:
    """The number of the entry that each slot goes to."""
    given_to = match(slots, Line(BERLIN, list(entries), **ruled_out))
    return {slot.int: one.position for slot, one in given_to.items()}


def test_the_first_in_line_gets_the_earliest() -> None:
    assert matched([slot(0), slot(1)], entry(1), entry(2), entry(3)) == {0: 1, 1: 2}
    assert matched([], entry(1)) == {}
    assert matched([slot(0)]) == {}


@pytest.mark.parametrize(
    ("wishes", "suits"),
    [
        ({}, [0, 1, 2]),
        ({"earliest": time(9, 20)}, [1, 2]),
        ({"earliest": time(9, 21)}, [2]),
        ({"latest": time(9, 35)}, [0, 1]),
        ({"latest": time(9, 34)}, [0]),
        ({"earliest": time(9, 1), "latest": time(9, 36)}, [1]),
        ({"therapist": TARA}, [0, 1, 2]),
        ({"therapist": TOM}, []),
    ],
    ids=str,
)
def test_what_suits(wishes: dict[str, Any], suits: list[int]) -> None:
    line: Line[WaitlistEntry] = Line(BERLIN, [])
    waiting = entry(1, **wishes)
    assert [n for n in range(3) if line.suits(slot(n), waiting)] == suits


def test_whom_a_slot_does_not_suit_is_passed_over() -> None:
    late = entry(1, earliest=time(12))
    assert matched([slot(0)], late, entry(2)) == {0: 2}


def test_nobody_is_offered_what_they_gave_back_or_passed_on() -> None:
    had = {Declined(slot=slot(0).id, person=entry(1).person)}
    assert matched([slot(0)], entry(1), entry(2), declined=had) == {0: 2}
    assert matched([slot(0), slot(1)], entry(1), entry(2), declined=had) == {0: 2, 1: 1}


def test_nobody_is_offered_two_places_at_once() -> None:
    elsewhere = Busy(
        person=entry(1).person, starts_at=NINE - 10 * MINUTE, ends_at=NINE + 5 * MINUTE
    )
    assert matched([slot(0), slot(1)], entry(1), busy=[elsewhere]) == {1: 1}


def test_nobody_is_offered_two() -> None:
    assert matched([slot(0), slot(1)], entry(1)) == {0: 1}
    assert matched([slot(0)], entry(1, offered=True), entry(2)) == {0: 2}


def test_whoever_can_come_only_early_does_not_lose_to_whoever_can_always() -> None:
    early = entry(2, latest=time(9, 15))
    assert matched([slot(0), slot(1)], entry(1), early) == {0: 2, 1: 1}
    assert matched([slot(0)], entry(1), early) == {0: 1}, "but the first is never left out for it"


def test_open_slots() -> None:
    slots = [slot(0), slot(1, holder=TOM), slot(2, offered_to=TOM), slot(3)]
    assert open_slots(slots, NINE) == [slot(3)], "what begins now has begun"
    assert open_slots(slots, NINE - MINUTE) == [slot(0), slot(3)]


@pytest.mark.parametrize(
    ("left", "held"),
    [(5000, 30), (60, 30), (59, 29.5), (10, 5), (4, 2), (3, 2), (2, 2), (1, 1), (0.5, 0.5)],
)
def test_how_long_a_slot_is_held(left: float, held: float) -> None:
    assert expires_at(NINE + left * MINUTE, NINE) == NINE + held * MINUTE


def test_three_hundred_wait_for_a_hundred_and_twenty() -> None:
    begun = process_time()
    slots = [slot(number % 24, id=UUID(int=number)) for number in range(120)]
    given_to = matched(slots, *(entry(number) for number in range(300)))
    assert sorted(given_to.values()) == list(range(120))
    assert process_time() - begun < 1, "the day's row is held meanwhile"


SMALL = st.lists(st.lists(st.booleans(), min_size=4, max_size=4), max_size=5)


@given(SMALL)
def test_priority_then_number_against_brute_force(suits: list[list[bool]]) -> None:
    """Of all ways to hand out the slots, the one whose served are first in line, then second…"""
    slots, entries = [slot(n) for n in range(4)], [entry(n) for n in range(len(suits))]
    never = {
        Declined(slot=slots[n].id, person=one.person)
        for one, row in zip(entries, suits, strict=True)
        for n, yes in enumerate(row)
        if not yes
    }
    served = set(matched(slots, *entries, declined=never).values())
    best = max(
        tuple(seats[n] < 4 and suits[n][seats[n]] for n in range(len(suits)))
        for seats in permutations(range(9), len(suits))
    )
    assert tuple(n in served for n in range(len(suits))) == best
