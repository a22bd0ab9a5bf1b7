"""Who stays away gives the rest away, who can come is asked first, who is here sits down."""

from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from scheduler.domain.person import Role
from tests.waiting import full_day, join, offered, offers, told
from tests.web.ladder import climb, invalid, refused
from tests.world import Someone, World, rows

pytestmark = pytest.mark.anyio
NINE = "2026-12-03T08:00:00Z"


def at(minute: int) -> str:
    """Minutes after nine, on the day."""
    return f"2026-12-03T{8 + minute // 60:02}:{minute % 60:02}:00Z"


@pytest.fixture
async def day(world: World) -> dict[str, Any]:
    """Full, 09:00 to 09:15 and 09:20 to 09:35, and it is nine now."""
    found = await full_day(world)
    world.clock.set(NINE)
    return found


async def mark(
    world: World, day: dict[str, Any], status: str = "no_show", number: int = 0
) -> dict[str, Any]:
    path = f"/bookings/{day['bookings'][number]['id']}/attendance"
    answer = await world.tara.put(path, {"status": status})
    assert answer.status_code == 200, answer.text
    entry: dict[str, Any] = answer.json()
    return entry


async def missed(world: World, day: dict[str, Any]) -> dict[str, Any]:
    """The first did not come, and five minutes are over: the slot that is left."""
    world.clock.set(at(5))
    await mark(world, day)
    return (await world.slots(day))[1]


async def ready(who: Someone, day: dict[str, Any]) -> None:
    answer = await who.post(f"/events/{day['id']}/standby")
    assert answer.status_code == 201, answer.text


async def after(world: World, **time: float) -> None:
    world.clock.advance(**time)
    await world.tick()


def opened(world: World, who: Someone) -> list[EmailMessage]:
    return [mail for mail in world.mails(who.email) if "Free now" in mail["Subject"]]


# The rest of a missed time


async def test_it_is_given_when_grace_is_over(world: World, day: dict[str, Any]) -> None:
    world.clock.set(at(2))
    await mark(world, day)
    assert len(await world.slots(day)) == 2
    world.clock.set("2026-12-03T08:04:59Z")
    await world.tick()
    assert len(await world.slots(day)) == 2
    world.clock.set("2026-12-03T08:05:03Z")
    for _ in range(2):
        await world.tick()
    first, rest, _ = await world.slots(day)
    assert (rest["starts_at"], rest["ends_at"], rest["state"]) == (at(5), at(15), "open")
    assert first["state"] == "past"
    counts = (await world.hana.get(f"/events/{day['id']}")).json()["counts"]
    assert counts == {"slots": 2, "open": 1, "booked": 2, "waiting": 0}


async def test_whoever_is_first_takes_it(world: World, day: dict[str, Any]) -> None:
    rest = await missed(world, day)
    taken = await world.claim(world.edda, rest)
    assert (taken["starts_at"], taken["ends_at"]) == (at(5), at(15))
    refused(await world.emil.post(f"/slots/{rest['id']}/booking"), 409, "slot_taken")
    entries = (await world.tara.get("/roster?date=2026-12-03")).json()["shifts"][0]["entries"]
    assert [
        (one["starts_at"], one["booking"]["status"], one["booking"]["person"]["name"])
        for one in entries[:2]
    ] == [(at(0), "no_show", "Colleague 0."), (at(5), "confirmed", "Edda O.")]
    assert entries[1]["instead_of"] == day["bookings"][0]["id"]


async def test_it_is_taken_while_something_useful_is_left(
    world: World, day: dict[str, Any]
) -> None:
    rest = await missed(world, day)
    world.clock.set(at(10))
    refused(await world.edda.post(f"/slots/{rest['id']}/booking"), 409, "slot_past")
    world.clock.set("2026-12-03T08:09:59Z")
    await world.claim(world.edda, rest)


@pytest.mark.parametrize(
    ("grace", "minute", "given"), [(5, 9, 1), (5, 10, 0), (0, 0, 1), (9, 8, 0)]
)
async def test_grace(world: World, grace: int, minute: int, given: int) -> None:
    day = await full_day(world, grace_minutes=grace)
    assert day["grace_minutes"] == grace
    world.clock.set(at(minute))
    await mark(world, day)
    assert len(await world.slots(day)) == 2 + given


