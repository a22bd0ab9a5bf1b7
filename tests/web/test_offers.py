"""What opens is held for the first in line whom it suits: take it, pass, or let it run out."""

from typing import Any
from uuid import UUID

import pytest

from scheduler.domain import board, promotion
from tests.waiting import full_day, give_back, join, offered, offered_to_the_first, offers, told
from tests.web.ladder import climb, refused
from tests.world import Someone, World, calendar_part, rows

pytestmark = pytest.mark.anyio


@pytest.fixture
async def day(world: World) -> dict[str, Any]:
    return await offered_to_the_first(world)


async def only(who: Someone) -> dict[str, Any]:
    (offer,) = await offers(who)
    return offer


async def test_it_is_held_for_the_first_in_line(world: World, day: dict[str, Any]) -> None:
    first = day["slots"][0]
    offer = await only(world.emil)
    assert offer == {
        "id": offer["id"], "event_id": day["id"], "slot_id": first["id"],
        "starts_at": first["starts_at"], "expires_at": "2026-11-23T09:31:00Z",
    }  # fmt: skip
    assert await offers(world.edda) == []
    seen = {who.name: (await who.get(f"/events/{day['id']}/slots")).json()["items"][0]
            for who in (world.emil, world.edda, world.hana)}  # fmt: skip
    assert {slot["state"] for slot in seen.values()} == {"held"}
    assert [slot["mine"] for slot in seen.values()] == [True, False, False]
    counts = (await world.hana.get(f"/events/{day['id']}")).json()["counts"]
    assert counts == {"slots": 2, "open": 0, "booked": 1, "waiting": 2}
    for who in (world.edda, day["holders"][0]):
        refused(await who.post(f"/slots/{first['id']}/booking"), 409, "slot_taken")
        refused(await who.post(f"/events/{day['id']}/booking"), 409, "event_full")
    refused(
        await world.hana.post(f"/slots/{first['id']}/booking", {"person": "edda@acme.example"}),
        409,
        "slot_taken",
    )
    moving = await day["holders"][1].put(
        f"/bookings/{day['bookings'][1]['id']}/slot", {"slot_id": first["id"]}
    )
    refused(moving, 409, "slot_taken")


@pytest.mark.usefixtures("day")
async def test_taking_it(world: World) -> None:
    offer = await only(world.emil)
    taken = await world.emil.put(f"/offers/{offer['id']}/acceptance")
    assert taken.status_code == 200
    booking = taken.json()
    assert (booking["slot_id"], booking["status"]) == (offer["slot_id"], "confirmed")
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking
    again = await world.emil.put(f"/offers/{offer['id']}/acceptance")
    assert (again.status_code, again.json()) == (200, booking), "a repeat is harmless"
    refused(await world.emil.put(f"/offers/{offer['id']}/refusal"), 409, "offer_used")
    assert await offers(world.emil) == []
    assert await offers(world.edda) == []
    await world.tick()
    (invite,) = [
        mail
        for mail in world.mails("emil@")
        if mail.get_content_maintype() == "multipart"
        and "text/calendar" in [part.get_content_type() for part in mail.walk()]
    ]
    assert "METHOD:REQUEST" in calendar_part(invite)
    world.clock.advance(minutes=1)
    await world.emil.delete(f"/bookings/{booking['id']}")
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_used")
    assert await offered(world.edda) == [offer["slot_id"]]


@pytest.mark.parametrize("way", ["slot", "any"])
async def test_taking_it_at_the_board_is_taking_it(
    world: World, day: dict[str, Any], way: str
) -> None:
    offer = await only(world.emil)
    thing = f"slots/{offer['slot_id']}" if way == "slot" else f"events/{day['id']}"
    taken = await world.emil.post(f"/{thing}/booking")
    assert taken.json()["slot_id"] == offer["slot_id"]
    again = await world.emil.put(f"/offers/{offer['id']}/acceptance")
    assert again.json()["id"] == taken.json()["id"]
    assert [row["outcome"] for row in await rows("SELECT outcome FROM offer")] == ["taken"]


async def test_taking_another_time_hands_the_offer_on(world: World, day: dict[str, Any]) -> None:
    offer = await only(world.emil)
    await give_back(day, 1)
    assert await offered(world.edda) == [day["slots"][1]["id"]]
    await world.edda.put(f"/offers/{(await only(world.edda))['id']}/refusal")
    await world.claim(world.emil, day["slots"][1])
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_expired")
    assert await offered(world.edda) == [offer["slot_id"]]


