"""Who reads German sees nothing in English, on any page."""

import re
from collections.abc import Iterator

import pytest

from scheduler import i18n
from tests.crawl import Routes, Visit, crawl
from tests.document import Document
from tests.everything import tell
from tests.world import Browser, World
from tools.messages import gathered

pytestmark = pytest.mark.anyio
GERMAN = {"accept-language": "de-DE,de;q=0.9"}
LONG = 12  # letters; shorter ones are found inside German words
PLACEHOLDER = re.compile(r"\{\w+\}")
SENTENCE = re.compile(r"[A-Za-z][a-z’]+( [A-Za-z’]+)+[.?:!]?")
# What is for programmers, and what shows mails, in the language of whoever they are for.
LEFT_OUT = {"/api/docs", "/demo/mailbox", "/demo/mailbox/{key}"}


def typed(limit: int) -> str:
    """No words of any language, so that what people wrote is taken for none."""
    return "Zqzq"[:limit]


def english() -> set[str]:
    """What we say in English, without the names and numbers in it, and not in German as well."""
    words = {" ".join(part.split()) for text in gathered() for part in _parts(text.one, text.many)}
    with i18n.speaking("de"):
        german = "\n".join(_parts_of_german())
    return {one for one in words if len(one) > LONG and one not in german}


def _parts(*texts: str) -> list[str]:
    return [part for text in texts for part in PLACEHOLDER.split(text)]


def _parts_of_german() -> Iterator[str]:
    for text in gathered():
        said = i18n.pgettext(text.context, text.one) if text.context else i18n.gettext(text.one)
        if said != text.one:
            yield said


def shown(visits: list[Visit]) -> list[Visit]:
    return [one for one in visits if one.is_whole and one.route not in LEFT_OUT]


async def in_both(visits: list[Visit], browsers: dict[str, Browser]) -> Iterator[str]:
    """Sentences that a page has in either language, though nobody has marked them as ours."""
    once = {(one.who, one.route): one for one in visits}
    found = set()
    for (who, route), visit in once.items():
        answer = await browsers[who].get(visit.path, headers={"accept-language": "en"})
        same = {*visit.document().read()} & {*Document(answer.text).read()}
        found |= {f"{route}: {one}" for one in same if SENTENCE.fullmatch(one) and "Zq" not in one}
    return iter(found)


async def test_a_german_sees_german_pages(told_world: World) -> None:
    told, routes = await tell(told_world, typed), Routes(told_world.app)
    for browser in told.browsers.values():
        browser.http.headers.update(GERMAN)
    visits = shown(await crawl(routes, told.browsers, told.ids))
    sentences, wrong = english(), set[str]()
    for visit in visits:
        page = visit.document()
        said = " ".join(page.read())
        wrong |= {f"{visit.route}: {one}" for one in sentences if one in said}
        wrong |= {f"{visit.route}: lang" for one in page.all("html") if one.get("lang") != "de"}
    wrong |= {*await in_both(visits, dict(told.browsers))}
    assert not wrong, "\n".join(sorted(wrong))
