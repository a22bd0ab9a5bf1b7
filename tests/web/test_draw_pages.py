"""A draw on the pages: announced by the coordinator, wished for from any address, explained."""

from typing import Any

import httpx
import pytest

from scheduler.domain import drawing
from tests.web.forms import tags, words
from tests.web.test_board_by_link import NINA, enter_code, personal, shared
from tests.web.test_draws import CLOSES, ONE_SLOT, announced, outcome, wish
from tests.world import Browser, World

pytestmark = pytest.mark.anyio

LOCAL = "2026-11-30T13:00"  # in Berlin


async def announce(world: World, day: dict[str, Any], moment: str) -> httpx.Response:
    hana, path = await world.signed_in(world.hana), f"/plan/{day['id']}/draw"
    return await hana.post(path, {"wishes_close_at": moment}, page=path)


def refused(answer: httpx.Response, sentence: str) -> None:
    assert answer.status_code == 422, answer.text
    assert "<title>Error: " in answer.text
    assert sentence in words(answer.text)


async def test_a_coordinator_announces_a_draw_and_sees_how_many_wish(world: World) -> None:
    day, hana = await world.day(published=False), await world.signed_in(world.hana)
    path = f"/plan/{day['id']}"
    assert f'href="{path}/draw"' in (await hana.get(path)).text
    [suggested] = tags((await hana.get(f"{path}/draw")).text, "input", id="wishes_close_at")
    assert suggested["value"] == "2026-12-01T12:00"
    page = (await hana.follow(await announce(world, day, LOCAL))).text
    assert "Announced. Whoever opens the day can wish for a time until then." in words(page)
    assert "Publish the day before wishes close" in words(page)
    await hana.post(f"{path}/publication")
    await wish(day, world.emil)
    said = words((await hana.get(f"{path}/draw")).text)
    assert "Wishing so far 1 person" in said
    commitment = (await world.emil.get(f"/events/{day['id']}/draw")).json()["commitment"]
    assert commitment in said
    assert "1 person wishes so far" in words((await hana.get(path)).text)
    board = (await (await world.signed_in(world.emil)).get(f"/days/{day['id']}")).text
    assert "places are drawn." in words(board)
    assert "still free" not in words(board), "nothing can be taken yet"


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("", "This must be a day and a time of day."),
        ("soon", "This must be a day and a time of day."),
        ("2026-11-23T09:00", "This is over. Choose a later moment."),
        ("2026-12-03T09:00", "The day has begun by then."),
    ],
)
async def test_a_moment_that_cannot_be_is_said_at_its_field(
    world: World, moment: str, sentence: str
) -> None:
    answer = await announce(world, await world.day(published=False), moment)
    refused(answer, sentence)
    [field] = tags(answer.text, "input", id="wishes_close_at")
    assert (field["value"], field["aria-invalid"]) == (moment, "true")


