"""The report that a coordinator reads, prints and takes along as a sheet."""

import csv
import io

import pytest

from tests.rated import pairs, rated_day
from tests.world import Browser, World

pytestmark = pytest.mark.anyio
CLOSES = "2026-12-10T10:55:00Z"
MARKUP = "<script>alert(1)</script>"


async def report(world: World, day: str) -> str:
    answer = await (await world.signed_in(world.hana)).get(f"/plan/{day}/report")
    assert answer.status_code == 200, answer.text
    return answer.text


async def sheet(browser: Browser, day: str, language: str = "en", delimiter: str = ",") -> str:
    answer = await browser.get(f"/plan/{day}/report.csv", headers={"accept-language": language})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=delimiter)
    return "\n".join("|".join(row) for row in rows)


async def test_four_figures_and_what_they_say(world: World) -> None:
    people = [world.emil, world.edda, *await world.employees(9)]
    day = await rated_day(world, people, pairs(8, before=8, after=4), missed=1)
    world.clock.set(CLOSES)
    page = await report(world, day["id"])
    assert "−4.4" in page
    assert "from 7.5 before to 3.1 after" in page
    assert "78%" in page  # 11 of 14
    assert "10 of 11" in page
    assert "1 did not come" in page
    assert "80%" in page  # 8 of the 10 who came
    assert "On average, people felt less tense afterwards" in page
    assert "From 09:00 to 11:00 every place was taken" in page
    assert "style=" not in page


async def test_before_it_closes_nothing_of_what_people_answered_is_told(world: World) -> None:
    people = await world.employees(9)
    day = await rated_day(world, people, pairs(9))
    world.clock.set("2026-12-10T10:54:59Z")
    page = await report(world, day["id"])
    assert "From Thursday 10 December on" in page
    assert "Tension is shown once ratings have closed" in page
    assert "dumbbell" not in page
    told = await sheet(await world.signed_in(world.hana), day["id"])
    assert "Tension|Tension is shown once" in told
    assert "Answered" not in told


async def test_seven_people_are_told_of_nowhere(world: World) -> None:
    people = await world.employees(7)
    day = await rated_day(world, people, pairs(7))
    world.clock.set(CLOSES)
    page = await report(world, day["id"])
    assert "Fewer than 8 people answered both questions." in page
    assert "dumbbell" not in page
    assert "before to" not in page
    assert "average" not in await sheet(await world.signed_in(world.hana), day["id"])


async def test_answers_of_all_and_means_at_the_ends_are_not_told_exactly(world: World) -> None:
    people = await world.employees(9)
    day = await rated_day(world, people, [(10, 0)] * 9)
    world.clock.set(CLOSES)
    page = await report(world, day["id"])
    assert "≥&nbsp;9 → ≤&nbsp;1" in page
    assert ">100%<" not in page
    assert "95%" in page
    told = await sheet(await world.signed_in(world.hana), day["id"])
    assert "Tension before, average from 0 to 10|≥ 9" in told
    assert "Answered both questions, to 5 %|95%" in told
    answer = await world.hana.get(f"/events/{day['id']}/report")
    assert answer.json()["tension"] == {"pairs": 9, "before": 9.0, "after": 1.0, "change": -8.0}


async def test_days_stand_beside_each_other_when_each_is_told_by_itself(world: World) -> None:
    people = await world.employees(9)
    first = await rated_day(world, people, pairs(9), date="2026-12-03")
    await rated_day(world, people, pairs(7), date="2026-12-17")
    await rated_day(world, people, [(3, 3)] * 9, date="2027-01-14")
    last = await rated_day(world, people, pairs(9), date="2027-02-11")
    world.clock.set("2027-03-01T12:00:00Z")
    page = await report(world, last["id"])
    assert "Less tense afterwards, on 2 of 3 days" in page
    assert "17 Dec" not in page
    alone = await report(world, first["id"])
    assert "Less tense afterwards" not in alone
    told = await sheet(await world.signed_in(world.hana), last["id"])
    assert "Day|Tension before|Tension after\n2026-12-03|6.6|3.0\n" in told


async def test_a_day_that_nobody_came_to_yet_says_so(world: World) -> None:
    draft = await world.day(published=False)
    page = await report(world, draft["id"])
    assert "The day is not over yet" in page
    assert "No place was taken" in page
    assert "Nobody was marked as arrived" in page


async def test_a_cancelled_day_has_nothing_to_count(world: World) -> None:
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    page = await report(world, day["id"])
    assert "This day was cancelled" in page
    assert "No places were offered." in page


@pytest.mark.parametrize("begins", ["=", "+", "-", "@"])
async def test_no_cell_is_a_formula(world: World, begins: str) -> None:
    evil = f'{begins}HYPERLINK("http://evil.example","{MARKUP}")'
    day = await world.day(title=evil, location={"name": evil})
    told = await sheet(await world.signed_in(world.hana), day["id"])
    assert f"Massage day|'{evil}" in told
    assert f"Place|'{evil}" in told
    assert MARKUP not in await report(world, day["id"])


async def test_a_german_sheet_is_one_for_a_german_excel(world: World) -> None:
    people = await world.employees(9)
    day = await rated_day(world, people, pairs(9))
    world.clock.set(CLOSES)
    told = await sheet(await world.signed_in(world.hana), day["id"], "de", ";")
    assert "|6,6" in told
    assert "|3,0" in told
    assert "09:00|3|3|0" in told
