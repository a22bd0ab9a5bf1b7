"""Taking a time, moving it, giving it back; waiting for one."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from scheduler.domain import booking, offer, waitlist
from scheduler.domain.booking import Preferences
from scheduler.domain.wish import Wishes
from tests.world_machine.machine import EITHER_DAY, NUMBERS, PEOPLE, Machine, verb

WISHES = st.sampled_from(
    [
        {},
        {},
        {"earliest": "09:20"},
        {"latest": "09:35"},
        {"earliest": "09:15", "latest": "09:45"},
        {"therapist": "tara"},
        {"therapist": "tom", "earliest": "09:20"},
    ]
)
ANSWERS = st.sampled_from([offer.accept, offer.accept, offer.pass_on])


class Taking(Machine):
    def wishes(self, wished: dict[str, Any]) -> Wishes:
        known = {name: self.stage.staff.get(wish, wish) for name, wish in wished.items()}
        return Wishes(**known)

    @verb(often=4, who=PEOPLE, slot=NUMBERS)
    def claim(self, who: int, slot: int) -> None:
        self.act(who, lambda me: booking.claim(me, self.slot(slot), Preferences(), self.now))

    @verb(often=2, who=PEOPLE, slot=NUMBERS)
    def claim_for_somebody(self, who: int, slot: int) -> None:
        email = f"person{who}@acme.example"
        self.act("hana", lambda me: booking.claim_for(me, self.slot(slot), email, self.now))

    @verb(often=3, who=PEOPLE, day=EITHER_DAY, wished=WISHES)
    def claim_any(self, who: int, day: int, wished: dict[str, str]) -> None:
        wishes = self.wishes(wished)
        self.act(who, lambda me: booking.claim_any(me, self.day(day), wishes, self.now))

    @verb(often=3, which=NUMBERS, slot=NUMBERS)
    def move(self, which: int, slot: int) -> None:
        it = self.booking(which)
        self.act(self.owner(it), lambda me: booking.move(me, it, self.slot(slot), self.now))

    @verb(often=2, which=NUMBERS, slot=NUMBERS)
    def move_for_somebody(self, which: int, slot: int) -> None:
        it = self.booking(which)
        self.act("hana", lambda me: booking.move(me, it, self.slot(slot), self.now))

    @verb(often=6, which=NUMBERS)
    def cancel(self, which: int) -> None:
        it = self.booking(which)
        self.act(self.owner(it), lambda me: booking.cancel(me, it, self.now))

    @verb(often=2, which=NUMBERS)
    def cancel_for_somebody(self, which: int) -> None:
        it = self.booking(which)
        self.act("hana", lambda me: booking.cancel(me, it, self.now))


class Waiting(Taking):
    @verb(often=6, who=PEOPLE, day=EITHER_DAY, wished=WISHES)
    def join(self, who: int, day: int, wished: dict[str, str]) -> None:
        wishes = self.wishes(wished)
        self.act(who, lambda me: waitlist.join(me, self.day(day), wishes, self.now))

    @verb(often=3, who=PEOPLE, day=EITHER_DAY)
    def leave(self, who: int, day: int) -> None:
        self.act(who, lambda me: waitlist.leave(me, self.day(day), self.now))

    @verb(
        often=6,
        when=lambda self: self.offers,
        which=NUMBERS,
        answer=ANSWERS,
    )
    def answer(self, which: int, answer: Any) -> None:
        """The latest most often; also one that has ended."""
        made = sorted(self.offers, reverse=True)[which % min(len(self.offers), 4)]
        person = self.offers[made]["person"]
        self.act(self.number(person), lambda me: answer(me, UUID(made), self.now))
