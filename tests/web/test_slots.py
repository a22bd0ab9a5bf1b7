"""The times of a day, as those see them who may take one."""

import pytest

from tests.web.ladder import climb
from tests.world import World

pytestmark = pytest.mark.anyio


async def test_slots_come_by_start_then_by_the_order_of_the_shifts(world: World) -> None:
    day = await world.day()
    answer = await world.emil.get(f"/events/{day['id']}/slots")
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert answer.json() == {"items": items, "next": None}
    assert [(item["starts_at"][11:16], item["chair"][-1]) for item in items] == [
        ("08:00", "1"), ("08:20", "1"), ("08:40", "1"),
        ("09:00", "1"), ("09:00", "2"), ("09:20", "2"),  # Tara has a break from 09:20 to 09:40
        ("09:40", "1"), ("09:40", "2"), ("10:00", "1"), ("10:00", "2"),
        ("10:20", "1"), ("10:20", "2"), ("10:40", "1"), ("10:40", "2"),
    ]  # fmt: skip
    assert items[0] == {
        "id": items[0]["id"],
        "starts_at": "2026-12-03T08:00:00Z",
        "ends_at": "2026-12-03T08:15:00Z",
        "chair": "Chair 1",
        "therapist": {"id": world.tara.id, "name": "Tara Lindqvist", "techniques": []},
        "state": "open",
        "mine": False,
    }


async def test_a_state_says_what_can_be_done_and_no_name_but_the_therapists(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[1])
    await world.claim(world.edda, slots[2])
    world.clock.set("2026-12-03T08:20:00Z")  # the very start of Emil's
    path = f"/events/{day['id']}/slots"
    for someone in (world.emil, world.edda, world.hana, world.tara, world.ada):
        answer = await someone.get(path)
        states = [(item["state"], item["mine"]) for item in answer.json()["items"]][:4]
        assert states == [
            ("past", False),
            ("past", someone is world.emil),
            ("booked", someone is world.edda),
            ("open", False),
        ], someone.email
        assert not any(word in answer.text for word in ("Emil", "Edda", "emil@", "edda@"))
        assert world.emil.id not in answer.text
    day = (await world.hana.get(f"/events/{day['id']}")).json()
    assert day["counts"] == {"slots": 14, "open": 11, "booked": 2, "waiting": 0}


async def test_a_slot_given_back_is_open_again(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]
    booking = await world.claim(world.emil, slot)
    assert (await world.slots(day))[0]["state"] == "booked"
    await world.emil.delete(f"/bookings/{booking['id']}")
    assert (await world.slots(day))[0] == slot
    assert len(await world.slots(day)) == 14


async def test_a_day_called_off_has_no_times(world: World) -> None:
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    assert (await world.emil.get(f"/events/{day['id']}/slots")).json()["items"] == []


async def test_slots_have_their_ladder(world: World) -> None:
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "10:00"}
    day = await world.day(shifts=[block])
    strangers = [world.tom, world.olga, world.otto, world.tara_elsewhere]
    await climb(world, "GET", f"/events/{day['id']}/slots", None, world.emil, strangers)
    draft = await world.day(published=False, date="2026-12-04")
    path = f"/events/{draft['id']}/slots"
    await climb(world, "GET", path, None, world.hana, [world.emil, world.tara])
