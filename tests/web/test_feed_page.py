"""A calendar of one's own days: made, shown once, renewed and ended on a page."""

import re
from urllib.parse import urlsplit

import pytest

from tests.world import Browser, World

pytestmark = pytest.mark.anyio
ADDRESS = re.compile(r"https://chairtime\.example/calendars/[\w-]+\.ics")


async def make(browser: Browser) -> str:
    page = await browser.follow(await browser.post("/calendar-feed"))
    address = ADDRESS.search(page.text)
    assert address
    return urlsplit(address[0]).path


async def reads(world: World, address: str) -> int:
    return (await world.anonymous.get(address)).status_code


async def test_an_address_is_made_and_shown_once(world: World) -> None:
    tara = await world.signed_in(world.tara)
    assert "You have no address yet" in (await tara.get("/calendar-feed")).text
    address = await make(tara)
    feed = await world.anonymous.get(address)
    assert feed.text.startswith("BEGIN:VCALENDAR")
    again = (await tara.get("/calendar-feed")).text
    assert "You have an address" in again
    assert not ADDRESS.search(again)
    assert await reads(world, address) == 200, "looking at the page changes nothing"


async def test_a_new_address_ends_the_old_one(world: World) -> None:
    tara = await world.signed_in(world.tara)
    first, second = await make(tara), await make(tara)
    assert [await reads(world, one) for one in (first, second)] == [404, 200]
    said = await tara.follow(await tara.post("/calendar-feed/end"))
    assert "The address has ended." in said.text
    assert await reads(world, second) == 404
    assert (
        "The address has ended." in (await tara.follow(await tara.post("/calendar-feed/end"))).text
    )  # and once more


async def test_the_cookie_on_the_way_is_kept_from_scripts_and_soon_gone(world: World) -> None:
    tara = await world.signed_in(world.tara)
    made = await tara.post("/calendar-feed")
    cookie = made.headers["set-cookie"]
    assert cookie.startswith("__Host-chairtime-feed=")
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=lax", "Max-Age=60"))
    shown = await tara.follow(made)
    assert "Max-Age=0" in shown.headers["set-cookie"]
    assert shown.headers["cache-control"] == "no-store"


async def test_whoever_comes_next_at_the_same_browser_reads_no_address(world: World) -> None:
    browser = await world.signed_in(world.tara)
    await browser.post("/calendar-feed")
    await browser.post("/sign-out")
    tom = await world.signed_in(world.tom)
    await make(tom)
    browser.http.cookies.update(tom.http.cookies)
    page = await browser.get("/calendar-feed")
    assert "You have an address" in page.text
    assert not ADDRESS.search(page.text)


async def test_a_feed_has_its_ladder(world: World) -> None:
    for someone in (world.hana, world.ada):
        browser = await world.signed_in(someone)
        assert (await browser.get("/calendar-feed")).status_code == 404
        assert (await browser.post("/calendar-feed")).status_code == 404
        assert (await browser.post("/calendar-feed/end")).status_code == 404
    nobody = await world.browser().post("/calendar-feed")
    assert nobody.headers["location"].startswith("/sign-in?next=")
    stale = await world.signed_in(world.edda)
    stale.http.cookies.set("__Host-chairtime-feed", "guess", domain="chairtime.example")
    assert not ADDRESS.search((await stale.get("/calendar-feed")).text)
