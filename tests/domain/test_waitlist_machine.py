"""Anything that people may do around a full day, in any order: what must hold, holds after each."""

from collections.abc import Coroutine, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scheduler.settings import load
from scheduler.web.limiter import Limiter
from tests import line
from tests.served import Served, served
from tests.world import Someone, World, plan, rows

FIRST_DAY = date(2027, 1, 4)
WISHES: tuple[dict[str, str], ...] = (
    {},
    {"earliest": "09:20"},
    {"latest": "09:35"},
    {"earliest": "09:15", "latest": "09:45"},
    {"therapist": "TARA"},
    {"therapist": "TOM", "earliest": "09:20"},
)
SHIFTS = [
    {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:55"},
    {"therapist": "tom@hands.example", "chair": "2", "starts": "09:10", "ends": "09:45"},
]
PEOPLE, SLOTS = st.integers(0, 6), st.integers(0, 4)


class Unlimited(Limiter):
    def count(self, *_: object) -> None:
        """A machine does more in a minute than a person may."""


class Around:
    """An office whose people are the same for every run; each run has a day of its own."""

    def __init__(self, office: Served) -> None:
        self.office, self.world, self.days = office, office.world, 0
        self.world.app.state.limiter = Unlimited()
        self.people: list[Someone] = self.run(self.world.employees(7))

    def run(self, action: Coroutine[Any, Any, Any]) -> Any:
        return self.office.run(action)

    def new_day(self, limit: int) -> dict[str, Any]:
        self.days += 1
        day = FIRST_DAY + timedelta(days=self.days)
        self.world.clock.set(f"{day}T06:00:00Z")
        body = plan(shifts=SHIFTS, date=str(day), cancel_until_minutes=0, claims_per_person=limit)
        made: dict[str, Any] = self.run(self.world.day(**body))
        return made | {"slots": self.run(self.world.slots(made))}


class Machine(RuleBasedStateMachine):
    around: ClassVar[Around]

    @property
    def people(self) -> list[Someone]:
        return self.around.people

    @property
    def world(self) -> World:
        return self.around.world

    @initialize(limit=st.sampled_from([1, 1, 2]), taken=st.integers(3, 5))
    def open_day(self, limit: int, taken: int) -> None:
        self.day = self.around.new_day(limit)
        self.offers = set[str]()
        for number in range(taken):
            self.claim(number, number)

    def check(self, answer: httpx.Response | None = None) -> None:
        if answer is not None:
            assert answer.status_code in {200, 201, 204, 409}, answer.text
        state = self.around.run(line.state(self.day, self.world.clock()))
        state.check()
        state.check_nobody_was_passed_over(self.offers)
        self.offers = {str(one["id"]) for one in state.live.values()}

    def act(self, action: Coroutine[Any, Any, httpx.Response]) -> None:
        self.check(self.around.run(action))

    def booking_of(self, who: Someone) -> str | None:
        found = self.around.run(
            rows(
                "SELECT id FROM booking WHERE event = {} AND person = {}"
                " AND status <> 'cancelled'",
                self.day["id"], who.id,
            )
        )  # fmt: skip
        return str(found[0]["id"]) if found else None

    @rule(who=PEOPLE, slot=SLOTS)
    def claim(self, who: int, slot: int) -> None:
        slots = self.day["slots"]
        self.act(self.people[who].post(f"/slots/{slots[slot % len(slots)]['id']}/booking"))

    @rule(who=PEOPLE)
    def claim_any(self, who: int) -> None:
        self.act(self.people[who].post(f"/events/{self.day['id']}/booking"))

    @rule(who=PEOPLE)
    def cancel(self, who: int) -> None:
        if booking := self.booking_of(self.people[who]):
            self.act(self.people[who].delete(f"/bookings/{booking}"))

    @rule(who=PEOPLE, slot=SLOTS)
    def move(self, who: int, slot: int) -> None:
        slots = self.day["slots"]
        if booking := self.booking_of(self.people[who]):
            wanted = {"slot_id": slots[slot % len(slots)]["id"]}
            self.act(self.people[who].put(f"/bookings/{booking}/slot", wanted))

    @rule(who=PEOPLE, wishes=st.sampled_from(WISHES))
    def join(self, who: int, wishes: dict[str, str]) -> None:
        ids = {"TARA": self.world.tara.id, "TOM": self.world.tom.id}
        body = {name: ids.get(wish, wish) for name, wish in wishes.items()}
        self.act(self.people[who].post(f"/events/{self.day['id']}/waitlist", body))

    @rule(who=PEOPLE)
    def leave(self, who: int) -> None:
        self.act(self.people[who].delete(f"/events/{self.day['id']}/waitlist"))

    @precondition(lambda self: self.offers)
    @rule(which=st.integers(0, 5), answer=st.sampled_from(["acceptance", "refusal"]))
    def answer(self, which: int, answer: str) -> None:
        offer = sorted(self.offers)[which % len(self.offers)]
        (held,) = self.around.run(rows("SELECT person FROM offer WHERE id = {}", offer))
        who = next(one for one in self.people if one.id == str(held["person"]))
        self.act(who.put(f"/offers/{offer}/{answer}"))

    @rule(minutes=st.sampled_from([1, 1, 5, 29, 30, 31, 60]))
    def wait(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)
        self.around.run(self.world.tick())
        self.check()

    @rule(ends=st.sampled_from(["09:35", "09:55", "10:15"]))
    def change(self, ends: str) -> None:
        first, second = self.day["shifts"]
        wanted = {"shifts": [{"id": first["id"], "ends": ends}, {"id": second["id"]}]}
        path = f"/events/{self.day['id']}?confirm=true"
        answer = self.around.run(self.world.hana.patch(path, wanted))
        self.check(answer if answer.status_code != 400 else None)  # it may have begun
        self.day["slots"] = self.around.run(self.world.slots(self.day))


@pytest.fixture
def around(database_url: str, tmp_path: Path) -> Iterator[Around]:
    environ = {"CHAIRTIME_DATABASE_URL": database_url, "CHAIRTIME_MAIL_URL": f"maildir:{tmp_path}"}
    with served(load(environ)) as office:
        yield Around(office)


def test_what_must_hold_holds_after_each_step(around: Around) -> None:
    run_state_machine_as_test(
        type("Here", (Machine,), {"around": around}),
        settings=settings(
            max_examples=15, stateful_step_count=40, derandomize=True, database=None,
            deadline=None, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
