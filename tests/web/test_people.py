"""The people of an organisation; their names, roles and tokens."""

from typing import Any

import httpx
import pytest

from scheduler.domain import person
from scheduler.domain.person import Role
from tests.web.ladder import essence, invalid, nowhere, refused
from tests.world import API, Someone, World, calendar_part, plan, rows, write

pytestmark = pytest.mark.anyio
EXPORT = "E-Mail;Vorname;Nachname\njörg@acme.example;Jörg;Müller\nemil@acme.example;Emil;Grün\n"


async def upload(who: Someone, text: str, query: str = "", **headers: str) -> httpx.Response:
    files = {"file": ("staff.csv", text.encode("cp1252"), "text/csv")}
    return await who.http.post(f"{API}/people/import{query}", files=files, headers=headers)


async def names(who: Someone) -> dict[str, str]:
    items = (await who.get("/people?limit=200")).json()["items"]
    return {item["email"]: item["name"] for item in items}


async def test_people_are_listed_by_name_with_their_roles(world: World) -> None:
    await world.join("emil@acme.example", "Emil Grün", Role.THERAPIST)
    answer = await world.hana.get("/people")
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert answer.json() == {"items": items, "next": None}
    assert [item["name"] for item in items] == [
        "Ada Boss", "Edda Okoye", "Emil Grün", "Hana Weiss", "Tara Lindqvist", "Tom Okafor",
    ]  # fmt: skip
    assert items[2] == {
        "id": world.emil.id,
        "email": "emil@acme.example",
        "name": "Emil Grün",
        "roles": ["employee", "therapist"],
    }


async def test_an_import_adds_updates_and_leaves_alone(world: World) -> None:
    preview = await upload(world.hana, EXPORT, "?dry_run=true")
    assert (preview.status_code, preview.json()) == (
        201,
        {"added": 1, "updated": 0, "unchanged": 1},
    )
    assert "jörg@acme.example" not in await names(world.hana)
    done = await upload(world.hana, EXPORT)
    assert (done.status_code, done.json()) == (201, {"added": 1, "updated": 0, "unchanged": 1})
    assert (await names(world.hana))["jörg@acme.example"] == "Jörg Müller"
    again = await upload(world.hana, EXPORT.replace("Müller", "Maier"))
    assert again.json() == {"added": 0, "updated": 1, "unchanged": 1}
    assert (await names(world.hana))["jörg@acme.example"] == "Jörg Maier"


async def test_an_import_is_all_or_nothing_and_names_the_line(world: World) -> None:
    before = await names(world.hana)
    answer = await upload(world.hana, EXPORT + "not an address;Eva;Voss\n")
    errors = refused(answer, 400, "invalid")["errors"]
    assert [error["field"] for error in errors] == ["file:4"]
    assert errors[0]["message"].startswith("Line 4: ")
    assert await names(world.hana) == before


async def test_importing_has_its_ladder(world: World) -> None:
    missing = await nowhere(world)
    for someone in (world.emil, world.tara, world.ada, world.otto, world.tara_elsewhere):
        assert essence(await upload(someone, EXPORT)) == missing
    for someone in (world.emil, world.tara, world.otto, world.tara_elsewhere):
        assert essence(await someone.get("/people")) == missing
    files = {"file": ("staff.csv", b"x")}
    anonymous = await world.anonymous.post(f"{API}/people/import", files=files)
    refused(anonymous, 401, "not_signed_in")
    refused(await world.anonymous.get(f"{API}/people"), 401, "not_signed_in")
    path = f"{API}/people/import"
    for wrong in ({"json": {"file": "x"}}, {"files": {"data": ("a.csv", b"E-Mail\n")}}, {}):
        sent: dict[str, Any] = wrong
        answer = await world.hana.http.post(path, **sent)
        assert refused(answer, 400, "invalid")["errors"]
    invalid(await upload(world.hana, EXPORT, "?dry_run=perhaps"), "dry_run")
    assert "jörg@acme.example" not in await names(world.hana)


async def test_an_import_with_a_key_is_done_once_whatever_the_forms_boundary(world: World) -> None:
    first = await upload(world.hana, EXPORT, **{"Idempotency-Key": "import-1"})
    assert (first.status_code, first.json()["added"]) == (201, 1)
    again = await upload(world.hana, EXPORT, **{"Idempotency-Key": "import-1"})
    assert (again.status_code, again.content) == (201, first.content)
    other = await upload(world.hana, EXPORT.upper(), **{"Idempotency-Key": "import-1"})
    refused(other, 422, "idempotency_key_reused")


