"""What is kept about somebody: read by them, and erased for them."""

from typing import Any

import pytest

from scheduler.domain import session
from scheduler.domain.person import Role
from scheduler.storage.database import execute, is_postgres
from tests.facts import TABLES
from tests.web.ladder import essence, invalid, nowhere, refused
from tests.web.test_bookings import PREFERENCES
from tests.world import API, Someone, World, calendar_part, rows, write

pytestmark = pytest.mark.anyio
ERASE = "/me/data?confirm=true"


async def data(who: Someone) -> dict[str, Any]:
    answer = await who.get("/me/data")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def massaged(world: World, who: Someone, slot: int = 0) -> dict[str, Any]:
    """A booking with preferences and ratings, in the past now, of a day on which another is."""
    day = await world.day(claims_per_person=2)
    slots = await world.slots(day)
    booking = await world.claim(who, slots[slot], **PREFERENCES)
    await world.claim(who, slots[-1])
    world.clock.set("2026-12-03T08:20:00Z")
    await world.tara.put(f"/bookings/{booking['id']}/attendance", {"status": "completed"})
    for moment, score in (("before", 8), ("after", 3)):
        path = f"/bookings/{booking['id']}/ratings/{moment}"
        assert (await who.put(path, {"score": score, "area": "neck"})).status_code == 200
    return booking


async def test_who_one_is_here(world: World) -> None:
    await world.join(world.emil.email, "Emil Grün", Role.THERAPIST)
    there = await world.emil_at_other()
    assert (await world.emil.get("/me")).json() == {
        "id": world.emil.id,
        "email": "emil@acme.example",
        "name": "Emil Grün",
        "organisation": {"id": str(world.acme), "name": "Acme"},
        "roles": ["employee", "therapist"],
        "language": None,
    }
    me = (await there.get("/me")).json()
    assert (me["name"], me["organisation"]["name"], me["roles"]) == (
        "E. Gruen", "Other Ltd", ["employee"],
    )  # fmt: skip


async def test_everything_that_is_kept_is_shown_to_its_owner(world: World) -> None:
    booking = await massaged(world, world.emil)
    await world.emil.post("/calendar-feeds")
    await world.tick()
    found = await data(world.emil)
    assert found["me"] == (await world.emil.get("/me")).json()
    assert [role["role"] for role in found["roles"]] == ["employee"]
    first = found["bookings"][0]
    assert {name: first[name] for name in PREFERENCES} == PREFERENCES
    assert (first["id"], first["title"], first["therapist"], first["status"]) == (
        booking["id"], "Chair massage", "Tara Lindqvist", "completed",
    )  # fmt: skip
    assert sorted((one["moment"], one["score"], one["area"]) for one in first["ratings"]) == [
        ("after", 3, "neck"), ("before", 8, "neck"),
    ]  # fmt: skip
    assert (len(found["tokens"]), found["sessions"]) == (1, [])
    assert found["calendar_feed"]["created_at"] == "2026-12-03T08:20:00Z"
    assert {message["kind"] for message in found["messages"]} >= {"invite", "rating_request"}
    log = {(entry["action"], entry["by"]) for entry in found["log"]}
    assert {("booking.claim", "Emil Grün"), ("booking.completed", "Tara Lindqvist")} <= log
    assert ("person.employee", None) in log


async def test_a_therapist_and_a_coordinator_see_their_own(world: World) -> None:
    await massaged(world, world.emil)
    tara = await data(world.tara)
    assert [(shift["title"], shift["chair"]) for shift in tara["shifts"]] == [
        ("Chair massage", "Chair 1")
    ]
    hana = await data(world.hana)
    for found in (tara, hana, await data(world.edda), await data(world.ada)):
        assert not any(word in str(found) for word in ("Emil", world.emil.id, "swedish"))
        assert found["bookings"] == []
    assert "event.create" in {entry["action"] for entry in hana["log"]}
    assert (await data(world.tara_elsewhere))["shifts"] == []


async def test_own_data_has_its_ladder(world: World) -> None:
    for method, path in (("GET", "/me"), ("GET", "/me/data"), ("DELETE", ERASE)):
        for headers in ({}, {"authorization": "Bearer nonsense"}):
            answer = await world.anonymous.request(method, API + path, headers=headers)
            refused(answer, 401, "not_signed_in")
    invalid(await world.emil.delete("/me/data?confirm=perhaps"), "confirm")
    for path in ("/me/data", "/me/data?confirm=false"):
        answer = await world.emil.delete(path)
        assert "?confirm=true" in refused(answer, 409, "confirm_erasure")["detail"]
    assert (await data(world.emil))["me"]["name"] == "Emil Grün"


async def test_erased_is_erased(world: World) -> None:
    booking = await massaged(world, world.emil)
    kept = await massaged_by_edda(world)
    feed = (await world.emil.post("/calendar-feeds")).json()["url"]
    await session.begin(world.acme, world.emil.caller.id, world.clock())
    assert (await world.emil.delete(ERASE)).status_code == 204
    refused(await world.emil.get("/me"), 401, "not_signed_in")
    assert essence(await world.anonymous.get(feed)) == await nowhere(world)
    assert await rows("SELECT id FROM session") == []
    await world.tick()
    for table in await execute(TABLES[is_postgres()]):
        held = repr(await rows(f'SELECT * FROM "{table["name"]}"'))
        assert "emil@" not in held, table
        assert "Emil" not in held, table
    assert [row["score"] for row in await rows("SELECT score FROM rating")] == [6]
    (row,) = await rows(
        "SELECT status, pressure, technique, quiet FROM booking WHERE id = {}", booking["id"]
    )
    assert (row["status"], row["pressure"], row["technique"], bool(row["quiet"])) == (
        "completed", None, None, False,
    )  # fmt: skip
    people = (await world.hana.get("/people")).json()["items"]
    assert world.emil.id not in {person["id"] for person in people}
    (erased,) = await rows("SELECT actor, subject FROM audit WHERE action = {}", "person.erase")
    assert str(erased["actor"]) == str(erased["subject"]) == world.emil.id
    assert (await world.edda.get(f"/bookings/{kept['id']}")).json() == kept


