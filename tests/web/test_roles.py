"""Bringing people one by one, giving and taking roles, taking somebody out."""

import asyncio
from typing import Any

import pytest

from scheduler.domain.person import Role
from tests.web.ladder import climb, essence, invalid, nowhere, refused
from tests.web.test_people import names
from tests.world import API, Someone, World, calendar_part, rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NINA = {"email": "nina@acme.example", "name": "Nina  Novák ", "roles": ["employee"]}


async def roles(who: Someone, email: str) -> list[str] | None:
    items = (await who.get("/people?limit=200")).json()["items"]
    return next((item["roles"] for item in items if item["email"] == email), None)


async def audited(prefix: str) -> list[tuple[str, str, str]]:
    """Action, actor and subject of what the log says of people, oldest first."""
    found = await rows(
        "SELECT action, actor, subject FROM audit WHERE action LIKE {} AND actor IS NOT NULL"
        " ORDER BY id",
        f"{prefix}%",
    )
    return [(row["action"], str(row["actor"]), str(row["subject"])) for row in found]


async def test_a_coordinator_brings_a_person(world: World) -> None:
    answer = await world.hana.post("/people", NINA)
    assert answer.status_code == 201
    person = answer.json()
    assert person == {
        "id": person["id"],
        "email": "nina@acme.example",
        "name": "Nina  Novák",
        "roles": ["employee"],
    }
    assert person in (await world.hana.get("/people")).json()["items"]
    assert await audited("person.") == [("person.employee", world.hana.id, person["id"])]
    assert "nina@acme.example" not in await names(world.olga)


async def test_somebody_known_here_gets_the_role_and_the_name_besides(world: World) -> None:
    body = {"email": "EMIL@acme.example", "name": "Emil Gruen", "roles": ["therapist"]}
    answer = await world.hana.post("/people", body)
    assert answer.json() == {
        "id": world.emil.id,
        "email": "emil@acme.example",
        "name": "Emil Gruen",
        "roles": ["employee", "therapist"],
    }
    assert (await world.hana.post("/people", body)).json() == answer.json()
    assert await audited("person.") == [("person.therapist", world.hana.id, world.emil.id)]


@on_sqlite
async def test_a_person_that_cannot_be_read_is_refused_by_field(world: World) -> None:
    for wrong, field in (
        ({"email": "nina"}, "email"),
        ({"email": ""}, "email"),
        ({"email": None}, "email"),
        ({"name": " "}, "name"),
        ({"name": "Nina\nNovák"}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["boss"]}, "roles[0]"),
        ({"roles": "employee"}, "roles"),
        ({"roles": ["coordinator"]}, "roles"),
        ({"roles": ["employee", "admin"]}, "roles"),
        ({"organisation": str(world.other)}, "organisation"),
    ):
        invalid(await world.hana.post("/people", NINA | wrong), field)
    assert "nina@acme.example" not in await names(world.hana)


async def test_an_admin_gives_and_takes_any_role(world: World) -> None:
    boss = {"email": "bo@acme.example", "name": "Bo", "roles": ["admin", "coordinator"]}
    bo = (await world.ada.post("/people", boss)).json()
    assert bo["roles"] == ["admin", "coordinator"]
    path = f"/people/{world.emil.id}/roles"
    answer = await world.ada.put(path, {"roles": ["coordinator", "employee"]})
    assert (answer.status_code, answer.json()["roles"]) == (200, ["coordinator", "employee"])
    assert (await world.emil.get("/people")).status_code == 200
    again = await world.ada.put(path, {"roles": ["employee", "coordinator", "employee"]})
    assert again.json() == answer.json()
    assert (await world.ada.put(path, {"roles": ["employee"]})).json()["roles"] == ["employee"]
    assert essence(await world.emil.get("/people")) == await nowhere(world)
    assert (await audited("person."))[2:] == [
        ("person.coordinator", world.ada.id, world.emil.id),
        ("person.end_coordinator", world.ada.id, world.emil.id),
    ]


