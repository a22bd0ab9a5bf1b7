"""Changing a day: what stays, what moves, who is asked first and who is told."""

from typing import Any

import pytest

from tests.web.ladder import climb, essence, invalid, nowhere, refused
from tests.world import World, calendar_part, rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def kept(day: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """Both shifts, by nothing but their ids, the first one with these changes."""
    first, second = ({"id": shift["id"]} for shift in day["shifts"])
    return [first | changes, second]


async def sent(world: World, to: str) -> list[str]:
    """Text and calendar of what has reached this address since the invite."""
    world.clock.advance(minutes=1)
    await world.tick()
    return [f"{mail.get_body(('plain',))}{calendar_part(mail)}" for mail in world.mails(to)][1:]


async def test_what_is_left_out_stays_and_null_takes_the_default(world: World) -> None:
    day = await world.day(claims_per_person=3, slot_minutes=20)
    path = f"/events/{day['id']}"
    answer = await world.hana.patch(path, {"title": "Back day"})
    assert answer.status_code == 200
    assert answer.json() == day | {"title": "Back day"}
    again = await world.hana.patch(path, {"title": "Back day"})
    assert (again.status_code, again.json()) == (200, answer.json())
    nulled = await world.hana.patch(path, {"claims_per_person": None, "slot_minutes": None})
    assert nulled.json() == day | {"title": "Back day", "claims_per_person": 1, "slot_minutes": 15,
                                   "counts": nulled.json()["counts"]}  # fmt: skip
    assert nulled.json()["counts"]["slots"] == 14
    assert (await world.hana.patch(path, {})).json() == nulled.json()


async def test_a_location_merges(world: World) -> None:
    day = await world.day(published=False)
    path = f"/events/{day['id']}"
    renamed = await world.hana.patch(path, {"location": {"name": "Roof"}})
    assert renamed.json()["location"] == {"name": "Roof", "address": "Hauptstr. 1\nBerlin"}
    bare = await world.hana.patch(path, {"location": {"address": None}})
    assert bare.json()["location"] == {"name": "Roof", "address": ""}


async def test_a_null_zone_is_the_organisations(world: World) -> None:
    day = await world.day(published=False, timezone="Asia/Kolkata")
    answer = await world.hana.patch(f"/events/{day['id']}", {"timezone": None})
    assert answer.json()["timezone"] == "Europe/Berlin"


async def test_a_shift_that_names_its_id_keeps_what_it_does_not_say(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    path = f"/events/{day['id']}"
    assert (await world.hana.patch(path, {"shifts": kept(day)})).json() == day
    assert await world.slots(day) == slots
    answer = await world.hana.patch(path, {"shifts": kept(day, starts="09:40", breaks=None)})
    first, second = answer.json()["shifts"]
    assert first == day["shifts"][0] | {"starts": "09:40", "breaks": []}
    assert second == day["shifts"][1]
    known = {slot["id"] for slot in slots}
    assert [slot["id"] in known for slot in await world.slots(day)].count(True) == 12


async def test_shifts_replace_the_list(world: World) -> None:
    day = await world.day()
    new = {"therapist": "tom@hands.example", "chair": "Chair 3", "starts": "13:00", "ends": "14:00"}
    shifts = [new, {"id": day["shifts"][0]["id"]}]
    answer = await world.hana.patch(f"/events/{day['id']}", {"shifts": shifts})
    assert [shift["chair"] for shift in answer.json()["shifts"]] == ["Chair 3", "Chair 1"]
    assert answer.json()["shifts"][1] == day["shifts"][0]
    assert answer.json()["shifts"][0]["id"] not in {shift["id"] for shift in day["shifts"]}
    assert answer.json()["counts"]["slots"] == 8 + 3


async def test_changing_has_its_ladder(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}"
    strangers = [
        world.emil, world.tara, world.ada, world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "PATCH", path, {"title": "Mine"}, world.hana, strangers)
    assert (await world.hana.get(path)).json() == day
    await world.hana.put(f"{path}/cancellation", {"reason": "Storm"})
    refused(await world.hana.patch(path, {"title": "New"}), 409, "event_cancelled")
    other = await world.day(date="2026-12-04")
    world.clock.set("2026-12-04T11:00:00Z")
    refused(await world.hana.patch(f"/events/{other['id']}", {"title": "New"}), 409,
            "event_finished")  # fmt: skip


@on_sqlite
async def test_a_change_that_cannot_be_is_refused_by_field(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}"
    foreign = (await world.day(date="2026-12-04"))["shifts"][0]["id"]
    whole = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "10:00"}
    for body, field in (
        ({"title": None}, "title"),
        ({"title": " "}, "title"),
        ({"date": "2026-11-22"}, "date"),
        ({"date": None}, "date"),
        ({"location": None}, "location"),
        ({"location": {"name": None}}, "location.name"),
        ({"location": {"floor": "3"}}, "location.floor"),
        ({"location": "Roof"}, "location"),
        ({"shifts": None}, "shifts"),
        ({"shifts": []}, "shifts"),
        ({"shifts": [{"starts": "10:00"}]}, "shifts[0].therapist"),
        ({"shifts": kept(day, ends="08:00")}, "shifts[0].ends"),
        ({"shifts": kept(day, chair="chair 2")}, "shifts[1].chair"),
        ({"shifts": [whole | {"id": foreign}]}, "shifts[0].id"),
        ({"shifts": [whole | {"id": 7}]}, "shifts[0].id"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"status": "published"}, "status"),
        ({"id": foreign}, "id"),
    ):
        invalid(await world.hana.patch(path, body), field)
    invalid(await world.hana.patch(f"{path}?confirm=perhaps", {"title": "New"}), "confirm")
    assert (await world.hana.get(path)).json() == day


