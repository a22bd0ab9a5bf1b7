"""Taking a time: for oneself, any that suits, and on behalf of somebody."""

from typing import Any

import pytest

from tests.web.ladder import climb, essence, invalid, nowhere, refused
from tests.world import World, calendar_part, plan, rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PREFERENCES: dict[str, Any] = {
    "pressure": 3,
    "technique": "swedish",
    "focus_areas": ["neck", "left_shoulders"],
    "avoid_areas": ["lower_back"],
    "quiet": True,
}
UNSAID: dict[str, Any] = {
    "pressure": None, "technique": None, "focus_areas": [], "avoid_areas": [], "quiet": False,
}  # fmt: skip
UNRATED = {"before": None, "after": None}


def path(slot: dict[str, Any]) -> str:
    return f"/slots/{slot['id']}/booking"


async def test_a_claim_answers_the_booking_and_sends_the_invite(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]
    answer = await world.emil.post(path(slot))
    assert answer.status_code == 201
    booking = answer.json()
    assert booking == {
        "id": booking["id"],
        "event_id": day["id"],
        "slot_id": slot["id"],
        "starts_at": "2026-12-03T08:00:00Z",
        "ends_at": "2026-12-03T08:15:00Z",
        "chair": "Chair 1",
        "therapist": {"id": world.tara.id, "name": "Tara Lindqvist"},
        "status": "confirmed",
        "uid": booking["uid"],
        "sequence": 0,
        "ratings": UNRATED,
        **UNSAID,
    }
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking
    assert (await world.emil.get("/bookings")).json() == {"items": [booking], "next": None}
    await world.tick()
    (mail,) = world.mails()
    assert mail["To"].addresses[0].addr_spec == "emil@acme.example"
    entry = calendar_part(mail)
    for line in (
        f"UID:{booking['uid']}",
        "METHOD:REQUEST",
        "SEQUENCE:0",
        "DTSTART:20261203T080000Z",
    ):
        assert line in entry.splitlines()