async def test_passing_it_on(world: World, day: dict[str, Any]) -> None:
    offer = await only(world.emil)
    for _ in range(2):
        passed = await world.emil.put(f"/offers/{offer['id']}/refusal")
        assert (passed.status_code, passed.json()) == (200, offer)
    assert await offers(world.emil) == []
    assert await offered(world.edda) == [offer["slot_id"]]
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_used")
    await world.edda.put(f"/offers/{(await only(world.edda))['id']}/refusal")
    slots = await world.slots(day)
    assert slots[0]["state"] == "open", "nobody else waits, and nobody is asked twice"
    await promotion.tend(world.clock())
    assert await offers(world.emil) == []
    await give_back(day, 1)
    assert await offered(world.emil) == [slots[1]["id"]], "the place in line is kept"


async def test_letting_it_run_out(world: World, day: dict[str, Any]) -> None:
    offer = await only(world.emil)
    world.clock.set("2026-11-23T09:30:59Z")
    await world.tick()
    assert await only(world.emil) == offer
    world.clock.set("2026-11-23T09:31:00Z")
    assert await offers(world.emil) == []
    path = f"/offers/{offer['id']}"
    refused(await world.emil.put(f"{path}/acceptance"), 409, "offer_expired")
    refused(await world.edda.post(f"/slots/{offer['slot_id']}/booking"), 409, "slot_taken")
    await world.tick()
    assert await offered(world.edda) == [offer["slot_id"]]
    assert (await only(world.edda))["expires_at"] == "2026-11-23T10:01:00Z"
    refused(await world.emil.put(f"{path}/acceptance"), 409, "offer_expired")
    refused(await world.emil.put(f"{path}/refusal"), 409, "offer_expired")
    world.clock.set("2026-11-23T10:01:00Z")
    await world.tick()
    assert (await world.slots(day))[0]["state"] == "open"


async def test_near_its_start_it_is_held_for_less(world: World) -> None:
    day = await full_day(world, cancel_until_minutes=0)
    await join(world.emil, day)
    await join(world.edda, day)
    world.clock.set("2026-12-03T07:50:00Z")
    await give_back(day, 0)
    assert (await only(world.emil))["expires_at"] == "2026-12-03T07:55:00Z"
    world.clock.set("2026-12-03T07:55:00Z")
    await world.tick()
    assert (await only(world.edda))["expires_at"] == "2026-12-03T07:57:30Z"
    world.clock.set("2026-12-03T08:00:00Z")
    await world.tick()
    assert await offers(world.edda) == []
    assert (await world.slots(day))[0]["state"] == "past"


async def test_who_gave_a_time_back_is_not_offered_it(world: World) -> None:
    day = await full_day(world)
    first = day["holders"][0]
    await give_back(day, 0)
    await join(first, day)
    assert await offers(first) == []
    await give_back(day, 1)
    assert await offered(first) == [day["slots"][1]["id"]]


async def test_who_moved_away_is_not_offered_it(world: World) -> None:
    day = await full_day(world, 3, claims_per_person=2)
    first, second = day["holders"][0], day["holders"][1]
    await join(first, day, latest="09:15")
    await give_back(day, 2)
    path = f"/bookings/{day['bookings'][0]['id']}/slot"
    assert (await first.put(path, {"slot_id": day["slots"][2]["id"]})).status_code == 200
    assert await offers(first) == []
    await join(second, day)
    assert await offered(second) == [day["slots"][0]["id"]]


async def test_moving_away_opens_a_time(world: World, day: dict[str, Any]) -> None:
    await world.emil.put(f"/offers/{(await only(world.emil))['id']}/refusal")
    await world.edda.put(f"/offers/{(await only(world.edda))['id']}/refusal")
    path = f"/bookings/{day['bookings'][1]['id']}/slot"
    moved = await day["holders"][1].put(path, {"slot_id": day["slots"][0]["id"]})
    assert moved.status_code == 200
    assert await offered(world.emil) == [day["slots"][1]["id"]]


async def test_several_times_find_the_right_people(world: World) -> None:
    day = await full_day(world, 3)
    third = (await world.employees(4))[3]
    await join(world.emil, day, earliest="09:40")
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    world.clock.advance(minutes=1)
    await join(third, day, latest="09:35")
    for number in (0, 1, 2):
        await give_back(day, number)
    ids = [slot["id"] for slot in day["slots"]]
    assert await offered(world.emil) == [ids[2]]
    assert await offered(world.edda) == [ids[0]]
    assert await offered(third) == [ids[1]]


