"""What people type badly, in a real browser: nothing runs, and nothing leaves a small page."""

from functools import partial

import pytest
from playwright.async_api import Page

from tests.browser.site import Site, Visit
from tests.crawl import Routes, addresses
from tests.everything import tell
from tests.payloads import PAYLOADS, fitting

pytestmark = pytest.mark.anyio
SMALL = {"viewport": {"width": 320, "height": 640}}
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
EDGE = """() => {
  const inner = [...document.querySelectorAll("main *")];
  const over = inner.filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  return over.slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
}"""
MOST_ALIKE = 2


@pytest.fixture
def demo() -> bool:
    return True


async def shown(page: Page, routes: Routes, found: list[str]) -> list[str]:
    """The addresses that this person is shown a page at, a few of each route."""
    kept: dict[str, list[str]] = {}
    for path in found:
        alike = kept.setdefault(routes.of(path), [])
        if len(alike) < MOST_ALIKE:
            answer = await page.request.get(path, max_redirects=0)
            if answer.ok and answer.headers["content-type"].startswith("text/html"):
                alike.append(path)
    return [path for alike in kept.values() for path in alike]


@pytest.mark.parametrize("name", ["markup", "word"])
async def test_nothing_runs_and_nothing_is_pushed_away(site: Site, visit: Visit, name: str) -> None:
    """A dialog, a script that ran or a refusal of the CSP is a trouble of the guard's."""
    world, routes = site.world, Routes(site.world.app)
    told = await tell(world, partial(fitting, PAYLOADS[name]))
    paths = list(addresses(routes, told.ids))
    wrong = []
    for who in (world.hana, world.emil, world.tara, world.ada, None):
        page = await visit(SMALL)
        page.on("dialog", lambda dialog: wrong.append(f"a dialog: {dialog.message}"))
        if who:
            await site.sign_in(page, who)
        for path in await shown(page, routes, paths):
            await page.goto(path)
            if wider := await page.evaluate(WIDER):
                wrong.append(f"{path}: {wider} too wide: {await page.evaluate(EDGE)}")
    assert not wrong, "\n".join(wrong)