async def test_a_day_whose_times_could_be_taken_is_not_drawn(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    assert "/draw" not in (await hana.get(f"/plan/{day['id']}")).text
    refused(await announce(world, day, LOCAL), "Times on this day could be taken already")


async def test_a_draw_is_taken_back_while_nobody_has_wished(world: World) -> None:
    day, hana = await announced(world), await world.signed_in(world.hana)
    path = f"/plan/{day['id']}/draw"
    await wish(day, world.emil)
    refused(await hana.post(f"{path}/withdrawal"), "Somebody has put in a wish already")
    await world.emil.delete(f"/events/{day['id']}/wish")
    for _ in range(2):
        page = await hana.follow(await hana.post(f"{path}/withdrawal"))
        assert "Taken back. Whoever is first takes a time." in words(page.text)
    assert (await world.emil.get(f"/events/{day['id']}/draw")).status_code == 404
    assert "Wish for a time" not in (await world.browser().get(shared(world, day))).text


async def test_a_draft_whose_draw_is_taken_back_opens_with_its_publication(world: World) -> None:
    day = await world.day(published=False)
    path = f"/events/{day['id']}/draw"
    await world.hana.put(path, {"wishes_close_at": CLOSES})
    assert (await world.hana.delete(path)).status_code == 204
    assert (await world.hana.get(f"/events/{day['id']}")).json()["claims_open_at"] is None
    assert (await world.hana.delete(path)).status_code == 204


async def test_a_moment_that_moves_earlier_takes_the_opening_along(world: World) -> None:
    day = await announced(world)
    earlier = "2026-11-28T12:00:00Z"
    await world.hana.put(f"/events/{day['id']}/draw", {"wishes_close_at": earlier})
    assert (await world.hana.get(f"/events/{day['id']}")).json()["claims_open_at"] == earlier


async def test_a_wish_is_put_in_changed_and_taken_back(world: World) -> None:
    day, emil = await announced(world), await world.signed_in(world.emil)
    path = f"/days/{day['id']}"
    page = (await emil.get(path)).text
    assert "Wishes close on Monday 30 November, 13:00." in words(page)
    assert "Book" not in words(page)
    wanted = {"earliest": "10:00", "latest": "11:00", "therapist": str(world.tom.id)}
    page = (await emil.follow(await emil.post(f"{path}/wish", wanted, page=path))).text
    assert "Your wish is in." in words(page)
    assert f'<option value="{world.tom.id}" selected>' in page
    assert "<option selected>10:00</option>" in page
    await emil.post(f"{path}/wish", {"earliest": "", "latest": "", "therapist": ""}, page=path)
    assert (await outcome(day, world.emil))["earliest"] is None
    page = (await emil.follow(await emil.post(f"{path}/wish/withdrawal", page=path))).text
    assert "Your wish is taken back." in words(page)
    assert (await world.emil.get(f"/events/{day['id']}/wish")).status_code == 404


async def test_a_day_to_wish_for_is_among_ones_days(world: World) -> None:
    await announced(world)
    emil = await world.signed_in(world.emil)
    assert "Wishes until Mon 30 Nov" in words((await emil.get("/bookings")).text)
    world.clock.set(CLOSES)
    assert "Wishes until" not in words((await emil.get("/bookings")).text)


async def test_a_wish_that_cannot_be_is_said_at_its_field(world: World) -> None:
    day, emil = await announced(world), await world.signed_in(world.emil)
    path = f"/days/{day['id']}"
    answer = await emil.post(f"{path}/wish", {"earliest": "11:00", "latest": "09:15"}, page=path)
    refused(answer, "This must be later than")
    assert "<option selected>11:00</option>" in answer.text
    answer = await emil.post(f"{path}/wish", {"therapist": "Tara"}, page=path)
    assert answer.status_code == 422


async def test_once_wishes_are_closed_the_page_says_so(world: World) -> None:
    day, emil = await announced(world), await world.signed_in(world.emil)
    path = f"/days/{day['id']}"
    world.clock.set(CLOSES)
    for answer in (
        await emil.post(f"{path}/wish", {}, page=path),
        await emil.post(f"{path}/wish/withdrawal", page=path),
    ):
        refused(answer, "Wishes for this day can be put in or changed no more.")
        assert "the times are being drawn" in words(answer.text)


async def test_a_day_without_a_draw_takes_no_wishes(world: World) -> None:
    day, emil = await world.day(), await world.signed_in(world.emil)
    by_link = await personal(world, day, world.edda)
    browser = world.browser()
    await browser.get(by_link)
    for answer in (
        await emil.post(f"/days/{day['id']}/wish"),
        await browser.post(f"{shared(world, day)}/wish", {"email": NINA}),
        await browser.post(f"{by_link}/wish"),
    ):
        assert answer.status_code == 404
    assert (await browser.post(f"{by_link}/booking", {}, page=by_link)).status_code == 422  # unused


async def test_each_reads_how_the_draw_came_out_for_them(world: World) -> None:
    day = await announced(world, shifts=ONE_SLOT)
    path = f"/days/{day['id']}"
    for who in (world.emil, world.edda):
        await wish(day, who)
    world.clock.set(CLOSES)
    await drawing.run_due(world.clock())
    seed = (await world.hana.get(f"/events/{day['id']}/draw")).json()["seed"]
    for who in (world.emil, world.edda):
        browser, found = await world.signed_in(who), await outcome(day, who)
        said = words((await browser.get(path)).text)
        won = "gave you a time Why you got one" if found["slot_id"] else "had no time for you"
        assert f"The draw {won}" in said
        assert all(sentence in said for sentence in found["why"])
        assert seed in said
        assert found["ticket"] in said
        record = await browser.get(f"{path}/draw/record")
        assert record.headers["content-disposition"] == 'attachment; filename="draw.json"'
        assert found["mark"] in record.text
    hana = await world.signed_in(world.hana)
    page = words((await hana.get(f"/plan/{day['id']}/draw")).text)
    assert "1 person got a time" in page
    assert "Wished for one 2 people" in page
    assert (await hana.get(f"{path}/draw/record")).status_code == 200
    guest = words((await world.browser().get(shared(world, day))).text)
    assert "These times were drawn" in guest
    assert "Your place" not in guest


async def test_the_page_of_a_draw_that_drew_nothing_says_so(world: World) -> None:
    day = await world.day(published=False)
    await announce(world, day, LOCAL)
    world.clock.set(CLOSES)
    await drawing.run_due(world.clock())
    hana = await world.signed_in(world.hana)
    assert "Nothing was drawn" in words((await hana.get(f"/plan/{day['id']}/draw")).text)


async def test_from_the_poster_to_a_wish(world: World) -> None:
    day, browser = await announced(world), world.browser()
    path = shared(world, day)
    page = await browser.get(path)
    assert "Tara" not in page.text
    refused(await browser.post(f"{path}/wish", {"latest": "10:15"}, page=path), "address")
    answer = await browser.post(f"{path}/wish", {"latest": "10:15", "email": NINA}, page=path)
    assert answer.headers["location"] == "/sign-in/code"
    await enter_code(world, browser, NINA)
    welcome = await browser.post("/sign-in/welcome", {"name": "Nina Neu"})
    board = await browser.follow(await browser.follow(welcome))
    assert "<option selected>10:15</option>" in board.text
    await browser.post(f"/days/{day['id']}/wish", {"latest": "10:15"})
    assert (await world.hana.get(f"/events/{day['id']}/draw")).json()["wishes"] == 1


async def test_an_invitation_leads_to_a_wish_in_one_step(world: World) -> None:
    day, browser = await announced(world), world.browser()
    path = await personal(world, day, world.emil)
    page = await browser.get(path)
    assert "Wishing as Emil Grün" in words(page.text)
    page = await browser.follow(await browser.post(f"{path}/wish", {"earliest": "10:00"}))
    assert "Your wish is in." in words(page.text)
    assert (await outcome(day, world.emil))["earliest"] == "10:00"
    again = await world.browser().get(f"{path}?earliest=10%3A00")
    assert again.headers["location"].endswith("said=used-link&earliest=10%3A00")


async def test_a_forwarded_invitation_shows_nobodys_wish(world: World) -> None:
    day = await announced(world)
    await wish(day, world.emil, earliest="10:00")
    page = (await world.browser().get(await personal(world, day, world.emil))).text
    assert "Your wish is in." not in page
    assert "<option selected>" not in page


async def test_a_link_that_was_not_opened_here_wishes_for_nothing(world: World) -> None:
    day = await announced(world)
    browser: Browser = world.browser()
    answer = await browser.post(f"{await personal(world, day, world.emil)}/wish")
    assert answer.status_code == 422
    assert (await world.hana.get(f"/events/{day['id']}/draw")).json()["wishes"] == 0
