"""A coordinator's day: its link, who has which time, publishing and cancelling."""

from typing import Any
from uuid import UUID

import pytest

from scheduler.domain import link
from tests.web.test_plan_home import words
from tests.world import Browser, World, calendar_part

pytestmark = pytest.mark.anyio


def path(day: dict[str, Any], rest: str = "") -> str:
    return f"/plan/{day['id']}{rest}"


async def show(browser: Browser, address: str) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_day_shows_who_has_which_time(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    page = await show(await world.signed_in(world.hana), path(day))
    said = words(page)
    assert "1 of 14 places taken" in said
    assert "Chair 1 Tara Lindqvist 09:00 Emil Grün emil@acme.example Change" in said
    assert "10:20 Break until 10:40" in said
    assert f'href="/plan/{day["id"]}?slot={slots[1]["id"]}#person"' in page


async def test_the_link_of_a_day_leads_to_it(world: World) -> None:
    day = await world.day()
    page = await show(await world.signed_in(world.hana), path(day))
    name = page.partition("https://chairtime.example/e/")[2].partition("<")[0]
    assert link.shared(name, world.app.state["keys"].secret) == UUID(day["id"])


async def test_a_draft_has_no_link_until_it_is_published(world: World) -> None:
    day = await world.day(published=False)
    hana = await world.signed_in(world.hana)
    draft = await show(hana, path(day))
    assert "Nobody sees this day yet" in draft
    assert "/e/" not in draft
    assert "Book it and tell them" not in draft
    for _ in range(2):
        answer = await hana.post(path(day, "/publication"))
        page = (await hana.follow(answer)).text
        assert "Published. Share its link" in page
        assert "chairtime.example/e/" in page
    assert (await world.emil.get(f"/events/{day['id']}")).json()["status"] == "published"


async def test_a_day_that_is_over_or_cancelled_is_not_published(world: World) -> None:
    hana = await world.signed_in(world.hana)
    gone, past = (
        await world.day(published=False),
        await world.day(date="2026-12-04", published=False),
    )
    await world.hana.put(f"/events/{gone['id']}/cancellation", {"reason": "Storm"})
    answer = await hana.post(path(gone, "/publication"))
    assert (answer.status_code, "This massage day was cancelled." in answer.text) == (422, True)
    world.clock.set("2026-12-05T09:00:00Z")
    answer = await hana.post(path(past, "/publication"))
    assert (answer.status_code, "This massage day is over." in answer.text) == (422, True)


async def test_cancelling_says_first_how_many_are_told(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[1])
    hana = await world.signed_in(world.hana)
    assert "2 times are taken" in words(await show(hana, path(day, "/cancellation")))
    empty = await hana.post(path(day, "/cancellation"), {"reason": " "})
    assert empty.status_code == 422
    assert 'href="#reason"' in empty.text
    long = await hana.post(path(day, "/cancellation"), {"reason": "<b>" + "x" * 500})
    assert long.status_code == 422
    assert "&lt;b&gt;" in long.text
    page = (
        await hana.follow(await hana.post(path(day, "/cancellation"), {"reason": "Storm"}))
    ).text
    assert "This day was cancelled: Storm" in words(page)
    await world.tick()
    assert "METHOD:CANCEL" in calendar_part(world.mails("emil@acme.example")[-1])
    again = await hana.post(path(day, "/cancellation"), {"reason": "Again"})
    assert "This day was cancelled: Storm" in words((await hana.follow(again)).text)
    shown = await hana.get(path(day, "/cancellation"))
    assert (shown.status_code, shown.headers["location"]) == (303, path(day))


async def test_what_took_place_is_not_told_of_a_cancellation(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[5])
    world.clock.set("2026-12-03T08:15:00Z")  # Emil's 09:00 in Berlin has ended
    hana = await world.signed_in(world.hana)
    assert "1 person has a time." in words(await show(hana, path(day, "/cancellation")))


async def test_somebody_is_booked_for(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[3]
    hana = await world.signed_in(world.hana)
    assert f'value="{slot["id"]}" selected' in await show(hana, path(day, f"?slot={slot['id']}"))
    sent = {"slot": slot["id"], "person": "Edda@acme.example"}
    page = (await hana.follow(await hana.post(path(day, "/bookings"), sent))).text
    assert "Booked. The invitation is on its way." in page
    assert "Edda Okoye" in page
    await world.tick()
    assert "Hana Weiss" in str(world.mails("edda@acme.example")[-1].get_body(("plain",)))


async def test_booking_for_somebody_is_refused_in_words_about_them(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.edda, slots[0])
    hana = await world.signed_in(world.hana)
    for sent, field, why in (
        ({"slot": slots[3]["id"], "person": "edda@acme.example"}, "#person", "They have all the"),
        ({"slot": slots[3]["id"], "person": "no"}, "#person", "@"),
        ({"slot": slots[3]["id"]}, "#person", "The e-mail address is missing."),
        ({"slot": slots[3]["id"], "person": "tara@hands.example"}, "#person", "No employee here"),
        ({"slot": "7", "person": "emil@acme.example"}, "#slot", "Choose a time."),
        ({"person": "emil@acme.example"}, "#slot", "Choose a time."),
        ({"slot": slots[0]["id"], "person": "emil@acme.example"}, "<li>Somebody", "was faster"),
    ):
        answer = await hana.post(path(day, "/bookings"), sent)
        assert answer.status_code == 422, sent
        assert field in answer.text, sent
        assert why in answer.text, sent
        assert f'value="{sent.get("person", "")}"' in answer.text


async def test_a_booking_is_moved_and_given_back_for_its_owner(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    booking = (await world.claim(world.emil, slots[0]))["id"]
    hana = await world.signed_in(world.hana)
    address = path(day, f"/bookings/{booking}")
    assert "09:00 with Tara Lindqvist, Chair 1." in words(await show(hana, address))
    none = await hana.post(f"{address}/slot")
    assert (none.status_code, "Choose a time." in none.text) == (422, True)
    moved = await hana.post(f"{address}/slot", {"slot": slots[4]["id"]})
    assert "Moved." in (await hana.follow(moved)).text
    assert (await world.emil.get(f"/bookings/{booking}")).json()["slot_id"] == slots[4]["id"]
    for _ in range(2):
        ended = await hana.post(f"{address}/cancellation")
        assert "Given back." in (await hana.follow(ended)).text
    assert (await hana.get(address)).status_code == 404
    await world.tick()
    assert "METHOD:CANCEL" in calendar_part(world.mails("emil@acme.example")[-1])


async def test_a_move_that_comes_too_late_is_refused(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    booking = (await world.claim(world.emil, slots[0]))["id"]
    await world.claim(world.edda, slots[1])
    hana = await world.signed_in(world.hana)
    address = path(day, f"/bookings/{booking}")
    taken = await hana.post(f"{address}/slot", {"slot": slots[1]["id"]})
    assert (taken.status_code, "Somebody was faster" in taken.text) == (422, True)
    world.clock.set("2026-12-03T08:05:00Z")
    assert "This time has begun" in await show(hana, address)
    for what, sent in (("slot", {"slot": slots[4]["id"]}), ("cancellation", {})):
        late = await hana.post(f"{address}/{what}", sent)
        assert (late.status_code, "This time has already begun." in late.text) == (422, True)


async def test_names_on_a_day_are_text(world: World) -> None:
    day = await world.day(title="<script>alert(1)</script>", location={"name": "<b>Room"})
    page = await show(await world.signed_in(world.hana), path(day))
    assert "<script>alert" not in page
    assert "<b>Room" not in page