async def test_a_claim_keeps_what_its_owner_prefers_out_of_the_mail(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    booking = await world.claim(world.emil, slot, **PREFERENCES)
    assert {name: booking[name] for name in PREFERENCES} == PREFERENCES
    await world.tick()
    text = world.mails()[0].as_string() + calendar_part(world.mails()[0])
    assert not any(word in text for word in ("swedish", "neck", "shoulders", "lower_back", "quiet"))


async def test_claiming_has_its_ladder(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    strangers = [world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere]
    await climb(world, "POST", path(slot), None, world.emil, strangers)
    assert await rows("SELECT id FROM booking") == []


async def test_a_draft_is_not_there_for_employees_and_not_open_for_its_planner(
    world: World,
) -> None:
    day = await world.day(published=False)
    slot = (await world.slots(day))[0]
    missing = await nowhere(world)
    assert essence(await world.emil.post(path(slot))) == missing
    assert essence(await world.emil.post(f"/events/{day['id']}/booking")) == missing
    refused(await world.hana.post(path(slot)), 409, "event_not_open")
    on_behalf = {"person": "emil@acme.example"}
    refused(await world.hana.post(path(slot), on_behalf), 409, "event_not_open")


@on_sqlite
async def test_a_claim_that_cannot_be_read_is_refused_by_field(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    for body, field in (
        ({"pressure": 0}, "pressure"),
        ({"pressure": 5}, "pressure"),
        ({"pressure": "3"}, "pressure"),
        ({"technique": "thai"}, "technique"),
        ({"focus_areas": ["knee"]}, "focus_areas[0]"),
        ({"avoid_areas": "neck"}, "avoid_areas"),
        ({"quiet": 1}, "quiet"),
        ({"note": "my back hurts"}, "note"),
        ({"person": "edda@acme.example"}, "person"),
        ({"person": None}, "person"),
    ):
        invalid(await world.emil.post(path(slot), body), field)
    invalid(await world.hana.post(path(slot), {"person": "nobody@acme.example"}), "person")
    invalid(await world.hana.post(path(slot), {"person": "tara@hands.example"}), "person")
    invalid(await world.hana.post(path(slot), {"person": "otto@other.example"}), "person")
    assert await rows("SELECT id FROM booking") == []


async def test_refusals_come_in_the_order_of_the_contract(world: World) -> None:
    """Everything is wrong at once; each step mends the reason that was named."""
    day = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    slots = await world.slots(day)
    other = await world.olga_day(starts="08:00", ends="09:00", therapist="tim@hands.example")
    world.clock.set("2026-12-01T08:00:00Z")
    await world.claim(world.edda, slots[1])
    emil_there = await world.emil_at_other()
    await world.claim(emil_there, (await world.olga_slots(other))[1])
    booked = await world.claim(world.emil, slots[8])
    taken = path(slots[1])

    refused(await world.emil.post(taken), 409, "already_booked")
    world.clock.set("2026-12-01T07:59:59Z")
    refused(await world.emil.post(taken), 409, "event_not_open")
    world.clock.set("2026-12-03T08:20:00Z")  # its very start
    refused(await world.emil.post(taken), 409, "slot_past")
    world.clock.set("2026-12-01T08:00:00Z")
    assert (await world.emil.delete(f"/bookings/{booked['id']}")).status_code == 204
    refused(await world.emil.post(taken), 409, "overlaps_own_booking")
    there = (await emil_there.get("/bookings")).json()["items"]
    await emil_there.delete(f"/bookings/{there[0]['id']}")
    refused(await world.emil.post(taken), 409, "slot_taken")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.emil.post(taken), 409, "event_cancelled")
    world.clock.set("2026-12-03T09:00:00Z")
    refused(await world.emil.post(taken), 409, "event_cancelled")


async def test_claims_open_to_the_second(world: World) -> None:
    day = await world.day(claims_open_at="2026-11-26T08:00:00Z")
    slot = (await world.slots(day))[0]
    world.clock.set("2026-11-26T07:59:59Z")
    refused(await world.emil.post(path(slot)), 409, "event_not_open")
    refused(await world.emil.post(f"/events/{day['id']}/booking"), 409, "event_not_open")
    refused(await world.hana.post(path(slot)), 409, "event_not_open")
    world.clock.set("2026-11-26T08:00:00Z")
    await world.claim(world.emil, slot)


async def test_two_claims_each_where_the_day_allows_two(world: World) -> None:
    slots = await world.slots(await world.day(claims_per_person=2))
    first = await world.claim(world.emil, slots[0])
    second = await world.claim(world.emil, slots[1])
    refused(await world.emil.post(path(slots[2])), 409, "already_booked")
    assert first["uid"] != second["uid"]
    assert (await world.emil.delete(f"/bookings/{first['id']}")).status_code == 204
    third = await world.claim(world.emil, slots[0])
    assert third["uid"] not in {first["uid"], second["uid"]}
    refused(await world.emil.post(path(slots[2])), 409, "already_booked")


async def test_one_person_is_in_one_place_on_a_day_that_allows_two(world: World) -> None:
    slots = await world.slots(await world.day(claims_per_person=2))
    await world.claim(world.emil, slots[3])
    assert slots[3]["starts_at"] == slots[4]["starts_at"]
    refused(await world.emil.post(path(slots[4])), 409, "overlaps_own_booking")


# On behalf


async def test_on_behalf_is_audited_and_the_person_is_told_by_whom(world: World) -> None:
    day = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    slot = (await world.slots(day))[0]
    answer = await world.hana.post(path(slot), {"person": "Emil@ACME.example"})
    assert answer.status_code == 201
    booking = answer.json()
    assert not {"ratings", *PREFERENCES} & set(booking)
    audited = await rows(
        "SELECT actor, subject FROM audit WHERE action = {}", "booking.claim"
    )  # fmt: skip
    assert [(str(row["actor"]), str(row["subject"])) for row in audited] == [
        (world.hana.id, booking["id"])
    ]
    await world.tick()
    (mail,) = world.mails()
    assert mail["To"].addresses[0].addr_spec == "emil@acme.example"
    assert "Hana Weiss booked it for you" in str(mail.get_body(("plain",)))
    own = (await world.emil.get(f"/bookings/{booking['id']}")).json()
    assert own == booking | {"ratings": UNRATED} | UNSAID


async def test_on_behalf_the_limits_hold(world: World) -> None:
    day = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    slots = await world.slots(day)
    on_behalf = {"person": "emil@acme.example"}
    assert (await world.hana.post(path(slots[0]), on_behalf)).status_code == 201
    refused(await world.hana.post(path(slots[1]), on_behalf), 409, "already_booked")
    refused(
        await world.hana.post(path(slots[0]), {"person": "edda@acme.example"}), 409, "slot_taken"
    )
    world.clock.set("2026-12-03T08:20:00Z")
    refused(
        await world.hana.post(path(slots[1]), {"person": "edda@acme.example"}), 409, "slot_past"
    )


async def test_a_coordinator_may_claim_as_one(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    booking = await world.claim(world.hana, slot, pressure=2)
    assert (booking["pressure"], booking["ratings"]) == (2, UNRATED)
    await world.tick()
    assert "booked it for you" not in str(world.mails("hana@acme.example")[0])


# Any that suits


async def test_any_takes_the_earliest_that_suits(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    anywhere = f"/events/{day['id']}/booking"
    wishes = {"earliest": "10:00", "latest": "10:15", "therapist": world.tom.id}
    by_tom = await world.emil.post(anywhere, wishes)
    assert by_tom.status_code == 201
    assert by_tom.json()["slot_id"] == slots[4]["id"]
    assert by_tom.json()["ratings"] == UNRATED
    first = await world.edda.post(anywhere)
    assert first.json()["slot_id"] == slots[0]["id"]
    (colleague,) = await world.employees(1)
    refused(await colleague.post(anywhere, wishes), 409, "event_full")
    refused(await colleague.post(anywhere, {"latest": "09:34"}), 409, "event_full")
    second = await colleague.post(anywhere, {"latest": "09:35"})
    assert second.json()["slot_id"] == slots[1]["id"]


async def test_any_passes_over_what_has_begun_and_what_clashes(world: World) -> None:
    day = await world.day(claims_per_person=2)
    slots = await world.slots(day)
    anywhere = f"/events/{day['id']}/booking"
    world.clock.set("2026-12-03T08:00:00Z")
    assert (await world.emil.post(anywhere)).json()["slot_id"] == slots[1]["id"]
    again = await world.emil.post(anywhere, {"latest": "09:40"})
    refused(again, 409, "event_full")
    assert (await world.emil.post(anywhere)).json()["slot_id"] == slots[2]["id"]
    refused(await world.emil.post(anywhere), 409, "already_booked")


async def test_any_has_its_ladder(world: World) -> None:
    day = await world.day()
    anywhere = f"/events/{day['id']}/booking"
    strangers = [world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere]
    await climb(world, "POST", anywhere, {"earliest": "09:00"}, world.emil, strangers)
    invalid(await world.emil.post(anywhere, {"earliest": "9"}), "earliest")
    invalid(await world.emil.post(anywhere, {"latest": "24:00"}), "latest")
    invalid(await world.emil.post(anywhere, {"therapist": "Tara"}), "therapist")
    invalid(await world.emil.post(anywhere, {"person": "edda@acme.example"}), "person")
    nobody = {"therapist": world.emil.id}
    refused(await world.emil.post(anywhere, nobody), 409, "event_full")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.emil.post(anywhere), 409, "event_cancelled")


@on_sqlite
async def test_a_wish_for_an_hour_that_does_not_exist_is_refused(world: World) -> None:
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "01:00", "ends": "05:00"}
    day = await world.day(date="2027-03-28", shifts=[block])
    invalid(
        await world.emil.post(f"/events/{day['id']}/booking", {"earliest": "02:30"}), "earliest"
    )


# One's own


async def test_a_booking_is_there_for_its_owner_only(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    strangers = [
        world.edda, world.hana, world.tara, world.tom, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "GET", f"/bookings/{booking['id']}", None, world.emil, strangers)
    for someone in strangers:
        assert (await someone.get("/bookings")).json() == {"items": [], "next": None}
    refused(await world.anonymous.get("/api/v1/bookings"), 401, "not_signed_in")


async def test_bookings_are_listed_by_time_with_cancelled_ones(world: World) -> None:
    slots = await world.slots(await world.day(claims_per_person=3))
    bookings = [await world.claim(world.emil, slots[index]) for index in (6, 0, 2)]
    await world.emil.delete(f"/bookings/{bookings[1]['id']}")
    items = (await world.emil.get("/bookings")).json()["items"]
    assert [item["id"] for item in items] == [bookings[index]["id"] for index in (1, 2, 0)]
    assert [item["status"] for item in items] == ["cancelled", "confirmed", "confirmed"]
    assert items[0]["sequence"] == 1


async def test_a_slot_that_a_change_took_away_is_not_there(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]
    later = plan()["shifts"]
    later[0] |= {"starts": "09:30", "id": day["shifts"][0]["id"]}
    later[1]["id"] = day["shifts"][1]["id"]
    assert (await world.hana.patch(f"/events/{day['id']}", {"shifts": later})).status_code == 200
    assert essence(await world.emil.post(path(slot))) == await nowhere(world)


async def test_preferences_are_left_to_the_person(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    body = {"person": world.emil.email, "pressure": 2}
    answer = await world.hana.post(f"/slots/{slot['id']}/booking", body)
    assert [error["field"] for error in answer.json()["errors"]] == ["person"]
