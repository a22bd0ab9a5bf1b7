"""Signing in at a company and coming back, through the pages and a real provider."""

import asyncio
import html
import re
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from scheduler import clock
from scheduler.domain import identity_provider
from tests.oidc.company import CLIENT_SECRET, Company, company, sign_in
from tests.oidc.connect import connect
from tests.web.ladder import essence
from tests.web.test_signing_in import ask, code_in, is_in
from tests.world import Browser, World, rows, write

pytestmark = pytest.mark.anyio
CALLBACK = "/sign-in/company/callback"


@pytest.fixture
async def office(world: World, acme: Company) -> World:
    """Acme's people can sign in at Acme; the provider lives in real time, so all do."""
    world.clock.instant = clock.now()
    await connect(world, acme)
    return world


def door(world: World) -> str:
    return f"/sign-in/company/{world.acme}"


async def leave(world: World, browser: Browser, to: str = "/bookings") -> str:
    """The address that the browser is led to."""
    answer = await browser.post(door(world), {"next": to})
    assert answer.status_code == 200, answer.text
    url = answer.headers["refresh"].removeprefix("0; url=")
    assert f'href="{html.escape(url)}"' in answer.text, "for who waits in vain"
    return url


async def come_back(browser: Browser, answer: dict[str, str]) -> httpx.Response:
    """From another site, as the provider is one."""
    headers = {"sec-fetch-site": "cross-site"}
    return await browser.get(f"{CALLBACK}?{urlencode(answer)}", headers=headers)


async def enter(world: World, browser: Browser, account: str) -> httpx.Response:
    return await come_back(browser, await sign_in(await leave(world, browser), account))


def sentence(answer: httpx.Response) -> str:
    """Why not, as the page says it: and nobody is signed in, and no session begun."""
    assert answer.status_code == 422, answer.text
    assert "<title>Error: " in answer.text
    assert "chairtime=" not in answer.headers.get("set-cookie", "")
    found = re.search(r'class="problems".*?<li>(.*?)</li>', answer.text, re.DOTALL)
    assert found
    return found[1]


async def test_an_employee_signs_in(office: World) -> None:
    browser = office.browser()
    assert "Go to my company" in (await browser.get(door(office))).text
    answer = await enter(office, browser, "emil")
    assert (answer.status_code, answer.headers["location"]) == (303, "/bookings")
    assert answer.headers["set-cookie"].startswith("__Host-chairtime=")
    assert await is_in(browser)
    assert await rows("SELECT id FROM person WHERE email = {}", "emil@acme.example")


async def test_a_colleague_who_is_new_needs_nothing_else(office: World) -> None:
    browser = office.browser()
    assert (await enter(office, browser, "nora")).headers["location"] == "/bookings"
    assert await is_in(browser)
    members = (await office.hana.get("/people")).json()["items"]
    nora = next(one for one in members if one["email"] == "nora@acme.example")
    assert (nora["name"], nora["roles"]) == ("Nora Neu", ["employee"])


async def test_one_without_a_name_is_asked_for_it(office: World) -> None:
    browser = office.browser()
    answer = await enter(office, browser, "anonymous")
    assert answer.headers["location"] == "/sign-in/welcome"
    assert not await is_in(browser)
    done = await browser.post("/sign-in/welcome", {"name": "Ann Onym"})
    assert done.headers["location"] == "/bookings"
    assert await is_in(browser)


async def test_a_name_that_was_given_here_stays(office: World) -> None:
    await write("UPDATE known_as SET name = 'Emil' WHERE person = {}", office.emil.caller.id)
    await enter(office, office.browser(), "emil")
    stored = await rows("SELECT name FROM known_as WHERE person = {}", office.emil.caller.id)
    assert [row["name"] for row in stored] == ["Emil"]


async def test_who_is_invited_may_have_an_address_from_elsewhere(office: World) -> None:
    assert "none of this organisation" in sentence(await enter(office, office.browser(), "foreign"))
    await office.therapist("otto@other.example", "Otto Else")
    browser = office.browser()
    assert (await enter(office, browser, "foreign")).status_code == 303
    assert await is_in(browser)


@pytest.mark.parametrize("account", ["unverified", "silent", "nomail", "denied"])
async def test_an_address_has_to_be_verified(office: World, account: str) -> None:
    browser = office.browser()
    assert "does not vouch" in sentence(await enter(office, browser, account))
    assert not await is_in(browser)


