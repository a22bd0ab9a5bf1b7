"""Waiting for a time on a full day: joining, one's place, and leaving."""

from typing import Any
from uuid import UUID

import pytest

from scheduler.domain import drawing, promotion, waitlist
from scheduler.domain.waitlist import PlaceInLine
from tests.waiting import full_day, give_back, join, offered, offers, told
from tests.web.ladder import climb, invalid, refused
from tests.world import MONDAY, Someone, World, plan, rows, write

pytestmark = pytest.mark.anyio
ANY = {
    "earliest": None, "latest": None, "therapist": None,
    "why": ["Whoever joined first is asked first."],
}  # fmt: skip


async def place(who: Someone, day: dict[str, Any]) -> PlaceInLine | None:
    return await waitlist.place(who.caller, UUID(day["id"]), MONDAY)


async def waiting(world: World, day: dict[str, Any]) -> int:
    counts = (await world.hana.get(f"/events/{day['id']}")).json()["counts"]
    number: int = counts["waiting"]
    return number


async def test_everybody_has_a_place_in_line(world: World) -> None:
    day = await full_day(world)
    assert await join(world.emil, day) == {"position": 1} | ANY
    world.clock.advance(minutes=1)
    wishes = {
        "earliest": "09:00",
        "latest": "10:00",
        "therapist": day["shifts"][0]["therapist"]["id"],
    }
    assert await join(world.edda, day, **wishes) == {"position": 2} | ANY | wishes
    assert await waiting(world, day) == 2
    found = await place(world.edda, day)
    assert found is not None
    assert (found.position, found.earliest) == (2, "09:00")
    assert await place(day["holders"][0], day) is None


