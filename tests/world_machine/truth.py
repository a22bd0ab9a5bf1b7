"""What must be true of everybody's times, and of what they were told."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import combinations

from scheduler.domain.invite import IN_CALENDAR
from tests.line import Row, Rows, moment, times
from tests.world_machine.calendar import Told


def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def check_places(found: Rows) -> None:
    slots = {str(one["id"]): one for one in found.slots}
    for one, other in combinations(found.booked(), 2):
        if one["person"] == other["person"]:
            planned = [(moment(o["starts_at"]), moment(o["ends_at"])) for o in (one, other)]
            assert not overlap(*planned), "somebody in two places"
        here, there = slots[str(one["slot"])], slots[str(other["slot"])]
        if here["shift"] == there["shift"] and "no_show" not in {one["status"], other["status"]}:
            assert not overlap(times(here), times(there)), "two people in one chair"
    for one in found.booked():
        slot = slots[str(one["slot"])]
        assert (one["starts_at"], one["ends_at"]) == (slot["starts_at"], slot["ends_at"])


def check_ended_stays_ended(before: Mapping[str, Row], offers: Iterable[Row]) -> dict[str, Row]:
    after = {str(one["id"]): one for one in offers}
    for key, offer in before.items():
        assert offer["ended_at"] is None or after[key] == offer, "an offer revived"
    return after


def check_told_once(left: Iterable[Row], prompt: bool) -> None:  # noqa: FBT001
    """Of a change: with `prompt` these messages are what one step brought."""
    about = Counter(
        (one["recipient"], one["booking"] or one["subject"])
        for one in left
        if prompt or one["kind"] in IN_CALENDAR
    )
    assert set(about.values()) <= {1}, "told twice"


def check_calendars(
    found: Rows, entries: Mapping[str, Told], members: Collection[str],
    forgotten: Collection[str], now: datetime,
) -> None:  # fmt: skip
    slots = {str(one["id"]): one for one in found.slots}
    live = {uid: told for uid, told in entries.items() if told.live}
    for booking in found.booked():
        told, slot = live.pop(booking["uid"], None), slots[str(booking["slot"])]
        if str(booking["person"]) in members:
            assert told, "a booking that is in nobody's calendar"
            assert told.sequence <= booking["sequence"]  # there and back again is not told
            assert (told.starts_at, told.ends_at) == times(slot), "there at another time"
            seat = f"With {slot['name']}, {slot['chair']}"
            assert told.starts_at <= now or told.words.endswith(seat), "there with somebody else"
    for booking in found.bookings:  # what had begun when its owner was forgotten stays theirs
        begins, told = times(slots[str(booking["slot"])])[0], live.get(booking["uid"])
        if str(booking["person"]) in forgotten and told and min(told.starts_at, begins) <= now:
            del live[told.uid]
    assert not live, "in a calendar, and given back"
