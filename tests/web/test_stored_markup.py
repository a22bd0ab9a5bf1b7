"""Whatever people type stays text: on every page, in every mail, on paper and in every file."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.crawl import Routes, Visit, crawl, here
from tests.document import Document, Element
from tests.everything import tell
from tests.payloads import PAYLOADS, broken, fitting
from tests.world import World

pytestmark = pytest.mark.anyio
TYPED = {"", "text", "email", "url", "search", "password"}
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What pages read from their addresses, whether or not a form sends it.
ASKED = {"next", "said", "slot", "therapist", "to", "from", "after", "moment", "score",
         "earliest", "latest", "join"}  # fmt: skip


def fields(form: Element, page: Document, payload: str) -> dict[str, str] | None:
    """What is sent when the payload is typed into each field; None where nothing can be typed."""
    sent, typed = dict[str, str](), False
    for one in page.all("input", "textarea", "select"):
        if form not in one.around() or not one.get("name"):
            continue
        is_text = one.tag == "textarea" or (one.tag == "input" and one.get("type") in TYPED)
        chosen = one.get("type") not in {"radio", "checkbox"} or "checked" in one.attributes
        if is_text:
            sent[one.get("name")], typed = payload, True
        elif one.tag == "input" and chosen:
            sent[one.get("name")] = one.get("value")
    return sent if typed else None


def forms(visits: list[Visit], payload: str) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Who sends what from which page to where: each form of each person once."""
    known = set()
    for visit in visits:
        page = visit.document() if visit.is_whole else Document("")
        for form in page.all("form"):
            path = here(visit.path, form.get("action") or visit.path)
            sent = fields(form, page, payload)
            if path and sent and (visit.who, path) not in known:
                known.add((visit.who, path))
                yield visit.who, visit.path, path, sent


async def typed_in(browsers: Any, visits: list[Visit], payload: str) -> list[Visit]:
    """The answers to every form, filled in so."""
    answers = []
    for who, page, path, sent in list(forms(visits, payload)):
        answer = await browsers[who].post(path, sent, page=page)
        answers.append(Visit(who, f"{path} as it was sent", path, answer))
    return answers


async def asked_for(browsers: Any, visits: list[Visit], payload: str) -> list[Visit]:
    """Every page with the payload in its address, under each name that any field has."""
    shown = {(one.who, one.route): one for one in visits if one.is_whole}
    names = {one.get("name") for visit in shown.values() for one in visit.document().all("input")}
    query = urlencode(dict.fromkeys((names | ASKED) - {""}, payload))
    answers = []
    for (who, route), visit in shown.items():
        path = f"{urlsplit(visit.path).path}?{query}"
        answers.append(Visit(who, f"{visit.path}?…", route, await browsers[who].get(path)))
    return answers


def formulas(visit: Visit) -> Iterator[str]:
    for row in csv.reader(io.StringIO(visit.answer.text, newline="")):
        yield from (f"a formula: {cell}" for cell in row if cell.startswith(STARTS_A_FORMULA))


def in_mails(world: World) -> Iterator[str]:
    for mail in world.mails():
        html = mail.get_body(("html",))
        assert html
        subject = mail["Subject"]
        yield from (f"“{subject}”: {what}" for what in broken(Document(html.get_content())))


@pytest.mark.parametrize("name", PAYLOADS)
async def test_what_people_type_stays_text(told_world: World, name: str) -> None:
    payload = PAYLOADS[name]
    told, routes = await tell(told_world, partial(fitting, payload)), Routes(told_world.app)
    visits = await crawl(routes, told.browsers, told.ids)
    visits += await asked_for(told.browsers, visits, payload)
    visits += await typed_in(told.browsers, visits, payload)
    wrong = [f"{one}: a server error" for one in visits if one.answer.is_server_error]
    for visit in visits:
        if visit.is_page:
            wrong += [f"{visit}: {what}" for what in broken(visit.document())]
        elif visit.answer.headers.get("content-type", "").startswith("text/csv"):
            wrong += [f"{visit}: {what}" for what in formulas(visit)]
    await told_world.tick()
    wrong += in_mails(told_world)
    assert not wrong, "\n".join(sorted({*wrong}))


def test_what_did_not_stay_text_is_seen() -> None:
    page = Document(f"<p title='{PAYLOADS['markup']}'><a href='{PAYLOADS['address']}'>Z</a>")
    found = "\n".join(broken(page))
    for sign in ("<zq", "<script", "<img", "javascript:"):
        assert sign in found
