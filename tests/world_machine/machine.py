"""What every machine of the world shares: how a step is made, and what is checked after it.

A verb is a method that says who does what:

    @verb(often=3, who=PEOPLE, slot=NUMBERS)
    def claim(self, who: int, slot: int) -> None:
        self.act(who, lambda me: booking.claim(me, self.slot(slot), Preferences(), self.now))

It may be refused; whatever it does, `check` says what must hold. What the lambda needs to look up
in the database is looked up before it.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, ClassVar, NamedTuple, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from scheduler.domain import booking, opening_draw
from scheduler.domain.booking import Preferences
from tests import line
from tests.line import moment
from tests.world import rows
from tests.world_machine import stage, truth
from tests.world_machine.stage import BEGINS, Stage, Verb

M = TypeVar("M", bound=Callable[..., None])
PEOPLE, NUMBERS = st.integers(0, stage.PEOPLE - 1), st.integers(0, 30)
EITHER_DAY = st.sampled_from([0, 0, 1])
HOUR = timedelta(hours=1)


class Wanted(NamedTuple):
    often: int
    when: Callable[[Any], bool]
    chosen: dict[str, st.SearchStrategy[Any]]


def verb(
    often: int = 1, when: Callable[[Any], bool] = lambda _: True, **chosen: st.SearchStrategy[Any]
) -> Callable[[M], M]:
    """One of the things that may happen, chosen so often, with these chosen for it. Where it makes
    no sense, nothing happens.
    """

    def mark(method: M) -> M:
        method.__dict__["wanted"] = Wanted(often, when, chosen)
        return method

    return mark


class Machine(RuleBasedStateMachine):
    """Hypothesis has one rule to choose: of many it would leave out most in each run."""

    stage: ClassVar[Stage]

    @classmethod
    def verbs(cls) -> list[str]:
        found = {name: getattr(getattr(cls, name), "wanted", None) for name in dir(cls)}
        return [name for name, one in found.items() if one for _ in range(one.often)]

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.verbs()), "verb")
        method = getattr(self, name)
        chosen = {of: data.draw(one, of) for of, one in method.wanted.chosen.items()}
        if method.wanted.when(self):
            self.story.append(f"{self.now:%d. %H:%M} {name} {chosen}")
            try:
                method(**chosen)
            except BaseException as error:
                error.add_note("\n".join(self.story))
                raise

    @initialize(
        before=st.sampled_from([26 * HOUR, 2 * HOUR, HOUR / 6, HOUR / 6, -HOUR / 4, -HOUR / 4]),
        limit=st.sampled_from([1, 1, 2]),
        taken=st.integers(3, 6),
        prompt=st.sampled_from([True, True, False]),
        may_end=st.sampled_from([True, False, False]),
        drawn=st.sampled_from([True, False, False]),
        chance=st.integers(0, 999),
    )
    def begin(
        self, *, before: timedelta, limit: int, taken: int, prompt: bool, may_end: bool,
        drawn: bool, chance: int,
    ) -> None:  # fmt: skip
        """`prompt` sends every message at once; else several changes may come before one leaves."""
        self.prompt, self.may_end, self.chance = prompt, may_end, Random(chance)  # noqa: S311
        self.offers, self.story = dict[str, line.Row](), [f"{before}, {limit=}, {taken=}, {drawn=}"]
        self.stage.begin(BEGINS - before, limit)
        self.read()
        if drawn:
            self.act(
                "hana",
                lambda me: opening_draw.announce(
                    me, self.day(1), self.now + HOUR / 3, self.now, self.seed
                ),
            )
        for who in range(taken):
            slot = self.slot(who)
            self.stage.attempt(
                who, partial(booking.claim, slot=slot, wanted=Preferences(), now=self.now)
            )
        self.read()
        self.check()

    @property
    def now(self) -> datetime:
        return self.stage.now

    def seed(self) -> str:
        """Of a draw: by chance, and the same when the story is told again."""
        return f"{self.chance.getrandbits(256):064x}"

    def day(self, number: int) -> UUID:
        return self.stage.days[number]

    def slot(self, number: int) -> UUID:
        """One of those that there are, in order; the first day's come first."""
        days = [str(day) for day in self.stage.days]
        there = sorted(
            (days.index(str(one["event"])), moment(one["starts_at"]), str(one["id"]))
            for one in self.found.slots
            if one["cancelled_at"] is None
        )
        return UUID(there[number % len(there)][2]) if there else self.day(0)

    def owner(self, booking: UUID) -> int:
        """The number of the person whose it is."""
        found = next((one for one in self.found.bookings if str(one["id"]) == str(booking)), None)
        return self.number(found["person"]) if found else 0

    def number(self, person: object) -> int:
        """Somebody else, when they are not among the people any more."""
        ids = [str(one) for one in self.stage.people]
        return ids.index(str(person)) if str(person) in ids else 0

    def booking(self, number: int) -> UUID:
        """One of those that are not cancelled, or else of those that are."""
        there = self.found.booked() or self.found.bookings
        return UUID(str(there[number % len(there)]["id"])) if there else self.day(0)

    def running(self, number: int) -> UUID:
        """A booking that has begun and is not over, or else any."""
        there = [
            one
            for one in self.found.booked()
            if moment(one["starts_at"]) <= self.now < moment(one["ends_at"])
        ]
        return UUID(str(there[number % len(there)]["id"])) if there else self.booking(number)

    def one_of(self, statement: str, number: int) -> tuple[UUID, int]:
        """The id of one of these rows, and the number of its person."""
        there = self.stage.run(rows(statement))
        if not there:
            return self.day(0), 0
        found = there[number % len(there)]
        return UUID(str(found["id"])), self.number(found.get("person"))

    def act(self, who: str | int, verb: Verb) -> None:
        self.stage.attempt(who, verb)
        self.read()
        self.check_rows(self.elsewhere())
        if self.stage.tend():
            self.read()
        self.check()

    def pass_time(self, minutes: int) -> None:
        self.stage.clock.advance(minutes=minutes)
        self.stage.tick()
        self.read()
        self.check()

    def read(self) -> None:
        self.found = self.stage.run(line.read())

    def elsewhere(self) -> set[str]:
        """Who has or had a time on either day: on the other one no transaction knows of it."""
        return {str(one["person"]) for one in self.found.bookings}

    def check(self) -> None:
        self.stage.steps += 1
        self.check_rows()
        if self.prompt:
            self.deliver()

    def check_rows(self, but: Collection[str] = ()) -> None:
        truth.check_places(self.found)
        for day in self.found.days(self.now).values():
            day.check()
            day.check_nobody_is_left_out(but)
            day.check_nobody_was_passed_over(set(self.offers))
        self.offers = truth.check_ended_stays_ended(self.offers, self.found.offers)

    def deliver(self) -> None:
        truth.check_told_once(self.stage.send(), self.prompt)
        members, entries = self.stage.members(), self.stage.calendars.entries
        truth.check_calendars(self.found, entries, members, self.stage.forgotten(), self.now)
        self.stage.calendars.check_any_order(self.chance)
        assert not (self.prompt and self.stage.calendars.idle), "told of nothing new"

    @verb(often=4, minutes=st.sampled_from([1, 1, 1, 2, 5, 5, 5, 15, 29, 30, 31, 60]))
    def wait(self, minutes: int) -> None:
        self.pass_time(minutes)

    @verb(often=4, when=lambda self: not self.prompt)
    def post(self) -> None:
        self.stage.steps += 1
        self.deliver()