async def test_a_coordinator_gives_and_takes_what_is_below(world: World) -> None:
    path = f"/people/{world.emil.id}/roles"
    answer = await world.hana.put(path, {"roles": ["therapist"]})
    assert answer.json()["roles"] == ["therapist"]
    for someone, wanted in (
        (world.emil, ["therapist", "coordinator"]),
        (world.ada, ["employee"]),
        (world.hana, ["employee"]),
        (world.hana, ["admin", "coordinator"]),
    ):
        invalid(await world.hana.put(f"/people/{someone.id}/roles", {"roles": wanted}), "roles")
    kept = await world.hana.put(f"/people/{world.ada.id}/roles", {"roles": ["employee", "admin"]})
    assert kept.json()["roles"] == ["admin", "employee"]
    own = await world.hana.put(
        f"/people/{world.hana.id}/roles", {"roles": ["coordinator", "employee"]}
    )
    assert own.json()["roles"] == ["coordinator", "employee"]


async def test_roles_have_their_ladder(world: World) -> None:
    strangers = [
        world.emil, world.edda, world.tara, world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    body = {"roles": ["therapist"]}
    await climb(world, "PUT", f"/people/{world.edda.id}/roles", body, world.hana, strangers)
    await climb(world, "DELETE", f"/people/{world.edda.id}", None, world.hana, strangers)
    assert await roles(world.hana, world.edda.email) == ["employee"]
    missing = await nowhere(world)
    for someone in (world.emil, world.tara):
        assert essence(await someone.post("/people", NINA)) == missing
    refused(await world.anonymous.post(f"{API}/people", json=NINA), 401, "not_signed_in")
    for wrong, field in ((None, ""), ({}, "roles"), ({"roles": []}, "roles")):
        invalid(await world.hana.put(f"/people/{world.edda.id}/roles", wrong), field)


async def test_somebody_has_to_be_left_to_look_after_it(world: World) -> None:
    boss = await world.join("boss@other.example", "Bo", Role.ADMIN, world.other)
    answer = await boss.put(f"/people/{world.olga.id}/roles", {"roles": ["employee"]})
    assert answer.status_code == 200
    problem = refused(
        await boss.put(f"/people/{boss.id}/roles", {"roles": ["employee"]}), 409, "last_coordinator"
    )
    assert problem["detail"].startswith("Somebody has to look after this organisation")
    refused(await boss.delete(f"/people/{boss.id}"), 409, "last_coordinator")
    # A coordinator is enough to go on, but an admin makes another one before they go.
    await boss.put(f"/people/{world.olga.id}/roles", {"roles": ["coordinator"]})
    path = f"/people/{boss.id}/roles"
    refused(await boss.put(path, {"roles": ["coordinator"]}), 409, "last_admin")
    refused(await boss.delete(f"/people/{boss.id}"), 409, "last_admin")
    await boss.put(f"/people/{world.olga.id}/roles", {"roles": ["admin"]})
    handed = await boss.put(path, {"roles": ["coordinator"]})
    assert handed.json()["roles"] == ["coordinator"]
    refused(await boss.delete(f"/people/{world.olga.id}"), 409, "needs_admin")


async def test_two_who_take_each_other_out_at_once_leave_one(world: World) -> None:
    bo, cy = [
        await world.join(f"{name}@other.example", name, Role.ADMIN, world.other)
        for name in ("bo", "cy")
    ]
    await bo.delete(f"/people/{world.olga.id}")
    answers = await asyncio.gather(
        bo.delete(f"/people/{cy.id}"), cy.delete(f"/people/{bo.id}")
    )  # fmt: skip
    done, refusal = sorted(answers, key=lambda answer: answer.status_code)
    assert (done.status_code, refusal.status_code in {401, 409}) == (204, True)
    left = await rows("SELECT role FROM membership WHERE organisation = {}", world.other)
    assert [row["role"] for row in left if row["role"] in {"admin", "coordinator"}] == ["admin"]


async def test_whoever_is_taken_out_is_out_at_once(world: World) -> None:
    """Their times ahead are free again and they are told; what was stays, with the name."""
    slots = await world.slots(await world.day(claims_per_person=3))
    there = await world.emil_at_other()
    theirs = await world.claim(there, (await world.olga_slots(await world.olga_day()))[0])
    past, running, ahead = [await world.claim(world.emil, slots[index]) for index in (1, 2, 8)]
    feed = (await world.emil.post("/calendar-feeds")).json()["url"]
    await world.tick()
    world.clock.set("2026-12-03T08:40:00Z")
    answer = await world.hana.delete(f"/people/{world.emil.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    refused(await world.emil.get("/bookings"), 401, "not_signed_in")
    assert essence(await world.anonymous.get(feed)) == await nowhere(world)
    assert await roles(world.hana, world.emil.email) is None
    left = (await world.hana.get("/roster?date=2026-12-03")).json()["shifts"]
    booked = {
        entry["booking"]["id"]: entry["booking"]["person"]["name"]
        for shift in left
        for entry in shift["entries"]
        if entry.get("booking")
    }
    assert booked == {past["id"]: "Emil Grün", running["id"]: "Emil Grün"}
    await world.tick()
    mails = world.mails(world.emil.email)
    (mail,) = [mail for mail in mails if mail["Subject"].startswith("Cancelled")]
    asked = [mail for mail in mails if mail["Subject"].startswith("How was")]
    assert [theirs["id"] in str(mail) for mail in asked] == [True], "Acme asks him nothing more"
    assert "METHOD:CANCEL" in calendar_part(mail)
    assert ahead["uid"] in calendar_part(mail)
    text = str(mail.get_body(("plain",)))
    assert "Hana Weiss cancelled this massage" in text
    assert "no longer among the people" in text
    kept = (await there.get(f"/bookings/{theirs['id']}")).json()
    assert kept["status"] == "confirmed", "the other organisation's"
    assert await audited("person.") == [("person.remove", world.hana.id, world.emil.id)]


async def test_taking_out_is_repeatable_and_coming_back_opens_no_old_door(world: World) -> None:
    feed = (await world.emil.post("/calendar-feeds")).json()["url"]
    for _ in range(2):
        assert (await world.hana.delete(f"/people/{world.emil.id}")).status_code == 204
    assert len(await audited("person.remove")) == 1
    missing = await nowhere(world)
    put = await world.hana.put(f"/people/{world.emil.id}/roles", {"roles": ["employee"]})
    assert essence(put) == missing
    back = {"email": world.emil.email, "name": "Emil Grün", "roles": ["employee"]}
    assert (await world.hana.post("/people", back)).json()["id"] == world.emil.id
    refused(await world.emil.get("/bookings"), 401, "not_signed_in")
    assert essence(await world.anonymous.get(feed)) == missing


async def test_a_coordinator_does_not_take_out_who_is_not_below(world: World) -> None:
    for someone in (world.ada, world.hana):
        refused(await world.hana.delete(f"/people/{someone.id}"), 409, "needs_admin")
    assert (await world.ada.delete(f"/people/{world.hana.id}")).status_code == 204
    refused(await world.hana.get("/people"), 401, "not_signed_in")


async def test_a_therapist_with_shifts_ahead_stays(world: World) -> None:
    day = await world.day()
    await world.day(date="2026-12-10", published=False)
    world.clock.set("2026-12-03T10:00:00Z")
    requests: list[tuple[str, str, Any]] = [
        ("DELETE", f"/people/{world.tara.id}", None),
        ("PUT", f"/people/{world.tara.id}/roles", {"roles": ["employee"]}),
    ]
    for method, path, body in requests:
        answer = await world.hana.http.request(method, API + path, json=body)
        assert refused(answer, 409, "therapist_has_shifts")["detail"] == (
            "Tara Lindqvist still has shifts on Thursday 3 December 2026"
            " and Thursday 10 December 2026. Give them to somebody else first."
        )
    world.clock.set("2026-12-03T11:00:00Z")  # that shift is over
    answer = await world.hana.delete(f"/people/{world.tara.id}")
    assert (
        "shifts on Thursday 10 December 2026."
        in refused(answer, 409, "therapist_has_shifts")["detail"]
    )
    world.clock.set("2026-12-10T11:00:00Z")
    assert (await world.hana.delete(f"/people/{world.tara.id}")).status_code == 204
    assert (await world.tara_elsewhere.get("/events")).status_code == 200
    shown = (await world.hana.get(f"/events/{day['id']}")).json()
    assert shown["shifts"][0]["therapist"]["name"] == "Tara Lindqvist"