async def test_grace_is_changed_with_the_day(world: World, day: dict[str, Any]) -> None:
    changed = await world.hana.patch(f"/events/{day['id']}", {"grace_minutes": 8})
    assert changed.json()["grace_minutes"] == 8
    for wrong in (-1, 121, "soon"):
        answer = await world.hana.patch(f"/events/{day['id']}", {"grace_minutes": wrong})
        invalid(answer, "grace_minutes")
    world.clock.set(at(7))
    await mark(world, day)
    assert len(await world.slots(day)) == 2
    world.clock.set(at(8))
    await world.tick()
    assert (await world.slots(day))[1]["starts_at"] == at(8)


@pytest.mark.parametrize("status", ["confirmed", "checked_in"])
async def test_whoever_comes_after_all_keeps_what_is_left(
    world: World, day: dict[str, Any], status: str
) -> None:
    rest = await missed(world, day)
    await ready(world.edda, day)
    (offer,) = await offers(world.edda)
    world.clock.set(at(6))
    entry = await mark(world, day, status)
    assert (entry["starts_at"], entry["ends_at"]) == (at(0), at(15))
    assert entry["booking"].get("minutes_left") == (9 if status == "checked_in" else None)
    assert [slot["id"] for slot in await world.slots(day)] == [s["id"] for s in day["slots"]]
    assert await offers(world.edda) == []
    refused(await world.edda.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_expired")
    refused(await world.emil.post(f"/slots/{rest['id']}/booking"), 404, "not_found")
    world.clock.set(at(7))
    await mark(world, day)
    assert (await world.slots(day))[1]["starts_at"] == at(7), "missed once more, given once more"


async def test_nobody_comes_after_all_to_what_is_another_s(
    world: World, day: dict[str, Any]
) -> None:
    await world.claim(world.edda, await missed(world, day))
    for status in ("confirmed", "checked_in", "completed"):
        path = f"/bookings/{day['bookings'][0]['id']}/attendance"
        refused(await world.tara.put(path, {"status": status}), 409, "slot_taken")
    await mark(world, day, "no_show")


async def test_who_comes_late_keeps_what_is_left(world: World, day: dict[str, Any]) -> None:
    world.clock.set(at(5))
    assert (await mark(world, day, "checked_in"))["booking"]["minutes_left"] == 10
    world.clock.set(at(25))
    assert (await mark(world, day, "checked_in"))["booking"]["minutes_left"] == 10, "as they came"
    world.clock.set(at(19))
    assert "minutes_left" not in (await mark(world, day, "checked_in", 1))["booking"]


async def test_a_place_counts_once(world: World, day: dict[str, Any]) -> None:
    await world.claim(world.edda, await missed(world, day))
    report = (await world.hana.get(f"/events/{day['id']}/report")).json()
    assert report["utilisation"] == {"offered": 2, "used": 2}
    assert report["attendance"]["no_show"] == 1
    (hour,) = report["by_hour"]
    assert (hour["offered"], hour["booked"], hour["no_show"]) == (2, 2, 0)


# Standby


async def test_in_rounds_of_three_minutes(world: World, day: dict[str, Any]) -> None:
    third = await world.join("third@acme.example", "Third One", Role.EMPLOYEE)
    for who in (world.edda, world.emil, third):
        await ready(who, day)
        world.clock.advance(seconds=1)
    rest = await missed(world, day)
    (offer,) = await offers(world.edda)
    assert (offer["slot_id"], offer["expires_at"]) == (rest["id"], at(8))
    assert await offers(world.emil) == []
    refused(await world.emil.post(f"/slots/{rest['id']}/booking"), 409, "slot_taken")
    await after(world, seconds=179)
    assert await offers(world.emil) == []
    await after(world, seconds=1)
    assert await offers(world.edda) == []
    (offer,) = await offers(world.emil)
    assert offer["expires_at"] == at(10), "no longer than something useful is left"
    taken = await world.emil.put(f"/offers/{offer['id']}/acceptance")
    assert taken.json()["slot_id"] == rest["id"]
    assert [len(told(world, who)) for who in (world.edda, world.emil, third)] == [1, 1, 0]
    assert await rows("SELECT id FROM standby WHERE ended_at IS NULL AND person = {}",
                      world.emil.caller.id) == []  # fmt: skip


async def test_everybody_is_told_once_when_nobody_took_it(
    world: World, day: dict[str, Any]
) -> None:
    waiting = await world.join("waiting@acme.example", "Waiting One", Role.EMPLOYEE)
    await join(waiting, day)
    await ready(world.edda, day)
    await ready(world.emil, day)
    rest = await missed(world, day)
    await world.edda.put(f"/offers/{(await offers(world.edda))[0]['id']}/refusal")
    (offer,) = await offers(world.emil)
    await after(world, minutes=3)
    assert await offered(waiting) == [], "a time that runs is offered to nobody who only waits"
    for _ in range(2):
        await after(world, seconds=5)
    assert offer["slot_id"] == rest["id"]
    assert [len(opened(world, who)) for who in (waiting, world.emil, world.edda)] == [1, 1, 0]
    assert told(world, world.emil) == [], "its mail was too late"
    assert (await world.slots(day))[1]["state"] == "open"


async def test_whoever_let_an_offer_pass_is_not_told_of_it_again(
    world: World, day: dict[str, Any]
) -> None:
    await ready(world.emil, day)
    await missed(world, day)
    await world.tick()
    await after(world, minutes=3)
    await world.tick()
    assert (await world.slots(day))[1]["state"] == "open"
    assert (len(told(world, world.emil)), opened(world, world.emil)) == (1, [])


async def test_nobody_is_told_of_what_is_gone(world: World, day: dict[str, Any]) -> None:
    await join(world.edda, day)
    rest = await missed(world, day)
    await world.claim(world.emil, rest)
    await world.tick()
    assert opened(world, world.edda) == []


async def test_whoever_waits_and_can_come_is_first(world: World, day: dict[str, Any]) -> None:
    await ready(world.emil, day)
    await join(world.edda, day, earliest="09:00")
    world.clock.advance(seconds=1)
    await ready(world.edda, day)
    await missed(world, day)
    assert [len(await offers(who)) for who in (world.edda, world.emil)] == [1, 0]


async def test_a_wish_for_later_takes_nobody_s_turn(world: World, day: dict[str, Any]) -> None:
    await ready(world.emil, day)
    await join(world.edda, day, earliest="11:00")
    world.clock.advance(seconds=1)
    await ready(world.edda, day)
    await missed(world, day)
    assert [len(await offers(who)) for who in (world.edda, world.emil)] == [0, 1]
    await after(world, minutes=3)
    assert [len(await offers(who)) for who in (world.edda, world.emil)] == [1, 0]


async def test_what_begins_soon_goes_to_standby_first(world: World, day: dict[str, Any]) -> None:
    world.clock.set("2026-12-03T07:59:00Z")
    await join(world.edda, day)
    world.clock.set(at(0))
    await ready(world.emil, day)
    world.clock.set(at(1))
    booking = day["bookings"][1]["id"]
    assert (await world.hana.delete(f"/bookings/{booking}")).status_code == 204
    (offer,) = await offers(world.emil)
    assert (offer["slot_id"], offer["expires_at"]) == (day["slots"][1]["id"], at(4))
    await after(world, minutes=3)
    assert await offered(world.edda) == [day["slots"][1]["id"]], "then the line"
    assert opened(world, world.emil) == []


async def test_whoever_is_asked_on_standby_is_not_offered_another_in_line(world: World) -> None:
    day = await full_day(world, 4)
    world.clock.set("2026-12-03T07:50:00Z")
    await join(world.emil, day, earliest="09:40")
    await ready(world.emil, day)
    for number in (0, 3):
        answer = await world.hana.delete(f"/bookings/{day['bookings'][number]['id']}")
        assert answer.status_code == 204, answer.text
    assert await offered(world.emil) == [day["slots"][0]["id"]]
    await after(world, minutes=3)
    assert await offered(world.emil) == [day["slots"][3]["id"]]


async def test_until_they_take_something(world: World, day: dict[str, Any]) -> None:
    await ready(world.edda, day)
    rest = await missed(world, day)
    taken = await world.claim(world.edda, rest)
    assert taken["slot_id"] == rest["id"]
    listed = (await world.tara.get(f"/events/{day['id']}/standby")).json()["items"]
    assert listed == []
    refused(await world.edda.post(f"/events/{day['id']}/standby"), 409, "already_booked")


async def test_until_they_leave(world: World, day: dict[str, Any]) -> None:
    await ready(world.edda, day)
    await missed(world, day)
    assert len(await offers(world.edda)) == 1
    for _ in range(2):
        assert (await world.edda.delete(f"/events/{day['id']}/standby")).status_code == 204
    assert await offers(world.edda) == []
    assert (await world.slots(day))[1]["state"] == "open"


async def test_until_the_day_ends(world: World, day: dict[str, Any]) -> None:
    await ready(world.edda, day)
    world.clock.set(at(35))
    await world.tick()
    ended = await rows("SELECT outcome FROM standby")
    assert [row["outcome"] for row in ended] == ["off"]
    refused(await world.edda.post(f"/events/{day['id']}/standby"), 409, "event_finished")


async def test_whoever_leaves_the_organisation_is_asked_no_more(
    world: World, day: dict[str, Any]
) -> None:
    await ready(world.edda, day)
    await missed(world, day)
    assert (await world.hana.delete(f"/people/{world.edda.id}")).status_code == 204
    assert await rows("SELECT id FROM standby WHERE ended_at IS NULL") == []
    assert (await world.slots(day))[1]["state"] == "open"


async def test_standby_is_of_the_day_itself(world: World) -> None:
    day = await full_day(world)
    path = f"/events/{day['id']}/standby"
    world.clock.set("2026-12-02T22:59:00Z")
    refused(await world.edda.post(path), 409, "not_yet")
    world.clock.set("2026-12-02T23:00:00Z")
    first = (await world.edda.post(path)).json()
    assert first == {"since": "2026-12-02T23:00:00Z"}
    world.clock.advance(minutes=1)
    assert (await world.edda.post(path)).json() == first, "the first tap counts"
    refused(await day["holders"][0].post(path), 409, "already_booked")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.edda.post(path), 409, "event_cancelled")
    assert await rows("SELECT id FROM standby WHERE ended_at IS NULL") == []


