"""A shift is taken out on the pages, and whoever was moved keeps the time or gives it back."""

import re
from typing import Any

import pytest

from tests.web.test_outages import TARA, own, seat, take_out
from tests.world import World, plan

pytestmark = pytest.mark.anyio


def page_of(day: dict[str, Any]) -> str:
    return f"/plan/{day['id']}/shifts/{day['shifts'][TARA]['id']}/outage"


def agreed(text: str) -> str:
    found = re.search(r'name="agreed" value="(\w+)"', text)
    assert found
    return found[1]


async def test_it_is_shown_before_it_is_done(world: World) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "09:00", "1")
    browser = await world.signed_in(world.hana)
    assert page_of(day) in (await browser.get(f"/plan/{day['id']}")).text
    shown = (await browser.get(page_of(day))).text
    assert "Emil Grün, 09:00" in shown
    assert "goes to 10:00, Tom Okafor" in shown
    assert "Take it out and tell 1 person" in shown
    form = {"cause": "therapist", "reason": "Sorry", "from": "", "agreed": agreed(shown)}
    done = await browser.follow(await browser.post(page_of(day), form))
    assert "went to 10:00, Tom Okafor" in done.text
    assert [one["starts_at"] for one in await own(world.emil)] == ["2026-12-03T09:00:00Z"]
    assert "Out from 09:00." in (await browser.get(f"/plan/{day['id']}")).text


async def test_what_has_changed_since_it_was_shown_is_shown_again(world: World) -> None:
    day = await world.day()
    browser = await world.signed_in(world.hana)
    form = {"cause": "therapist", "agreed": agreed((await browser.get(page_of(day))).text)}
    await seat(world, day, world.emil, "09:00", "1")
    again = await browser.post(page_of(day), form)
    assert again.status_code == 409
    assert "Emil Grün, 09:00" in again.text
    assert len(await world.slots(day)) == 14


async def test_who_waits_is_shown_and_what_helps(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    await seat(world, day, world.emil, "09:00", "1")
    browser = await world.signed_in(world.hana)
    shown = (await browser.get(page_of(day))).text
    assert "has no other time, and heads the waitlist" in shown
    await take_out(world, day)
    out = (await browser.get(page_of(day))).text
    for words in ("went to the head of the waitlist", "Find a substitute", "Bring it back"):
        assert words in out
    emils = await world.signed_in(world.emil)
    booking = (await world.emil.get("/bookings")).json()["items"][0]["id"]
    told = (await emils.get(f"/bookings/{booking}")).text
    assert "Your time was cancelled" in told
    assert "head of the waitlist" in told
    assert "again</button>" not in told
    back = await browser.follow(await browser.post(f"{page_of(day)}/end"))
    assert "It is back." in back.text


async def test_a_substitute_is_chosen_among_those_who_are_free(world: World) -> None:
    day = await world.day()
    await world.therapist("tim@hands.example", "Tim Takeover")
    browser = await world.signed_in(world.hana)
    shown = (await browser.get(page_of(day))).text
    assert "Tim Takeover" in shown
    assert ">Tom Okafor</option>" not in shown
    path = page_of(day).replace("/outage", "/therapist")
    empty = await browser.post(path, {"therapist": ""})
    assert (empty.status_code, "Choose who takes over." in empty.text) == (422, True)
    busy = await browser.post(path, {"therapist": "tom@hands.example"})
    assert (busy.status_code, "Tom Okafor is not free" in busy.text) == (422, True)
    done = await browser.follow(await browser.post(path, {"therapist": "tim@hands.example"}))
    assert "The shift is theirs now." in done.text


@pytest.mark.parametrize("field", ["from", "extra_until"])
async def test_what_cannot_be_read_is_said(world: World, field: str) -> None:
    day = await world.day()
    browser = await world.signed_in(world.hana)
    for answer in (
        await browser.get(f"{page_of(day)}?{field}=late"),
        await browser.post(page_of(day), {field: "late"}),
    ):
        assert answer.status_code == 422
        assert f'id="{field}-wrong"' in answer.text


async def test_keeping_it_on_the_page(world: World) -> None:
    day = await world.day()
    booking = await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day, reason="The train stands still")
    browser = await world.signed_in(world.emil)
    shown = (await browser.get(f"/bookings/{booking['id']}")).text
    for words in ("Tara Lindqvist cannot come.", "The train stands still", "and is 10:00 now"):
        assert words in shown
    path = re.search(r"/reseatings/[\w-]+/acceptance", shown)
    assert path
    kept = await browser.follow(await browser.post(path[0]))
    assert "10:00 it is." in kept.text
    assert "/reseatings/" not in kept.text
    late = await browser.post(path[0].replace("acceptance", "refusal"))
    assert (late.status_code, "answered this already" in late.text) == (422, True)


