"""Signing in: a code by mail, in the browser that asked, and nothing that tells who is known."""

import re
from email.message import EmailMessage
from uuid import UUID

import pytest

from scheduler.domain import signin
from scheduler.domain.person import Role
from scheduler.domain.signin import Asked
from tests.web.ladder import essence
from tests.world import Browser, World, rows, write

pytestmark = pytest.mark.anyio

EMIL = "emil@acme.example"


def code_in(mail: EmailMessage) -> str:
    return str(re.findall(r"\b\d{6}\b", mail["Subject"])[0])


def link_in(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    assert text is not None
    found = re.findall(r"https://chairtime.example(/sign-in/link/\S+)", text.get_content())
    return str(found[0])


async def ask(world: World, browser: Browser, email: str = EMIL, to: str = "/") -> None:
    answer = await browser.post("/sign-in", {"email": email, "next": to})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    await world.tick()


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/")).status_code == 303


async def test_a_code_lets_in(world: World) -> None:
    browser = world.browser()
    assert "Sign in" in (await browser.get("/sign-in?next=/bookings")).text
    await ask(world, browser, to="/bookings")
    [mail] = world.mails("emil@acme.example")
    assert EMIL in (await browser.get("/sign-in/code")).text
    answer = await browser.post("/sign-in/code", {"code": f" {code_in(mail)} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/bookings")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-chairtime=")
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert await is_in(browser)


async def test_a_link_lets_in_with_a_button_and_nowhere_else(world: World) -> None:
    browser, scanner = world.browser(), world.browser()
    await ask(world, browser)
    link = link_in(world.mails(EMIL)[0])
    assert "<form" not in (await scanner.get(link)).text.partition("<main")[2]
    refused = await scanner.post(link)
    assert refused.status_code == 422
    assert "set-cookie" not in refused.headers
    assert not await is_in(browser), "opening a page signs nobody in"
    assert 'method="post"' in (await browser.get(link)).text
    assert (await browser.post(link)).status_code == 303
    assert await is_in(browser)
    assert not await is_in(scanner)


async def test_a_code_counts_once(world: World) -> None:
    browser = world.browser()
    await ask(world, browser)
    mail = world.mails(EMIL)[0]
    assert (await browser.post("/sign-in/code", {"code": code_in(mail)})).status_code == 303
    await browser.post("/sign-out")
    again = await browser.post("/sign-in/code", {"code": code_in(mail)})
    assert again.status_code == 422
    assert "This sign-in is over" in again.text
    assert (await browser.post(link_in(mail))).status_code == 422
    assert not await is_in(browser)


async def test_five_tries_and_no_more(world: World) -> None:
    browser = world.browser()
    await ask(world, browser)
    code = code_in(world.mails(EMIL)[0])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        answer = await browser.post("/sign-in/code", {"code": wrong})
        assert "not the code" in answer.text
    answer = await browser.post("/sign-in/code", {"code": code})
    assert "This sign-in is over" in answer.text
    assert not await is_in(browser)


async def test_guessing_goes_no_further_with_another_message(world: World) -> None:
    for _ in range(6):
        world.clock.advance(minutes=10)
        guesser = world.browser()
        await ask(world, guesser)
        code = code_in(world.mails(EMIL)[-1])
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        answers = [await guesser.post("/sign-in/code", {"code": wrong}) for _ in range(5)]
    assert "not the code" in answers[-1].text
    owner = world.browser()
    await ask(world, owner)
    mail = world.mails(EMIL)[-1]
    typed = await owner.post("/sign-in/code", {"code": code_in(mail)})
    assert (typed.status_code, "Too many wrong codes" in typed.text) == (422, True)
    assert (await owner.post(link_in(mail))).status_code == 303, "a link cannot be guessed"
    world.clock.advance(hours=24)
    await ask(world, owner)
    code = code_in(world.mails(EMIL)[-1])
    assert (await owner.post("/sign-in/code", {"code": code})).status_code == 303


@pytest.mark.parametrize(("minutes", "lets_in"), [(9.9, True), (10, False)])
async def test_ten_minutes_and_no_longer(world: World, minutes: float, *, lets_in: bool) -> None:
    browser = world.browser()
    await ask(world, browser)
    world.clock.advance(minutes=minutes)
    await browser.post("/sign-in/code", {"code": code_in(world.mails(EMIL)[0])})
    assert await is_in(browser) is lets_in


async def test_another_browser_cannot_use_the_code(world: World) -> None:
    browser, other = world.browser(), world.browser()
    await ask(world, browser)
    await ask(world, other, "edda@acme.example")
    assert (
        await other.post("/sign-in/code", {"code": code_in(world.mails(EMIL)[0])})
    ).status_code == 422
    assert not await is_in(other)


async def test_unknown_addresses_are_answered_the_same_and_get_no_mail(world: World) -> None:
    pages = []
    for email in (EMIL, "stranger@elsewhere.example"):
        browser = world.browser()
        await ask(world, browser, email)
        shown = (await browser.get("/sign-in/code")).text
        wrong = (await browser.post("/sign-in/code", {"code": "1"})).text
        pages.append((shown.replace(email, ""), wrong.replace(email, "")))
    assert pages[0] == pages[1]
    assert [mail["To"] for mail in world.mails()] == [EMIL]
    stored = await rows("SELECT kind, outcome FROM outbox ORDER BY queued_at, id")
    assert [row["outcome"] for row in stored] == ["sent", "dropped"]


async def test_the_secrets_are_stored_hashed_only(world: World) -> None:
    browser = world.browser()
    await ask(world, browser)
    mail = world.mails(EMIL)[0]
    await browser.post("/sign-in/code", {"code": code_in(mail)})
    secrets = {code_in(mail), link_in(mail).rpartition("/")[2], *browser.http.cookies.values()}
    stored = [
        str(value)
        for table in ("sign_in", "session", "outbox", "audit")
        for row in await rows(f"SELECT * FROM {table}")
        for value in row.values()
    ]
    assert not [value for value in stored for secret in secrets if secret in value]


async def test_a_session_that_a_browser_brings_along_is_never_adopted(world: World) -> None:
    browser = Browser(world.app, "chosen-by-an-attacker")
    await ask(world, browser)
    await browser.post("/sign-in/code", {"code": code_in(world.mails(EMIL)[0])})
    given = browser.http.cookies["__Host-chairtime"]
    assert given != "chosen-by-an-attacker"
    assert not await is_in(Browser(world.app, "chosen-by-an-attacker"))


async def test_each_sign_in_has_a_new_id(world: World) -> None:
    browser, seen = world.browser(), set()
    for number in (0, 1):
        await ask(world, browser)
        await browser.post("/sign-in/code", {"code": code_in(world.mails(EMIL)[number])})
        seen.add(browser.http.cookies["__Host-chairtime"])
        await browser.post("/sign-out")
        world.clock.advance(seconds=1)
    assert len(seen) == 2


async def test_signing_out_ends_the_session_itself(world: World) -> None:
    browser = await world.signed_in(world.emil)
    stolen = Browser(world.app, browser.http.cookies["__Host-chairtime"])
    answer = await browser.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert not await is_in(stolen)


async def test_signing_out_everywhere(world: World) -> None:
    here, elsewhere = await world.signed_in(world.emil), await world.signed_in(world.emil)
    edda = await world.signed_in(world.edda)
    assert (await here.post("/sign-out/everywhere")).status_code == 303
    assert [await is_in(one) for one in (here, elsewhere, edda)] == [False, False, True]


async def test_a_right_that_was_taken_away_ends_with_the_next_request(world: World) -> None:
    browser = await world.signed_in(world.emil)
    await write("DELETE FROM membership WHERE person = {}", world.emil.caller.id)
    assert not await is_in(browser)


async def test_a_session_ends_by_itself(world: World) -> None:
    browser = await world.signed_in(world.emil)
    world.clock.advance(days=30)
    assert not await is_in(browser)


async def test_who_works_for_two_chooses(world: World) -> None:
    browser = world.browser()
    await ask(world, browser, "tara@hands.example", "/roster")
    answer = await browser.post(
        "/sign-in/code", {"code": code_in(world.mails("tara@hands.example")[0])}
    )
    page = await browser.follow(answer)
    assert "Acme" in page.text
    assert "Other Ltd" in page.text
    answer = await browser.post("/sign-in/welcome", {"organisation": str(world.other)})
    assert answer.headers["location"] == "/roster"
    [row] = await rows("SELECT organisation FROM session")
    assert UUID(str(row["organisation"])) == world.other


async def newcomer(world: World, email: str, organisation: UUID) -> Browser:
    """Somebody who came by a day's link, as far as the page after the code."""
    browser = world.browser()
    await browser.get("/sign-in")
    await signin.ask(Asked(email, "/days/1", "de", organisation), "browser", world.clock())
    browser.http.cookies.set("__Host-chairtime-browser", "browser", domain="chairtime.example")
    await world.tick()
    mails = world.mails(email)
    if mails:
        await browser.post("/sign-in/code", {"code": code_in(mails[-1])})
    return browser


async def test_a_new_colleague_says_a_name(world: World) -> None:
    browser = await newcomer(world, "nina@acme.example", world.acme)
    assert 'name="name"' in (await browser.get("/sign-in/welcome")).text
    for name in ("", "a\u2028b"):
        refused = await browser.post("/sign-in/welcome", {"name": name})
        assert refused.status_code == 422
        assert "<title>Error: " in refused.text
    answer = await browser.post("/sign-in/welcome", {"name": "Nina Neu"})
    assert answer.headers["location"] == "/days/1"
    people = (await world.hana.get("/people")).json()["items"]
    assert [(one["name"], one["roles"]) for one in people if one["email"].startswith("nina")] == [
        ("Nina Neu", ["employee"])
    ]
    [row] = await rows("SELECT language FROM person WHERE email = 'nina@acme.example'")
    assert row["language"] == "de"


async def test_only_the_organisation_s_own_come_in_by_its_link(world: World) -> None:
    for email in ("nina@acme.example.evil.example", "otto@other.example"):
        await newcomer(world, email, world.acme)
        assert world.mails(email) == []
    await newcomer(world, "tara@hands.example", world.acme)
    assert len(world.mails("tara@hands.example")) == 1, "who is a member comes in all the same"


async def test_asking_too_often(world: World) -> None:
    answers = [await world.browser().post("/sign-in", {"email": EMIL}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [422]
    unknown = [await world.browser().post("/sign-in", {"email": "x@y.example"}) for _ in range(7)]
    assert [answer.status_code for answer in unknown] == [303] * 6 + [422]


@pytest.mark.parametrize(
    "email", ["", "emil", "emil@", "a b@acme.example", "e" * 300 + "@a.example"]
)
async def test_addresses_that_are_none(world: World, email: str) -> None:
    answer = await world.browser().post("/sign-in", {"email": email})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'href="#email"' in answer.text
    assert await rows("SELECT id FROM sign_in") == []


@pytest.mark.parametrize(
    "where", ["https://evil.example", "//evil.example", "/\\evil.example", "x"]
)
async def test_nobody_is_led_elsewhere(world: World, where: str) -> None:
    browser = world.browser()
    await ask(world, browser, to=where)
    answer = await browser.post("/sign-in/code", {"code": code_in(world.mails(EMIL)[0])})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
)
async def test_pages_of_others_change_nothing(world: World, headers: dict[str, str]) -> None:
    browser = await world.signed_in(world.emil)
    del browser.http.headers["sec-fetch-site"]
    for path in ("/sign-out", "/sign-in", "/sign-out/everywhere", "/preferences"):
        answer = await browser.http.post(path, data={"email": EMIL}, headers=headers)
        assert answer.status_code == 400, path
        assert "not ours" in answer.text
    assert await is_in(browser)


async def test_browsers_that_only_name_their_origin_are_let_in(world: World) -> None:
    browser = world.browser()
    del browser.http.headers["sec-fetch-site"]
    origin = {"origin": "https://chairtime.example"}
    answer = await browser.http.post("/sign-in", data={"email": EMIL}, headers=origin)
    assert answer.status_code == 303


async def test_whoever_is_not_signed_in_is_led_there_and_back(world: World) -> None:
    browser = world.browser()
    answer = await browser.post("/sign-out/everywhere", {"slot": "7"}, page="/days/1?therapist=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fdays%2F1%3Ftherapist%3D2%26slot%3D7"


async def test_a_secret_that_was_typed_comes_back_in_no_address(world: World) -> None:
    sent = {"issuer": "https://login.acme.example", "client_secret": "s3cret"}
    answer = await world.browser().post("/admin/sign-in", sent, page="/admin/sign-in")
    assert "issuer" in answer.headers["location"]
    assert "s3cret" not in answer.headers["location"]


async def test_programs_get_problems_and_people_get_pages(world: World) -> None:
    page = await world.browser().get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in page.text
    assert essence(await world.anonymous.get("/nowhere"))[0] == 404
    below_api = await world.browser().get("/api/v1/nowhere")
    assert below_api.headers["content-type"] == "application/problem+json"


async def test_language_and_colours_without_a_script(world: World) -> None:
    browser = world.browser()
    assert '<html lang="en">' in (await browser.get("/")).text
    german = await browser.get("/", headers={"accept-language": "de-AT,de;q=0.9"})
    assert '<html lang="de">' in german.text
    answer = await browser.post("/preferences", {"language": "de"}, page="/sign-in?next=/x")
    assert answer.headers["location"] == "/sign-in?next=/x"
    await browser.post("/preferences", {"theme": "dark"})
    assert '<html lang="de" data-theme="dark">' in (await browser.get("/")).text
    await browser.post("/preferences", {"theme": "device", "language": "xx"})
    assert '<html lang="de">' in (await browser.get("/")).text


async def test_a_language_is_kept_with_the_person(world: World) -> None:
    await (await world.signed_in(world.emil)).post("/preferences", {"language": "de"})
    [row] = await rows("SELECT language FROM person WHERE email = {}", EMIL)
    assert row["language"] == "de"


async def test_what_is_over_is_forgotten(world: World) -> None:
    await ask(world, world.browser())
    await world.signed_in(world.emil)
    world.clock.advance(days=31)
    await signin.forget_outlived(world.clock())
    assert await rows("SELECT id FROM sign_in") == []


async def test_a_person_of_two_roles_sees_both_in_the_navigation(world: World) -> None:
    await world.join(EMIL, "Emil Grün", Role.THERAPIST)
    browser = await world.signed_in(world.emil)
    shown = (await browser.get("/sign-in/link/none")).text
    assert all(words in shown for words in ("Roster", "My times", "Emil Grün"))
