"""The pages: they show what they should, run nothing, and ask nobody else for anything."""

import html
import itertools
import re
import shlex
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import httpx
import pytest
from markupsafe import escape
from msgspec.structs import replace

from scheduler.demo import PLAYED_BY
from scheduler.domain.person import Role
from scheduler.mail import messages
from scheduler.mail.transports import MaildirTransport
from scheduler.settings import Settings, load
from tests.mail.cast import LETTER, NOW, booking
from tests.world import World, open_world

pytestmark = pytest.mark.anyio

BASE = "https://chairtime.example"
FOREIGN = re.compile(r"https?://(?!chairtime\.example[/\s\"<])|(?:href|src|action)=\"//")
OURS = replace(LETTER, base_url=BASE)
KEY = re.compile(r'href="/demo/mailbox/([^"/]+)"')


def settings(database_url: str, folder: Path, base_url: str = BASE) -> Settings:
    return load(
        {
            "CHAIRTIME_DATABASE_URL": database_url,
            "CHAIRTIME_MAIL_URL": f"maildir:{folder}/mail",
            "CHAIRTIME_BASE_URL": base_url,
        }
    )


@pytest.fixture
async def demo(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(settings(sqlite_url, tmp_path), demo=PLAYED_BY) as opened:
        yield opened


@pytest.fixture
def post(tmp_path: Path) -> MaildirTransport:
    return MaildirTransport(tmp_path / "mail")


async def deliver(post: MaildirTransport, *mails: EmailMessage) -> None:
    async with post.open() as sender:
        for mail in mails:
            await sender.send(mail)


def letter(**changes: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["To"] = changes.get("to", "Edda <edda@acme.example>")
    mail["Subject"] = changes.get("subject", "Hello")
    mail.set_content(changes.get("text", "Good morning"))
    if "html" in changes:
        mail.add_alternative(changes["html"], subtype="html")
    return mail


async def page(world: World, path: str) -> str:
    answer = await world.anonymous.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


async def keys(world: World) -> list[str]:
    return KEY.findall(await page(world, "/demo/mailbox"))


async def all_pages(world: World, post: MaildirTransport) -> list[str]:
    await deliver(post, messages.invite(OURS, booking(), None), letter())
    return ["/", "/api/docs", "/demo/mailbox"] + [
        f"/demo/mailbox/{key}" for key in await keys(world)
    ]


async def test_pages_are_fenced_in(demo: World, post: MaildirTransport) -> None:
    for path in await all_pages(demo, post):
        answer = await demo.anonymous.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
        assert "unsafe" not in policy


async def test_pages_hold_together(demo: World, post: MaildirTransport) -> None:
    for path in await all_pages(demo, post):
        text = await page(demo, path)
        assert '<html lang="en">' in text
        assert text.count("<h1") == 1
        assert 'href="#main"' in text
        assert re.search(r"<title>[^<]+ · Chairtime</title>", text)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", text)


async def test_pages_name_no_other_host(demo: World, post: MaildirTransport) -> None:
    for path in await all_pages(demo, post):
        unfolded = re.sub(r"=?\r?\n ?", "", await page(demo, path))
        assert not FOREIGN.findall(unfolded)


async def test_pages_link_to_pages(demo: World, post: MaildirTransport) -> None:
    for path in await all_pages(demo, post):
        text = await page(demo, path)
        for found in re.findall(r'(?:href|src|action)="(/[^"]*)"', text):
            is_form = f'action="{found}" method="post"' in text
            expected = {200, 405} if is_form else {200}
            assert (await demo.anonymous.get(found)).status_code in expected, found
        assert all(f'id="{one}"' in text for one in re.findall(r'href="#([^"]+)"', text))


async def test_the_styles_are_ours_and_complete(demo: World) -> None:
    answer = await demo.anonymous.get("/static/chairtime-2.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"@import|//", answer.text)
    for named in re.findall(r"url\(\"(.+?)\"\)", answer.text):
        font = await demo.anonymous.get(f"/static/{named}")
        assert font.headers["content-type"] == "font/woff2"
    used = set(re.findall(r"var\((--[a-z0-9-]+)", answer.text))
    assert used <= set(re.findall(r"(--[a-z0-9-]+):", answer.text))
    assert (await demo.anonymous.get("/static/%2e%2e/templates/base.html")).status_code == 404


async def test_links_keep_the_path_of_the_base_url(sqlite_url: str, tmp_path: Path) -> None:
    below = settings(sqlite_url, tmp_path, f"{BASE}/massage")
    async with open_world(below, demo=PLAYED_BY) as world:
        text = await page(world, "/")
        assert 'href="/massage/static/chairtime-2.css"' in text
        assert not re.search(r'(href|src)="/(?!massage/)', text)


async def operations(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    document = (await world.anonymous.get("/api/openapi.json")).json()
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def article(world: World, method: str, path: str) -> str:
    """What the reference says about one operation."""
    parts = (await page(world, "/api/docs")).split('<article class="card operation"')
    wanted = f">{method}</span> <code>{path}</code>"
    return next(part.partition("</article>")[0] for part in parts if wanted in part)


async def test_the_reference_holds_every_operation(demo: World) -> None:
    found = await operations(demo)
    assert len(found) > 20
    for method, path, operation in found:
        part = await article(demo, method, path)
        assert f"<h3>{escape(operation['summary'])}</h3>" in part
        assert all(f"<b>{status}</b>" in part for status in operation["responses"])
        for parameter in operation.get("parameters", []):
            assert f'<code class="name">{parameter["name"]}</code>' in part
    assert 'href="/api/openapi.json"' in await page(demo, "/api/docs")


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("POST", "/api/v1/events", "coordinators"),
        ("GET", "/api/v1/roster", "coordinators and therapists"),
        ("GET", "/api/v1/bookings", "every member of the organisation"),
        ("GET", "/health/live", "everybody, without a token"),
    ],
)
async def test_the_reference_says_who_may_call(
    demo: World, method: str, path: str, who: str
) -> None:
    assert f'<p class="muted">For {who}</p>' in await article(demo, method, path)


async def test_the_reference_resolves_what_it_shows(demo: World) -> None:
    plan = await article(demo, "POST", "/api/v1/events")
    assert "5 to 120; default 15" in plan
    assert "1 to 50 items" in plan
    shifts = plan.partition('<code class="name">shifts</code>')[2]
    assert '<code class="name">breaks</code> <span class="muted">array of object</span>' in shifts
    answer = plan.partition("Fields of this answer")[2]
    assert '<code class="name">counts</code> <span class="muted">object, required</span>' in answer
    assert "One of <code>draft</code>" in answer
    assert "$ref" not in plan


async def test_the_reference_explains_every_refusal(demo: World) -> None:
    text = await page(demo, "/api/docs")
    for refusal in ("409</b> <code>slot_taken", "404</b> <code>not_found", "400</b> <code>invalid"):
        assert f"<b>{refusal}</code>" in text


def commands(text: str) -> list[list[str]]:
    sources = re.findall(r'<pre class="source"><code>(.*?)</code></pre>', text, re.DOTALL)
    return [shlex.split(html.unescape(source).replace("\\\n", " ")) for source in sources]


def url(command: list[str]) -> str:
    return next(word for word in command if word.startswith(BASE))


async def run(world: World, command: list[str]) -> httpx.Response:
    """What curl would send, as Hana."""
    given = dict(itertools.pairwise(command))
    options: dict[str, Any] = {"content": given["-d"]} if "-d" in given else {}
    if "-F" in given:
        options = {"files": {"file": ("people.csv", b"E-mail,Name\nnew@acme.example,New\n")}}
    json_type = {"content-type": "application/json"} if "-d" in given else {}
    path = url(command).removeprefix(BASE)
    return await world.hana.http.request(given.get("-X", "GET"), path, headers=json_type, **options)


async def test_every_example_is_understood(demo: World) -> None:
    await demo.join("tara@example.net", "Tara", Role.THERAPIST)
    found = commands(await page(demo, "/api/docs"))
    assert len(found) == len(await operations(demo))
    for command in found:
        answer = await run(demo, command)
        assert answer.status_code in {200, 201, 204, 404, 409}, (command, answer.text)
    planned = (await demo.hana.get("/events")).json()["items"]
    assert [day["title"] for day in planned] == ["Chair massage"]


async def test_an_invite_can_be_read(demo: World, post: MaildirTransport) -> None:
    mail = messages.invite(OURS, booking(), None)
    await deliver(post, mail)
    listed = await page(demo, "/demo/mailbox")
    assert str(mail["Subject"]) in listed
    assert "Edda Größer &lt;edda@example.org&gt;" in listed
    assert '<span class="pill">Invite</span>' in listed
    text = await page(demo, f"/demo/mailbox/{(await keys(demo))[0]}")
    for name, value in {
        "METHOD": "REQUEST", "SUMMARY": "Chair massage", "SEQUENCE": "0", "STATUS": "CONFIRMED",
        "DTSTART": "2026-12-03 09:20 UTC", "DTEND": "2026-12-03 09:35 UTC",
    }.items():  # fmt: skip
        assert f"<dt>{name}</dt><dd>{value}</dd>" in text
    assert "BEGIN:VEVENT" in text
    assert "Hello Edda Größer," in text


async def test_an_invite_can_be_downloaded(demo: World, post: MaildirTransport) -> None:
    mail = messages.invite(OURS, booking(), None)
    await deliver(post, mail)
    answer = await demo.anonymous.get(f"/demo/mailbox/{(await keys(demo))[0]}/invite.ics")
    attached = next(part for part in mail.walk() if part.get_filename() == "invite.ics")
    assert answer.content == attached.get_payload(decode=True)
    assert answer.headers["content-type"] == "text/calendar; method=REQUEST; charset=utf-8"
    assert "invite.ics" in answer.headers["content-disposition"]


async def test_a_cancellation_is_named(demo: World, post: MaildirTransport) -> None:
    cancelled = booking(status="cancelled", sequence=1)
    await deliver(post, messages.cancellation(OURS, cancelled, None, None))
    assert ">Cancellation</span>" in await page(demo, "/demo/mailbox")
    text = await page(demo, f"/demo/mailbox/{(await keys(demo))[0]}")
    assert re.search("METHOD</dt><dd>CANCEL<.*SEQUENCE</dt><dd>1<", text, re.DOTALL)


async def test_mail_brings_its_styles_and_nothing_else(demo: World, post: MaildirTransport) -> None:
    await deliver(post, messages.invite(OURS, booking(), None))
    key = (await keys(demo))[0]
    framed = f'sandbox="allow-top-navigation-by-user-activation" src="/demo/mailbox/{key}/html"'
    assert framed in await page(demo, f"/demo/mailbox/{key}")
    answer = await demo.anonymous.get(f"/demo/mailbox/{key}/html")
    directives = answer.headers["content-security-policy"].split("; ")
    assert directives[:2] == ["default-src 'none'", "style-src 'unsafe-inline'"]
    assert directives[-1] == "sandbox allow-top-navigation-by-user-activation"
    assert '<head><base target="_top">' in answer.text


async def test_markup_in_mail_does_not_run(demo: World, post: MaildirTransport) -> None:
    evil = "<script>alert(1)</script>"
    image = "<img src=x onerror=alert(2)>"
    await deliver(
        post,
        letter(
            subject=f"{evil} {image}",
            to=f'"{image}" <edda@acme.example>',
            text=f"{evil} {image} javascript:alert(3)",
            html=evil,
        ),
    )
    for path in ("/demo/mailbox", f"/demo/mailbox/{(await keys(demo))[0]}"):
        text = await page(demo, path)
        assert not re.search(r"<script|<img|href=.javascript", text)
        assert "&lt;img src=x" in text


async def test_newest_mail_comes_first(demo: World, post: MaildirTransport) -> None:
    old, new = letter(subject="Older"), letter(subject="Newer")
    old["Date"], new["Date"] = "Tue, 01 Dec 2026 08:00:00 +0000", NOW.replace(day=2)
    await deliver(post, letter(subject="Undated"), new, old)
    text = await page(demo, "/demo/mailbox")
    assert re.findall(r">(Older|Newer|Undated)<", text) == ["Newer", "Older", "Undated"]
    assert "Wednesday 2 December, 08:00 UTC" in text


async def test_mail_can_be_filtered_by_address(demo: World, post: MaildirTransport) -> None:
    emil = letter(to="Emil <emil@acme.example>", subject="For Emil")
    await deliver(post, emil, letter(subject="For Edda"))
    text = await page(demo, "/demo/mailbox?to=EMIL@acme.example")
    assert re.findall("For (Emil|Edda)", text) == ["Emil"]
    assert '<option value="emil@acme.example" selected>' in text
    assert "0 messages to &lt;script&gt;" in await page(demo, "/demo/mailbox?to=%3Cscript%3E")


async def test_a_plain_mail_has_no_other_parts(demo: World, post: MaildirTransport) -> None:
    await deliver(post, letter())
    path = f"/demo/mailbox/{(await keys(demo))[0]}"
    text = await page(demo, path)
    assert not re.search("<iframe|In the calendar", text)
    for part in ("html", "invite.ics"):
        assert (await demo.anonymous.get(f"{path}/{part}")).status_code == 404


@pytest.mark.parametrize("part", ["", "/html", "/invite.ics"])
@pytest.mark.parametrize(
    "key",
    ["unknown", "%2e%2e", "..%2f..%2fetc%2fpasswd", "new", "new%2f{key}", "{key}%00", "{key}:2,S"],
)
async def test_only_keys_of_messages_open(
    demo: World, post: MaildirTransport, key: str, part: str
) -> None:
    await deliver(post, messages.invite(OURS, booking(), None))
    tried = key.format(key=(await keys(demo))[0])
    answer = await demo.anonymous.get(f"/demo/mailbox/{tried}{part}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_looking_into_an_empty_mailbox_makes_no_folder(
    demo: World, post: MaildirTransport
) -> None:
    assert "Nothing here" in await page(demo, "/demo/mailbox")
    assert (await demo.anonymous.get("/demo/mailbox/unknown")).status_code == 404
    assert not post.path.exists()


async def test_there_is_no_mailbox_outside_the_demo(sqlite_url: str, tmp_path: Path) -> None:
    async with open_world(settings(sqlite_url, tmp_path)) as world:
        await deliver(MaildirTransport(tmp_path / "mail"), letter())
        assert (await world.anonymous.get("/demo/mailbox")).status_code == 404
        assert "mailbox" not in (await page(world, "/")).lower()


async def test_a_page_that_did_not_change_is_not_sent_again(demo: World) -> None:
    same = {"if-none-match": (await demo.anonymous.get("/api/docs")).headers["etag"]}
    assert (await demo.anonymous.get("/api/docs", headers=same)).status_code == 304
