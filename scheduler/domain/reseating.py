"""Who goes where when a shift is out. docs/therapist_ill.md, in words.

As many people as there are times for; of the ways to do that, the one that serves those who are
most due, then the one that moves people by the fewest minutes in all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import networkx as nx
from msgspec import Struct

from scheduler.domain.draw import Standing
from scheduler.domain.slot import Interval, clashes, overlap
from scheduler.storage.rows import Booking, Busy

# Nobody is moved to a time that begins sooner than this, unless it is no earlier than their own.
NOTICE = timedelta(minutes=15)
# What a path through the network costs, each far more than all that is below it together: to go
# without, each second of moving, the square of these, by which two short ways are better than a
# long one, and the place of a seat in the order. A day has fewer than 65,536 people and seats.
FAR = 1 << 16
MOVED = 1 << 72
UNSEATED = 1 << 112
END = "end"


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
    """The cheapest way through a network, as in draw.py: who can be seated together is a matroid,
    so it seats as many as can be, and nobody instead of somebody earlier.
    """
    if not order:
        return {}
    _, flow = nx.network_simplex(_network(order, seats, suiting))
    return {one.id: _seat(flow, one, suiting[one.id]) for one in order}


def _network(
    order: Sequence[Booking], seats: Sequence[Seat], suiting: Mapping[UUID, Sequence[Seat]]
) -> Any:
    network = nx.DiGraph()
    network.add_node(END, demand=len(order))
    rank = {
        seat.id: place for place, seat in enumerate(sorted(seats, key=lambda s: (s.extra, s.time)))
    }
    for seat in seats:
        network.add_edge(("seat", seat.id), END, capacity=1)
    for behind, booking in enumerate(reversed(order), start=1):
        person = ("booking", booking.id)
        network.add_node(person, demand=-1)
        network.add_edge(person, END, weight=behind * UNSEATED)
        for seat in suiting[booking.id]:
            moved = abs(seat.time[0] - booking.starts_at) // timedelta(seconds=1)
            weight = moved * MOVED + moved**2 * FAR + rank[seat.id]
            network.add_edge(person, ("seat", seat.id), weight=weight)
    return network


def _seat(flow: Any, booking: Booking, suiting: Sequence[Seat]) -> Seat | None:
    ways = flow["booking", booking.id]
    return next((seat for seat in suiting if ways["seat", seat.id]), None)
