"""The pages about people: found, added, given other roles, taken out, imported."""

import re
from html import unescape
from uuid import uuid4

import httpx
import pytest

from scheduler.domain.person import Role
from tests.world import Browser, World

pytestmark = pytest.mark.anyio
MARKUP = "<script>alert(1)</script>"
EXPORT = "E-Mail;Vorname;Nachname\njörg@acme.example;Jörg;Müller\nemil@acme.example;Emil;Gruen\n"


async def upload(browser: Browser, content: bytes, name: str = "staff.csv") -> httpx.Response:
    files = {"file": (name, content, "text/csv")}
    return await browser.http.post("/people/import/preview", files=files)


def carried(page: str) -> str:
    (value,) = re.findall(r'<input type="hidden" name="people" value="([^"]*)"', page)
    return unescape(value)


async def roles(world: World) -> dict[str, list[str]]:
    items = (await world.hana.get("/people?limit=200")).json()["items"]
    return {item["email"]: item["roles"] for item in items}


async def test_everybody_is_there_with_what_they_are(world: World) -> None:
    page = (await (await world.signed_in(world.hana)).get("/people")).text
    for words in ("6 people", "Emil Grün", "emil@acme.example", "Therapist", "Admin"):
        assert words in page
    assert "Olga" not in page


@pytest.mark.parametrize("wanted", ["grün", "GRU\u0308N emil", "emil@", " emil "])
async def test_somebody_is_found_however_they_are_spelled(world: World, wanted: str) -> None:
    browser = await world.signed_in(world.hana)
    page = (await browser.get("/people", params={"q": wanted})).text
    assert "1 person found" in page
    assert "Edda" not in page


async def test_finding_nobody_is_said_with_what_was_looked_for(world: World) -> None:
    browser = await world.signed_in(world.hana)
    page = (await browser.get("/people", params={"q": MARKUP})).text
    assert "Nobody here has" in page
    assert MARKUP not in page


async def test_many_people_come_by_the_hundred(world: World) -> None:
    browser = await world.signed_in(world.hana)
    people = "".join(f"p{number:03}@acme.example;Person {number:03}\n" for number in range(150))
    answer = await upload(browser, f"E-Mail;Name\n{people}".encode())
    await browser.post("/people/import", {"people": carried(answer.text)})
    first = (await browser.get("/people?q=person")).text
    assert "150 people found, 1 to 100 are shown" in first
    assert "Earlier names" not in first
    second = (await browser.get("/people?q=person&start=100")).text
    assert "101 to 150 are shown" in second
    assert "Later names" not in second
    for start in ("-5", "9999999"):
        assert (await browser.get(f"/people?start={start}")).status_code == 200


async def test_somebody_is_added(world: World) -> None:
    browser = await world.signed_in(world.hana)
    sent = {"name": MARKUP, "email": "nina@hands.example", "roles": ["employee", "therapist"]}
    done = await browser.post("/people", sent, page="/people")
    page = await browser.follow(done)
    assert "Added." in page.text
    assert MARKUP not in page.text
    assert (await roles(world))["nina@hands.example"] == ["employee", "therapist"]


@pytest.mark.parametrize(
    ("sent", "field", "why"),
    [
        ({"name": "Nina", "email": "nina", "roles": "employee"}, "email", "@-sign"),
        ({"name": "", "email": "n@acme.example", "roles": "employee"}, "name", "empty"),
        ({"name": "Nina", "email": "n@acme.example"}, "roles", "at least one role"),
        ({"name": "Nina", "email": "n@acme.example", "roles": "admin"}, "roles", "Only an admin"),
    ],
)
async def test_whoever_cannot_be_added_is_not(
    world: World, sent: dict[str, str], field: str, why: str
) -> None:
    browser = await world.signed_in(world.hana)
    answer = await browser.post("/people", sent, page="/people")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert f'href="#{field}"' in answer.text
    assert why in answer.text
    assert f'value="{sent["name"]}"' in answer.text
    assert len(await roles(world)) == 6


async def test_a_role_that_is_none_is_refused(world: World) -> None:
    browser = await world.signed_in(world.hana)
    answer = await browser.post(f"/people/{world.emil.id}/roles", {"roles": "king"})
    assert answer.status_code == 422
    assert "king" in answer.text


async def test_roles_change_below_ones_own(world: World) -> None:
    browser = await world.signed_in(world.hana)
    path = f"/people/{world.emil.id}"
    page = (await browser.get(path)).text
    assert 'value="coordinator"' not in page
    done = await browser.post(f"{path}/roles", {"roles": ["employee", "therapist"]}, page=path)
    assert "Changed." in (await browser.follow(done)).text
    assert (await roles(world))["emil@acme.example"] == ["employee", "therapist"]
    none = await browser.post(f"{path}/roles", {}, page=path)
    assert none.status_code == 422
    assert "at least one role" in none.text


async def test_what_is_above_stays_when_something_below_changes(world: World) -> None:
    browser = await world.signed_in(world.hana)
    path = f"/people/{world.ada.id}"
    page = (await browser.get(path)).text
    assert '<input type="hidden" name="roles" value="admin">' in page
    assert "only an admin can take them out" in page
    await browser.post(f"{path}/roles", {"roles": ["admin", "employee"]}, page=path)
    assert (await roles(world))["ada@acme.example"] == ["admin", "employee"]
    refused = await browser.post(f"{path}/roles", {"roles": "employee"}, page=path)
    assert refused.status_code == 422
    refused = await browser.post(f"{path}/removal", page=path)
    assert refused.status_code == 422
    assert "Only an admin can take them out" in refused.text


