"""What a board shows: times of all chairs together, parts of the day, and what one can do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import board
from scheduler.domain.board import Day, Mode, Part, State
from scheduler.domain.waitlist import OwnLine
from scheduler.storage.rows import Booking, Caller, Event, Slot
from tests.domain.test_plan import blank
from tests.mail.cast import booking, offer_of

NINE = datetime(2026, 12, 3, 8, tzinfo=UTC)
EARLIER = NINE - timedelta(hours=8)
EVENT, TARA, TOM, EMIL, EDDA = (uuid4() for _ in range(5))
MINUTE = timedelta(minutes=1)


def slot(minutes: int = 0, **changes: Any) -> Slot:
    begins = NINE + minutes * MINUTE
    fields: dict[str, Any] = {
        "id": uuid4(), "event": EVENT, "shift": uuid4(), "position": 0, "chair": "1",
        "therapist": TARA, "therapist_name": "Tara", "starts_at": begins,
        "ends_at": begins + 15 * MINUTE, "holder": None,
    }  # fmt: skip
    return Slot(**(fields | changes))


def own(of: Slot, **changes: Any) -> Booking:
    places = {"slot": of.id, "event": of.event, "starts_at": of.starts_at, "ends_at": of.ends_at}
    return booking(person=EMIL, cancel_until_minutes=240, **(places | changes))


def event(**changes: Any) -> Event:
    fixed = {"id": EVENT, "published_at": EARLIER, "timezone": "Europe/Berlin"}
    return msgspec.structs.replace(blank(), **(fixed | changes))


def day(slots: list[Slot], mine: list[Booking] | None = None, **changes: Any) -> Day:
    return Day(
        event=event(**changes), organisation="Acme", version="1", slots=slots, own=mine or []
    )


def drawn(*slots: Slot, mine: list[Booking] | None = None, **options: Any) -> board.Board:
    now, therapist = options.pop("now", EARLIER), options.pop("therapist", None)
    moving = options.pop("moving", None)
    return board.draw(day([*slots], mine, **options), therapist, moving, now)


def states(shown: board.Board) -> list[str]:
    return [time.state.value for times in shown.parts.values() for time in times]


def test_chairs_at_the_same_time_are_one_choice_and_the_first_that_is_open() -> None:
    taken, free, other = slot(holder=EDDA), slot(position=1, therapist=TOM), slot(20)
    [first, second] = drawn(taken, free, other).parts[Part.MORNING]
    assert (first.free, first.state, first.slot) == (1, State.OPEN, free.id)
    assert first.slots == [taken.id, free.id]
    assert second.slot == other.id


def test_only_what_is_to_come_is_shown_but_all_is_counted() -> None:
    shown = drawn(slot(), slot(20), slot(40, holder=EDDA), now=NINE)
    assert states(shown) == ["open", "taken"]
    assert (shown.free, shown.places) == (1, 3)


def test_a_therapist_s_times_are_theirs() -> None:
    slots = [slot(holder=EDDA), slot(position=1, therapist=TOM), slot(20)]
    shown = drawn(*slots, therapist=TARA)
    assert states(shown) == ["taken", "open"]
    assert (shown.free, shown.therapist) == (2, TARA)
    assert [one.id for one in shown.therapists] == [TARA, TOM]
    assert drawn(*slots, therapist=EMIL).therapist is None


def test_one_s_own_times_and_those_beside_them() -> None:
    mine, others = slot(20, holder=EMIL), [slot(), slot(10), slot(25), slot(40)]
    slots = sorted([mine, *others], key=lambda one: one.starts_at)
    shown = drawn(*slots, mine=[own(mine)], claims_per_person=2)
    assert states(shown) == ["open", "overlaps", "yours", "overlaps", "open"]
    moving = drawn(*slots, mine=[own(mine)], claims_per_person=2, moving=own(mine).id)
    assert states(moving) == ["open", "open", "yours", "open", "open"]


def test_a_massage_elsewhere_is_in_the_way() -> None:
    elsewhere = own(slot(), event=uuid4(), slot=uuid4())
    shown = drawn(slot(), slot(20), mine=[elsewhere])
    assert states(shown) == ["overlaps", "open"]
    assert (shown.own, shown.mode) == ([], Mode.CLAIM)


def test_what_is_held_is_taken_for_all_but_one() -> None:
    held, beside, later = slot(offered_to=EMIL), slot(position=1, therapist=TOM), slot(20)
    line = OwnLine(held=offer_of(own(held)))

    def emils(*slots: Slot) -> board.Board:
        seen = msgspec.structs.replace(day([*slots]), line=line, waits=True)
        return board.draw(seen, None, None, EARLIER)

    assert states(emils(held, later)) == ["held", "open"]
    assert states(drawn(held, later)) == ["taken", "open"]
    assert emils(held, later).free == 1
    [first, _] = emils(held, beside, later).parts[Part.MORNING]
    assert (first.state, first.slot, first.free) == (State.HELD, held.id, 1), "before any other"


@pytest.mark.parametrize("changes", [{"claims_open_at": NINE}, {"cancelled_at": EARLIER}])
def test_who_may_wait(changes: dict[str, Any]) -> None:
    seen = msgspec.structs.replace(day([slot()]), waits=True)
    assert board.draw(seen, None, None, EARLIER).may_wait
    assert not drawn(slot()).may_wait, "somebody who is no employee"
    closed = msgspec.structs.replace(day([slot()], **changes), waits=True)
    assert not board.draw(closed, None, None, EARLIER).may_wait


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "morning"), (11, "morning"), (12, "afternoon"), (16, "afternoon"), (17, "evening")],
)
def test_parts_of_the_day_are_local(hour: int, part: str) -> None:
    assert board.part(datetime(2026, 12, 3, hour, 59, tzinfo=UTC), "UTC") == part
    assert board.part(datetime(2026, 7, 3, 10, tzinfo=UTC), "Europe/Berlin") == Part.AFTERNOON


@pytest.mark.parametrize(
    ("changes", "now", "mode"),
    [
        ({}, EARLIER, "claim"),
        ({"cancelled_at": EARLIER}, EARLIER, "cancelled"),
        ({"claims_open_at": NINE}, EARLIER, "early"),
        ({"claims_open_at": NINE}, NINE, "claim"),
        ({}, NINE + 40 * MINUTE, "over"),
        ({"cancelled_at": EARLIER}, NINE + 40 * MINUTE, "cancelled"),
    ],
)
def test_what_one_can_do(changes: dict[str, Any], now: datetime, mode: str) -> None:
    assert drawn(slot(), slot(40), now=now, **changes).mode == mode


@pytest.mark.parametrize(
    ("limit", "count", "now", "mode"),
    [
        (1, 1, EARLIER, "move"),
        (1, 1, NINE - 239 * MINUTE, "enough"),
        (2, 1, EARLIER, "claim"),
        (2, 2, EARLIER, "enough"),
    ],
)
def test_who_has_what_they_may_have_moves(limit: int, count: int, now: datetime, mode: str) -> None:
    slots = [slot(20 * number, holder=EMIL) for number in range(count)]
    mine = [own(one) for one in slots]
    shown = drawn(*slots, slot(60), mine=mine, claims_per_person=limit, now=now)
    assert shown.mode == mode
    assert shown.choosable is (mode in {"move", "claim"})
    assert shown.moving == (mine[0] if mode == "move" else None)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 2)), max_size=40))
def test_no_place_is_lost_or_shown_twice(chosen: list[tuple[int, bool, int]]) -> None:
    slots = sorted(
        (
            slot(20 * number, holder=EDDA if taken else None, position=chair)
            for number, taken, chair in chosen
        ),
        key=lambda one: (one.starts_at, one.position),
    )
    shown = drawn(*slots)
    times = [time for part in shown.parts.values() for time in part]
    assert [one for time in times for one in time.slots] == [one.id for one in slots]
    assert sum(time.free for time in times) == shown.free
    assert all(one.starts_at < other.starts_at for one, other in pairwise(times))


def someone(organisation: UUID, *roles: str) -> Caller:
    return Caller(
        id=EMIL, email="e@x.example", name="E", organisation=organisation, roles=frozenset(roles)
    )


def test_whom_a_day_is_for() -> None:
    at = event()
    assert board.is_for(at, someone(at.organisation, "employee"))
    assert board.is_for(at, someone(at.organisation, "coordinator"))
    assert not board.is_for(at, someone(at.organisation, "therapist", "admin"))
    assert not board.is_for(at, someone(uuid4(), "employee"))
    assert not board.is_for(at, None)