async def test_a_change_of_title_touches_nobody(world: World) -> None:
    day = await world.day()
    booking = await world.claim(world.emil, (await world.slots(day))[0])
    await world.tick()
    answer = await world.hana.patch(f"/events/{day['id']}", {"title": "Back day"})
    assert answer.status_code == 200
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking
    assert await sent(world, "emil@acme.example") == []


async def test_what_touches_bookings_is_asked_first(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    first = await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[4])
    path = f"/events/{day['id']}"
    change = {"shifts": kept(day, starts="09:10", breaks=[])}
    for query in ("", "?confirm=false"):
        problem = refused(await world.hana.patch(path + query, change), 409, "touches_bookings")
        assert problem["touched"] == [first["id"]]
    assert (await world.hana.get(path)).json()["shifts"] == day["shifts"]
    assert [slot["id"] for slot in await world.slots(day)] == [slot["id"] for slot in slots]
    assert (await world.emil.get(f"/bookings/{first['id']}")).json() == first


async def test_confirmed_it_moves_people_to_the_nearest_time_of_their_shift(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    mine = await world.claim(world.emil, slots[0])  # 08:00Z
    hers = await world.claim(world.edda, slots[1])  # 08:20Z
    await world.tick()
    change = {"shifts": kept(day, starts="09:30")}
    problem = refused(await world.hana.patch(f"/events/{day['id']}", change), 409,
                      "touches_bookings")  # fmt: skip
    assert problem["touched"] == [mine["id"], hers["id"]]
    answer = await world.hana.patch(f"/events/{day['id']}?confirm=true", change)
    assert answer.status_code == 200
    moved = (await world.emil.get(f"/bookings/{mine['id']}")).json()
    assert (moved["starts_at"], moved["sequence"]) == ("2026-12-03T08:30:00Z", 1)
    assert (moved["chair"], moved["uid"], moved["status"]) == ("Chair 1", mine["uid"], "confirmed")
    also = (await world.edda.get(f"/bookings/{hers['id']}")).json()
    assert (also["starts_at"], also["sequence"]) == ("2026-12-03T08:50:00Z", 1)
    (mail,) = await sent(world, "emil@acme.example")
    assert "Hana Weiss made this change for you" in mail
    for line in ("METHOD:REQUEST", "SEQUENCE:1", "DTSTART:20261203T083000Z", f"UID:{mine['uid']}"):
        assert line in mail
    assert answer.json()["counts"]["booked"] == 2


async def test_further_than_an_hour_away_it_cancels(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    in_reach = await world.claim(world.edda, slots[1])  # 08:20Z: an hour before the new start
    out_of_reach = await world.claim(world.emil, slots[0])
    await world.tick()
    change = {"shifts": kept(day, starts="10:20", breaks=None)}
    answer = await world.hana.patch(f"/events/{day['id']}?confirm=true", change)
    assert answer.status_code == 200
    moved = (await world.edda.get(f"/bookings/{in_reach['id']}")).json()
    assert (moved["status"], moved["starts_at"]) == ("confirmed", "2026-12-03T09:20:00Z")
    ended = (await world.emil.get(f"/bookings/{out_of_reach['id']}")).json()
    assert (ended["status"], ended["sequence"]) == ("cancelled", 1)
    (mail,) = await sent(world, "emil@acme.example")
    assert "METHOD:CANCEL" in mail
    assert "has no free time near yours" in mail
    assert await rows("SELECT id FROM booking WHERE cancelled_late") == []


async def test_a_shift_taken_away_cancels_its_bookings(world: World) -> None:
    day = await world.day()
    booking = await world.claim(world.emil, (await world.slots(day))[4])
    path = f"/events/{day['id']}"
    change = {"shifts": kept(day)[:1]}
    problem = refused(await world.hana.patch(path, change), 409, "touches_bookings")
    assert problem["touched"] == [booking["id"]]
    answer = await world.hana.patch(f"{path}?confirm=true", change)
    assert [shift["chair"] for shift in answer.json()["shifts"]] == ["Chair 1"]
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"location": {"name": "Roof"}}, "Roof"),
        ({"location": {"address": "Nebenstr. 2"}}, "Nebenstr. 2"),
        ({"chair": "Chair 7"}, "Chair 7"),
        ({"therapist": "theo@hands.example"}, "Theo Brandt"),
    ],
    ids=["place", "address", "chair", "therapist"],
)
async def test_where_and_with_whom_updates_the_invite(
    world: World, change: dict[str, Any], seen: str
) -> None:
    await world.therapist("theo@hands.example", "Theo Brandt")
    day = await world.day()
    booking = await world.claim(world.emil, (await world.slots(day))[0])
    await world.tick()
    body = change if "location" in change else {"shifts": kept(day, **change)}
    path = f"/events/{day['id']}"
    refused(await world.hana.patch(path, body), 409, "touches_bookings")
    assert (await world.hana.patch(f"{path}?confirm=true", body)).status_code == 200
    after = (await world.emil.get(f"/bookings/{booking['id']}")).json()
    assert (after["slot_id"], after["sequence"]) == (booking["slot_id"], 1)
    (mail,) = await sent(world, "emil@acme.example")
    for line in (seen, "METHOD:REQUEST", "SEQUENCE:1", "DTSTART:20261203T080000Z"):
        assert line in mail
    repeated = await world.hana.patch(path, body)
    assert repeated.status_code == 200, "it is so already, and touches nobody"
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == after