async def test_joining_again_changes_the_wishes_and_keeps_the_place(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    world.clock.advance(minutes=1)
    again = await join(world.emil, day, latest="09:15")
    assert again == {"position": 1} | ANY | {"latest": "09:15"}
    await give_back(day, 1)
    assert (await offered(world.emil), await offered(world.edda)) == ([], [day["slots"][1]["id"]])
    assert await waiting(world, day) == 2


async def test_leaving_gives_the_place_up(world: World) -> None:
    day = await full_day(world)
    for who in (world.emil, world.edda):
        await join(who, day)
        world.clock.advance(minutes=1)
    for _ in range(2):
        answer = await world.emil.delete(f"/events/{day['id']}/waitlist")
        assert (answer.status_code, answer.content) == (204, b"")
    found = await place(world.edda, day)
    assert found is not None
    assert found.position == 1
    assert (await join(world.emil, day))["position"] == 2, "newest never first"
    assert await waiting(world, day) == 2
    done = await rows("SELECT action FROM audit WHERE action LIKE {} ORDER BY id", "waitlist.%")
    assert [row["action"] for row in done] == [
        "waitlist.join", "waitlist.join", "waitlist.leave", "waitlist.join",
    ]  # fmt: skip


async def test_leaving_hands_on_what_was_offered(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    await give_back(day, 0)
    (offer,) = await offers(world.emil)
    await world.emil.delete(f"/events/{day['id']}/waitlist")
    assert await offered(world.emil) == []
    assert await offered(world.edda) == [day["slots"][0]["id"]]
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_expired")


async def test_whom_an_open_time_suits_is_offered_it_at_once(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await join(world.emil, day, earliest="11:00")
    late = [slot for slot in slots if slot["starts_at"] >= "2026-12-03T10:00:00Z"]
    assert await offered(world.emil) == [late[0]["id"]]


async def test_what_cannot_be_wished_for(world: World) -> None:
    day = await full_day(world)
    path = f"/events/{day['id']}/waitlist"
    for body, field in (
        ({"earliest": "9"}, "earliest"),
        ({"latest": "24:00"}, "latest"),
        ({"earliest": "10:00", "latest": "10:00"}, "latest"),
        ({"therapist": "Tara"}, "therapist"),
        ({"therapist": world.tom.id}, "therapist"),
        ({"therapist": "00000000-0000-0000-0000-000000000001"}, "therapist"),
        ({"person": "edda@acme.example"}, "person"),
    ):
        invalid(await world.emil.post(path, body), field)
    assert await waiting(world, day) == 0


async def test_days_that_nobody_can_wait_for(world: World) -> None:
    early = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    refused(await world.emil.post(f"/events/{early['id']}/waitlist"), 409, "event_not_open")
    day = await full_day(world, date="2026-12-04")
    first = day["holders"][0]
    refused(await first.post(f"/events/{day['id']}/waitlist"), 409, "already_booked")
    world.clock.set("2026-12-04T12:00:00Z")
    refused(await world.emil.post(f"/events/{day['id']}/waitlist"), 409, "event_finished")
    world.clock.set("2026-12-02T12:00:00Z")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.emil.post(f"/events/{day['id']}/waitlist"), 409, "event_cancelled")


async def test_before_a_draw_nobody_joins_and_nothing_is_offered(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    later = {"claims_open_at": "2026-12-01T08:00:00Z"}
    assert (await world.hana.patch(f"/events/{day['id']}", later)).status_code == 200
    announced = {"wishes_close_at": "2026-12-01T08:00:00Z"}
    assert (await world.hana.put(f"/events/{day['id']}/draw", announced)).status_code == 200
    await give_back(day, 0)
    world.clock.set("2026-12-01T08:00:00Z")
    await promotion.tend(world.clock())
    assert await offers(world.emil) == []
    refused(await world.edda.post(f"/events/{day['id']}/waitlist"), 409, "event_not_open")
    await drawing.run_due(world.clock())
    await promotion.tend(world.clock())
    assert await offered(world.emil) == [day["slots"][0]["id"]]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_waiting_has_its_ladder(world: World, method: str) -> None:
    day = await full_day(world)
    outsiders = [world.tara, world.tom, world.ada, world.olga, world.otto]
    if method == "POST":  # a coordinator who lost their time is in line, and may leave it
        outsiders.append(world.hana)
    await climb(world, method, f"/events/{day['id']}/waitlist", None, world.emil, outsiders)
    draft = await world.day(published=False, date="2026-12-10")
    answer = await world.emil.http.request(method, f"/api/v1/events/{draft['id']}/waitlist")
    refused(answer, 404, "not_found")


async def test_one_key_joins_once(world: World) -> None:
    day, key = await full_day(world), {"Idempotency-Key": "one"}
    path = f"/events/{day['id']}/waitlist"
    first, second = [await world.emil.post(path, {}, headers=key) for _ in range(2)]
    assert (first.status_code, first.content) == (201, second.content)


async def test_a_cancelled_day_ends_the_wait_and_what_was_held(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    await join(world.edda, day)
    await give_back(day, 0)
    (offer,) = await offers(world.emil)
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    assert await offers(world.emil) == []
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_expired")
    assert await waiting(world, day) == 0
    await world.tick()
    assert not told(world, world.emil)


async def test_whoever_has_their_time_waits_no_longer(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day, latest="09:15")
    await give_back(day, 1)
    await world.claim(world.emil, day["slots"][1])
    assert await waiting(world, day) == 0
    await give_back(day, 0)
    assert await offers(world.emil) == []


async def test_whom_a_coordinator_gives_a_time_waits_no_longer(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day, latest="09:15")
    world.clock.advance(minutes=1)
    await join(world.edda, day, latest="09:15")
    await give_back(day, 1)
    await world.claim(world.hana, day["slots"][1], person="emil@acme.example")
    assert await waiting(world, day) == 1
    assert (await join(world.edda, day))["position"] == 1


async def test_whoever_may_have_two_waits_for_the_second(world: World) -> None:
    day = await full_day(world, 3, claims_per_person=2)
    first = day["holders"][0]
    await join(first, day)
    await give_back(day, 1)
    assert await offered(first) == [day["slots"][1]["id"]]
    await first.post(f"/slots/{day['slots'][1]['id']}/booking")
    assert await waiting(world, day) == 0


async def test_whoever_is_taken_out_waits_no_longer(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    await give_back(day, 0)
    assert (await world.hana.delete(f"/people/{world.emil.id}")).status_code == 204
    assert await waiting(world, day) == 1
    assert await offered(world.edda) == [day["slots"][0]["id"]]
    await world.tick()
    assert not world.mails("emil@acme.example")


async def test_the_times_of_whoever_is_taken_out_go_to_who_waits(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    await world.hana.delete(f"/people/{day['holders'][1].id}")
    assert await offered(world.emil) == [day["slots"][1]["id"]]


async def test_who_is_no_employee_any_more_is_offered_nothing(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    await write("DELETE FROM membership WHERE person = {}", world.emil.id)
    await give_back(day, 0)
    assert await offered(world.edda) == [day["slots"][0]["id"]]


async def test_ones_own_data_names_what_one_waited_for_and_forgets_it(world: World) -> None:
    day = await full_day(world)
    tara = day["shifts"][0]["therapist"]["id"]
    await join(world.emil, day, earliest="09:00", therapist=tara)
    await give_back(day, 0)
    held = (await world.emil.get("/me/data")).json()
    (place_in_line,), (offer,) = held["waitlist"], held["offers"]
    assert (place_in_line["title"], place_in_line["earliest"]) == ("Chair massage", "09:00:00")
    assert place_in_line["therapist"] == "Tara Lindqvist"
    assert (offer["starts_at"], offer["outcome"]) == ("2026-12-03T08:00:00Z", None)
    assert (await world.emil.delete("/me/data?confirm=true")).status_code == 204
    (left,) = await rows("SELECT earliest, therapist, outcome FROM waitlist_entry")
    assert left == {"earliest": None, "therapist": None, "outcome": "off"}
    assert [row["outcome"] for row in await rows("SELECT outcome FROM offer")] == ["off"]


async def test_the_report_counts_who_waited_in_vain(world: World) -> None:
    day = await full_day(world)
    for who in (world.emil, world.edda, *(await world.employees(4))[2:]):
        await join(who, day)
        world.clock.advance(minutes=1)
    await world.edda.delete(f"/events/{day['id']}/waitlist")
    await give_back(day, 0)
    (offer,) = await offers(world.emil)
    await world.emil.put(f"/offers/{offer['id']}/acceptance")
    world.clock.set("2026-12-03T15:00:00Z")
    report = (await world.hana.get(f"/events/{day['id']}/report")).json()
    assert report["unmet_demand"] == 2


async def test_more_chairs_reach_who_waits(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    old = day["shifts"][0]
    longer = [{"id": old["id"], "ends": "10:15"}, plan()["shifts"][1] | {"ends": "10:20"}]
    answer = await world.hana.patch(f"/events/{day['id']}", {"shifts": longer})
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"] == {"slots": 5, "open": 1, "booked": 2, "waiting": 2}
    new = [slot["id"] for slot in await world.slots(day)][2:]
    assert await offered(world.emil) == [new[0]]
    assert await offered(world.edda) == [new[1]]


async def test_a_time_that_goes_takes_its_offer_along(world: World) -> None:
    day = await full_day(world, 3)
    await join(world.emil, day)
    await give_back(day, 2)
    (offer,) = await offers(world.emil)
    shorter = [{"id": day["shifts"][0]["id"], "ends": "09:35"}]
    answer = await world.hana.patch(f"/events/{day['id']}", {"shifts": shorter})
    assert answer.status_code == 200, answer.text
    assert await offers(world.emil) == []
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_expired")
    assert await waiting(world, day) == 1
