"""The poster: what it says, where its code leads, and what a title may do to it."""

import re

import pytest
import segno

from scheduler.domain import link
from tests.world import World

pytestmark = pytest.mark.anyio
MARKUP = "<img src=x onerror=alert(1)>"


async def poster(world: World, day: str, **headers: str) -> str:
    browser = await world.signed_in(world.hana)
    answer = await browser.get(f"/plan/{day}/poster", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def modules(page: str) -> list[list[int]]:
    """The dark modules of the code on the page, as its path draws them: row by row, in strokes."""
    (path,) = re.findall(r'class="modules"[^>]* d="([^"]+)"', page)
    size = int(re.findall(r'viewBox="0 0 (\d+) \1" class="code"', page)[0])
    rows = [[0] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                rows[int(y)][column] = 1
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return rows


async def test_a_poster_says_where_when_and_what_to_do(world: World) -> None:
    day = await world.day()
    page = await poster(world, day["id"])
    for words in (
        "Chair massage", "Thursday 3 December", "Quiet room, 3rd floor", "15 minutes for you",
        "Point your camera here, take a time, and it is in your calendar.",
    ):  # fmt: skip
        assert words in page
    assert "style=" not in page


async def test_its_code_leads_to_the_board(world: World) -> None:
    day = await world.day()
    page = await poster(world, day["id"])
    (address,) = re.findall(r'class="poster-address">([^<]+)<', page)
    assert address.startswith("https://chairtime.example/e/")
    key = world.app.state["keys"].secret
    assert str(link.shared(address.rpartition("/")[2], key)) == day["id"]
    drawn = modules(page)
    wanted = [
        list(row) for row in segno.make(address, error="q", micro=False).matrix_iter(border=4)
    ]
    assert drawn == wanted
    assert not any(drawn[0] + drawn[3] + [row[0] for row in drawn] + [row[3] for row in drawn])


async def test_it_speaks_the_language_of_the_page(world: World) -> None:
    day = await world.day()
    assert "Donnerstag" in await poster(world, day["id"], **{"accept-language": "de"})


async def test_what_people_wrote_is_words(world: World) -> None:
    day = await world.day(title=MARKUP, location={"name": MARKUP})
    page = await poster(world, day["id"])
    assert MARKUP not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


async def test_a_day_that_nobody_can_take_a_time_on_says_so(world: World) -> None:
    draft = await world.day(published=False, date="2026-12-04")
    assert "until you publish it" in await poster(world, draft["id"])
    day = await world.day()
    assert "until you publish it" not in await poster(world, day["id"])
    world.clock.set("2026-12-04T09:00:00Z")
    assert "This day is over" in await poster(world, day["id"])
    await world.hana.put(f"/events/{draft['id']}/cancellation", {"reason": "Storm"})
    assert "This day was cancelled" in await poster(world, draft["id"])
