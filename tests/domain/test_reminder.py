"""Who is reminded when, and who is asked how it was."""

import asyncio
from datetime import datetime, timedelta

import pytest

from scheduler.domain import delivery, reminder
from scheduler.domain.invite import Kind
from scheduler.domain.reminder import due_reminder, effect_key, still_wanted, wants_rating_request
from scheduler.storage import outbox
from tests.mail.cast import STARTS, booking
from tests.processes import count
from tests.world import World, rows, write

SECOND = timedelta(seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
LONG_AGO = STARTS - timedelta(days=9)
DAY_BEFORE, HOUR_BEFORE, RATING = Kind.REMINDER_DAY, Kind.REMINDER_HOUR, Kind.RATING_REQUEST


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (STARTS - timedelta(days=3), None),
        (STARTS - DAY - SECOND, None),
        (STARTS - DAY, DAY_BEFORE),
        (STARTS - DAY + SECOND, DAY_BEFORE),
        (STARTS - 2 * HOUR - SECOND, DAY_BEFORE),
        (STARTS - 2 * HOUR, None),  # the other one is near
        (STARTS - HOUR - SECOND, None),
        (STARTS - HOUR, HOUR_BEFORE),
        (STARTS - SECOND, HOUR_BEFORE),
        (STARTS, None),
        (STARTS + SECOND, None),
    ],
)
def test_which_reminder_is_due(now: datetime, expected: Kind | None) -> None:
    """At most one: after hours of standstill, only the one that still makes sense."""
    assert due_reminder(booking(placed_at=LONG_AGO), now) == expected


@pytest.mark.parametrize(
    ("placed_at", "now", "expected"),
    [
        (STARTS - DAY, STARTS - DAY, DAY_BEFORE),
        (STARTS - DAY + SECOND, STARTS - DAY + SECOND, None),
        (STARTS - DAY + SECOND, STARTS - HOUR - SECOND, None),
        (STARTS - DAY + SECOND, STARTS - HOUR, HOUR_BEFORE),
        (STARTS - HOUR, STARTS - HOUR, HOUR_BEFORE),
        (STARTS - HOUR + SECOND, STARTS - HOUR + SECOND, None),
        (STARTS - HOUR + SECOND, STARTS - SECOND, None),
    ],
)
def test_nobody_is_reminded_of_what_they_did_within_the_lead(
    placed_at: datetime, now: datetime, expected: Kind | None
) -> None:
    assert due_reminder(booking(placed_at=placed_at), now) == expected


@pytest.mark.parametrize("status", ["cancelled", "checked_in", "completed", "no_show"])
def test_only_who_is_expected_is_reminded(status: str) -> None:
    assert due_reminder(booking(placed_at=LONG_AGO, status=status), STARTS - HOUR) is None


@pytest.mark.parametrize(
    ("kind", "queued", "now", "wanted"),
    [
        (DAY_BEFORE, DAY, DAY, True),
        (DAY_BEFORE, DAY, 2 * HOUR + SECOND, True),
        (DAY_BEFORE, DAY, 2 * HOUR, False),  # two in a row say no more than one
        (HOUR_BEFORE, HOUR, SECOND, True),
        (HOUR_BEFORE, HOUR, 0 * SECOND, False),
    ],
)
def test_a_reminder_that_waited(
    kind: Kind, queued: timedelta, now: timedelta, *, wanted: bool
) -> None:
    held = booking(placed_at=LONG_AGO)
    assert still_wanted(kind, STARTS - queued, held, STARTS - now) == wanted


@pytest.mark.parametrize("status", ["cancelled", "checked_in", "completed", "no_show"])
def test_a_reminder_that_waited_for_somebody_who_is_not_expected_any_more(status: str) -> None:
    held = booking(placed_at=LONG_AGO, status=status)
    assert not still_wanted(DAY_BEFORE, STARTS - DAY, held, STARTS - DAY)


def test_a_reminder_that_waited_while_its_booking_was_moved() -> None:
    queued = STARTS - timedelta(days=2)
    moved = booking(placed_at=queued + SECOND)  # and of the new time, there is another one
    assert not still_wanted(DAY_BEFORE, queued, moved, STARTS - DAY)
    assert still_wanted(DAY_BEFORE, queued + SECOND, moved, STARTS - DAY)


