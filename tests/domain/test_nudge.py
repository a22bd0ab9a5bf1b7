"""Word that times are left: to those who asked, once, at a time when people are awake."""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from scheduler.domain import nudge
from scheduler.domain.nudge import is_time
from tests.web.ladder import climb, refused
from tests.world import Someone, World, rows

pytestmark = pytest.mark.anyio
WANTED = {"invitation": True, "nudge": True, "rating_request": True}
A_DAY_AHEAD = "2026-12-02T08:00:00Z"  # the day begins at 08:00 UTC, 09:00 in Berlin


@pytest.mark.parametrize(
    ("begins", "now", "expected"),
    [
        ("2026-12-03T08:00Z", "2026-12-02T07:59Z", False),
        ("2026-12-03T08:00Z", "2026-12-02T08:00Z", True),
        ("2026-12-03T08:00Z", "2026-12-02T18:59Z", True),
        ("2026-12-03T08:00Z", "2026-12-02T19:00Z", False),  # 20:00 in Berlin
        ("2026-12-03T08:00Z", "2026-12-03T06:59Z", False),
        ("2026-12-03T08:00Z", "2026-12-03T07:00Z", True),
        ("2026-12-03T08:00Z", "2026-12-03T08:00Z", False),  # it has begun
        ("2026-12-03T04:00Z", "2026-12-02T04:00Z", False),  # at five in the morning
        ("2026-12-03T04:00Z", "2026-12-02T07:00Z", True),
        ("2026-12-03T21:00Z", "2026-12-02T21:00Z", False),  # a night shift
        ("2026-12-03T21:00Z", "2026-12-03T07:00Z", True),
    ],
)
def test_when_it_is_time(begins: str, now: str, *, expected: bool) -> None:
    first, instant = (datetime.fromisoformat(one) for one in (begins, now))
    assert is_time(first, "Europe/Berlin", instant) == expected


def test_every_day_has_its_time() -> None:
    begins = datetime.fromisoformat("2026-12-03T00:00Z")
    for hours in range(24):
        first = begins + timedelta(hours=hours)
        assert any(
            is_time(first, "Europe/Berlin", first - timedelta(minutes=minutes))
            for minutes in range(1, 24 * 60 + 1)
        )


# In the world


async def ask(*who: Someone) -> None:
    for one in who:
        assert (await one.put("/me/messages", WANTED)).status_code == 200


def told(world: World) -> dict[str, list[EmailMessage]]:
    """The nudges that left, by address."""
    found: dict[str, list[EmailMessage]] = {}
    for mail in world.mails():
        if mail["Subject"].startswith("Times are left"):
            found.setdefault(mail["To"].addresses[0].addr_spec, []).append(mail)
    return found


async def at(world: World, *instants: str) -> list[str]:
    """Who was told by then, by name, as often as they were."""
    for instant in instants:
        world.clock.set(instant)
        await world.tick()
    return sorted(email for email, mails in told(world).items() for _ in mails)


async def test_whoever_asked_is_told_once_a_day_ahead(world: World) -> None:
    day = await world.day()
    await ask(world.emil)
    slots = await world.slots(day)
    await world.claim(world.edda, slots[0])
    assert await at(world, "2026-12-02T07:59:00Z") == []
    assert await at(world, A_DAY_AHEAD, "2026-12-02T08:01:00Z", "2026-12-02T15:00:00Z") == [
        "emil@acme.example"
    ]
    assert await at(world, "2026-12-03T07:30:00Z") == ["emil@acme.example"]
    (mail,) = told(world)["emil@acme.example"]
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    text = body.get_content()
    assert mail["Subject"] == "Times are left on Thursday 3 December 2026"
    assert "13 times are still free that you could take:" in text
    assert "Thursday 3 December 2026, 09:20 to 11:55 (Europe/Berlin)" in text
    assert "https://chairtime.example/i/" in text
    assert mail["List-Unsubscribe"]


