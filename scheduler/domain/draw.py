"""Who gets which time when more people wish than there are times. docs/fairness.md, in words.

As many people as the wishes allow; of the ways to do that, the one that serves those who are most
due, then those whom the lot puts first. Whoever has the seed can repeat it: people are tickets, and
each choice is made by their standing or by SHA-256, so neither machine nor library has a say in it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from msgspec import Struct

from scheduler.domain.assignment import assign
from scheduler.i18n import Sentence, say

# What a slot costs by the place of its start, more than all lots of a draw together: there are at
# most 65,536 people and as many times.
EARLIER = 1 << 80


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
    """Who gets which slot, of people in their order, each with the slots that suit them."""
    begins = {time.id: time.starts_at for time in times}
    rank = {start: place for place, start in enumerate(sorted(set(begins.values())))}

    def cost(who: str, slot: str) -> int:
        return rank[begins[slot]] * EARLIER + lot(seed, who, slot)

    return assign([(who, {slot: cost(who, slot) for slot in slots}) for who, slots in order])


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
    return _whoever_had(due, len(wish.slots))


def _whoever_had(due: int, slots: int) -> Sentence:
    if not due:
        return say(
            "Times that suited you: {count}. All went to people whom the lot put before you."
            " Giving you one would have left one of them without.",
            count=slots,
        )
    if due == slots:
        return say(
            "Times that suited you: {count}. All went to people who were more due. Giving you one"
            " would have left one of them without.",
            count=slots,
        )
    return say(
        "Times that suited you: {count}. All went to people before you: {due} who were more due,"
        " {lot} whom the lot put first. Giving you one would have left somebody before you"
        " without.",
        count=slots, due=due, lot=slots - due,
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
    if standing.late:
        said.append(
            say(
                "Times in the last year that you gave back late, which counted against"
                " you: {count}.",
                count=standing.late,
            )
        )
    if standing.no_shows:
        said.append(
            say(
                "Times in the last year that you did not come to, which counted against"
                " you: {count}.",
                count=standing.no_shows,
            )
        )
    return said