@pytest.mark.parametrize(
    ("status", "since_end", "wanted"),
    [
        ("completed", -SECOND, False),
        ("completed", 0 * SECOND, True),
        ("confirmed", SECOND, True),
        ("checked_in", DAY, True),
        ("no_show", SECOND, False),
        ("cancelled", SECOND, False),
    ],
)
def test_who_is_asked_how_it_was(status: str, since_end: timedelta, *, wanted: bool) -> None:
    held = booking(status=status)
    now = held.ends_at + since_end
    assert wants_rating_request(held, now) == wanted
    assert still_wanted(RATING, held.ends_at, held, now) == wanted


def test_nobody_is_asked_once_ratings_are_closed() -> None:
    held = booking(status="completed")
    closes = held.event_ends_at + timedelta(days=7)
    assert wants_rating_request(held, closes - SECOND)
    assert not wants_rating_request(held, closes)


def test_a_question_that_waited_too_long_is_not_asked() -> None:
    held = booking(status="completed")
    assert still_wanted(RATING, held.ends_at, held, held.ends_at + DAY)
    assert not still_wanted(RATING, held.ends_at, held, held.ends_at + DAY + SECOND)


def test_effects() -> None:
    held = booking()
    moved = booking(starts_at=STARTS + DAY, placed_at=held.placed_at + SECOND)
    late = booking(starts_at=STARTS + timedelta(minutes=8))  # by a delay, of which they are told
    assert effect_key(HOUR_BEFORE, held) == effect_key(HOUR_BEFORE, late)
    assert effect_key(DAY_BEFORE, held) != effect_key(HOUR_BEFORE, held)
    assert effect_key(DAY_BEFORE, held) != effect_key(DAY_BEFORE, moved)
    assert effect_key(RATING, held) == effect_key(RATING, moved)


# In the world


async def kinds() -> list[str]:
    """What was queued, in order, but for invites."""
    found = await rows(
        "SELECT kind FROM outbox WHERE kind NOT IN ('invite', 'cancellation') ORDER BY id"
    )
    return [row["kind"] for row in found]


async def at(world: World, *instants: str) -> list[str]:
    for instant in instants:
        world.clock.set(f"{instant}+00:00")
        await reminder.queue_due(world.clock())
    return await kinds()


@pytest.mark.anyio
async def test_a_booking_is_reminded_of_twice_and_asked_about_once(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]  # 08:00 to 08:15 UTC
    await world.claim(world.emil, slot)
    assert await at(world, "2026-12-02T07:59:59") == []
    assert await at(world, "2026-12-02T08:00:00", "2026-12-02T08:00:30") == ["reminder_day"]
    assert await at(world, "2026-12-03T06:59:59") == ["reminder_day"]
    reminded = ["reminder_day", "reminder_hour"]
    assert await at(world, "2026-12-03T07:00:00", "2026-12-03T07:30:00") == reminded
    assert await at(world, "2026-12-03T08:14:59") == reminded
    asked = [*reminded, "rating_request"]
    assert await at(world, "2026-12-03T08:15:00", "2026-12-03T09:00:00") == asked
    assert await at(world, "2026-12-04T08:15:00", "2026-12-08T08:00:00") == asked


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-12-02T20:00:00", ["reminder_day"]),
        ("2026-12-03T07:00:00", ["reminder_hour"]),
        ("2026-12-03T07:59:59", ["reminder_hour"]),
        ("2026-12-03T08:10:00", []),
        ("2026-12-03T12:00:00", ["rating_request"]),
        ("2026-12-04T08:14:59", ["rating_request"]),
        ("2026-12-04T08:15:00", []),
    ],
)
async def test_after_a_standstill(world: World, since: str, expected: list[str]) -> None:
    slot = (await world.slots(await world.day()))[0]
    await world.claim(world.emil, slot)
    assert await at(world, since) == expected


@pytest.mark.anyio
async def test_booked_or_moved_within_the_lead(world: World) -> None:
    slots = await world.slots(await world.day(cancel_until_minutes=0))
    late = slots[10]
    world.clock.set("2026-12-02T09:00:00+00:00")
    held = await world.claim(world.emil, slots[0])
    assert await at(world, "2026-12-02T09:00:30", "2026-12-03T06:59:00") == []
    assert await at(world, "2026-12-03T07:00:00") == ["reminder_hour"]
    moved = await world.emil.put(f"/bookings/{held['id']}/slot", {"slot_id": late["id"]})
    assert moved.status_code == 200
    assert late["starts_at"] > "2026-12-03T09:00:00Z"
    assert await at(world, "2026-12-03T07:00:30") == ["reminder_hour"]
    assert await at(world, "2026-12-03T10:00:00") == ["reminder_hour"] * 2


