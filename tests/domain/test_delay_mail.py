"""Who hears of a delay, through a real mail server, and what their calendars make of it."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from email.message import EmailMessage
from itertools import permutations
from typing import Any

import icalendar
import pytest

from scheduler.domain import delivery
from scheduler.domain.delivery import PostOffice
from scheduler.mail import transports
from tests.mailserver import PostBox, open_postbox
from tests.world import Someone, World, rows

pytestmark = pytest.mark.anyio

# Two chairs of 13 times with a break each, and one of 14 without.
CHAIRS = [
    {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "13:45",
     "breaks": [{"starts": "11:00", "ends": "11:30"}]},
    {"therapist": "tom@hands.example", "chair": "Chair 2", "starts": "09:00", "ends": "13:45",
     "breaks": [{"starts": "10:00", "ends": "10:30"}]},
    {"therapist": "tim@hands.example", "chair": "Chair 3", "starts": "09:00", "ends": "13:35"},
]  # fmt: skip


@pytest.fixture
async def box() -> AsyncIterator[PostBox]:
    async with open_postbox() as opened:
        yield opened


async def deliver(world: World, box: PostBox) -> list[EmailMessage]:
    """What arrives now."""
    before, key = len(box.received), world.app.state["keys"].secret
    office = PostOffice(
        transports.parse(box.url), world.settings.mail_from, "https://chairtime.test", key
    )
    await delivery.deliver(office, world.clock)
    return box.received[before:]


class FullDay:
    """40 people on three chairs, and their calendars, which have the invites."""

    def __init__(self, world: World, event: dict[str, Any]) -> None:
        self.world, self.event = world, event
        self.people: dict[str, Someone] = {}
        self.booked: dict[str, dict[str, Any]] = {}

    async def fill(self) -> None:
        slots = await self.world.slots(self.event)
        people = await self.world.employees(len(slots))
        assert len(slots) == 40
        for who, slot in zip(people, slots, strict=True):
            self.people[who.email] = who
            self.booked[who.email] = await self.world.claim(who, slot)

    def on(self, chair: str) -> list[str]:
        return [email for email, one in self.booked.items() if one["chair"] == chair]

    async def late(self, chair: int, minutes: int) -> None:
        shift = self.event["shifts"][chair]["id"]
        answer = await self.world.hana.put(f"/shifts/{shift}/delay", {"minutes": minutes})
        assert answer.status_code == 200, answer.text


async def full_day(world: World, box: PostBox) -> FullDay:
    await world.therapist("tim@hands.example", "Tim Else")
    day = FullDay(world, await world.day(shifts=CHAIRS, cancel_until_minutes=0))
    await day.fill()
    world.clock.set("2026-12-03T07:30:00Z")
    assert len(await deliver(world, box)) == 40
    return day


def to(mails: Sequence[EmailMessage]) -> Counter[str]:
    return Counter(mail["To"].addresses[0].addr_spec for mail in mails)


async def test_only_those_whose_time_changes_hear_of_it_and_once(
    world: World, box: PostBox
) -> None:
    day = await full_day(world, box)
    await day.late(0, 8)
    before_the_break = day.on("Chair 1")[:6]
    assert to(await deliver(world, box)) == Counter(before_the_break)
    await day.late(0, 8)
    assert await deliver(world, box) == []
    for minutes in (5, 12, 10):  # the break has thirty minutes
        await day.late(1, minutes)
    assert to(await deliver(world, box)) == Counter(day.on("Chair 2")[:3])
    await day.late(2, 5)
    assert to(await deliver(world, box)) == Counter(day.on("Chair 3"))
    await day.late(0, 0)
    assert to(await deliver(world, box)) == Counter(before_the_break)
    await day.late(0, 0)
    assert await deliver(world, box) == []


async def test_what_changed_back_before_anything_left_is_no_news(
    world: World, box: PostBox
) -> None:
    day = await full_day(world, box)
    await day.late(2, 15)
    await day.late(2, 0)
    assert await deliver(world, box) == []
    await day.late(2, 15)
    await day.late(2, 10)
    mails = await deliver(world, box)
    assert to(mails) == Counter(day.on("Chair 3"))
    assert {mail["Subject"].partition(":")[0] for mail in mails} == {"Later"}


class Calendar:
    """As Thunderbird keeps one: of each entry the message with the highest SEQUENCE."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}

    def receive(self, mails: Sequence[EmailMessage]) -> None:
        for mail in mails:
            part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
            calendar = icalendar.Calendar.from_ical(part.get_content())
            event: Any = calendar.walk("VEVENT")[0]
            known = self.entries.get(event.uid)
            if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                self.entries[event.uid] = event

    def live(self) -> list[tuple[str, Any]]:
        return [
            (event.uid, event.start)
            for event in self.entries.values()
            if event.get("STATUS") != "CANCELLED"
        ]


async def test_calendars_end_right_in_every_order_of_delivery(world: World, box: PostBox) -> None:
    """Late, later, on time, late; one moves in between, one gives back."""
    day = await full_day(world, box)
    stays, moves, gives = day.on("Chair 3")[1:4]
    given = day.on("Chair 2")[-1]
    for who in (gives, given):
        await day.people[who].delete(f"/bookings/{day.booked[who]['id']}")
    for minutes in (8, 12, 0, 5):
        await day.late(2, minutes)
        await deliver(world, box)
        if minutes == 12:
            move = {"slot_id": day.booked[given]["slot_id"]}
            path = f"/bookings/{day.booked[moves]['id']}/slot"
            assert (await day.people[moves].put(path, move)).status_code == 200
            await deliver(world, box)
    for email, count in ((stays, 5), (moves, 4), (gives, 2)):
        got = [mail for mail in box.received if email in mail["To"]]
        assert len(got) == count
        own = (await day.people[email].get(f"/bookings/{day.booked[email]['id']}")).json()
        expected = [] if own["status"] == "cancelled" else [(own["uid"], own["starts_at"])]
        for order in permutations(got):
            calendar = Calendar()
            calendar.receive(order)
            found = [(uid, f"{start:%Y-%m-%dT%H:%M:%SZ}") for uid, start in calendar.live()]
            assert found == expected


async def test_the_hour_before_is_before_the_real_time(world: World, box: PostBox) -> None:
    day = await full_day(world, box)
    last = day.on("Chair 3")[-1]  # at 13:20, reminded at 12:20
    world.clock.set("2026-12-03T10:00:00Z")
    await day.late(2, 15)
    await deliver(world, box)
    reminded = "SELECT count(*) AS n FROM outbox WHERE kind = 'reminder_hour' AND booking = {}"
    for now, count in (("11:20", 0), ("11:34", 0), ("11:35", 1), ("11:40", 1)):
        world.clock.set(f"2026-12-03T{now}:00Z")
        await world.tick()
        (found,) = await rows(reminded, day.booked[last]["id"])
        assert found["n"] == count, now
