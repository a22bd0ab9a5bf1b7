"""What happens to a day and its people: changes, departures, a draw, and time."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from scheduler.domain import change, event, membership, opening_draw, own_data
from scheduler.domain.person import Role
from tests.world_machine.machine import EITHER_DAY, PEOPLE, verb
from tests.world_machine.taking import WISHES, Waiting

CHANGES = st.sampled_from(["09:35", "10:05", "10:25", "10:45"])
NEW_CHAIR = {"therapist": "tim@acme.example", "chair": "3", "starts": "10:15", "ends": "10:50"}
LEAVE = [membership.remove, own_data.erase]


class Planning(Waiting):
    def change(self, day: int, patch: dict[str, Any]) -> None:
        self.act("hana", lambda me: change.change(me, self.day(day), patch, self.now, confirm=True))

    def shifts(self, day: int) -> list[dict[str, Any]]:
        return [{"id": one} for one in self.stage.shifts(self.day(day))]

    @verb(often=2, day=EITHER_DAY, ends=CHANGES)
    def longer_or_shorter(self, day: int, ends: str) -> None:
        first, *others = self.shifts(day) or [{}]
        self.change(day, {"shifts": [first | {"ends": ends}, *others]})

    @verb(day=EITHER_DAY)
    def one_chair_more(self, day: int) -> None:
        self.change(day, {"shifts": [*self.shifts(day), NEW_CHAIR]})

    @verb(day=EITHER_DAY)
    def one_chair_less(self, day: int) -> None:
        self.change(day, {"shifts": self.shifts(day)[:-1]})

    @verb(day=EITHER_DAY, room=st.sampled_from(["Quiet room", "Cellar"]))
    def elsewhere_in_the_house(self, day: int, room: str) -> None:
        self.change(day, {"location": {"name": room}})

    @verb(day=EITHER_DAY)
    def publish_again(self, day: int) -> None:
        self.act("hana", lambda me: event.publish(me, self.day(day), self.now))

    @verb(often=2, when=lambda self: self.may_end, day=EITHER_DAY)
    def cancel_the_day(self, day: int) -> None:
        self.act("hana", lambda me: event.cancel(me, self.day(day), "Storm", self.now))


class People(Planning):
    @verb(who=PEOPLE)
    def is_taken_out(self, who: int) -> None:
        person = self.stage.people[who]
        self.act("hana", lambda me: membership.remove(me, person, self.now))

    @verb(who=PEOPLE)
    def is_forgotten(self, who: int) -> None:
        self.act(who, lambda me: own_data.erase(me, self.now, confirm=True))

    @verb(often=3, who=PEOPLE)
    def comes_back(self, who: int) -> None:
        self.stage.people[who] = self.stage.run(self.stage.employ(f"person{who}", Role.EMPLOYEE))


class Draws(People):
    """Of the second day, whose claims open later."""

    @verb(often=2, minutes=st.integers(5, 60))
    def announce(self, minutes: int) -> None:
        closes = self.now + timedelta(minutes=minutes)
        it = self.day(1)
        self.act("hana", lambda me: opening_draw.announce(me, it, closes, self.now, self.seed))

    @verb()
    def take_back(self) -> None:
        self.act("hana", lambda me: opening_draw.take_back(me, self.day(1), self.now))

    @verb(often=6, who=PEOPLE, wished=WISHES)
    def wish(self, who: int, wished: dict[str, str]) -> None:
        wishes = self.wishes(wished)
        self.act(who, lambda me: opening_draw.wish(me, self.day(1), wishes, self.now))

    @verb(often=2, who=PEOPLE)
    def withdraw(self, who: int) -> None:
        self.act(who, lambda me: opening_draw.withdraw(me, self.day(1), self.now))
