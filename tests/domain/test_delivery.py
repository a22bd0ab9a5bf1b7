"""Mail leaves once, in order, with patience, and only when somebody still needs to hear of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from scheduler.domain import delivery, mailroom, person
from scheduler.domain.delivery import LEASE, PostOffice, next_try
from scheduler.domain.invite import Kind, is_superseded
from scheduler.mail import transports
from tests.commands import free_port
from tests.mail.cast import booking
from tests.mailserver import PostBox, open_postbox
from tests.processes import count, until
from tests.world import World, calendar_part, rows, write

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = "451 4.3.0 Try again later"
NOBODY = "550 5.1.1 There is nobody of that name"


# Decisions


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (99, 60)]
)
def test_the_next_try(attempts: int, minutes: int) -> None:
    assert next_try(NOW - MINUTE, attempts, NOW) == NOW + minutes * MINUTE


def test_patience_ends_after_three_days() -> None:
    days = timedelta(days=3)
    assert next_try(NOW, 9, NOW + days - timedelta(seconds=1)) is not None
    assert next_try(NOW, 9, NOW + days) is None
    now, tries = NOW, 1
    while again := next_try(NOW, tries, now):
        now, tries = again, tries + 1
    assert days <= now - NOW < days + timedelta(hours=1)
    assert tries == 78


@pytest.mark.parametrize(
    ("kind", "sequence", "expected"),
    [
        (Kind.INVITE, 2, False),
        (Kind.INVITE, 1, True),
        (Kind.CANCELLATION, 2, False),
        (Kind.CANCELLATION, 1, True),
        (Kind.REMINDER_DAY, 1, False),
    ],
)
def test_superseded(kind: Kind, sequence: int, *, expected: bool) -> None:
    assert is_superseded(kind, sequence, booking(sequence=2)) == expected


# In the world


@pytest.fixture
async def box() -> AsyncIterator[PostBox]:
    async with open_postbox() as opened:
        yield opened


def office(world: World, box: PostBox) -> PostOffice:
    sender, key = world.settings.mail_from, world.app.state["keys"].secret
    return PostOffice(transports.parse(box.url), sender, "https://chairtime.test", key)


async def deliver(world: World, box: PostBox) -> int:
    return await delivery.deliver(office(world, box), world.clock)


async def status(world: World) -> list[str]:
    return [line async for line in mailroom.describe_mail(world.clock())]


def sequences(mails: list[EmailMessage]) -> list[tuple[str, str]]:
    """METHOD and SEQUENCE of each invite."""
    found = []
    for mail in mails:
        lines = dict(line.split(":", 1) for line in calendar_part(mail).splitlines() if ":" in line)
        found.append((lines["METHOD"], lines["SEQUENCE"]))
    return found


async def claimed(world: World) -> dict[str, Any]:
    """Emil's booking, its invite waiting."""
    return await world.claim(world.emil, (await world.slots(await world.day()))[0])


async def test_what_is_refused_for_now_is_tried_again_and_again(world: World, box: PostBox) -> None:
    await claimed(world)
    box.refusing["*"] = LATER
    for number, minutes in enumerate([0, 1, 2, 4]):
        world.clock.advance(seconds=minutes * 60 - 1)
        assert await deliver(world, box) == 0
        assert len(box.attempts) == number, "not before its time"
        world.clock.advance(seconds=1)
        assert await deliver(world, box) == 0
        assert len(box.attempts) == number + 1
    assert await status(world) == [
        "1 waiting",
        "0 given up",
        "0 sent",
        "0 not sent, because something newer was",
        "The oldest has waited for 7 minutes.",
        f"invite to emil@acme.example, 4 tries, will be tried again: {LATER}",
    ]
    box.refusing.clear()
    world.clock.advance(minutes=8)
    assert await deliver(world, box) == 1
    assert len(set(box.attempts)) == 1, "one Message-ID, fixed before the first attempt"
    assert (await status(world))[:3] == ["0 waiting", "0 given up", "1 sent"]


