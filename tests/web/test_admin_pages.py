"""What an admin keeps: the organisation, how its people sign in, roles, the log."""

import re

import pytest

from scheduler.domain.person import Role
from tests.web.test_me_pages import PAYLOAD, page
from tests.web.test_plan_home import words
from tests.web.test_roles import audited, roles
from tests.world import Browser, World, rows, write

pytestmark = pytest.mark.anyio
SETTINGS = {"name": "Acme GmbH", "domains": "acme.example, @acme.test\nacme.example",
            "timezone": "Europe/Vienna"}  # fmt: skip


async def ada(world: World) -> Browser:
    return await world.signed_in(world.ada)


async def test_the_settings_are_changed(world: World) -> None:
    browser = await ada(world)
    shown = (await browser.get("/admin")).text
    assert 'value="Acme"' in shown
    assert ">acme.example</textarea>" in shown
    assert '<option value="Europe/Vienna">' in shown
    answer = await browser.post("/admin", SETTINGS, page="/admin")
    assert answer.headers["location"] == "/admin?said=changed"
    assert "The settings are changed. Acme GmbH" in words((await browser.follow(answer)).text)
    held = (await world.ada.get("/organisation")).json()
    assert (held["name"], held["timezone"]) == ("Acme GmbH", "Europe/Vienna")
    assert held["domains"] == ["acme.example", "acme.test"]
    assert (await browser.post("/admin", SETTINGS, page="/admin")).status_code == 303
    assert len(await audited("organisation.")) == 1


async def test_what_cannot_be_is_said_at_the_field_and_kept(world: World) -> None:
    browser = await ada(world)
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"domains": "acme"}, "domains"),
        ({"timezone": "Vienna"}, "timezone"),
        ({"timezone": ""}, "timezone"),
    ):
        answer = await browser.post("/admin", SETTINGS | wrong, page="/admin")
        assert answer.status_code == 422
        assert "<title>Error: Administration" in answer.text
        assert f'href="#{field}"' in answer.text
        assert f'aria-describedby="{field}-wrong {field}-help"' in answer.text
    answer = await browser.post("/admin", SETTINGS | {"name": "other ltd"}, page="/admin")
    assert (answer.status_code, 'value="other ltd"' in answer.text) == (422, True)
    assert "There is an organisation of this name already." in answer.text
    assert (await world.ada.get("/organisation")).json()["name"] == "Acme"


async def test_mail_is_told_in_figures_of_the_own_organisation(world: World) -> None:
    await world.claim(world.emil, (await world.slots(await world.day()))[0])
    await world.claim(world.otto, (await world.olga_slots(await world.olga_day()))[0])
    browser = await ada(world)
    said = await page(browser, "/admin")
    assert "waiting 1 not delivered 0 sent 0" in said
    assert "The oldest has waited since Monday 23 November, 10:00." in said
    await write("UPDATE outbox SET done_at = due_at, outcome = 'failed', error = 'no emil@'")
    said = await page(browser, "/admin")
    assert "waiting 0 not delivered 1 sent 0" in said
    assert "Whoever runs Chairtime sees why" in said
    assert "emil@" not in said
    restored = "INSERT INTO mail_pause (id, since, reason) SELECT id, created_at, 'R' FROM"
    await write(f"{restored} organisation WHERE name = 'Acme'")
    assert "Mail is paused" in await page(browser, "/admin")


async def test_who_looks_after_it(world: World) -> None:
    said = await page(await ada(world), "/admin/roles")
    assert "Ada Boss you ada@acme.example" in said
    assert "Hana Weiss" in said
    for name in ("Emil", "Tara", "Olga"):
        assert name not in said


async def test_roles_are_given_and_taken(world: World) -> None:
    browser = await ada(world)
    body = {"email": "EMIL@acme.example", "roles": "coordinator"}
    answer = await browser.post("/admin/roles", body, page="/admin/roles")
    assert answer.headers["location"] == "/admin/roles?said=given"
    said = words((await browser.follow(answer)).text)
    assert "The role is given." in said
    assert "Emil Grün" in said, "whoever is known here keeps their name"
    both = {"roles": ["coordinator", "employee", "therapist"]}
    path = f"/admin/roles/{world.emil.id}"
    answer = await browser.post(path, both, page="/admin/roles")
    assert answer.headers["location"] == "/admin/roles?said=changed"
    assert await roles(world.hana, "emil@acme.example") == both["roles"]
    assert await audited("person.") == [
        ("person.coordinator", world.ada.id, world.emil.id),
        ("person.therapist", world.ada.id, world.emil.id),
    ]