async def test_no_organisation_learns_a_name_from_another(world: World) -> None:
    """Emil works for both; each knows him by the name that it gave him."""
    text = "E-Mail;Name\nEMIL@acme.example;Emilio Verde\n"
    answer = await upload(world.olga, text)
    assert answer.json() == {"added": 1, "updated": 0, "unchanged": 0}
    assert "Grün" not in answer.text
    assert (await names(world.olga))["emil@acme.example"] == "Emilio Verde"
    assert (await names(world.hana))["emil@acme.example"] == "Emil Grün"
    assert "Grün" not in (await world.olga.get("/people")).text
    assert "Verde" not in (await world.hana.get("/people")).text

    theirs = (await world.olga_slots(await world.olga_day()))[0]
    claimed = await world.olga.post(
        f"/slots/{theirs['id']}/booking", {"person": "emil@acme.example"}
    )
    assert claimed.status_code == 201
    ours = (await world.slots(await world.day()))[8]
    await world.claim(world.emil, ours)
    there = (await world.olga.get("/roster?date=2026-12-03")).text
    here = (await world.hana.get("/roster?date=2026-12-03")).text
    assert ("Emilio Verde" in there, "Grün" in there) == (True, False)
    assert ("Emil Grün" in here, "Verde" in here) == (True, False)
    await world.tick()
    for mail in world.mails("emil@acme.example"):
        text = f"{mail['To']}{mail.get_body(('plain',))}{calendar_part(mail)}"
        assert ("Grün" in text) != ("Verde" in text)
        assert ("Verde" in text) == ("Their day" in text)


async def test_who_did_it_is_named_as_that_organisation_knows_them(world: World) -> None:
    """Hana coordinates both, under two names."""
    there = await world.join("hana@acme.example", "Johanna W.", Role.COORDINATOR, world.other)
    for who, slots in (
        (world.hana, await world.slots(await world.day())),
        (there, await world.olga_slots(await world.olga_day(starts="15:00", ends="16:00"))),
    ):
        employee = {"person": "emil@acme.example" if who is world.hana else "otto@other.example"}
        answer = await who.post(f"/slots/{slots[0]['id']}/booking", employee)
        assert answer.status_code == 201
    await world.tick()
    here, elsewhere = world.mails("emil@acme.example")[0], world.mails("otto@other.example")[0]
    assert "Hana Weiss booked it for you" in str(here.get_body(("plain",)))
    assert "Johanna W. booked it for you" in str(elsewhere.get_body(("plain",)))


async def test_an_address_is_kept_as_it_was_first_written_here(world: World) -> None:
    """What the other organisation typed does not show in ours."""
    await upload(world.olga, "E-Mail;Name\nEMIL@ACME.example;Emilio\n")
    assert "emil@acme.example" in await names(world.hana)


async def test_a_role_taken_away_ends_with_the_next_request(world: World) -> None:
    day = await world.day()
    booking = await world.claim(world.emil, (await world.slots(day))[0])
    remove = "DELETE FROM membership WHERE person = {} AND role = {}"
    await world.join("hana@acme.example", "Hana Weiss", Role.EMPLOYEE)
    assert (await world.hana.get("/people")).status_code == 200
    await write(remove, world.hana.caller.id, "coordinator")
    assert essence(await world.hana.get("/people")) == await nowhere(world)
    assert (await world.hana.get(f"/events/{day['id']}")).status_code == 200
    await write(remove, world.emil.caller.id, "employee")
    for path in ("/events", "/bookings", f"/bookings/{booking['id']}"):
        refused(await world.emil.get(path), 401, "not_signed_in")


async def test_a_membership_elsewhere_opens_nothing_here(world: World) -> None:
    there = await world.emil_at_other()
    await write(
        "DELETE FROM membership WHERE person = {} AND organisation = {}",
        world.emil.caller.id, world.acme,
    )  # fmt: skip
    refused(await world.emil.get("/events"), 401, "not_signed_in")
    assert (await there.get("/events")).status_code == 200


async def test_a_token_ends_on_its_day(world: World) -> None:
    token = await person.add_token(world.acme, "emil@acme.example", 3, world.clock())
    headers = {"authorization": f"Bearer {token}"}
    path = f"{API}/events"
    world.clock.advance(days=2, hours=23, minutes=59)
    assert (await world.anonymous.get(path, headers=headers)).status_code == 200
    world.clock.advance(minutes=1)
    answer = await world.anonymous.get(path, headers=headers)
    refused(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert (await world.emil.get("/events")).status_code == 200, "his other one goes on"


async def test_a_token_is_nowhere_in_the_database(world: World) -> None:
    (stored,) = await rows("SELECT hash FROM token WHERE person = {}", world.emil.caller.id)
    assert len(stored["hash"]) == 32
    assert world.emil.token.encode() not in bytes(stored["hash"])
    for wrong in ("", "Bearer", "Bearer ", f"Token {world.emil.token}", world.emil.token,
                  f"Bearer {world.emil.token}x", f"Bearer {world.emil.token[:-1]}"):  # fmt: skip
        answer = await world.anonymous.get(f"{API}/events", headers={"authorization": wrong})
        refused(answer, 401, "not_signed_in")
    spoken = {"authorization": f"bearer {world.emil.token}"}
    assert (await world.anonymous.get(f"{API}/events", headers=spoken)).status_code == 200


async def test_who_one_is_comes_from_the_token_alone(world: World) -> None:
    headers = {
        "host": "other.example",
        "x-forwarded-host": "other.example",
        "x-organisation": str(world.other),
        "x-user": world.olga.id,
    }
    answer = await world.hana.post("/events", plan(), headers=headers)
    assert answer.status_code == 201
    assert (await world.olga.get("/events")).json()["items"] == []
    assert "other.example" not in answer.text + str(answer.headers)