async def test_what_was_given_up_is_shown_and_can_be_tried_again(
    world: World, box: PostBox
) -> None:
    await claimed(world)
    box.refusing["*"] = NOBODY
    for _ in range(3):
        await deliver(world, box)
        world.clock.advance(days=1)
    assert await deliver(world, box) == 0
    words = f"invite to emil@acme.example, 4 tries, given up: {NOBODY}"
    assert (await status(world))[1::3] == ["1 given up", words]
    world.clock.advance(days=2)
    assert await deliver(world, box) == 0
    assert len(box.attempts) == 4, "nobody tries any more"
    assert await delivery.retry(world.clock()) == 1
    await deliver(world, box)
    assert (await status(world))[0] == "1 waiting", "it has three days again"
    box.refusing.clear()
    assert await delivery.retry(world.clock()) == 1
    assert await deliver(world, box) == 1
    assert await delivery.retry(world.clock()) == 0
    assert len(set(box.attempts)) == 1


async def test_what_is_given_up_keeps_no_address_of_somebody_forgotten(
    world: World, box: PostBox
) -> None:
    await claimed(world)
    assert (await world.emil.delete("/me/data?confirm=true")).status_code == 204
    box.refusing["*"] = f"{NOBODY}: emil@acme.example"
    for _ in range(4):
        await deliver(world, box)
        world.clock.advance(days=1)
    assert box.attempts
    assert await status(world) == [
        "0 waiting",
        "0 given up",
        "0 sent",
        "2 not sent, because something newer was",
    ]
    assert "emil@" not in repr(await rows("SELECT * FROM outbox"))


async def test_while_mail_is_paused_nothing_leaves(world: World, box: PostBox) -> None:
    await claimed(world)
    await delivery.pause("moving house", world.clock())
    await delivery.pause("another reason", world.clock())
    assert await deliver(world, box) == 0
    assert (await status(world))[:2] == [
        "Mail is paused: moving house. Start it again with `chairtime mail resume`.",
        "1 waiting",
    ]
    await delivery.resume()
    assert await deliver(world, box) == 1
    assert (await status(world))[0] == "0 waiting"


async def test_only_the_latest_state_leaves(world: World, box: PostBox) -> None:
    held = await claimed(world)
    path = f"/bookings/{held['id']}"
    slots = await world.slots({"id": held["event_id"]})
    await world.emil.put(f"{path}/slot", {"slot_id": slots[1]["id"]})
    other = await world.claim(world.edda, slots[0])
    await world.edda.put(f"/bookings/{other['id']}/slot", {"slot_id": slots[2]["id"]})
    assert (await world.emil.delete(path)).status_code == 204
    await deliver(world, box)
    found = {mail["To"].addresses[0].addr_spec: sequences([mail]) for mail in box.received}
    assert found == {
        "emil@acme.example": [("CANCEL", "2")],
        "edda@acme.example": [("REQUEST", "1")],
    }
    assert len(box.attempts) == 2
    assert "3 not sent, because something newer was" in await status(world)


async def test_whoever_hears_of_everything_hears_of_it_in_order(world: World, box: PostBox) -> None:
    day = await world.day(claims_per_person=2)
    slots = [slot for slot in await world.slots(day) if slot["chair"] == "Chair 1"]
    people = await world.employees(4)
    for who, slot in zip([*people, *people], slots, strict=True):
        await world.claim(who, slot)
    box.delay = 0.005
    await asyncio.gather(*(deliver(world, box) for _ in range(3)))
    assert len(box.received) == len(box.ids()) == 8
    for who in people:
        mails = [mail for mail in box.received if who.email in mail["To"]]
        ids = [mail["Message-ID"] for mail in mails]
        assert ids == sorted(ids), "ids grow with time"
        assert len(ids) == 2


async def test_one_recipients_trouble_is_not_the_others(world: World, box: PostBox) -> None:
    slots = await world.slots(await world.day())
    people = await world.employees(6)
    for who, slot in zip(people, slots, strict=False):
        await world.claim(who, slot)
    box.refusing = {people[0].email: NOBODY, people[3].email: LATER}
    await write("UPDATE outbox SET kind = 'of the future' WHERE recipient = {}", people[1].id)
    assert await deliver(world, box) == 3
    troubles = sorted((await status(world))[-3:])
    assert [line.partition(", will be tried again: ")[2] for line in troubles] == [
        NOBODY,
        LATER,
        "ValueError: 'of the future' is not a valid Kind",
    ]