@pytest.mark.parametrize(("form", "words"), [
    ({}, "Somebody else can have 10:00 now."), ({"wait": "true"}, "You are first in line"),
])  # fmt: skip
async def test_giving_it_back_on_the_page(world: World, form: Any, words: str) -> None:
    day = await world.day()
    booking = await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    browser = await world.signed_in(world.emil)
    shown = (await browser.get(f"/bookings/{booking['id']}")).text
    path = re.search(r"/reseatings/[\w-]+/refusal", shown)
    assert path
    done = await browser.follow(await browser.post(path[0], form))
    assert words in done.text
    assert "You gave it back" in done.text
    assert await own(world.emil) == []


async def test_a_shift_is_found_on_its_own_day_only(world: World) -> None:
    day, other = await world.day(), await world.day(date="2026-12-04")
    browser = await world.signed_in(world.hana)
    answer = await browser.get(page_of(day).replace(day["id"], other["id"]))
    assert answer.status_code == 404


@pytest.mark.parametrize("out", [False, True])
async def test_another_shift_of_hers_is_pointed_to(world: World, *, out: bool) -> None:
    later = {**plan()["shifts"][0], "starts": "13:00", "ends": "14:00", "breaks": []}
    day = await world.day(shifts=[plan()["shifts"][0], later])
    if out:
        await take_out(world, day)
    browser = await world.signed_in(world.hana)
    assert day["shifts"][1]["id"] in (await browser.get(page_of(day))).text


async def test_a_walk_in_neither_waits_nor_is_told(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    slots = await world.slots(day)
    world.clock.set("2026-12-03T08:00:00Z")
    await world.tara.post(f"/slots/{slots[4]['id']}/walk-in", {"standby": None})
    browser = await world.signed_in(world.hana)
    shown = (await browser.get(page_of(day))).text
    assert "no address: tell them yourself" in shown
    assert "Take it out</button>" in shown
    assert "heads the waitlist" not in shown
    await take_out(world, day)
    out = (await browser.get(page_of(day))).text
    assert "no address: tell them yourself" in out
    assert "head of the waitlist" not in out
    counts = (await world.hana.get(f"/events/{day['id']}")).json()["counts"]
    assert counts["waiting"] == 0


async def test_nobody_is_late_in_a_shift_that_is_out(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    world.clock.set("2026-12-03T08:00:00Z")
    hana, tara = await world.signed_in(world.hana), await world.signed_in(world.tara)
    pages = {hana: f"/plan/{day['id']}", tara: "/roster"}
    for browser, path in pages.items():
        assert "Running late?" in (await browser.get(path)).text
    await take_out(world, day)
    for browser, path in pages.items():
        page = (await browser.get(path)).text
        assert "Running late?" not in page
        assert "ut from 09:00." in page


async def test_who_changes_only_the_chair_reads_no_new_time(world: World) -> None:
    day = await world.day()
    booked = await seat(world, day, world.emil, "10:00", "1")
    await take_out(world, day)
    emils = await world.signed_in(world.emil)
    booking = (await world.emil.get("/bookings")).json()["items"][0]
    assert booking["starts_at"] == booked["starts_at"]
    page = (await emils.get(f"/bookings/{booking['id']}")).text
    assert "It stays at 10:00, now at Chair 2 with Tom Okafor." in page
    assert "Give my time back" not in page, "one way to give it back is enough"