async def massaged_by_edda(world: World) -> dict[str, Any]:
    day = (await world.hana.get("/events")).json()["items"][0]
    booking = await world.claim(world.edda, (await world.slots(day))[-2], pressure=4)
    world.clock.set("2026-12-03T10:45:00Z")
    await world.edda.put(f"/bookings/{booking['id']}/ratings/before", {"score": 6})
    world.clock.set("2026-12-03T08:21:00Z")
    found: dict[str, Any] = (await world.edda.get(f"/bookings/{booking['id']}")).json()
    return found


async def test_what_was_stays_for_the_accounts_without_a_name(world: World) -> None:
    booking = await massaged(world, world.emil)
    before = (await world.hana.get("/events")).json()["items"][0]
    await world.emil.delete(ERASE)
    (shift, _) = (await world.hana.get("/roster?date=2026-12-03")).json()["shifts"]
    entry = shift["entries"][0]["booking"]
    assert entry == {
        "id": booking["id"],
        "status": "completed",
        "person": {"name": "Former colleague", "email": f"{world.emil.id}@erased.invalid"},
    }
    report = (await world.hana.get(f"/events/{before['id']}/report")).json()
    assert report["attendance"] == {"completed": 1, "no_show": 0, "cancelled": 1}
    (seen, *_) = (await world.tara.get("/roster?date=2026-12-03")).json()["shifts"][0]["entries"]
    assert seen["booking"]["person"] == {"name": "Former c."}


async def test_times_ahead_are_given_back_and_that_message_still_arrives(world: World) -> None:
    slots = await world.slots(await world.day())
    booking = await world.claim(world.emil, slots[0])
    await write("UPDATE person SET language = 'de' WHERE id = {}", world.emil.caller.id)
    await world.emil.delete(ERASE)
    taken = await world.claim(world.edda, slots[0])
    await world.tick()
    (mail,) = world.mails("emil@acme.example")
    entry = calendar_part(mail)
    assert "METHOD:CANCEL" in entry
    assert booking["uid"] in entry
    assert "mailto:emil@acme.example" in entry
    assert mail["To"].addresses[0].display_name == "Emil Grün"
    assert 'lang="de"' in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert not world.mails("erased.invalid")
    assert [
        row["status"] for row in await rows("SELECT status FROM booking WHERE id = {}", taken["id"])
    ] == ["confirmed"]
    assert "emil@" not in repr(await rows("SELECT * FROM outbox"))


async def test_another_organisation_keeps_what_is_its_own(world: World) -> None:
    there = await world.emil_at_other()
    theirs = (await world.olga_slots(await world.olga_day()))[0]
    claimed = await world.claim(there, theirs, pressure=2)
    await world.emil.delete(ERASE)
    refused(await world.emil.get("/me"), 401, "not_signed_in")
    me = (await there.get("/me")).json()
    assert (me["email"], me["name"]) == ("emil@acme.example", "E. Gruen")
    assert (await there.get(f"/bookings/{claimed['id']}")).json() == claimed
    await world.tick()
    assert len(world.mails("emil@acme.example")) == 1
    # Once nobody knows them any more, the address goes as well.
    assert (await there.delete(ERASE)).status_code == 204
    await world.tick()
    assert len(world.mails("emil@acme.example")) == 2
    assert [
        row["email"] for row in await rows("SELECT email FROM person WHERE id = {}", world.emil.id)
    ] == [f"{world.emil.id}@erased.invalid"]


async def test_a_message_of_another_organisation_that_waits_still_arrives(world: World) -> None:
    there = await world.emil_at_other()
    await world.claim(there, (await world.olga_slots(await world.olga_day()))[0])
    await world.olga.delete(f"/people/{world.emil.id}")
    await world.emil.delete(ERASE)
    await world.tick()
    (mail,) = world.mails("emil@acme.example")
    assert mail["To"].addresses[0].display_name == "E. Gruen"


async def test_somebody_who_comes_back_is_somebody_new(world: World) -> None:
    await world.emil.delete(ERASE)
    again = await world.join("emil@acme.example", "Emil Grün", Role.EMPLOYEE)
    assert again.id != world.emil.id
    assert (await data(again))["bookings"] == []


async def test_whoever_has_duties_cannot_go_yet(world: World) -> None:
    await world.day()
    for path in (ERASE, "/me/data"):
        refused(await world.tara.delete(path), 409, "therapist_has_shifts")
        refused(await world.olga.delete(path), 409, "last_coordinator")
    assert (await world.tara.get("/me")).status_code == 200
    assert (await world.tara_elsewhere.delete(ERASE)).status_code == 204
    assert (await world.tara.get("/me")).json()["email"] == "tara@hands.example"
    assert (await world.hana.delete(ERASE)).status_code == 204, "Ada is left"