@pytest.mark.anyio
async def test_what_waited_while_mail_was_paused_is_decided_when_it_leaves(world: World) -> None:
    """One moved, cancelled, arrived, delayed and one not: only what still makes sense is said."""
    slots = await world.slots(await world.day(cancel_until_minutes=0))
    arrived, moved, cancelled, delayed, left = await world.employees(5)
    held = {
        who: await world.claim(who, slots[number])
        for number, who in enumerate((arrived, moved, cancelled, delayed, left))
    }
    await world.tick()
    await delivery.pause("The mail server moves", world.clock())
    assert await at(world, "2026-12-02T09:00:00") == ["reminder_day"] * 5
    world.clock.set("2026-12-03T07:30:00+00:00")
    await moved.put(f"/bookings/{held[moved]['id']}/slot", {"slot_id": slots[-1]["id"]})
    await cancelled.delete(f"/bookings/{held[cancelled]['id']}")
    await world.hana.put(f"/bookings/{held[arrived]['id']}/attendance", {"status": "checked_in"})
    late = datetime.fromisoformat(held[delayed]["starts_at"]) + timedelta(minutes=8)
    slot = held[delayed]["slot_id"]
    await write("UPDATE slot SET actual_starts_at = {} WHERE id = {}", late, slot)
    await delivery.resume()
    await world.tick()
    for minutes in (30, 7, 1, 30):  # the hour before the time that is left, and before the late one
        world.clock.advance(minutes=minutes)
        await world.tick()
    told = [[mail["Subject"] for mail in world.mails(who.email)[1:]] for who in held]
    assert told == [
        ["How was your massage?"],
        ["Updated: your massage on Thursday 3 December 2026, 11:40"],
        ["Cancelled: your massage on Thursday 3 December 2026, 09:40"],
        ["Soon: your massage at 10:08, Thursday 3 December 2026"],
        ["Soon: your massage at 10:00, Thursday 3 December 2026"],
    ]


@pytest.mark.anyio
async def test_nobody_is_asked_what_they_have_answered(world: World) -> None:
    slots = await world.slots(await world.day())
    quick, slow = await world.employees(2)
    held = [await world.claim(who, slot) for who, slot in zip((quick, slow), slots, strict=False)]
    await world.tick()
    world.clock.set("2026-12-03T08:40:00+00:00")
    await reminder.queue_due(world.clock())
    answer = await quick.put(f"/bookings/{held[0]['id']}/ratings/after", {"score": 2})
    assert answer.status_code == 200
    await world.tick()
    asked = [mail["To"] for mail in world.mails() if mail["Subject"] == "How was your massage?"]
    assert [str(one.addresses[0].addr_spec) for one in asked] == [slow.email]


@pytest.mark.anyio
async def test_who_came_and_who_did_not(world: World) -> None:
    slots = await world.slots(await world.day())
    people = await world.employees(4)
    booked = [await world.claim(who, slot) for who, slot in zip(people, slots, strict=False)]
    world.clock.set("2026-12-03T08:30:00+00:00")
    for held, status in zip(booked, ("completed", "checked_in", "no_show"), strict=False):
        path = f"/bookings/{held['id']}/attendance"
        assert (await world.hana.put(path, {"status": status})).status_code == 200
    await write("UPDATE booking SET status = 'cancelled' WHERE id = {}", booked[3]["id"])
    assert await at(world, "2026-12-03T13:00:00") == ["rating_request"] * 2


@pytest.mark.anyio
async def test_two_at_once_queue_one_of_each(world: World) -> None:
    slots = await world.slots(await world.day())
    for who, slot in zip(await world.employees(6), slots, strict=False):
        await world.claim(who, slot)
    world.clock.set("2026-12-02T14:00:00+00:00")
    await asyncio.gather(*(reminder.queue_due(world.clock()) for _ in range(4)))
    assert await kinds() == ["reminder_day"] * 6
    assert await count("SELECT count(DISTINCT effect_key) AS number FROM outbox") == 12


@pytest.mark.anyio
async def test_as_many_effects_as_a_large_provider_has(bound: str) -> None:
    assert bound
    assert await outbox.queued([f"reminder_day:{number}" for number in range(40_000)]) == set()