async def test_whoever_stops_there_reads_it_calmly(office: World) -> None:
    browser = office.browser()
    answer = await enter(office, browser, "cancel")
    assert "you stopped there" in sentence(answer)
    assert 'value="/bookings"' in answer.text, "trying again leads where they wanted to go"
    assert not await is_in(browser)


async def test_an_answer_counts_once(office: World) -> None:
    browser = office.browser()
    brought = await sign_in(await leave(office, browser), "emil")
    assert (await come_back(browser, brought)).status_code == 303
    await browser.post("/sign-out")
    assert "This sign-in is over" in sentence(await come_back(browser, brought))
    assert not await is_in(browser)


async def test_an_answer_counts_in_the_browser_that_began(office: World) -> None:
    """Whoever opens the address elsewhere, a scanner or an attacker's victim, gets nothing."""
    browser, other, scanner = office.browser(), office.browser(), office.browser()
    brought = await sign_in(await leave(office, browser), "emil")
    await leave(office, other)
    for stranger in (other, scanner):
        assert "This sign-in is over" in sentence(await come_back(stranger, brought))
        assert not await is_in(stranger)
    assert (await come_back(browser, brought)).status_code == 303


async def test_every_sign_in_has_a_state_of_its_own(office: World) -> None:
    browser = office.browser()
    first = await sign_in(await leave(office, browser), "emil")
    await leave(office, browser)
    assert "This sign-in is over" in sentence(await come_back(browser, first))


@pytest.mark.parametrize(
    "query",
    [{}, {"state": ""}, {"state": "ü"}, {"code": "x", "state": "x" * 5000}, {"error": "<b>x</b>"}],
    ids=str,
)
async def test_made_up_answers_do_nothing(office: World, query: dict[str, str]) -> None:
    browser = office.browser()
    await leave(office, browser)
    answer = await come_back(browser, query)
    assert "This sign-in is over" in sentence(answer)
    assert "<b>" not in answer.text


async def test_an_error_that_a_provider_sends_is_not_shown(office: World) -> None:
    browser = office.browser()
    brought = await sign_in(await leave(office, browser), "cancel")
    answer = await come_back(browser, brought | {"error_description": "<script>alert(1)</script>"})
    assert "you stopped there" in sentence(answer)
    assert "alert(1)" not in answer.text


async def test_ten_minutes_and_no_longer(office: World) -> None:
    browser = office.browser()
    brought = await sign_in(await leave(office, browser), "emil")
    office.clock.advance(minutes=10)
    assert "This sign-in is over" in sentence(await come_back(browser, brought))


async def test_a_token_of_another_time_is_refused(office: World) -> None:
    office.clock.advance(hours=-1)
    browser = office.browser()
    assert "cannot be trusted" in sentence(await enter(office, browser, "emil"))
    assert not await is_in(browser)


async def test_a_company_that_is_down(office: World, tmp_path: Path) -> None:
    with company(tmp_path) as other:
        await connect(office, other)
        browser = office.browser()
        brought = await sign_in(await leave(office, browser), "emil")
        other.stop()
        assert "did not answer" in sentence(await come_back(browser, brought))
        answer = await browser.post(door(office), {"next": "/bookings"})
        assert "did not answer" in sentence(answer)
        assert 'value="/bookings"' in answer.text
    with company(tmp_path, port=other.port):
        assert (await enter(office, browser, "emil")).status_code == 303, "with other keys"


async def test_a_secret_that_the_company_does_not_know(office: World, acme: Company) -> None:
    await connect(office, acme, client_secret="another")
    answer = await enter(office, office.browser(), "emil")
    assert "does not accept Chairtime" in sentence(answer)


async def test_a_secret_of_another_key(office: World) -> None:
    [row] = await rows("SELECT client_secret FROM identity_provider")
    await write("UPDATE identity_provider SET client_secret = {}", row["client_secret"][::-1])
    answer = await office.browser().post(door(office))
    assert "stored under another" in sentence(answer)


async def test_no_company_no_door(office: World) -> None:
    missing = essence(await office.browser().get("/nowhere"))[:2]
    for path in (f"/sign-in/company/{office.other}", f"/sign-in/company/{office.ada.id}"):
        assert essence(await office.browser().get(path))[:2] == missing
        assert essence(await office.browser().post(path))[:2] == missing
    await identity_provider.remove(office.acme, office.ada.caller.id, office.clock())
    assert essence(await office.browser().get(door(office)))[:2] == missing


