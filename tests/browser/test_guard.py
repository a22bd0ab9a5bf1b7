"""The guard itself: each of the things that it must not let pass."""

import pytest
from playwright.async_api import Page

from scheduler.web.pages.page import HEADERS
from tests.browser.guard import Guard
from tests.browser.site import Site
from tests.processes import until

pytestmark = pytest.mark.anyio


async def seen(guard: Guard, trouble: str) -> None:
    await until(lambda: any(trouble in one for one in guard.troubles), f"{trouble} is seen")
    guard.troubles.clear()


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("<p style='color: red'>Red</p>", "The CSP refuses style-src"),
        ("<script>alert(1)</script>", "The CSP refuses script-src"),
        ("<img src='https://pictures.example/one.png' alt=''>", "https://pictures.example/one.png"),
        ("<link rel=stylesheet href=/static/missing.css>", "404 for http"),
        ("<img src='/api/v1/bookings' alt=''>", "401 for http"),
    ],
)
async def test_what_a_page_must_not_do_is_seen(
    site: Site, desk: Page, guard: Guard, body: str, trouble: str
) -> None:
    await desk.goto(site.show(body, HEADERS))
    await seen(guard, trouble)


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("console.warn('Mind this')", "/: Mind this"),
        ("console.error('Wrong')", "/: Wrong"),
        ("setTimeout(() => { throw new Error('Broken') })", "error in a script: Broken"),
        ("fetch('https://else.example/').catch(() => 0)", "The CSP refuses connect-src"),
        ("setTimeout(() => location.assign('https://else.example/'))", "https://else.example/"),
    ],
)
async def test_what_a_script_must_not_do_is_seen(
    desk: Page, guard: Guard, script: str, trouble: str
) -> None:
    await desk.goto("/")
    await desk.evaluate(script)
    await seen(guard, trouble)


async def test_a_refusal_is_an_answer(desk: Page) -> None:
    answer = await desk.goto("/api/v1/bookings")
    assert answer
    assert answer.status == 401


async def test_a_test_excuses_what_it_brings_about(desk: Page, guard: Guard) -> None:
    guard.allow("As expected")
    await desk.goto("/")
    await desk.evaluate("console.error('As expected')")
