"""In line at the board: joining, what suits, one's place, what is held, and leaving."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from scheduler.domain import board as boards
from scheduler.domain import link
from tests.streams import listening
from tests.waiting import full_day, give_back, join, offers
from tests.web.forms import chosen, radios, tags, words
from tests.web.test_board_by_link import enter_code, personal, shared
from tests.world import Browser, World, rows

pytestmark = pytest.mark.anyio
NINA = "nina@acme.example"


def board(day: dict[str, Any]) -> str:
    return f"/days/{day['id']}"


async def look(browser: Browser, day: dict[str, Any]) -> str:
    answer = await browser.get(board(day))
    assert answer.status_code == 200, answer.text
    return answer.text


async def wait(browser: Browser, day: dict[str, Any], **wishes: str) -> httpx.Response:
    everything = {"join": "yes", "earliest": "", "latest": "", "therapist": ""} | wishes
    return await browser.post(f"{board(day)}/waitlist", everything, page=board(day))


async def line() -> list[tuple[str, str | None]]:
    """Who waits, in order, by address, and from when."""
    found = await rows(
        "SELECT person.email, earliest FROM waitlist_entry JOIN person ON person.id = person"
        " WHERE ended_at IS NULL ORDER BY joined_at"
    )
    return [(row["email"], row["earliest"] and f"{row['earliest']}"[:5]) for row in found]


def picked(page: str) -> list[str]:
    """The times that are chosen in the form of the line."""
    return re.findall(r"<option selected>(.*?)</option>", page)


def fields(page: str) -> list[str]:
    return [one["name"] for one in tags(page, "select")]


async def test_a_full_day_offers_a_place_in_line(world: World) -> None:
    day, browser = await full_day(world), await world.signed_in(world.emil)
    page = await look(browser, day)
    assert "Every place is taken just now" in words(page)
    assert words(page).index("Join the waitlist") < words(page).index("Choose a time")
    answer = await wait(browser, day)
    page = (await browser.follow(answer)).text
    assert "You are in line. When a time that suits you opens, it is held for you" in words(page)
    assert "You are number 1 in line." in words(page)
    assert await line() == [("emil@acme.example", None)]


async def test_a_day_with_times_left_offers_it_below_them(world: World) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    page = await look(browser, day)
    assert words(page).index("Nothing that suits you?") > words(page).index("Choose a time")
    answer = await wait(browser, day, earliest="11:00", latest="11:40", therapist=world.tom.id)
    page = (await browser.follow(answer)).text
    assert "11:00 is held for you until 10:30" in words(page)


async def test_what_suits_is_chosen_among_the_times_of_the_day(world: World) -> None:
    day, browser = await full_day(world), await world.signed_in(world.emil)
    page = await look(browser, day)
    assert fields(page) == ["earliest", "latest"], "there is one therapist, and no choice"
    for one in ("earliest", "latest"):
        (times,) = re.findall(rf'<select id="{one}".*?</select>', page, re.DOTALL)
        said = {"earliest": "09:00 09:20", "latest": "09:15 09:35"}[one]
        assert " ".join(re.findall(r"\d\d:\d\d", times)) == said
    await wait(browser, day, earliest="09:20")
    page = await look(browser, day)
    assert picked(page) == ["09:20"]
    two = await world.day(date="2026-12-04")
    assert fields(await look(browser, two)) == ["earliest", "latest", "therapist"]


async def test_wishes_change_and_the_place_is_kept(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    browser = await world.signed_in(world.emil)
    await browser.follow(await wait(browser, day, earliest="09:20", latest="09:35"))
    assert await line() == [("emil@acme.example", "09:20"), ("edda@acme.example", None)]
    page = await look(await world.signed_in(world.edda), day)
    assert "You are number 2 in line." in words(page)


async def test_leaving_twice(world: World) -> None:
    day, browser = await full_day(world), await world.signed_in(world.emil)
    await wait(browser, day)
    for _ in range(2):
        answer = await browser.post(f"{board(day)}/waitlist/end", page=board(day))
        assert "You wait no longer" in words((await browser.follow(answer)).text)
    assert await line() == []
    assert "Join the waitlist" in words(await look(browser, day))


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"earliest": "09:20", "latest": "09:15"}, "latest", "later than"),
        ({"earliest": "nine"}, "earliest", "such as 09:00"),
        ({"therapist": "Tara"}, "therapist", ""),
        ({"therapist": "00000000-0000-0000-0000-000000000000"}, "therapist", "no shift"),
    ],
)
async def test_what_cannot_be_wished_for_is_said(
    world: World, sent: dict[str, str], field: str, sentence: str
) -> None:
    day, browser = await world.day(), await world.signed_in(world.emil)
    answer = await wait(browser, day, **sent)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert f'href="#{field}"' in answer.text
    [wrong] = [one for one in tags(answer.text, "select") if "aria-invalid" in one]
    assert wrong["id"] == field
    assert sentence in words(answer.text)
    assert await line() == []


async def test_who_has_their_time_is_told_so(world: World) -> None:
    day = await full_day(world)
    browser = await world.signed_in(day["holders"][0])
    assert "waitlist" not in (await look(browser, day)).lower().partition("<main")[2]
    answer = await wait(browser, day)
    assert answer.status_code == 422
    assert "all the times that one person may have" in words(answer.text)


async def test_who_is_no_employee_cannot_wait(world: World) -> None:
    day, browser = await full_day(world), await world.signed_in(world.hana)
    assert "/waitlist" not in await look(browser, day)
    assert (await wait(browser, day)).status_code == 404


async def test_days_that_are_not_open_cannot_be_waited_for(world: World) -> None:
    early = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    browser = await world.signed_in(world.emil)
    assert "/waitlist" not in await look(browser, early)
    answer = await wait(browser, early)
    assert answer.status_code == 422
    assert "cannot be taken yet" in words(answer.text)


async def test_whoever_waits_when_a_day_closes_again_can_leave(world: World) -> None:
    day, browser = await full_day(world), await world.signed_in(world.emil)
    await wait(browser, day)
    later = {"claims_open_at": "2026-12-01T08:00:00Z"}
    await world.hana.patch(f"/events/{day['id']}", later)
    page = await look(browser, day)
    assert fields(page) == []
    assert "Leave the waitlist" in words(page)


async def test_what_is_held_is_its_person_s_to_take_and_taken_for_others(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    await give_back(day, 0)
    (held,) = await offers(world.emil)
    browser = await world.signed_in(world.emil)
    page = await look(browser, day)
    assert "09:00 , Held for you" in words(page)
    assert "09:00 is held for you until 10:30." in words(page)
    assert f'href="/offers/{held["id"]}"' in page
    others = await look(await world.signed_in(world.edda), day)
    assert "09:00 , Taken" in words(others)
    assert "held" not in words(others).lower().replace("it is held for you", "")
    taken = await browser.post(
        f"{board(day)}/booking", {"slot": radios(page)["09:00"]}, page=board(day)
    )
    assert "09:00 is yours" in words((await browser.follow(taken)).text)
    assert "in line" not in words(await look(browser, day))


async def test_what_ran_out_is_nobody_s_to_take(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    await give_back(day, 0)
    world.clock.advance(minutes=30)
    page = await look(await world.signed_in(world.emil), day)
    assert "09:00 , Taken" in words(page)
    assert "is held for you until" not in words(page)


async def test_the_board_is_live_for_whoever_waits(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    browser = await world.signed_in(world.edda)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    async with listening(world.app, f"{board(day)}/live", headers={"cookie": cookies}) as stream:
        assert "number 2 in line" in (await stream.next(2.0))["data"]
        await world.emil.delete(f"/events/{day['id']}/waitlist")
        assert "number 1 in line" in (await stream.next(2.0))["data"]
        await give_back(day, 1)
        assert "09:20 is held for you" in (await stream.next(2.0))["data"]


async def test_from_the_poster_with_an_address_and_a_code(world: World) -> None:
    day, browser = await full_day(world), world.browser()
    path = shared(world, day)
    page = (await browser.get(path)).text
    assert "Tara" not in page
    assert fields(page) == ["earliest", "latest"]
    sent = {"join": "yes", "earliest": "09:20", "latest": "", "address": NINA}
    answer = await browser.post(f"{path}/waitlist", sent, page=path)
    assert answer.headers["location"] == "/sign-in/code"
    await enter_code(world, browser, NINA)
    welcome = await browser.post("/sign-in/welcome", {"name": "Nina Neu"})
    page = (await browser.follow(await browser.follow(welcome))).text
    assert "One more tap, and you are in line" in words(page)
    assert picked(page) == ["09:20"]
    assert await line() == [], "opening a page joins nobody"
    [button] = [one for one in tags(page, "button") if "autofocus" in one]
    assert button["type"] == "submit"
    await wait(browser, day, earliest="09:20")
    assert await line() == [(NINA, "09:20")]


@pytest.mark.parametrize("address", ["", "nina@"])
async def test_a_guest_without_an_address_is_asked_for_it(world: World, address: str) -> None:
    day, browser = await full_day(world), world.browser()
    path = shared(world, day)
    sent = {"join": "yes", "earliest": "", "latest": "09:35", "address": address}
    answer = await browser.post(f"{path}/waitlist", sent, page=path)
    assert answer.status_code == 422
    assert 'href="#address"' in answer.text
    [field] = tags(answer.text, "input", id="address")
    assert (field["value"], field["aria-invalid"]) == (address, "true")
    assert picked(answer.text) == ["09:35"]


async def test_a_guest_who_is_signed_in_goes_on_as_who_they_are(world: World) -> None:
    day, browser = await full_day(world), await world.signed_in(world.emil)
    sent = {"join": "yes", "latest": "09:35"}
    answer = await browser.post(f"{shared(world, day)}/waitlist", sent)
    assert answer.headers["location"] == f"{board(day)}?latest=09%3A35&join=yes"
    assert "One more tap" in words((await browser.follow(answer)).text)


async def test_by_a_personal_link_in_one_tap(world: World) -> None:
    day, browser = await full_day(world), world.browser()
    path = await personal(world, day, world.emil)
    scanner = await browser.post(f"{path}/waitlist", page=path)
    assert scanner.status_code == 422, "who has not seen the page presses no button"
    await browser.get(path)
    answer = await browser.post(f"{path}/waitlist", {"earliest": "", "latest": ""}, page=path)
    assert "You are number 1 in line." in words((await browser.follow(answer)).text)
    again = await world.browser().get(path)
    assert "used-link" in again.headers["location"]
    second = await world.browser().post(f"{path}/waitlist", {"latest": "09:35"}, page=path)
    assert second.status_code == 422


async def test_a_used_personal_link_leads_on_with_what_was_chosen(world: World) -> None:
    day, browser = await full_day(world), world.browser()
    path = await personal(world, day, world.emil)
    await browser.get(path)
    entered = await link.enter(path.rpartition("/")[2], world.clock())
    assert entered
    sent = {"join": "yes", "latest": "09:35"}
    answer = await browser.post(f"{path}/waitlist", sent, page=path)
    assert answer.headers["location"].endswith("?said=used-link&latest=09%3A35&join=yes")
    page = (await browser.follow(answer)).text
    assert picked(page) == ["09:35"]


async def test_a_personal_link_shows_what_is_held_and_books_it(world: World) -> None:
    day, browser = await full_day(world), world.browser()
    await join(world.emil, day)
    await give_back(day, 0)
    path = await personal(world, day, world.emil)
    page = (await browser.get(path)).text
    assert "09:00 is held for you" in words(page)
    assert "/offers/" not in page
    answer = await browser.post(f"{path}/booking", {"slot": radios(page)["09:00"]}, page=path)
    assert "09:00 is yours" in words((await browser.follow(answer)).text)


async def test_a_session_that_ended_keeps_what_was_chosen(world: World) -> None:
    day = await full_day(world)
    answer = await wait(world.browser(), day, latest="09:35")
    assert "latest%3D09%253A35" in answer.headers["location"]
    browser = await world.signed_in(world.emil)
    page = (await browser.get(f"{board(day)}?join=yes&earliest=&latest=09%3A35&therapist=")).text
    assert picked(page) == ["09:35"]
    assert chosen(page) == []


async def test_my_times_show_places_and_what_is_held(world: World) -> None:
    day = await full_day(world)
    other = await world.day(date="2026-12-04")
    await join(world.emil, day)
    browser = await world.signed_in(world.emil)
    said = words((await browser.get("/bookings")).text)
    assert "Number 1 in line" in said
    assert "Held for you" not in said
    await give_back(day, 0)
    (held,) = await offers(world.emil)
    page = (await browser.get("/bookings")).text
    assert "Held for you 09:00" in words(page)
    assert "until 10:30" in words(page)
    assert f'href="/offers/{held["id"]}"' in page
    assert f"/days/{other['id']}" in page


async def test_the_coordinator_sees_the_line_by_name_and_nobody_else_does(world: World) -> None:
    day = await full_day(world)
    await join(world.emil, day, earliest="09:00", latest="09:35", therapist=world.tara.id)
    world.clock.advance(minutes=1)
    await join(world.edda, day)
    path = f"/plan/{day['id']}"
    hana = await world.signed_in(world.hana)
    said = words((await hana.get(path)).text)
    assert "2 people wait" in said
    assert "Emil Grün 09:00 to 09:35 · with Tara Lindqvist Edda Okoye any time" in said
    await give_back(day, 0)
    page = (await hana.get(path)).text
    assert "09:00 is held until 10:31" in words(page)
    assert "Held for Emil Grün until 10:31" in words(page)
    assert "emil@acme.example" not in page.partition('class="waiting"')[2].partition("</ol>")[0]
    for who in (world.edda, day["holders"][1]):
        seen = await look(await world.signed_in(who), day)
        assert "Emil" not in seen
        assert "emil@" not in seen
    guest = (await world.browser().get(shared(world, day))).text
    assert "Emil" not in guest


async def test_the_coordinator_s_page_is_another_when_wishes_change(world: World) -> None:
    day = await full_day(world)

    async def version() -> str:
        return (await boards.versions([UUID(day["id"])], world.clock()))[UUID(day["id"])]

    seen = [await version()]
    await join(world.emil, day)
    seen.append(await version())
    await join(world.emil, day, latest="09:35")
    seen.append(await version())
    await world.emil.delete(f"/events/{day['id']}/waitlist")
    seen.append(await version())
    assert len(set(seen)) == 4