async def test_what_is_not_given_is_said(world: World) -> None:
    browser = await ada(world)
    nina = {"email": "nina@acme.example", "name": "Nina", "roles": "admin"}
    for wrong, field in (
        ({"email": "nina"}, "email"),
        ({"email": ""}, "email"),
        ({"name": ""}, "name"),
        ({"email": "otto@other.example", "name": ""}, "name"),  # known elsewhere only
        ({"roles": []}, "roles"),
    ):
        answer = await browser.post("/admin/roles", nina | wrong, page="/admin/roles")
        assert answer.status_code == 422, wrong
        assert f'href="#{field}"' in answer.text
        assert "Otto" not in answer.text
    answer = await browser.post(f"/admin/roles/{world.hana.id}", {}, page="/admin/roles")
    assert (answer.status_code, "Choose at least one role." in answer.text) == (422, True)
    assert await audited("person.") == []


async def test_the_last_admin_stays_one(world: World) -> None:
    browser = await ada(world)
    path = f"/admin/roles/{world.ada.id}"
    answer = await browser.post(path, {"roles": "coordinator"}, page="/admin/roles")
    assert answer.status_code == 422
    assert "This organisation has no other admin" in words(answer.text)
    await world.join("bo@acme.example", "Bo", Role.ADMIN)
    answer = await browser.post(path, {"roles": "coordinator"}, page="/admin/roles")
    assert answer.headers["location"] == "/", "and is led to where they may be now"
    assert (await browser.get("/admin")).status_code == 404


async def test_the_log_says_who_did_what_but_not_who_comes(world: World) -> None:
    slots = await world.slots(await world.day())
    emil, hana = [await world.signed_in(one) for one in (world.emil, world.hana)]
    booking = await world.claim(world.emil, slots[0])
    await world.claim(world.hana, slots[1])
    await world.hana.post(f"/slots/{slots[2]['id']}/booking", {"person": "edda@acme.example"})
    await world.emil.put(f"/bookings/{booking['id']}/preferences", {"pressure": 2})
    await world.ada.put(f"/people/{world.edda.id}/roles", {"roles": ["employee", "therapist"]})
    await emil.post("/me/name", {"name": "Emil Gruen"})
    said = await page(await ada(world), "/admin/log")
    for part in (
        "Monday 23 November 2026 10:00 Ada Boss signed in",
        "Ada Boss gave the role therapist: Edda Okoye",
        "A colleague changed the name that they go by",
        "A colleague changed what they prefer at the chair",
        "Hana Weiss booked a time",
        "A colleague booked a time",
        "Hana Weiss signed in",
        "A colleague signed in",
        "Hana Weiss published a massage day: Thursday 3 December 2026",
        "Whoever runs Chairtime gave the role employee: Emil",
    ):
        assert part in said, part
    assert said.count("Hana Weiss booked a time") == 1, "for Edda; her own is a colleague's"
    assert not re.search(r"Emil (Grün|Gruen) (booked|signed|changed)", said)
    for name in ("Olga", "Otto", "Chair massage"):
        assert name not in said
    assert (await hana.get("/admin/log")).status_code == 404


async def test_the_log_has_pages(world: World) -> None:
    browser = await ada(world)
    for _ in range(60):
        await world.signed_in(world.emil)
    first = (await browser.get("/admin/log")).text
    assert words(first).count("signed in") >= 50
    earlier = re.search(r'href="(/admin/log\?before=[^"]+)"', first)
    assert earlier
    rest = (await browser.get(earlier[1])).text
    assert "Whoever runs Chairtime added the organisation" in words(rest)
    assert "before=" not in rest
    count = (await rows("SELECT count(*) AS n FROM audit WHERE organisation = {}", world.acme))[0]
    assert first.count("<li>\n<p class") + rest.count("<li>\n<p class") == count["n"]
    for wrong in ("7", "", str(world.acme)):
        answer = await browser.get(f"/admin/log?before={wrong}")
        assert answer.status_code in {200, 400}


async def test_the_company_account_is_asked_for_in_words(world: World) -> None:
    browser = await ada(world)
    said = await page(browser, "/admin/sign-in")
    assert "A code by mail lets everybody in." in said
    assert "https://chairtime.example/sign-in/company/callback" in said
    answer = await browser.post("/admin/sign-in", {"issuer": PAYLOAD}, page="/admin/sign-in")
    assert answer.status_code == 422
    assert 'href="#client_id"' in answer.text
    assert "<script>alert" not in answer.text
    sent = {"issuer": "https://login.acme.example", "client_id": "c", "client_secret": "s3cret"}
    refused = await browser.post("/admin/sign-in", sent | {"client_id": ""}, page="/admin/sign-in")
    assert (refused.status_code, "s3cret" in refused.text) == (422, False)
    done = await browser.post("/admin/sign-in/end", page="/admin/sign-in")
    assert done.headers["location"] == "/admin/sign-in?said=removed"
    assert await audited("identity_provider.") == []


async def test_nothing_that_people_typed_runs(world: World) -> None:
    browser = await ada(world)
    await browser.post("/admin", SETTINGS | {"name": PAYLOAD}, page="/admin")
    body = {"email": "eve@acme.example", "name": PAYLOAD, "roles": "coordinator"}
    await browser.post("/admin/roles", body, page="/admin/roles")
    for path in ("/admin", "/admin/roles", "/admin/log"):
        html = (await browser.get(path)).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html