async def test_another_date_keeps_everybodys_time_of_day(world: World) -> None:
    day = await world.day(date="2027-03-26", claims_per_person=2)
    slots = await world.slots(day)
    first, second = [await world.claim(world.emil, slots[index]) for index in (0, 1)]
    path = f"/events/{day['id']}?confirm=true"
    assert (await world.hana.patch(path, {"date": "2027-03-29"})).status_code == 200
    starts = [
        (await world.emil.get(f"/bookings/{booking['id']}")).json()["starts_at"]
        for booking in (first, second)
    ]
    # Berlin is an hour further from UTC after the clocks changed.
    assert starts == ["2027-03-29T07:00:00Z", "2027-03-29T07:20:00Z"]


async def test_two_times_of_one_person_are_not_moved_onto_each_other(world: World) -> None:
    day = await world.day(claims_per_person=2)
    path = f"/events/{day['id']}"
    second = {"id": day["shifts"][1]["id"], "starts": "09:20"}
    await world.hana.patch(path, {"shifts": [kept(day)[0], second]})
    slots = await world.slots(day)
    chair_2 = next(slot for slot in slots if slot["chair"] == "Chair 2")
    mine = [await world.claim(world.emil, slot) for slot in (slots[0], chair_2)]
    assert [booking["starts_at"][11:16] for booking in mine] == ["08:00", "08:20"]
    both = [one | {"starts": "09:40", "breaks": []} for one in kept(day)]
    answer = await world.hana.patch(f"{path}?confirm=true", {"shifts": both})
    assert answer.status_code == 200
    items = (await world.emil.get("/bookings")).json()["items"]
    assert [(item["starts_at"][11:16], item["chair"]) for item in items] == [
        ("08:40", "Chair 1"),
        ("09:00", "Chair 2"),
    ]


async def test_what_has_begun_is_history_and_stays(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[0])
    world.clock.set("2026-12-03T08:00:00Z")
    answer = await world.hana.patch(
        f"/events/{day['id']}", {"shifts": kept(day, starts="09:30", breaks=[])}
    )
    assert answer.status_code == 200
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking


async def test_a_therapist_who_is_elsewhere_is_unavailable_for_a_change_too(world: World) -> None:
    day = await world.day()
    await world.olga_day(therapist="tara@hands.example", starts="12:00", ends="14:00")
    answer = await world.hana.patch(f"/events/{day['id']}", {"shifts": kept(day, ends="13:30")})
    refused(answer, 409, "therapist_unavailable")
    assert not any(word in answer.text for word in ("Other", "Their", "London"))
    assert (await world.hana.get(f"/events/{day['id']}")).json() == day


async def test_a_slot_that_went_is_not_there_any_more(world: World) -> None:
    day = await world.day()
    gone = (await world.slots(day))[0]
    await world.hana.patch(f"/events/{day['id']}", {"shifts": kept(day, starts="09:30")})
    assert essence(await world.emil.post(f"/slots/{gone['id']}/booking")) == await nowhere(world)
