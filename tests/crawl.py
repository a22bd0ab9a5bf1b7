"""Everybody at every page: links and forms are followed, and each route is tried with each id.

Nothing is listed here but what cannot be reached, so a new page is looked at from its first day.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from litestar import Litestar
from litestar.handlers.http_handlers import HTTPRouteHandler

from tests.document import Document, Element
from tests.world import Browser

BASE = "https://chairtime.example"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# What never ends, and what is asked for by programs alone.
LEFT_OUT = re.compile(r"/live$|^/api/v1/|^/api/openapi|^/metrics$|^/health/|^/calendars/|^/static/")
FOLLOWED = {"a": "href", "link": "href", "script": "src", "img": "src", "iframe": "src"}
MOST_ALIKE = 8  # answers of one route that one person reads; nobody in particular reads all
MOST_PAGES = 1500
NOBODY = "nobody"
MISSING = 404


class Visit(NamedTuple):
    """`route` is empty for what no route of ours answers, such as a style sheet."""

    who: str
    path: str
    route: str
    answer: httpx.Response

    @property
    def is_page(self) -> bool:
        return str(self.answer.headers.get("content-type")).startswith("text/html")

    @property
    def is_whole(self) -> bool:
        """And neither a part of a page nor a mail, which is read elsewhere."""
        is_mail = self.route.endswith("/html")
        return self.is_page and not is_mail and "<main" in self.answer.text

    def document(self) -> Document:
        return Document(self.answer.text)

    def __str__(self) -> str:
        return f"{self.who} at {self.path} ({self.answer.status_code})"


class Routes:
    """Which of our handlers answers an address."""

    def __init__(self, app: Litestar) -> None:
        self.methods: dict[str, set[str]] = {}
        for route in app.routes:
            for handler in getattr(route, "route_handlers", []):
                assert isinstance(handler, HTTPRouteHandler)
                if handler.fn.__module__.startswith("scheduler."):
                    self.methods.setdefault(route.path_format, set()).update(handler.http_methods)
        exact_first = sorted(self.methods, key=lambda path: path.count("{"))
        self._known = [(path, re.compile(PLACEHOLDER.sub("[^/]+", path))) for path in exact_first]

    def of(self, path: str) -> str:
        bare = urlsplit(path).path
        return next((route for route, known in self._known if known.fullmatch(bare)), "")

    def pages(self) -> list[str]:
        return [
            path
            for path, methods in self.methods.items()
            if "GET" in methods and not LEFT_OUT.search(path)
        ]


def addresses(routes: Routes, ids: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each route with each id that its placeholder may stand for."""
    for path in routes.pages():
        filled = [path]
        for name in PLACEHOLDER.findall(path):
            assert name in ids, f"{path}: say in tests/everything.py what {{{name}}} may be"
            filled = [one.replace(f"{{{name}}}", value) for one in filled for value in ids[name]]
        yield from filled


def here(page: str, target: str) -> str | None:
    """The path that a link on this page leads to; None for what is not ours."""
    parts = urlsplit(urljoin(f"{BASE}{page}", urldefrag(target).url))
    if f"{parts.scheme}://{parts.netloc}" != BASE:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def links(visit: Visit) -> Iterator[tuple[Element, str]]:
    for element in visit.document().all(*FOLLOWED):
        target = element.get(FOLLOWED[element.tag])
        path = here(visit.path, target) if target else None
        if path:
            yield element, path


async def crawl(
    routes: Routes, browsers: Mapping[str, Browser], ids: Mapping[str, Sequence[str]]
) -> list[Visit]:
    """All visits of everybody, refusals included."""
    begun = list(addresses(routes, ids))
    return [
        visit
        for who, browser in browsers.items()
        for visit in await _everywhere(routes, who, browser, begun)
    ]


async def _everywhere(
    routes: Routes, who: str, browser: Browser, begun: Sequence[str]
) -> list[Visit]:
    waiting, known, visits = deque(begun), set(begun), list[Visit]()
    alike: Counter[str] = Counter()
    while waiting:
        path = waiting.popleft()
        route = routes.of(path)
        if route and who != NOBODY and alike[route] >= MOST_ALIKE:
            continue
        visits.append(Visit(who, path, route, await browser.get(path)))
        alike[route] += visits[-1].answer.status_code != MISSING
        assert len(visits) < MOST_PAGES, "the pages lead from one to the next without end"
        if not visits[-1].is_page:
            continue
        found = {target for _, target in links(visits[-1]) if not LEFT_OUT.search(target)}
        waiting.extend(sorted(found - known))
        known |= found
    return visits