async def test_a_company_that_leaves_in_the_middle(office: World) -> None:
    browser = office.browser()
    brought = await sign_in(await leave(office, browser), "emil")
    await identity_provider.remove(office.acme, None, office.clock())
    assert (await come_back(browser, brought)).status_code == 404
    assert not await is_in(browser)


async def test_nobody_is_led_elsewhere(office: World) -> None:
    for where in ("https://evil.example", "//evil.example", "x"):
        browser = office.browser()
        brought = await sign_in(await leave(office, browser, where), "emil")
        assert (await come_back(browser, brought)).headers["location"] == "/"


async def test_pages_of_others_begin_nothing(office: World) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    answer = await office.browser().http.post(door(office), headers=headers)
    assert answer.status_code == 400
    assert await rows("SELECT id FROM sign_in") == []


async def test_the_secrets_are_kept_by_the_browser_alone(office: World) -> None:
    browser = office.browser()
    brought = await sign_in(await leave(office, browser), "emil")
    secrets = {*browser.http.cookies.values(), brought["state"], brought["code"], CLIENT_SECRET}
    await come_back(browser, brought)
    secrets |= set(browser.http.cookies.values())
    stored = [
        str(value)
        for table in ("sign_in", "session", "identity_provider", "audit")
        for row in await rows(f"SELECT * FROM {table}")
        for value in row.values()
    ]
    assert not [value for value in stored for secret in secrets if secret in value]


async def test_the_code_page_offers_the_company_as_well(office: World) -> None:
    """Known by the address's domain alone: it does not tell who is known."""
    for email in ("emil@acme.example", "nobody@ACME.example"):
        browser = office.browser()
        await ask(office, browser, email, "/bookings")
        page = (await browser.get("/sign-in/code")).text
        assert f'href="{door(office)}?next=/bookings"' in page
        assert "Sign in with your account of Acme" in page
    await ask(office, browser, "otto@other.example")
    assert "/sign-in/company/" not in (await browser.get("/sign-in/code")).text


class TestWhereTheCompanyDemandsIt:
    @pytest.fixture(autouse=True)
    async def _demand(self, office: World, acme: Company) -> None:
        await connect(office, acme, required=True)

    async def test_there_is_no_code(self, office: World) -> None:
        for email in ("emil@acme.example", " nobody@Acme.Example "):
            browser = office.browser()
            answer = await browser.post("/sign-in", {"email": email, "next": "/bookings"})
            assert answer.headers["location"] == f"{door(office)}?next=%2Fbookings"
            page = await browser.follow(answer)
            assert 'value="/bookings"' in page.text
            assert "Have a code sent" not in page.text
        assert await rows("SELECT id FROM sign_in") == []

    async def test_the_company_lets_in(self, office: World) -> None:
        for account in ("emil", "nora"):
            browser = office.browser()
            assert (await enter(office, browser, account)).status_code == 303
            assert await is_in(browser)

    async def test_a_name_is_still_asked_for(self, office: World) -> None:
        browser = office.browser()
        await enter(office, browser, "anonymous")
        assert (await browser.post("/sign-in/welcome", {"name": "Ann"})).status_code == 303
        assert await is_in(browser)

    async def test_therapists_have_no_account_there(self, office: World) -> None:
        browser = office.browser()
        await ask(office, browser, "tom@hands.example")
        code = code_in(office.mails("tom@hands.example")[0])
        await browser.post("/sign-in/code", {"code": code})
        assert await is_in(browser)


async def test_a_code_from_before_the_company_demanded_it(office: World, acme: Company) -> None:
    browser = office.browser()
    await ask(office, browser, "emil@acme.example", "/bookings")
    await connect(office, acme, required=True)
    code = code_in(office.mails("emil@acme.example")[0])
    answer = await browser.post("/sign-in/code", {"code": code})
    assert answer.headers["location"] == f"{door(office)}?next=%2Fbookings"
    assert not await is_in(browser)


async def test_two_answers_at_once_begin_one_session(office: World) -> None:
    browser = office.browser()
    brought = await sign_in(await leave(office, browser), "emil")
    answers = await asyncio.gather(*(come_back(browser, brought) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422]
    assert len(await rows("SELECT id FROM session")) == 1
