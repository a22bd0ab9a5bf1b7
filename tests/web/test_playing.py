"""The demo's door, which is nowhere but in the demo."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scheduler.domain.person import Role
from tests.web.test_pages import settings
from tests.world import World, open_world

pytestmark = pytest.mark.anyio


@pytest.fixture
async def demo(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    players = {Role.COORDINATOR: "hana@acme.example", Role.THERAPIST: "tara@hands.example"}
    async with open_world(settings(sqlite_url, tmp_path), demo=players) as opened:
        yield opened


@pytest.mark.parametrize(("role", "home"), [("coordinator", "/plan"), ("therapist", "/roster")])
async def test_one_click_is_enough(demo: World, role: str, home: str) -> None:
    browser = demo.browser()
    for path in ("/", "/demo"):
        assert f'action="/demo/as/{role}"' in (await browser.get(path)).text
    assert (await browser.get(f"/demo/as/{role}")).status_code == 200
    assert not browser.http.cookies, "opening it signs nobody in"
    answer = await browser.post(f"/demo/as/{role}")
    assert (answer.status_code, answer.headers["location"]) == (303, home)
    assert (await browser.get("/")).headers["location"] == home
    assert (await browser.get("/demo")).status_code == 200, "to be somebody else"


@pytest.mark.parametrize("role", ["admin", "king"])
async def test_a_role_that_nobody_plays(demo: World, role: str) -> None:
    browser = demo.browser()
    assert (await browser.get(f"/demo/as/{role}")).status_code == 404
    assert (await browser.post(f"/demo/as/{role}")).status_code == 404


async def test_other_pages_cannot_sign_anybody_in(demo: World) -> None:
    browser = demo.browser()
    browser.http.headers["sec-fetch-site"] = "cross-site"
    assert (await browser.post("/demo/as/coordinator")).status_code == 400
    assert not browser.http.cookies


async def test_outside_the_demo_there_is_no_such_door(world: World) -> None:
    browser = world.browser()
    assert (await browser.get("/demo")).status_code == 404
    assert (await browser.post("/demo/as/coordinator")).status_code == 404
    assert "/demo" not in (await browser.get("/")).text