async def test_only_those_are_told_who_could_take_one(world: World) -> None:
    """Booked, waiting, taken out, busy elsewhere, who gave it back, and who never asked: nobody."""
    day = await world.day(
        shifts=[
            {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:55"}
        ]
    )
    slots = await world.slots(day)
    assert len(slots) == 3
    booked, waits, gone, busy, gave, silent, free = await world.employees(7)
    await ask(booked, waits, gone, busy, gave, free)
    await world.claim(booked, slots[0])
    await waits.post(f"/events/{day['id']}/waitlist", {"latest": "09:15"})
    given = await world.claim(gave, slots[2])
    elsewhere = await world.day(
        date="2026-12-03", location={"name": "Elsewhere"},
        shifts=[
            {"therapist": "tom@hands.example", "chair": "1", "starts": "09:00", "ends": "10:00"}
        ],
        slot_minutes=60, reset_minutes=0,
    )  # fmt: skip
    await world.claim(busy, (await world.slots(elsewhere))[0])
    await world.claim(silent, slots[1])
    await world.hana.delete(f"/people/{gone.id}")
    await gave.delete(f"/bookings/{given['id']}")
    assert await at(world, A_DAY_AHEAD) == [free.email]


@pytest.mark.parametrize("state", ["draft", "cancelled", "early", "full"])
async def test_there_has_to_be_something_to_take(world: World, state: str) -> None:
    more = {"claims_open_at": "2026-12-03T07:00:00Z"} if state == "early" else {}
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:15"}
    day = await world.day(published=state != "draft", shifts=[block], **more)
    await ask(world.emil)
    if state == "cancelled":
        await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    if state == "full":
        await world.claim(world.edda, (await world.slots(day))[0])
    assert await at(world, A_DAY_AHEAD) == []
    seen = (await world.hana.get(f"/events/{day['id']}/nudge")).json()
    assert seen == {"free": 0, "people": 0}


async def test_whoever_had_as_many_as_one_may_have_is_not_told(world: World) -> None:
    before = await world.day(date="2026-11-30")
    day = await world.day()
    had, kept, free = await world.employees(3)
    await ask(had, kept, free)
    slots = await world.slots(before)
    await world.claim(had, slots[0])
    rules = {"limit": {"count": 1, "days": 28}, "waitlist_order": "first_come"}
    assert (await world.hana.put("/organisation/fairness", rules)).status_code == 200
    path = f"/events/{day['id']}/nudge"
    assert (await world.hana.get(path)).json() == {"free": 14, "people": 2}
    await world.hana.put(path)
    await world.claim(kept, slots[1])
    assert await at(world, "2026-11-23T09:00:00Z") == [free.email]


async def test_it_is_asked_again_when_it_leaves(world: World) -> None:
    day = await world.day()
    took, stopped, late = await world.employees(3)
    await ask(took, stopped, late)
    world.clock.set(A_DAY_AHEAD)
    assert await nudge.queue_due(world.clock()) == 3
    await world.claim(took, (await world.slots(day))[0])
    await stopped.put("/me/messages", WANTED | {"nudge": False})
    assert await at(world, A_DAY_AHEAD) == [late.email]
    await ask(stopped)
    assert await at(world, "2026-12-02T09:00:00Z") == [late.email]


async def test_two_at_once_tell_nobody_twice(world: World) -> None:
    day = await world.day()
    await ask(*await world.employees(5))
    world.clock.set(A_DAY_AHEAD)
    path = f"/events/{day['id']}/nudge"
    await asyncio.gather(
        nudge.queue_due(world.clock()), world.hana.put(path), nudge.queue_due(world.clock()),
        world.hana.put(path),
    )  # fmt: skip
    await world.tick()
    assert len(told(world)) == 5
    assert all(len(mails) == 1 for mails in told(world).values())
    assert len(await rows("SELECT id FROM outbox WHERE kind = 'nudge'")) == 5


async def test_whoever_was_just_invited_is_not_told_besides(world: World) -> None:
    day = await world.day()
    invited, before, neither = await world.employees(3)
    await ask(invited, before, neither)
    path = f"/events/{day['id']}/invitations"
    await world.hana.put(path, {"people": [before.id]})
    await world.tick()
    world.clock.set("2026-12-02T07:50:00Z")
    await world.hana.put(path, {"people": [invited.id]})
    assert await at(world, A_DAY_AHEAD) == sorted([before.email, neither.email])
    answer = await world.hana.put(path, {"people": [neither.id, invited.id]})
    assert answer.json()["already_invited"] == 2, "and the other way round"
    assert await at(world, "2026-12-03T07:55:00Z") == sorted(
        [before.email, invited.email, neither.email]
    ), "a day later they are"


# By a coordinator


async def test_a_coordinator_tells_them_before(world: World) -> None:
    day = await world.day()
    await ask(world.emil, world.edda)
    path = f"/events/{day['id']}/nudge"
    assert (await world.hana.get(path)).json() == {"free": 14, "people": 2}
    assert (await world.hana.put(path)).json() == {"told": 2}
    assert (await world.hana.put(path)).json() == {"told": 0}
    assert (await world.hana.get(path)).json() == {"free": 14, "people": 0}
    both = ["edda@acme.example", "emil@acme.example"]
    assert await at(world, "2026-11-23T09:00:00Z", A_DAY_AHEAD) == both
    audited = await rows("SELECT actor FROM audit WHERE action = 'event.nudge'")
    assert {str(row["actor"]) for row in audited} == {world.hana.id}


async def test_telling_has_its_ladder(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}/nudge"
    strangers = [world.emil, world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere]
    await climb(world, "PUT", path, None, world.hana, strangers)
    await climb(world, "GET", path, None, world.hana, strangers)
    draft = await world.day(date="2026-12-10", published=False)
    refused(await world.hana.put(f"/events/{draft['id']}/nudge"), 409, "event_not_open")
    world.clock.set("2026-12-03T11:00:00Z")
    refused(await world.hana.put(path), 409, "event_finished")
    await world.hana.put(f"/events/{draft['id']}/cancellation", {"reason": "Storm"})
    refused(await world.hana.put(f"/events/{draft['id']}/nudge"), 409, "event_cancelled")
    assert await rows("SELECT id FROM outbox WHERE kind = 'nudge'") == []


async def test_one_click_on_the_page_of_the_day(world: World) -> None:
    day = await world.day()
    path = f"/plan/{day['id']}"
    hana, emil = await world.signed_in(world.hana), await world.signed_in(world.emil)
    assert "who asked" not in (await hana.get(path)).text
    board = await emil.get(f"/days/{day['id']}")
    assert "Tell me by e-mail" in board.text
    asked = await emil.follow(await emil.post(f"/days/{day['id']}/nudges", page="/"))
    assert "You are told by e-mail when times are left." in asked.text
    assert "Tell me by e-mail" not in asked.text
    page = (await hana.get(path)).text
    assert "14 places are free" in page
    assert "Tell 1 person who asked" in page
    done = await hana.follow(await hana.post(f"{path}/nudge", page=path))
    assert "1 person is told that times are free." in done.text
    assert "who asked" not in done.text
    twice = await hana.follow(await hana.post(f"{path}/nudge", page=path))
    assert "Nobody was left to tell." in twice.text
    assert "Tell me by e-mail" not in (await hana.get(f"/days/{day['id']}")).text, "no employee"


async def test_what_cannot_be_told_is_said_on_the_page(world: World) -> None:
    draft = await world.day(published=False)
    hana = await world.signed_in(world.hana)
    answer = await hana.post(f"/plan/{draft['id']}/nudge", page=f"/plan/{draft['id']}")
    assert answer.status_code == 422
    assert "cannot be taken yet" in answer.text
