"""Who goes where: against every way there is, one by one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.draw import Standing
from scheduler.domain.reseating import Rules, Seat, in_order, reseat
from scheduler.domain.slot import overlap
from scheduler.storage.rows import Booking, Busy

DAWN = datetime(2026, 12, 3, 8, tzinfo=UTC)
LONG_BEFORE = DAWN - timedelta(days=1)
LENGTH = timedelta(minutes=15)
SHIFT = UUID(int=1)


def minutes(number: int) -> datetime:
    return DAWN + timedelta(minutes=number)


def seat(number: int, at: int, **more: Any) -> Seat:
    time = minutes(at), minutes(at) + LENGTH
    return Seat(UUID(int=number), SHIFT, time, time, **more)


def booking(number: int, at: int, person: int | None = None) -> Booking:
    facts: dict[str, Any] = dict.fromkeys(Booking.__struct_fields__)
    facts |= {"id": UUID(int=number), "person": UUID(int=number if person is None else person)}
    return Booking(**(facts | {"starts_at": minutes(at), "ends_at": minutes(at) + LENGTH}))


def busy(booking: Booking) -> Busy:
    return Busy(person=booking.person, starts_at=booking.starts_at, ends_at=booking.ends_at)


AT = st.integers(0, 12).map(lambda step: step * 10)
SEATS = st.lists(AT, max_size=4)
PEOPLE = st.lists(st.tuples(AT, st.integers(-2, 2)), min_size=1, max_size=4)


def every_way(order: Sequence[Booking], seats: Sequence[Seat], rules: Rules) -> Iterator[Any]:
    """As who sits, in order, and how far all move."""
    for chosen in permutations([*seats, *[None] * len(order)], len(order)):
        pairs = list(zip(order, chosen, strict=True))
        if all(one is None or rules.suits(one, who) for who, one in pairs):
            far = sum(
                abs((one.time[0] - who.starts_at).total_seconds()) for who, one in pairs if one
            )
            yield [one is not None for one in chosen], far


@settings(max_examples=300, deadline=None)
@given(SEATS, PEOPLE)
def test_no_way_is_better(places: list[int], people: list[tuple[int, int]]) -> None:
    seats = [seat(100 + number, at) for number, at in enumerate(places)]
    bookings = [booking(number, at) for number, (at, _) in enumerate(people)]
    standings = {
        one.person: Standing(missed=max(due, 0), late=max(-due, 0))
        for one, (_, due) in zip(bookings, people, strict=True)
    }
    rules = Rules(LONG_BEFORE, [busy(one) for one in bookings])
    order = in_order(bookings, standings)
    given_seats = reseat(order, seats, rules)
    sat = [given_seats[one.id] is not None for one in order]
    far = sum(
        abs((to.time[0] - one.starts_at).total_seconds())
        for one in order
        if (to := given_seats[one.id])
    )
    best = min(every_way(order, seats, rules), key=lambda way: (-sum(way[0]), _last(way), way[1]))
    assert (sat, far) == best
    taken = [one.id for one in given_seats.values() if one]
    assert len(taken) == len(set(taken))


def _last(way: tuple[list[bool], float]) -> list[bool]:
    """Whoever is earlier in the order is sooner seated."""
    return [not sits for sits in way[0]]


@settings(max_examples=100, deadline=None)
@given(SEATS, st.lists(st.tuples(AT, st.integers(1, 2)), min_size=1, max_size=4))
def test_nobody_is_in_two_places(places: list[int], people: list[tuple[int, int]]) -> None:
    """Whoever has several bookings gets no two seats that overlap, nor one over another booking."""
    seats = [seat(100 + number, at) for number, at in enumerate(places)]
    bookings: list[Booking] = []
    for number, (at, person) in enumerate(people):
        new = booking(number, at, person)
        times = [(one.starts_at, one.ends_at) for one in bookings if one.person == new.person]
        if not any(overlap(one, (new.starts_at, new.ends_at)) for one in times):
            bookings.append(new)
    found = reseat(bookings, seats, Rules(LONG_BEFORE, [busy(one) for one in bookings]))
    for one in bookings:
        for other in bookings:
            here, there = found[one.id], found[other.id]
            if one.id == other.id or one.person != other.person or not here:
                continue
            assert not overlap(here.time, (other.starts_at, other.ends_at))
            assert not (there and overlap(here.time, there.time))


def test_two_short_ways_are_better_than_a_long_one() -> None:
    people = [booking(1, 0), booking(2, 40), booking(3, 80)]
    found = reseat(people, [seat(4, 0), seat(5, 20), seat(6, 40)], Rules(LONG_BEFORE))
    assert [found[one.id].time[0] for one in people] == [  # type: ignore[union-attr]
        minutes(0), minutes(20), minutes(40),
    ]  # fmt: skip


def test_what_is_there_comes_before_what_would_be_extra() -> None:
    one = booking(1, 40)
    found = reseat([one], [seat(2, 20, extra=True), seat(3, 60)], Rules(LONG_BEFORE))
    assert found[one.id] == seat(3, 60)


def test_what_is_held_is_for_its_person() -> None:
    one = booking(1, 40)
    rules = Rules(LONG_BEFORE)
    assert not rules.suits(seat(2, 40, offered_to=UUID(int=9)), one)
    assert rules.suits(seat(2, 40, offered_to=one.person), one)


def test_a_seat_is_neither_too_soon_nor_too_short() -> None:
    rules = Rules(minutes(0))
    assert not rules.suits(seat(2, 10), booking(1, 40))
    assert rules.suits(seat(2, 15), booking(1, 40))
    assert rules.suits(seat(2, 10), booking(1, 10))
    short = minutes(40), minutes(50)
    assert not rules.suits(Seat(UUID(int=3), SHIFT, short, short), booking(1, 40))