async def test_who_reads_who_is_ready(world: World, day: dict[str, Any]) -> None:
    await ready(world.edda, day)
    path = f"/events/{day['id']}/standby"
    names = [
        [one["name"] for one in (await who.get(path)).json()["items"]]
        for who in (world.hana, world.tara)
    ]
    assert names == [["Edda Okoye"], ["Edda O."]]
    others = [world.tom, world.emil, world.ada, world.olga, world.otto]
    await climb(world, "GET", path, None, world.hana, others)
    for method in ("POST", "DELETE"):
        await climb(world, method, path, None, world.edda, [world.hana, world.tara, world.otto])


# Walk-ins


async def standby_of(world: World, day: dict[str, Any]) -> str:
    listed = (await world.tara.get(f"/events/{day['id']}/standby")).json()["items"]
    return str(listed[0]["id"])


async def test_somebody_without_an_account(world: World, day: dict[str, Any]) -> None:
    rest = await missed(world, day)
    world.clock.set(at(6))
    answer = await world.tara.post(f"/slots/{rest['id']}/walk-in", {"standby": None})
    assert answer.status_code == 201, answer.text
    entry = answer.json()
    assert entry["booking"]["person"] == {"name": "Walk-in"}
    assert entry["booking"]["status"] == "checked_in"
    await mark_done(world, entry)
    await after(world, hours=1)
    assert world.mails(".invalid") == []
    report = (await world.hana.get(f"/events/{day['id']}/report")).json()
    assert report["attendance"]["completed"] == 1
    assert report["unmet_demand"] == 0
    people = (await world.hana.get("/people")).json()["items"]
    assert "Walk-in" not in [one["name"] for one in people]