async def test_a_mail_server_that_is_not_there(world: World, box: PostBox) -> None:
    await claimed(world)
    nowhere, box.port = box.port, free_port()
    assert await deliver(world, box) == 0
    assert (await status(world))[-1].endswith(f"127.0.0.1:{box.port}: Connection refused")
    box.port = nowhere
    world.clock.advance(minutes=1)
    assert await deliver(world, box) == 1


@pytest.mark.parametrize("answer", ["", LATER])
async def test_a_lease_that_ran_out_is_taken_over(world: World, box: PostBox, answer: str) -> None:
    """The first sender was slow, not dead: what it says afterwards changes nothing."""
    day = await world.day()
    for who, slot in zip((world.emil, world.edda), await world.slots(day), strict=False):
        await world.claim(who, slot)
    box.going.clear()
    slow = asyncio.ensure_future(deliver(world, box))
    await until(lambda: bool(box.attempts), "a message arrives")
    assert await deliver(world, box) == 0, "it is leased"
    world.clock.instant += LEASE - timedelta(seconds=1)
    assert await deliver(world, box) == 0
    world.clock.advance(seconds=1)
    async with open_postbox() as second:
        assert await deliver(world, second) == 2
        after = await outbox()
        box.refusing["*"] = answer
        box.going.set()
        assert await slow == (0 if answer else 1)
    assert await outbox() == after
    assert {row["outcome"] for row in after} == {"sent"}
    assert box.attempts[0] in second.ids(), "a copy has the same Message-ID"
    assert len(box.attempts) == 1, "and of the others there is no copy"


async def outbox() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM outbox ORDER BY id")


async def test_who_is_about_to_close_begins_no_other_message(world: World, box: PostBox) -> None:
    slots = await world.slots(await world.day())
    for who, slot in zip(await world.employees(3), slots, strict=False):
        await world.claim(who, slot)
    closing = office(world, box)
    box.going.clear()
    sending = asyncio.ensure_future(delivery.deliver(closing, world.clock))
    await until(lambda: bool(box.attempts), "a message arrives")
    closing.closing.set()
    box.going.set()
    assert await sending == 1
    assert await deliver(world, box) == 2, "at once, as nobody has leased them any more"
    assert len(box.ids()) == len(box.attempts) == 3
    assert {row["attempts"] for row in await outbox()} == {1}


async def test_the_question_afterwards_leaves_once(world: World, box: PostBox) -> None:
    slots = await world.slots(await world.day())
    people = await world.employees(3)
    held = [await world.claim(who, slot) for who, slot in zip(people, slots, strict=False)]
    await deliver(world, box)
    box.received.clear()
    world.clock.set("2026-12-03T10:30:00+00:00")
    for one, what in zip(held, ("completed", "no_show"), strict=False):
        await world.hana.put(f"/bookings/{one['id']}/attendance", {"status": what})
    await write("UPDATE booking SET status = 'cancelled' WHERE id = {}", held[2]["id"])
    for _ in range(3):
        await world.tick()
        world.clock.advance(hours=1)
    asked = [mail for mail in world.mails() if "REQUEST" not in mail.as_string()]
    assert [mail["To"].addresses[0].addr_spec for mail in asked] == [people[0].email]


async def test_a_question_that_waits_while_somebody_is_marked_as_missing(
    world: World, box: PostBox
) -> None:
    held = await claimed(world)
    await deliver(world, box)
    world.clock.set("2026-12-03T08:20:00+00:00")
    await delivery.pause("a minute", world.clock())
    await world.tick()
    assert await count("SELECT count(*) AS number FROM outbox WHERE kind = 'rating_request'") == 1
    await world.hana.put(f"/bookings/{held['id']}/attendance", {"status": "no_show"})
    await delivery.resume()
    assert await deliver(world, box) == 0
    assert len(box.attempts) == 1


async def test_a_message_is_in_the_language_that_its_reader_chose(world: World) -> None:
    await person.speak(world.emil.caller, "de")
    slots = await world.slots(await world.day())
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[1])
    await world.tick()
    (german,), (english,) = world.mails(world.emil.email), world.mails(world.edda.email)
    assert german["Subject"] == "Ihre Massage am Donnerstag, 3. Dezember 2026, 09:00 Uhr"
    assert english["Subject"] == "Your massage on Thursday 3 December 2026, 09:20"
