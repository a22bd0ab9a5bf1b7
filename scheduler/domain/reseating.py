"""Who goes where when a shift is out. docs/therapist_ill.md, in words.

As many people as there are times for; of the ways to do that, the one that serves those who are
most due, then the one that moves people by the fewest minutes in all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler.domain.assignment import assign
from scheduler.domain.draw import Standing
from scheduler.domain.slot import Interval, clashes, overlap
from scheduler.storage.rows import Booking, Busy

# Nobody is moved to a time that begins sooner than this, unless it is no earlier than their own.
NOTICE = timedelta(minutes=15)
# What a seat costs, each far more than all that is below it together: each second of moving, the
# square of these, by which two short ways are better than a long one, and the place of the seat in
# the order. A day has fewer than 65,536 people and seats.
FAR = 1 << 16
MOVED = 1 << 72


class Seat(Struct, frozen=True):
    """A slot that is open; or with `extra` one that its shift would have if it were longer.

    The guards hold the `planned` time, which differs where a delay moves it.
    """

    id: UUID
    shift: UUID
    time: Interval
    planned: Interval
    offered_to: UUID | None = None
    extra: bool = False


class Rules(Struct, frozen=True):
    """When these people have a massage, here or anywhere, and what is in time."""

    now: datetime
    busy: Collection[Busy] = ()

    def suits(self, seat: Seat, booking: Booking) -> bool:
        begins, ends = seat.time
        in_time = begins >= min(booking.starts_at, self.now + NOTICE)
        whole = ends - begins >= booking.ends_at - booking.starts_at
        theirs = seat.offered_to in {None, booking.person}
        return in_time and whole and theirs and not self._clashes(seat, booking)

    def _clashes(self, seat: Seat, booking: Booking) -> bool:
        """What they have beside this booking, though it may have to move as well: the guards look
        at one booking after the other.
        """
        beside = [one for one in self.busy if one.starts_at != booking.planned[0]]
        return clashes(booking.person, seat.planned, beside)


def in_order(bookings: Sequence[Booking], standings: Mapping[UUID, Standing]) -> list[Booking]:
    """Most due first, then who booked first: ids sort by time."""
    due = {person: standing.due for person, standing in standings.items()}
    return sorted(bookings, key=lambda one: (-due.get(one.person, 0), one.id))


def reseat(
    order: Sequence[Booking], seats: Sequence[Seat], rules: Rules
) -> dict[UUID, Seat | None]:
    """The seat of each booking, by its id; None for whom there is none.

    Two bookings of one person may get seats that overlap: then the later in the order is kept from
    that seat, and all is decided again.
    """
    suiting = {one.id: [seat for seat in seats if rules.suits(seat, one)] for one in order}
    while True:
        given = _assign(order, seats, suiting)
        clashing = next(_clashing(order, given), None)
        if clashing is None:
            return given
        wrong = given[clashing]
        suiting[clashing] = [seat for seat in suiting[clashing] if seat is not wrong]


def _clashing(order: Sequence[Booking], given: Mapping[UUID, Seat | None]) -> Iterator[UUID]:
    for place, booking in enumerate(order):
        own = given[booking.id]
        for earlier in order[:place]:
            other, theirs = given[earlier.id], earlier.person == booking.person
            if theirs and own and other and overlap(own.planned, other.planned):
                yield booking.id


def _assign(
    order: Sequence[Booking], seats: Sequence[Seat], suiting: Mapping[UUID, Sequence[Seat]]
) -> dict[UUID, Seat | None]:
    by_id = {seat.id: seat for seat in sorted(seats, key=lambda seat: (seat.extra, seat.time))}
    rank = {seat: place for place, seat in enumerate(by_id)}
    given = assign(
        [
            (one.id, {seat.id: _cost(one, seat) + rank[seat.id] for seat in suiting[one.id]})
            for one in order
        ]
    )
    return {one.id: by_id[given[one.id]] if one.id in given else None for one in order}


def _cost(booking: Booking, seat: Seat) -> int:
    moved = abs(seat.time[0] - booking.starts_at) // timedelta(seconds=1)
    return moved * MOVED + moved**2 * FAR
