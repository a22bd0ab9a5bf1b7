"""Every page, as everybody sees it: well made, and leading somewhere."""

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.crawl import Routes, Visit, crawl, here, links
from tests.document import Document, Element
from tests.everything import tell
from tests.world import World

pytestmark = pytest.mark.anyio

UNREACHED = {
    "/days": "leads on to the days, or to the only one",
    "/sign-in/company/callback": "is for whoever comes back from their company: tests/oidc",
}
FILLED_IN = {"input", "select", "textarea"}
UNNAMED = {"hidden", "submit", "button"}  # which need no label, or are their own
REFERRING = ("aria-controls", "aria-describedby", "aria-labelledby", "for", "list")
WELL = {200, 303}
Found = Iterator[str]


def has_one_heading(page: Document) -> Found:
    count = len(page.all("h1"))
    if count != 1:
        yield f"{count} first headings"


def says_its_language_and_title(page: Document) -> Found:
    [root] = page.all("html")
    if root.get("lang") != "en":
        yield f"the language {root.get('lang')!r}"
    titles = [one for one in page.all("title") if one.above and one.above.tag == "head"]
    if len(titles) != 1 or not "".join(titles[0].words).strip():
        yield "no title"


def keeps_the_csp(page: Document) -> Found:
    for one in page.elements:
        inline = one.tag == "style" or (one.tag == "script" and not one.get("src"))
        handlers = [name for name in one.attributes if name == "style" or name.startswith("on")]
        if inline or handlers:
            yield f"inline: {one}"


def has_unique_ids(page: Document) -> Found:
    ids = Counter(one.get("id") for one in page.elements if one.get("id"))
    yield from (f"{count} times the id {name}" for name, count in ids.items() if count > 1)


def refers_to_what_is_there(page: Document) -> Found:
    ids = {one.get("id") for one in page.elements}
    for one in page.elements:
        referred = [name for key in REFERRING for name in one.get(key).split()]
        if one.tag == "a" and one.get("href").startswith("#"):
            referred.append(one.get("href")[1:])
        yield from (f"{one} refers to {name}" for name in referred if name and name not in ids)


def labels_what_is_filled_in(page: Document) -> Found:
    named = {one.get("for") for one in page.all("label")}
    for one in page.all(*FILLED_IN):
        is_labelled = (
            one.get("id") in named - {""}
            or one.get("aria-label")
            or one.get("aria-labelledby")
            or any(outer.tag == "label" for outer in one.around())
        )
        if one.get("type") not in UNNAMED and not is_labelled:
            yield f"no label: {one}"


RULES: list[Callable[[Document], Found]] = [
    has_one_heading,
    says_its_language_and_title,
    keeps_the_csp,
    has_unique_ids,
    refers_to_what_is_there,
    labels_what_is_filled_in,
]


def buttons(page: Document) -> Iterator[tuple[Element, str, str]]:
    """Each form and each button that sends one elsewhere: where to, and how."""
    for form in page.all("form"):
        yield form, form.get("action"), form.get("method").upper() or "GET"
    for button in page.all("button", "input"):
        form = next((outer for outer in button.around() if outer.tag == "form"), button)
        if action := button.get("formaction"):
            how = button.get("formmethod") or form.get("method")
            yield button, action, how.upper() or "GET"


def unsendable(visit: Visit, routes: Routes) -> Found:
    for element, action, method in buttons(visit.document()):
        path = here(visit.path, action or visit.path)
        if path and method not in routes.methods.get(routes.of(path), set()):
            yield f"{method} {path} leads nowhere: {element}"


def astray(visits: list[Visit]) -> Found:
    """Links that lead to what does not answer whoever follows them. Those in a mail are for whoever
    it was sent to.
    """
    answers = {(one.who, one.path): one.answer.status_code for one in visits}
    for visit in visits:
        if not visit.is_whole or visit.route.startswith("/demo/mailbox"):
            continue
        for element, path in links(visit):
            status = answers.get((visit.who, path), 200)
            if status not in WELL and urlsplit(path).path != urlsplit(visit.path).path:
                yield f"{visit.route}: {status} for {visit.who}: {element}"


def ordinary(limit: int) -> str:
    return "Quite ordinary words"[:limit]


async def test_every_page_is_well_made_and_leads_somewhere(told_world: World) -> None:
    told, routes = await tell(told_world, ordinary), Routes(told_world.app)
    visits = await crawl(routes, told.browsers, told.ids)
    wrong = [f"{one}: a server error" for one in visits if one.answer.is_server_error]
    for visit in (one for one in visits if one.is_whole):
        page = visit.document()
        wrong += [f"{visit}: {what}" for rule in RULES for what in rule(page)]
        wrong += [f"{visit}: {what}" for what in unsendable(visit, routes)]
    wrong += astray(visits)
    assert not wrong, "\n".join(sorted({*wrong}))
    reached = {one.route for one in visits if one.answer.status_code == 200}
    assert sorted(set(routes.pages()) - reached) == sorted(UNREACHED)
