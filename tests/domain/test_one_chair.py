"""Two people are never in one chair, whatever is said and done at it while it is late."""

from collections.abc import Callable
from itertools import combinations
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scheduler.domain.delay import Chair, actual_times
from scheduler.domain.slot import USEFUL, closes_at, overlap
from scheduler.storage.rows import Slot
from tests.domain.test_delay import MINUTE, NINE, chair, put, slot

STATUSES = ("confirmed", "checked_in", "completed", "no_show")
GRACE = 5 * MINUTE


class AtTheChair:
    """What happens at a chair, as the rows are left by it."""

    def __init__(self, day: Chair) -> None:
        self.chair, self.now = day, NINE - 10 * MINUTE

    def is_late(self, minutes: int) -> None:
        found = actual_times(self.chair, minutes * MINUTE, self.now)
        self._slots([put(one, found[one.id]) for one in self.chair.slots])

    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    def claim(self, number: int) -> None:
        if there := self.open_slots():
            self._status(there[number % len(there)], "confirmed")

    def is_marked(self, number: int, status: str) -> None:
        """As the roster lets them, from an hour before; not when the rest is another's since."""
        booked = [one for one in self.chair.slots if one.id in self.chair.statuses]
        if not booked:
            return
        it = booked[number % len(booked)]
        rests = [one for one in self.chair.slots if one.instead_of == it.id]
        if not any(one.id in self.chair.statuses for one in rests):
            self._slots([one for one in self.chair.slots if one not in rests])
            self._status(it, status)

    def gives_the_rest(self, number: int) -> None:
        """What the background does with a time that was missed."""
        given = {one.instead_of for one in self.chair.slots}
        missed = [
            one
            for one in self.chair.slots
            if self.chair.statuses.get(one.id) == "no_show" and one.id not in given
            and not one.instead_of
            and one.starts_at + GRACE <= self.now < one.ends_at - USEFUL
        ]  # fmt: skip
        if missed:
            it = missed[number % len(missed)]
            begins = max(it.starts_at + GRACE, self.now)
            left = replace(slot((begins, it.ends_at)), instead_of=it.id)
            self._slots(sorted([*self.chair.slots, left], key=lambda one: one.planned[0]))

    def cancel(self, number: int) -> None:
        ahead = [
            one
            for one in self.chair.slots
            if one.id in self.chair.statuses and one.starts_at > self.now
        ]
        if ahead:
            self._status(ahead[number % len(ahead)], None)

    def open_slots(self) -> list[Slot]:
        """As a claim sees them, at the chair too."""
        return [
            one
            for one in self.chair.slots
            if one.id not in self.chair.statuses and not one.absorbed
            and closes_at(one, at_chair=True) > self.now
        ]  # fmt: skip

    def check(self) -> None:
        taken = [one for one in self.chair.slots if one.id in self.chair.statuses]
        can_be = [*taken, *self.open_slots()]
        for one, other in combinations(can_be, 2):
            if one.instead_of != other.id and other.instead_of != one.id:
                times = (one.starts_at, one.ends_at), (other.starts_at, other.ends_at)
                assert not overlap(*times), "two people in one chair"

    def _slots(self, slots: list[Slot]) -> None:
        self._set(slots, dict(self.chair.statuses))

    def _status(self, of: Slot, status: str | None) -> None:
        statuses = {key: one for key, one in self.chair.statuses.items() if key != of.id}
        self._set(list(self.chair.slots), statuses | ({of.id: status} if status else {}))

    def _set(self, slots: list[Slot], statuses: dict[UUID, str]) -> None:
        self.chair = Chair(
            starts_at=self.chair.starts_at, reset=self.chair.reset, breaks=self.chair.breaks,
            slots=slots, statuses=statuses,
        )  # fmt: skip


def doing(
    name: str, *chosen: st.SearchStrategy[Any]
) -> st.SearchStrategy[tuple[str, tuple[Any, ...]]]:
    return st.tuples(st.just(name), st.tuples(*chosen))


NUMBERS = st.integers(0, 6)
STEPS = st.lists(
    st.one_of(
        doing("is_late", st.sampled_from([0, 3, 8, 15, 25, 60])),
        doing("is_marked", NUMBERS, st.sampled_from(STATUSES)),
        doing("is_marked", NUMBERS, st.just("no_show")),
        doing("wait", st.sampled_from([1, 2, 5, 7, 15, 20])),
        doing("claim", NUMBERS),
        doing("claim", NUMBERS),
        doing("cancel", NUMBERS),
        doing("gives_the_rest", NUMBERS),
    ),
    min_size=3, max_size=30,
)  # fmt: skip
DAYS: list[Callable[[], Chair]] = [
    lambda: chair({"09:00": "confirmed", "09:20": "confirmed"}, until="10:40"),
    lambda: chair({"09:20": "confirmed"}, until="10:30", breaks=[("09:35", "09:50")]),
]


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(DAYS), STEPS)
def test_whatever_is_said_and_done(
    day: Callable[[], Chair], steps: list[tuple[str, tuple[Any, ...]]]
) -> None:
    here = AtTheChair(day())
    for name, chosen in steps:
        getattr(here, name)(*chosen)
        here.check()
