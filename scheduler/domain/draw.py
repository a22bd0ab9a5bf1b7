"""Who gets which time when more people wish than there are times. docs/fairness.md, in words.

As many people as the wishes allow; of the ways to do that, the one that serves those who are most
due, then those whom the lot puts first. Whoever has the seed can repeat it: people are tickets, and
each choice is made by their standing or by SHA-256, so neither machine nor library has a say in it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import networkx as nx
from msgspec import Struct

from scheduler.i18n import Sentence, say

# What a path through the network costs, each far more than all that is below it together. The lot
# alone is below EARLIER; there are at most 65,536 people and as many times.
EARLIER = 1 << 80
UNSERVED = 1 << 112
END = "end"


class Standing(Struct, frozen=True):
    """What the ledger says: wishes in vain since the last massage, and what was given back late or
    left unused in the last year."""

    missed: int = 0
    late: int = 0
    no_shows: int = 0

    @property
    def due(self) -> int:
        return self.missed - self.late - self.no_shows


class Time(Struct, frozen=True):
    """A slot that is drawn for."""

    id: str
    starts_at: datetime


class Wish(Struct, frozen=True):
    """Somebody's ticket, how due they are, and which slots suit them."""

    ticket: str
    due: int
    slots: list[str]


class Draw(Struct, frozen=True):
    """How it came out: tickets in their order, and who of them got which slot."""

    wishes: dict[str, Wish]
    order: list[str]
    places: dict[str, str]


def commitment(seed: str) -> str:
    """What is published before the wishes close: whoever has it can tell a seed from another."""
    return sha256(seed.encode()).hexdigest()


def ticket(event: UUID, person: UUID) -> str:
    """Who somebody is in one draw. Nobody can choose it, and colleagues do not know it."""
    return sha256(f"{event}:{person}".encode()).hexdigest()[:16]


def mark(ticket: str) -> str:
    """Who somebody is in the file that colleagues read, who do not know their lot."""
    return sha256(ticket.encode()).hexdigest()[:16]


def lot(seed: str, *about: str) -> int:
    """64 bits that nobody can foretell without the seed."""
    digest = sha256(":".join((seed, *about)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def in_order(seed: str, wishes: Iterable[Wish]) -> list[Wish]:
    """Most due first, then by lot."""
    return sorted(wishes, key=lambda wish: (-wish.due, lot(seed, wish.ticket), wish.ticket))


def draw(seed: str, times: Iterable[Time], wishes: Iterable[Wish]) -> Draw:
    order = in_order(seed, wishes)
    seats = seated(seed, times, [(mark(wish.ticket), wish.slots) for wish in order])
    places = {wish.ticket: seats.get(mark(wish.ticket)) for wish in order}
    return Draw(
        wishes={wish.ticket: wish for wish in order},
        order=[wish.ticket for wish in order],
        places={ticket: slot for ticket, slot in places.items() if slot is not None},
    )


def seated(
    seed: str, times: Iterable[Time], order: Sequence[tuple[str, list[str]]]
) -> dict[str, str]:
    """Who gets which slot, of people in their order, each with the slots that suit them: the
    cheapest way through a network in which each person goes to a slot, or without one.

    Who can be served together is a matroid: to go without costs the more the earlier somebody is in
    the order, so the cheapest way serves as many as can be, and nobody instead of somebody earlier.
    """
    _, flow = nx.network_simplex(_network(seed, list(times), order))
    return {
        who: slot for who, slots in order for slot in slots if flow["person", who]["slot", slot]
    }


def _network(seed: str, times: Sequence[Time], order: Sequence[tuple[str, list[str]]]) -> Any:
    network = nx.DiGraph()
    network.add_node(END, demand=len(order))
    starts = sorted({time.starts_at for time in times})
    rank = {time.id: starts.index(time.starts_at) for time in times}
    for slot in rank:
        network.add_edge(("slot", slot), END, capacity=1)
    for behind, (who, slots) in enumerate(reversed(order), start=1):
        person = ("person", who)
        network.add_node(person, demand=-1)
        network.add_edge(person, END, weight=behind * UNSERVED)
        for slot in slots:
            cost = rank[slot] * EARLIER + lot(seed, who, slot)
            network.add_edge(person, ("slot", slot), weight=cost)
    return network


def why(drawn: Draw, ticket: str, standing: Standing) -> list[Sentence]:
    """What is said to somebody who asks why it came out so for them."""
    place, people = drawn.order.index(ticket) + 1, len(drawn.order)
    first = say("Your place in the draw: {place} of {people}.", place=place, people=people)
    outcome = _won if ticket in drawn.places else _lost
    return [first, outcome(drawn, drawn.wishes[ticket]), *in_words(standing)]


def _won(drawn: Draw, wish: Wish) -> Sentence:
    ahead = drawn.order[: drawn.order.index(wish.ticket)]
    without = sum(other not in drawn.places for other in ahead)
    if not without:
        return say("Everybody before you got a time as well.")
    return say(
        "People before you who got none: {count}. No time was left among those that they wished"
        " for, however the times were given out.",
        count=without,
    )


def _lost(drawn: Draw, wish: Wish) -> Sentence:
    if not wish.slots:
        return say("None of the times that were drawn suited you.")
    holders = {slot: drawn.wishes[ticket] for ticket, slot in drawn.places.items()}
    due = sum(holders[slot].due > wish.due for slot in wish.slots)
    return say(
        "Times that suited you: {count}. All went to people before you: {due} who were more due,"
        " {lot} whom the lot put first. Giving you one would have left somebody before you"
        " without.",
        count=len(wish.slots), due=due, lot=len(wish.slots) - due,
    )  # fmt: skip


def in_words(standing: Standing) -> list[Sentence]:
    said = []
    if standing.missed:
        said.append(
            say(
                "You had wished in vain since your last massage, which counted for you: {count}.",
                count=standing.missed,
            )
        )
    if standing.late or standing.no_shows:
        said.append(
            say(
                "In the last year you gave back late ({late}) or did not come ({no_shows}), which"
                " counted against you.",
                late=standing.late, no_shows=standing.no_shows,
            )
        )  # fmt: skip
    return said