async def test_an_admin_makes_a_coordinator(world: World) -> None:
    browser = await world.signed_in(world.ada)
    await browser.post(f"/people/{world.emil.id}/roles", {"roles": ["employee", "coordinator"]})
    assert (await roles(world))["emil@acme.example"] == ["coordinator", "employee"]


async def test_whoever_is_taken_out_is_told_what_becomes_of_their_time(world: World) -> None:
    day = await world.day()
    await world.claim(world.emil, (await world.slots(day))[0])
    browser = await world.signed_in(world.hana)
    path = f"/people/{world.emil.id}"
    assert "Times that they have ahead are given back" in (await browser.get(path)).text
    done = await browser.post(f"{path}/removal", page=path)
    assert "Taken out." in (await browser.follow(done)).text
    await world.tick()
    assert "cancel" in world.mails("emil@acme.example")[-1]["Subject"].lower()
    assert (await browser.get(path)).status_code == 404
    assert (await browser.post(f"{path}/removal", page=path)).status_code == 303


async def test_a_therapist_with_shifts_ahead_stays(world: World) -> None:
    await world.day()
    browser = await world.signed_in(world.hana)
    path = f"/people/{world.tara.id}"
    answer = await browser.post(f"{path}/removal", page=path)
    assert answer.status_code == 422
    assert "Tara Lindqvist still has shifts on Thursday 3 December 2026" in answer.text
    assert (await browser.post(f"/people/{uuid4()}/removal")).status_code == 404


async def test_an_import_is_looked_at_and_then_done(world: World) -> None:
    browser = await world.signed_in(world.hana)
    looked = await upload(browser, EXPORT.encode("cp1252"))
    assert looked.status_code == 200
    text = re.sub(r"\s+", " ", looked.text)
    for words in ("<b>1</b> is new", "<b>1</b> is renamed", "<b>0</b> stay as they are"):
        assert words in text
    assert "Jörg Müller" in text
    assert "jörg@acme.example" not in await roles(world)
    done = await browser.post("/people/import", {"people": carried(looked.text)})
    page = (await browser.follow(done)).text
    assert "Imported: 2 people are new or renamed." in page
    assert (await roles(world))["jörg@acme.example"] == ["employee"]
    assert "Emil Gruen" in page
    again = await browser.post("/people/import", {"people": carried(looked.text)})
    assert "Everybody was known already." in (await browser.follow(again)).text


async def test_names_with_commas_and_markup_come_through_as_they_are(world: World) -> None:
    browser = await world.signed_in(world.hana)
    content = f'E-Mail;Vorname\na@acme.example;"King, Jr."\nb@acme.example;"{MARKUP}, ""B"""\n'
    looked = await upload(browser, content.encode())
    assert MARKUP not in looked.text
    await browser.post("/people/import", {"people": carried(looked.text)})
    items = (await world.hana.get("/people?limit=200")).json()["items"]
    names = {item["email"]: item["name"] for item in items}
    assert names["a@acme.example"] == "King, Jr."
    assert names["b@acme.example"] == f'{MARKUP}, "B"'


async def test_bad_rows_are_named_by_line_and_reason(world: World) -> None:
    browser = await world.signed_in(world.hana)
    rows = "".join(f"nobody{number}\n" for number in range(25))
    answer = await upload(browser, f"E-Mail\nanna@acme.example\n{rows}".encode())
    assert answer.status_code == 422
    assert "Line 3: " in answer.text
    assert "Line 22: " in answer.text
    assert "Line 23: " not in answer.text
    assert "5 more lines are wrong too." in answer.text
    assert "anna@acme.example" not in await roles(world)


async def test_no_file_an_empty_one_and_another_kind_are_refused(world: World) -> None:
    browser = await world.signed_in(world.hana)
    missing = await browser.post("/people/import/preview", {})
    assert (missing.status_code, "Choose a file first." in missing.text) == (422, True)
    for content, why in ((b"", "The file is empty."), (b"PK\x03\x04zip", "not a CSV file")):
        answer = await upload(browser, content)
        assert answer.status_code == 422
        assert why in answer.text
    nothing = await browser.post("/people/import", {})
    assert nothing.status_code == 422


async def test_a_file_that_is_too_large_is_refused_calmly(world: World) -> None:
    browser = await world.signed_in(world.hana)
    answer = await upload(browser, b"E-Mail\n" + b"a" * (16 * 1024 * 1024))
    assert answer.status_code == 413
    assert "more than fits" in answer.text


async def test_ten_thousand_people_come_through_both_steps(world: World) -> None:
    browser = await world.signed_in(world.hana)
    rows = "".join(f"p{number}@acme.example;Pünktchen {number}\n" for number in range(10_000))
    looked = await upload(browser, f"E-Mail;Name\n{rows}".encode())
    assert "Import 10,000 people" in looked.text
    files = {"people": (None, carried(looked.text))}
    done = await browser.http.post("/people/import", files=files)
    assert done.headers["location"] == "/people?said=imported&count=10000"


async def test_an_admin_who_plans_nothing_imports_nobody(world: World) -> None:
    browser = await world.signed_in(world.ada)
    assert "/people/import" not in (await browser.get("/people")).text
    assert (await browser.get("/people/import")).status_code == 404
    await world.join("ada@acme.example", "Ada Boss", Role.COORDINATOR)
    assert (await browser.get("/people/import")).status_code == 200


async def test_a_session_that_ended_leads_back_to_the_file(world: World) -> None:
    files = {"file": ("staff.csv", EXPORT.encode(), "text/csv")}
    referer = {"referer": "https://chairtime.example/people/import"}
    browser = world.browser()
    answer = await browser.http.post("/people/import/preview", files=files, headers=referer)
    assert answer.headers["location"] == "/sign-in?next=%2Fpeople%2Fimport"
    hana = await world.signed_in(world.hana)
    assert "CSV file" in (await hana.get("/people/import/preview")).text