async def mark_done(world: World, entry: dict[str, Any]) -> None:
    path = f"/bookings/{entry['booking']['id']}/attendance"
    assert (await world.tara.put(path, {"status": "completed"})).status_code == 200


async def test_somebody_on_standby(world: World, day: dict[str, Any]) -> None:
    await ready(world.edda, day)
    rest = await missed(world, day)
    body = {"standby": await standby_of(world, day)}
    answer = await world.hana.post(f"/slots/{rest['id']}/walk-in", body)
    assert answer.status_code == 201, answer.text
    own = (await world.edda.get("/bookings")).json()["items"]
    assert [(one["slot_id"], one["status"]) for one in own] == [(rest["id"], "checked_in")]
    await world.tick()
    assert len([mail for mail in world.mails("edda@") if "Hana" in mail.as_string()]) >= 1
    again = await world.hana.post(f"/slots/{rest['id']}/walk-in", body)
    refused(again, 409, "standby_over")
    refused(await world.hana.post(f"/slots/{rest['id']}/walk-in"), 409, "slot_taken")


async def test_what_is_held_for_one_is_nobody_else_s(world: World, day: dict[str, Any]) -> None:
    await ready(world.edda, day)
    world.clock.advance(seconds=1)
    await ready(world.emil, day)
    rest = await missed(world, day)
    listed = (await world.tara.get(f"/events/{day['id']}/standby")).json()["items"]
    path = f"/slots/{rest['id']}/walk-in"
    refused(await world.tara.post(path), 409, "slot_taken")
    refused(await world.tara.post(path, {"standby": listed[1]["id"]}), 409, "slot_taken")
    assert (await world.tara.post(path, {"standby": listed[0]["id"]})).status_code == 201


