"""What goes wrong on the day."""

from uuid import UUID

from hypothesis import strategies as st

from scheduler.domain import (
    attendance,
    chair_link,
    delay,
    fairness,
    outage,
    reseated,
    standby,
    substitute,
    walk_in,
)
from scheduler.domain.attendance import Attendance
from scheduler.domain.fairness import WaitlistOrder
from scheduler.domain.limit import Limit
from scheduler.domain.outage import Cause, Wanted
from tests.world_machine.around import Draws
from tests.world_machine.machine import NUMBERS, PEOPLE, verb

SHIFTS = "SELECT id FROM shift WHERE cancelled_at IS NULL ORDER BY event, position"
RESEATINGS = (
    "SELECT reseating.id, booking.person FROM reseating"
    " JOIN booking ON booking.id = reseating.booking"
    " ORDER BY reseating.outcome IS NULL DESC, reseating.id DESC"
)
STANDBY = "SELECT id, person FROM standby WHERE ended_at IS NULL ORDER BY id"
LONGER = st.sampled_from([None, "11:30"])
LIMITS = st.sampled_from([None, None, None, Limit(count=1, days=30), Limit(count=2, days=30)])
THERAPISTS = st.sampled_from(["tara", "tom", "tim", "una"])


class Outages(Draws):
    def shift(self, number: int) -> UUID:
        return self.one_of(SHIFTS, number)[0]

    @verb(often=2, which=NUMBERS, cause=st.sampled_from(Cause), extra=LONGER)
    def is_out(self, which: int, cause: Cause, extra: str | None) -> None:
        wanted = Wanted(cause=cause, extra_until=extra)
        it = self.shift(which)
        self.act("hana", lambda me: outage.put(me, it, wanted, self.now))

    @verb(often=2, which=NUMBERS)
    def is_back(self, which: int) -> None:
        it = self.shift(which)
        self.act("hana", lambda me: outage.end(me, it, self.now))

    @verb(which=NUMBERS, therapist=THERAPISTS)
    def is_stood_in_for(self, which: int, therapist: str) -> None:
        it, email = self.shift(which), f"{therapist}@acme.example"
        self.act("hana", lambda me: substitute.put(me, it, email, self.now))

    @verb(often=2, which=NUMBERS)
    def keeps_the_new_time(self, which: int) -> None:
        it, who = self.one_of(RESEATINGS, which % 3)
        self.act(who, lambda me: reseated.keep(me, it, self.now))

    @verb(often=2, which=NUMBERS, wait=st.booleans())
    def declines_the_new_time(self, *, which: int, wait: bool) -> None:
        it, who = self.one_of(RESEATINGS, which % 3)
        self.act(who, lambda me: reseated.decline(me, it, self.now, wait=wait))


class Delays(Outages):
    @verb(often=3, which=NUMBERS, minutes=st.sampled_from([0, 3, 8, 15, 25]))
    def is_late(self, which: int, minutes: int) -> None:
        it = self.shift(which)
        self.act("hana", lambda me: delay.run_late(me, it, minutes, self.now))

    @verb(which=NUMBERS)
    def keeps_it_late(self, which: int) -> None:
        it = self.booking(which)
        self.act(self.owner(it), lambda me: delay.keep(me, it, self.now))

    @verb(often=2, which=NUMBERS, status=st.sampled_from(Attendance))
    def is_marked(self, which: int, status: Attendance) -> None:
        it = self.running(which)
        self.act("hana", lambda me: attendance.mark(me, it, status, self.now))


class Rules(Delays):
    @verb(
        limit=LIMITS,
        order=st.sampled_from(WaitlistOrder),
    )
    def is_ruled(self, limit: Limit | None, order: WaitlistOrder) -> None:
        rules = fairness.Rules(limit=limit, waitlist_order=order)
        self.act("hana", lambda me: fairness.put(me, rules, self.now))


class AtTheChair(Rules):
    @verb(often=3, who=PEOPLE)
    def stands_by(self, who: int) -> None:
        self.act(who, lambda me: standby.join(me, self.day(0), self.now))

    @verb(often=2, who=PEOPLE)
    def stands_by_no_more(self, who: int) -> None:
        self.act(who, lambda me: standby.leave(me, self.day(0), self.now))

    @verb(often=2, slot=NUMBERS)
    def walks_in(self, slot: int) -> None:
        self.act("hana", lambda me: walk_in.take(me, self.slot(slot), None, self.now))

    @verb(slot=NUMBERS, which=NUMBERS)
    def is_called_in(self, slot: int, which: int) -> None:
        ready, _ = self.one_of(STANDBY, which)
        self.act("hana", lambda me: walk_in.take(me, self.slot(slot), ready, self.now))

    @verb(who=PEOPLE, which=NUMBERS, slot=NUMBERS)
    def takes_it_by_the_code(self, who: int, which: int, slot: int) -> None:
        it = self.shift(which)
        self.act(who, lambda me: chair_link.take(me, it, self.slot(slot), self.now))

    @verb(often=2, which=NUMBERS)
    def does_not_come(self, which: int) -> None:
        it = self.running(which)
        missed = Attendance.NO_SHOW
        self.act("hana", lambda me: attendance.mark(me, it, missed, self.now))


World = AtTheChair
