"""One day's life, and what each person was told in the course of it: all of it, in order, once."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage

import pytest

from scheduler.domain import delivery, nudge, promotion, reminder
from scheduler.domain.delivery import PostOffice
from scheduler.mail import transports
from tests.mailserver import open_postbox
from tests.world import Someone, World, rows

pytestmark = pytest.mark.anyio
DAY = "Thursday 3 December 2026"
WANTED = {"invitation": True, "nudge": True, "rating_request": True}
UNWANTED = {"invitation": False, "nudge": False, "rating_request": False}
Send = Callable[[], Awaitable[object]]


async def at(world: World, send: Send, *instants: str) -> None:
    """Everything is sent twice, and so asked twice."""
    for instant in instants:
        world.clock.set(f"2026-{instant}:00+00:00")
        for _ in range(2):
            await send()


async def live(world: World, send: Send) -> dict[str, Someone]:
    """Emil keeps his time, Edda moves hers, Gil gives his back; Ned and Nora want to hear of free
    times, Quinn of nothing, and Wanda waits. Twice of everything is tried.
    """
    names = ("emil", "edda", "gil", "ned", "nora", "quinn", "wanda")
    people = dict(zip(names, [world.emil, world.edda, *await world.employees(5)], strict=True))
    for name, choice in (("ned", WANTED), ("nora", WANTED), ("quinn", UNWANTED)):
        await people[name].put("/me/messages", choice)
    day = await world.day(cancel_until_minutes=0)
    path, slots = f"/events/{day['id']}", [slot["id"] for slot in await world.slots(day)]
    for _ in range(2):
        await world.hana.put(f"{path}/invitations", {"all": True})
        await send()
    held = await _fill(people, slots)
    await send()
    await _change(people, held, slots, path)
    await send()
    await _write(world, path)
    await send()
    world.clock.set("2026-11-25T09:00:00+00:00")
    for _ in range(2):
        await world.hana.put(f"{path}/nudge")
        await send()
    await at(world, send, "12-02T08:00", "12-02T10:00", "12-02T14:00", "12-03T07:00", "12-03T07:30")
    world.clock.set("2026-12-03T08:20:00+00:00")
    await world.hana.put(f"/bookings/{held['emil']}/attendance", {"status": "completed"})
    await world.hana.post(f"{path}/messages", {"text": "There is smoke.", "audience": "all"})
    for _ in range(2):
        await world.hana.put(f"{path}/cancellation", {"reason": "Fire"})
    await at(world, send, "12-03T08:20", "12-03T09:30", "12-04T09:00", "12-10T09:00")
    return people


async def _fill(people: dict[str, Someone], slots: list[str]) -> dict[str, str]:
    held = {}
    for name, number in (("emil", 0), ("edda", 1), ("gil", 2), ("nora", 8)):
        answer = await people[name].post(f"/slots/{slots[number]}/booking")
        held[name] = answer.json()["id"]
    return held


async def _change(
    people: dict[str, Someone], held: dict[str, str], slots: list[str], path: str
) -> None:
    """Emil goes there and back, before anybody hears of it; Edda moves twice."""
    for name, number in (("emil", 4), ("emil", 0), ("edda", 5), ("edda", 6)):
        await people[name].put(f"/bookings/{held[name]}/slot", {"slot_id": slots[number]})
    await people["gil"].delete(f"/bookings/{held['gil']}")
    await people["wanda"].post(f"{path}/waitlist", {"earliest": "09:00", "latest": "09:15"})


async def _write(world: World, path: str) -> None:
    for audience in ("all", "waiting"):
        body = {"text": f"Bring tea, {audience}.", "audience": audience}
        for _ in range(2):
            once = {"Idempotency-Key": audience}
            await world.hana.post(f"{path}/messages", body, headers=once)


def told(mails: list[EmailMessage], who: Someone) -> list[str]:
    found = [mail["Subject"] for mail in mails if who.email in mail["To"]]
    return [subject.replace(DAY, "the day") for subject in found]


INVITED = "A massage for you on the day"
TOLD = {
    "emil": [
        INVITED,
        "Your massage on the day, 09:00",
        "About your massage on the day, 09:00",
        "Tomorrow: your massage at 09:00, the day",
        "Soon: your massage at 09:00, the day",
        "How was your massage?",
    ],
    "edda": [
        INVITED,
        "Your massage on the day, 09:20",
        "Updated: your massage on the day, 10:40",
        "About your massage on the day, 10:40",
        "Tomorrow: your massage at 10:40, the day",
        "Cancelled: your massage on the day, 10:40",
    ],
    "gil": [
        INVITED,
        "Your massage on the day, 09:40",
        "Cancelled: your massage on the day, 09:40",
    ],
    "ned": [INVITED, "Times are left on the day"],
    "nora": [
        INVITED,
        "Your massage on the day, 11:00",
        "About your massage on the day, 11:00",
        "Tomorrow: your massage at 11:00, the day",
        "Cancelled: your massage on the day, 11:00",
    ],
    "quinn": [],
    "wanda": [
        INVITED,
        "About the massage day on the day",
        "About the massage day on the day",
        "Cancelled: the massage day on the day",
    ],
}


async def test_a_days_life_by_maildir(world: World) -> None:
    people = await live(world, world.tick)
    assert {name: told(world.mails(), who) for name, who in people.items()} == TOLD


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_days_life_by_smtp(world: World) -> None:
    """With two job processes, each of which does everything."""
    async with open_postbox() as box:
        sender, key = world.settings.mail_from, world.app.state["keys"].secret
        office = PostOffice(transports.parse(box.url), sender, world.settings.base_url, key)

        async def send() -> None:
            for _ in range(2):
                await promotion.tend(world.clock())
                await reminder.queue_due(world.clock())
                await nudge.queue_due(world.clock())
                await delivery.deliver(office, world.clock)

        people = await live(world, send)
        assert {name: told(box.received, who) for name, who in people.items()} == TOLD
        assert max(box.ids().values()) == 1
    effects = await rows("SELECT count(*) AS n, count(DISTINCT effect_key) AS keys FROM outbox")
    assert effects[0]["n"] == effects[0]["keys"]


async def test_a_move_that_was_told_and_taken_back_is_told_too(world: World) -> None:
    slots = await world.slots(await world.day())
    held = await world.claim(world.emil, slots[0])
    for number in (1, 0, 2):
        await world.tick()
        answer = await world.emil.put(
            f"/bookings/{held['id']}/slot", {"slot_id": slots[number]["id"]}
        )
        assert answer.status_code == 200
    await world.emil.put(f"/bookings/{held['id']}/slot", {"slot_id": slots[0]["id"]})
    await world.tick()
    assert told(world.mails(), world.emil) == [
        "Your massage on the day, 09:00",
        "Updated: your massage on the day, 09:20",
        "Updated: your massage on the day, 09:00",
    ]