async def test_a_time_that_runs_and_one_that_comes(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    world.clock.set("2026-12-03T08:09:59Z")
    running = await world.tara.post(f"/slots/{slots[0]['id']}/walk-in", {})
    assert running.json()["booking"]["status"] == "checked_in"
    later = await world.tara.post(f"/slots/{slots[2]['id']}/walk-in", {})
    assert later.json()["booking"]["status"] == "confirmed", "they come back"
    refused(await world.tara.post(f"/slots/{slots[0]['id']}/walk-in", {}), 409, "slot_taken")
    world.clock.set(at(30))
    refused(await world.tara.post(f"/slots/{slots[1]['id']}/walk-in", {}), 409, "slot_past")


async def test_a_walk_in_is_of_the_day_itself(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]["id"]
    path = f"/slots/{slot}/walk-in"
    refused(await world.tara.post(path), 409, "not_yet")
    world.clock.set("2026-12-04T08:00:00Z")
    refused(await world.tara.post(path), 409, "event_finished")
    world.clock.set(at(0))
    for body in ({"standby": str(uuid4())}, {"standby": world.edda.id}):
        refused(await world.tara.post(path, body), 409, "standby_over")
    invalid(await world.tara.post(path, {"standby": "Edda"}), "standby")
    invalid(await world.tara.post(path, {"person": "edda@acme.example"}), "person")
    draft = await world.day(published=False, date="2026-12-04")
    world.clock.set("2026-12-04T07:00:00Z")
    unseen = (await world.slots(draft))[0]["id"]
    refused(await world.hana.post(f"/slots/{unseen}/walk-in"), 404, "not_found")


async def test_the_same_walk_in_twice(world: World) -> None:
    day = await world.day()
    path = f"/slots/{(await world.slots(day))[0]['id']}/walk-in"
    world.clock.set(at(0))
    key = {"headers": {"Idempotency-Key": "tap"}}
    answers = [(await world.tara.post(path, {}, **key)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(await rows("SELECT id FROM booking")) == 1


async def test_who_lets_whom_sit_down(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]["id"]
    world.clock.set(at(0))
    others = [world.tom, world.emil, world.ada, world.olga, world.tara_elsewhere, world.otto]
    await climb(world, "POST", f"/slots/{slot}/walk-in", {}, world.tara, others)