async def test_nobody_is_offered_a_time_at_which_they_are_elsewhere(world: World) -> None:
    day = await full_day(world)
    twice = await world.emil_at_other()
    theirs = await world.olga_slots(await world.olga_day())
    at_nine = next(s for s in theirs if s["starts_at"] == "2026-12-03T08:00:00Z")
    elsewhere = await world.claim(twice, at_nine)
    await join(world.emil, day)
    await give_back(day, 0)
    assert await offers(world.emil) == []
    await twice.delete(f"/bookings/{elsewhere['id']}")
    await world.tick()
    assert await offered(world.emil) == [day["slots"][0]["id"]]


async def test_before_claims_open_nothing_is_offered(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    later = {"claims_open_at": "2026-12-01T08:00:00Z"}
    assert (await world.hana.patch(f"/events/{day['id']}", later)).status_code == 200
    await give_back(day, 0)
    await world.tick()
    assert await offers(world.emil) == []
    world.clock.set("2026-12-01T08:00:00Z")
    await world.tick()
    assert await offered(world.emil) == [day["slots"][0]["id"]]


@pytest.mark.usefixtures("day")
async def test_it_is_a_claim_and_refused_like_one(world: World) -> None:
    offer = await only(world.emil)
    twice = await world.emil_at_other()
    theirs = await world.olga_slots(await world.olga_day())
    at_nine = next(s for s in theirs if s["starts_at"] == "2026-12-03T08:00:00Z")
    await world.claim(twice, at_nine)
    answer = await world.emil.put(f"/offers/{offer['id']}/acceptance")
    refused(answer, 409, "overlaps_own_booking")
    assert await only(world.emil) == offer, "it is still theirs"
    assert (await world.emil.put(f"/offers/{offer['id']}/refusal")).status_code == 200


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize("answer", ["acceptance", "refusal"])
async def test_an_answer_has_its_ladder(world: World, answer: str) -> None:
    path = f"/offers/{(await only(world.emil))['id']}/{answer}"
    outsiders = [world.edda, world.hana, world.tara, world.ada, world.olga, world.otto]
    outsiders.append(await world.emil_at_other())
    await climb(world, "PUT", path, None, world.emil, outsiders)


async def test_a_list_of_offers_is_a_list(world: World, day: dict[str, Any]) -> None:
    other = await full_day(world, date="2026-12-04")
    await join(world.emil, other)
    await give_back(other, 0)
    first = (await world.emil.get("/offers?limit=1")).json()
    second = (await world.emil.get(f"/offers?limit=1&after={first['next']}")).json()
    assert [one["event_id"] for one in first["items"] + second["items"]] == [day["id"], other["id"]]
    assert second["next"] is None


@pytest.mark.usefixtures("day")
async def test_each_offer_is_told_once(world: World) -> None:
    offer = await only(world.emil)
    for _ in range(2):
        await world.tick()
    (mail,) = told(world, world.emil)
    assert mail["Subject"] == "A time for you: 09:00, Thursday 3 December 2026"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        said = part.get_content()
        assert f"https://chairtime.example/offers/{offer['id']}" in said
        assert "10:31" in said, "until when, on the clock of the place"
    assert not told(world, world.edda)


@pytest.mark.usefixtures("day")
async def test_what_was_answered_before_the_mail_left_is_not_told(world: World) -> None:
    await world.emil.put(f"/offers/{(await only(world.emil))['id']}/refusal")
    await world.tick()
    assert not told(world, world.emil)
    assert told(world, world.edda)


async def test_the_board_is_another_when_offers_come_and_go(
    world: World, day: dict[str, Any]
) -> None:
    async def version() -> str:
        return (await board.versions([UUID(day["id"])], world.clock()))[UUID(day["id"])]

    seen = [await version()]
    await world.emil.put(f"/offers/{(await only(world.emil))['id']}/refusal")
    seen.append(await version())
    await world.edda.put(f"/offers/{(await only(world.edda))['id']}/refusal")
    seen.append(await version())
    third = (await world.employees(3))[2]
    await join(third, day)
    seen.append(await version())
    world.clock.advance(minutes=31)
    await world.tick()
    seen.append(await version())
    assert len(set(seen)) == 5


async def test_no_booking_moves_onto_what_is_held_when_a_day_changes(world: World) -> None:
    day = await full_day(world, 3)
    await join(world.emil, day)
    await give_back(day, 0)
    held = await only(world.emil)
    wanted = {"shifts": [{"id": day["shifts"][0]["id"], "ends": "09:35"}]}
    answer = await world.hana.patch(f"/events/{day['id']}?confirm=true", wanted)
    assert answer.status_code == 200, answer.text
    assert await only(world.emil) == held
    slots = await world.slots(day)
    assert [slot["state"] for slot in slots] == ["held", "booked"]
