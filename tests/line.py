"""What must be true of a day with people in line: read from its rows, by code of its own."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.world import rows

ENTRIES = (
    "SELECT * FROM waitlist_entry WHERE event = {} AND ended_at IS NULL"
    " ORDER BY headed_at IS NULL, headed_at, joined_at, id"
)
LIVE = "SELECT * FROM offer WHERE event = {} AND ended_at IS NULL"
DECLINED = (
    "SELECT slot, person FROM offer WHERE event = {}"
    " AND outcome IN ('passed', 'expired', 'returned')"
    " UNION SELECT slot, person FROM booking WHERE event = {} AND status = 'cancelled'"
)
SLOTS = (
    "SELECT slot.*, shift.therapist FROM slot JOIN shift ON shift.id = slot.shift"
    " WHERE slot.event = {}"
)
BOOKED = "SELECT * FROM booking WHERE status <> 'cancelled'"


def moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


class Day:
    """A day as it stands, in words and ids, whichever engine wrote it."""

    def __init__(self, zone: str, limit: int, now: datetime) -> None:
        self.zone, self.limit, self.now = ZoneInfo(zone), limit, now

    async def read(self, event: str) -> None:
        self.entries = await rows(ENTRIES, event)
        self.live = {str(one["slot"]): one for one in await rows(LIVE, event)}
        self.declined = {
            (str(one["slot"]), str(one["person"])) for one in await rows(DECLINED, event, event)
        }
        self.slots = {str(one["id"]): one for one in await rows(SLOTS, event)}
        self.booked = await rows(BOOKED)
        self.here = [one for one in self.booked if str(one["event"]) == event]

    def check(self) -> None:
        taken = [str(one["slot"]) for one in self.here]
        assert len(taken) == len(set(taken)), "a slot with two people"
        people = [str(one["person"]) for one in self.live.values()]
        assert len(people) == len(set(people)), "somebody with two offers"
        assert not set(taken) & set(self.live), "what is held is taken"
        for slot, offer in self.live.items():
            assert self.slots[slot]["cancelled_at"] is None, "an offer outlived its slot"
            assert self.now < moment(offer["expires_at"]) <= moment(self.slots[slot]["starts_at"])
        self._check_order(set(taken))

    def _check_order(self, taken: set[str]) -> None:
        offered = {str(one["entry"]) for one in self.live.values()}
        left_out = [one for one in self.entries if str(one["id"]) not in offered]
        for slot in self.slots.values():
            if slot["cancelled_at"] is None and str(slot["id"]) not in taken | set(self.live):
                suited = [one for one in left_out if self.suits(slot, one)]
                assert not suited, "an open slot suits somebody who waits"

    def new_offers(self, before: set[str]) -> list[dict[str, Any]]:
        return [one for one in self.live.values() if str(one["id"]) not in before]

    def check_nobody_was_passed_over(self, before: set[str]) -> None:
        """By the offers that are not in `before`."""
        offered = {str(one["entry"]) for one in self.live.values()}
        place = {str(one["id"]): number for number, one in enumerate(self.entries)}
        for offer in self.new_offers(before):
            earlier = self.entries[: place[str(offer["entry"])]]
            slot = self.slots[str(offer["slot"])]
            for one in earlier:
                assert str(one["id"]) in offered or not self.suits(slot, one), "passed over"

    def suits(self, slot: dict[str, Any], entry: dict[str, Any]) -> bool:
        begins, ends = moment(slot["starts_at"]), moment(slot["ends_at"])
        person = str(entry["person"])
        if begins <= self.now or (str(slot["id"]), person) in self.declined:
            return False
        if entry["therapist"] and str(entry["therapist"]) != str(slot["therapist"]):
            return False
        own = [one for one in self.booked if str(one["person"]) == person]
        if len([one for one in own if one in self.here]) >= self.limit:
            return False
        if any(moment(o["starts_at"]) < ends and begins < moment(o["ends_at"]) for o in own):
            return False
        return self._wished(entry["earliest"], entry["latest"], begins, ends)

    def _wished(self, earliest: Any, latest: Any, begins: datetime, ends: datetime) -> bool:
        since, until = (f"{instant.astimezone(self.zone):%H:%M:%S}" for instant in (begins, ends))
        return (str(earliest) if earliest else since) <= since and until <= (
            str(latest) if latest else until
        )


async def state(event: dict[str, Any], now: datetime) -> Day:
    day = Day(event["timezone"], event["claims_per_person"], now)
    await day.read(event["id"])
    return day
