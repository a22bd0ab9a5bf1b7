"""One's own pages: name, organisations, browsers, calendar; all that is kept, and its end."""

import json
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest

import scheduler
from scheduler.domain import identity_provider
from scheduler.domain.delivery import COMPOSERS, WRITERS
from scheduler.domain.person import Role
from scheduler.storage.rows import IdentityProvider
from scheduler.web.pages import deeds
from tests.web.test_own_data import massaged
from tests.web.test_plan_home import words
from tests.web.test_roles import audited
from tests.world import Browser, World, rows

pytestmark = pytest.mark.anyio
PAYLOAD = '"><script>alert(1)</script>{{7*7}}'


async def page(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


async def test_who_one_is_here(world: World) -> None:
    said = await page(await world.signed_in(world.emil), "/me")
    assert "Emil Grün emil@acme.example Employee at Acme" in said
    assert "In 1 browser, this one." in said
    assert "Your other organisations" not in said
    for someone in (world.hana, world.ada):
        assert "In your own calendar" not in await page(await world.signed_in(someone), "/me")


async def test_another_name(world: World) -> None:
    emil = await world.signed_in(world.emil)
    answer = await emil.post("/me/name", {"name": " Emil Gruen "}, page="/me")
    assert answer.headers["location"] == "/me?said=renamed"
    assert "Your name is changed. " in words((await emil.follow(answer)).text)
    await emil.post("/me/name", {"name": "Emil Gruen"}, page="/me")
    assert await audited("person.") == [("person.rename", world.emil.id, world.emil.id)]
    assert "Emil Gruen" in (await world.hana.get("/people")).text
    there = await world.signed_in(await world.emil_at_other())
    assert "E. Gruen" in await page(there, "/me"), "each organisation has its own name for him"


async def test_a_name_that_cannot_be_is_refused_and_kept_in_the_field(world: World) -> None:
    emil = await world.signed_in(world.emil)
    for wrong in ("", " ", "a" * 201, "Emil\u2028Grün"):
        answer = await emil.post("/me/name", {"name": wrong}, page="/me")
        assert answer.status_code == 422
        assert "<title>Error: My data" in answer.text
        assert 'href="#name"' in answer.text
    assert 'value="Emil' in answer.text
    assert await audited("person.") == []


async def test_signing_out_everywhere(world: World) -> None:
    first, second = [await world.signed_in(world.emil) for _ in range(2)]
    assert "In 2 browsers, this one among them." in await page(first, "/me")
    await first.post("/sign-out/everywhere", page="/me")
    assert (await second.get("/me")).status_code == 303


async def test_it_leads_to_the_own_calendar(world: World) -> None:
    tara = await world.signed_in(world.tara)
    assert 'href="/calendar-feed"' in (await tara.get("/me")).text
    assert "Set it up" in await page(tara, "/me")
    await world.tara.post("/calendar-feeds")
    assert "Change or end it" in await page(tara, "/me")


async def test_going_on_for_another_organisation(world: World) -> None:
    tara = await world.signed_in(world.tara)
    there = (await world.tara_elsewhere.get("/me")).json()["organisation"]["id"]
    said = await page(tara, "/me")
    assert "You are here for Acme." in said
    assert "Go on for Other Ltd" in said
    answer = await tara.post("/me/organisation", {"organisation": there}, page="/me")
    assert answer.headers["location"] == "/"
    assert "Therapist at Other Ltd" in await page(tara, "/me")
    begun = await rows("SELECT organisation, person FROM session")
    assert [(str(row["organisation"]), str(row["person"])) for row in begun] == [
        (there, world.tara.id)
    ], "the one before is over"
    assert len(await rows("SELECT id FROM audit WHERE action = 'session.begin'")) == 2
    home = {"organisation": str(world.acme), "next": "/roster"}
    back = await tara.post("/me/organisation", home, page="/roster")
    assert back.headers["location"] == "/roster"
    assert "Therapist at Acme" in await page(tara, "/me")


async def test_nobody_goes_on_where_they_do_not_belong(world: World) -> None:
    emil = await world.signed_in(world.emil)
    for wrong in (str(world.other), str(world.acme), str(uuid4())):
        answer = await emil.post("/me/organisation", {"organisation": wrong}, page="/me")
        assert answer.status_code == 404
    answer = await emil.post("/me/organisation", {"organisation": "7"}, page="/me")
    assert answer.status_code == 400
    assert (await emil.post("/me/organisation", page="/me")).headers["location"] == "/me"
    assert "Employee at Acme" in await page(emil, "/me")


async def test_what_one_company_vouches_for_does_not_count_at_another(world: World) -> None:
    """An admin could have their own sign-in say that somebody is Tara, who works elsewhere too."""
    tara = await world.signed_in(world.tara, proven=False)
    for shown in ("/me", "/roster"):
        text = (await tara.get(shown)).text
        assert "Other Ltd" not in text
        assert "#elsewhere" not in text
    answer = await tara.post("/me/organisation", {"organisation": str(world.other)}, page="/me")
    assert answer.headers["location"] == "/sign-in/code"
    assert "Therapist at Acme" in await page(tara, "/me")
    await world.tick()
    (mail,) = world.mails("tara@hands.example")
    code = re.search(r"\b\d{6}\b|\b\d{3} \d{3}\b", str(mail.get_body(("plain",))))
    assert code
    entered = await tara.post("/sign-in/code", {"code": code[0]}, page="/sign-in/code")
    assert entered.status_code == 303
    assert "Therapist at Other Ltd" in await page(tara, "/me")


async def test_a_company_that_wants_its_own_account_gets_it(world: World) -> None:
    here = await world.join("emil@other.example", "Emil", Role.EMPLOYEE)
    await world.join("emil@other.example", "Emil", Role.EMPLOYEE, world.other)
    row = IdentityProvider(
        organisation=world.other, issuer="https://login.other.example", client_id="c",
        client_secret=b"s", required=True,
    )  # fmt: skip
    await identity_provider._store(row, None, world.clock())  # noqa: SLF001
    emil = await world.signed_in(here)
    answer = await emil.post("/me/organisation", {"organisation": str(world.other)}, page="/me")
    assert answer.headers["location"].startswith(f"/sign-in/company/{world.other}")
    assert "Employee at Acme" in await page(emil, "/me")


async def test_everything_that_is_kept(world: World) -> None:
    await massaged(world, world.emil)
    await world.tick()
    emil = await world.signed_in(world.emil)
    said = await page(emil, "/me/data")
    for part in (
        "Thursday 3 December, 09:00",
        "with Tara Lindqvist Finished",
        "Tension before: 8 (neck)",
        "Tension after: 3 (neck)",
        "The calendar entry of your time Sent Thursday 3 December, 09:20",
        "A token for programs since Monday 23 November 2026",
        "Tara Lindqvist marked a massage as finished",
        "Emil Grün booked a time",
    ):
        assert part in said
    assert "Edda" not in said


async def test_a_therapist_reads_their_days_and_no_names(world: World) -> None:
    await massaged(world, world.emil)
    said = await page(await world.signed_in(world.tara), "/me/data")
    assert "Your days at the chair Thursday 3 December, 09:00 Chair massage, Chair 1" in said
    assert "Emil" not in said


async def test_to_take_along(world: World) -> None:
    await massaged(world, world.emil)
    emil = await world.signed_in(world.emil)
    answer = await emil.get("/me/data.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    held = json.loads(answer.content)
    api = (await world.emil.get("/me/data")).json()
    assert (held["me"], held["bookings"]) == (api["me"], api["bookings"])


async def test_erasing_says_first_what_it_does(world: World) -> None:
    await massaged(world, world.emil)
    emil = await world.signed_in(world.emil)
    said = await page(emil, "/me/erasure")
    assert "This one is given back, and leaves your calendar: Thursday 3 December, 11:40" in said
    assert "without a name" in said
    for wrong in ("", "emil", "hana@acme.example"):
        answer = await emil.post("/me/erasure", {"email": wrong}, page="/me/erasure")
        assert answer.status_code == 422
        assert "This is not your address. Type emil@acme.example to go on." in words(answer.text)
    assert "Emil Grün" in (await world.hana.get("/people")).text


async def test_erasing(world: World) -> None:
    await massaged(world, world.emil)
    emil = await world.signed_in(world.emil)
    answer = await emil.post("/me/erasure", {"email": " EMIL@Acme.Example "}, page="/me/erasure")
    assert answer.headers["location"] == "/farewell"
    assert "cookies" not in answer.headers["clear-site-data"]
    farewell = await emil.follow(answer)
    assert "Your data is erased" in farewell.text
    assert "Emil" not in farewell.text
    assert (await emil.get("/me")).status_code == 303
    assert "Emil" not in (await world.hana.get("/people")).text
    await world.tick()
    assert world.mails("emil@acme.example")[-1]["Subject"].startswith("Cancelled")
    again = await emil.post("/me/erasure", {"email": "emil@acme.example"}, page="/me/erasure")
    assert again.headers["location"].startswith("/sign-in")


async def test_whoever_still_has_duties_stays(world: World) -> None:
    await world.day()
    for someone, sentence in (
        (world.tara, "Tara Lindqvist still has shifts on"),
        (world.ada, "This organisation has no other admin"),
    ):
        browser = await world.signed_in(someone)
        answer = await browser.post("/me/erasure", {"email": someone.email}, page="/me/erasure")
        assert answer.status_code == 422
        assert sentence in words(answer.text)
        assert (await browser.get("/me")).status_code == 200


async def test_the_menu_tells_of_other_organisations(world: World) -> None:
    tara, emil = [await world.signed_in(one) for one in (world.tara, world.emil)]
    assert 'href="/me#elsewhere"' in (await tara.get("/me")).text
    assert 'href="/me#elsewhere"' not in (await emil.get("/me")).text


async def test_privacy_is_for_everybody(world: World) -> None:
    said = await page(world.browser(), "/privacy")
    assert "What your employer never sees" in said
    assert "See what is kept about you" not in said
    assert "See what is kept about you" in await page(await world.signed_in(world.emil), "/privacy")
    assert 'href="/privacy"' in (await world.browser().get("/sign-in")).text


async def test_nothing_that_people_typed_runs(world: World) -> None:
    tenant = await world.tenant(PAYLOAD, "evil.example", "Europe/Berlin")
    for where in (world.acme, tenant):
        await world.join("eve@acme.example", PAYLOAD, Role.EMPLOYEE, where)
    eve = await world.join("eve@acme.example", PAYLOAD, Role.EMPLOYEE)
    slots = await world.slots(await world.day(title=PAYLOAD, location={"name": PAYLOAD}))
    await world.claim(eve, slots[0])
    browser = await world.signed_in(eve)
    for path in ("/me", "/me/data", "/me/erasure"):
        html = (await browser.get(path)).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html
        assert "49" not in words(html).replace(str(UUID(eve.id)), "")


def test_every_deed_has_words() -> None:
    written = set[str]()
    for path in (Path(scheduler.__file__).parent / "domain").glob("*.py"):
        calls = re.findall(r"audit\.(?:record|entry)\((.*?), now\)", path.read_text(), re.DOTALL)
        written |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', " ".join(calls)))
    assert {"booking.claim", "event.publish"} <= written
    assert written <= set(deeds.DEEDS)


def test_every_message_has_words() -> None:
    assert {*COMPOSERS, *WRITERS} <= set(deeds.MESSAGES)
