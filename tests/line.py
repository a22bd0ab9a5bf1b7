"""What must be true of days with people in line: read from their rows, by code of its own."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.world import rows

Row = dict[str, Any]
Fetch = Callable[[str], Awaitable[list[Row]]]
EVENTS = (
    "SELECT event.id, event.timezone, event.claims_per_person, organisation.limit_count,"
    " organisation.waitlist_order, event.claims_open_at, EXISTS (SELECT 1 FROM draw"
    "  WHERE draw.event = event.id AND draw.drawn_at IS NULL) AS undrawn FROM event"
    " JOIN organisation ON organisation.id = event.organisation"
)
ENTRIES = (
    "SELECT * FROM waitlist_entry WHERE ended_at IS NULL"
    " ORDER BY headed_at IS NULL, headed_at, joined_at, id"
)
OFFERS = "SELECT * FROM offer ORDER BY id"
SLOTS = (
    "SELECT slot.*, shift.therapist, shift.chair, known_as.name FROM slot"
    " JOIN shift ON shift.id = slot.shift JOIN known_as"
    " ON known_as.organisation = shift.organisation AND known_as.person = shift.therapist"
)
BOOKINGS = "SELECT * FROM booking ORDER BY id"
MISSED = (
    "SELECT wish.person, draw.drawn_at AS at FROM wish JOIN draw ON draw.event = wish.event"
    " JOIN event ON event.id = wish.event WHERE wish.missed IS NOT NULL AND wish.slot IS NULL"
    " AND event.cancelled_at IS NULL"
)
NOT_AGAIN = {"passed", "expired", "returned"}
STANDBY = "SELECT event, person FROM standby WHERE ended_at IS NULL"


def moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def times(slot: Row) -> tuple[datetime, datetime]:
    """When it takes place; a delay moves that, and not what was planned."""
    begins, ends = (slot[f"actual_{end}"] or slot[end] for end in ("starts_at", "ends_at"))
    return moment(begins), moment(ends)


def closes_at(slot: Row) -> datetime:
    """What is left of a missed time is taken until too little is."""
    begins, ends = times(slot)
    return ends - timedelta(minutes=5) if slot["instead_of"] else begins


class Rows(NamedTuple):
    """Of all days, whichever engine wrote them."""

    events: list[Row]
    entries: list[Row]
    offers: list[Row]
    slots: list[Row]
    bookings: list[Row]
    missed: list[Row]
    standby: list[Row]

    def booked(self) -> list[Row]:
        return [one for one in self.bookings if one["status"] != "cancelled"]

    def due(self) -> Counter[str]:
        """How much less everybody had than others: missed in a draw, against what they let lie."""
        due = Counter(str(one["person"]) for one in self.missed if not self._had_since(one))
        for one in self.bookings:
            due[str(one["person"])] -= one["status"] == "no_show" or bool(one["cancelled_late"])
        return due

    def _had_since(self, missed: Row) -> bool:
        return any(
            one["person"] == missed["person"] and moment(one["starts_at"]) > moment(missed["at"])
            for one in self.booked()
            if one["status"] != "no_show"
        )

    def days(self, now: datetime) -> "dict[str, Day]":
        return {str(event["id"]): Day(event, self, now) for event in self.events}


async def read(fetch: Fetch = rows) -> Rows:
    return Rows(
        *[await fetch(one) for one in (EVENTS, ENTRIES, OFFERS, SLOTS, BOOKINGS, MISSED, STANDBY)]
    )


async def check(event: str, now: datetime) -> None:
    day = (await read()).days(now)[event]
    day.check()
    day.check_nobody_is_left_out()


def of(event: str, found: Iterable[Row]) -> list[Row]:
    return [one for one in found if str(one["event"]) == event]


class Day:
    """A day as it stands."""

    def __init__(self, event: Row, found: Rows, now: datetime) -> None:
        here = self.event = str(event["id"])
        self.now = now
        self.zone, self.limit = ZoneInfo(event["timezone"]), event["claims_per_person"]
        opens = event["claims_open_at"]
        self.is_open = opens and moment(opens) <= now and not event["undrawn"]
        self.limit_anywhere = event["limit_count"]  # no test has days that are far apart
        self.entries = of(here, found.entries)
        if event["waitlist_order"] == "fairness":
            due = found.due()
            self.entries.sort(
                key=lambda one: 0 if one["headed_at"] else 9 - due[str(one["person"])]
            )
        offers = of(here, found.offers)
        self.live = {str(one["slot"]): one for one in offers if one["ended_at"] is None}
        gone = [one for one in offers if one["outcome"] in NOT_AGAIN]
        gone += [one for one in of(here, found.bookings) if one["status"] == "cancelled"]
        self.declined = {(str(one["slot"]), str(one["person"])) for one in gone}
        self.ready = {str(one["person"]) for one in of(here, found.standby)}
        self.slots = {str(one["id"]): one for one in of(here, found.slots)}
        self.here = of(here, found.booked())
        self.own = defaultdict[str, list[Row]](list)
        for one in found.booked():
            self.own[str(one["person"])].append(one)

    def check(self) -> None:
        taken = [str(one["slot"]) for one in self.here]
        assert len(taken) == len(set(taken)), "a slot with two people"
        people = self.offered()
        assert len(people) == len(set(people)), "somebody with two offers"
        assert not set(taken) & set(self.live), "what is held is taken"
        for slot, offer in self.live.items():
            assert self.slots[slot]["cancelled_at"] is None, "an offer outlived its slot"
            assert self.now < moment(offer["expires_at"]) <= closes_at(self.slots[slot])

    def offered(self) -> list[str]:
        """To whom anything is, in line or on standby."""
        return [str(one["person"]) for one in self.live.values()]

    def check_nobody_is_left_out(self, but: Collection[str] = ()) -> None:
        """Of those in line, except for these people."""
        taken = {str(one["slot"]) for one in self.here}
        served = {*self.offered(), *but}
        left_out = [one for one in self.entries if str(one["person"]) not in served]
        for slot in self.slots.values():
            there = slot["cancelled_at"] is None and not slot["absorbed"] and not slot["instead_of"]
            if self.is_open and there and str(slot["id"]) not in taken | set(self.live):
                suited = [one for one in left_out if self.suits(slot, one)]
                assert not suited, "an open slot suits somebody who waits"

    def check_nobody_was_passed_over(self, before: set[str]) -> None:
        """By the offers that are not in `before`."""
        offered = self.offered()
        place = {str(one["id"]): number for number, one in enumerate(self.entries)}
        for offer in self.live.values():
            slot = self.slots[str(offer["slot"])]
            in_rounds = str(offer["person"]) in self.ready and self.is_soon(slot)
            if str(offer["id"]) in before or in_rounds:
                continue
            for one in self.entries[: place[str(offer["entry"])]]:
                assert str(one["person"]) in offered or not self.suits(slot, one), "passed over"

    def is_soon(self, slot: Row) -> bool:
        """Then those on standby are asked first."""
        return bool(slot["instead_of"]) or times(slot)[0] - self.now < timedelta(minutes=20)

    def suits(self, slot: Row, entry: Row) -> bool:
        begins, ends = moment(slot["starts_at"]), moment(slot["ends_at"])
        person = str(entry["person"])
        if times(slot)[0] <= self.now or (str(slot["id"]), person) in self.declined:
            return False
        if entry["therapist"] and str(entry["therapist"]) != str(slot["therapist"]):
            return False
        own = self.own[person]
        if len(of(self.event, own)) >= self.limit:
            return False
        if self.limit_anywhere and len(own) >= self.limit_anywhere:
            return False
        if any(moment(o["starts_at"]) < ends and begins < moment(o["ends_at"]) for o in own):
            return False
        return self._wished(entry["earliest"], entry["latest"], *times(slot))

    def _wished(self, earliest: Any, latest: Any, begins: datetime, ends: datetime) -> bool:
        since, until = (f"{instant.astimezone(self.zone):%H:%M:%S}" for instant in (begins, ends))
        return (str(earliest) if earliest else since) <= since and until <= (
            str(latest) if latest else until
        )
