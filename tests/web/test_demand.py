"""What would serve those who wait, at both doors; and from there to a shift."""

from typing import Any

import pytest

from tests.web.ladder import climb
from tests.web.test_plan_edit import fields
from tests.web.test_plan_home import words
from tests.world import Someone, World, plan

pytestmark = pytest.mark.anyio

MORNING = {"therapist": "tara@hands.example", "chair": "Chair 1",
           "starts": "09:00", "ends": "09:15"}  # fmt: skip
EVENING = {"therapist": "tara@hands.example", "chair": "Chair 2",
           "starts": "16:45", "ends": "17:00"}  # fmt: skip


async def full_day(world: World) -> dict[str, Any]:
    """From nine to five, with one time at either end, both taken."""
    day = await world.day(shifts=[MORNING, EVENING])
    for who, slot in zip((world.emil, world.edda), await world.slots(day), strict=True):
        await world.claim(who, slot)
    return day


async def wait(people: list[Someone], day: dict[str, Any], **wishes: str) -> None:
    for one in people:
        answer = await one.post(f"/events/{day['id']}/waitlist", wishes)
        assert answer.is_success, answer.text


async def test_nobody_waits(world: World) -> None:
    day = await full_day(world)
    nothing = {"waiting": 0, "message": None, "suggestion": None}
    assert (await world.hana.get(f"/events/{day['id']}/demand")).json() == nothing
    draft = await world.day(published=False, date="2026-12-10")
    assert (await world.hana.get(f"/events/{draft['id']}/demand")).json() == nothing


async def test_a_shift_that_serves_those_who_wait(world: World) -> None:
    day = await full_day(world)
    people = await world.employees(7)
    await wait(people, day, earliest="13:00", latest="15:00")
    found = (await world.hana.get(f"/events/{day['id']}/demand")).json()
    assert found == {
        "waiting": 7,
        "message": "7 waiting; one therapist from 13:00 to 15:00 would serve 6.",
        "suggestion": {
            "starts": "13:00", "ends": "15:00", "breaks": [], "therapists": 1, "serves": 6,
            "free": [{"id": world.tara.id, "name": "Tara Lindqvist"},
                     {"id": world.tom.id, "name": "Tom Okafor"}],
        },
    }  # fmt: skip
    added = [*day["shifts"], {"therapist": "tom@hands.example", "chair": "Chair 2",
                              "starts": "13:00", "ends": "15:00"}]  # fmt: skip
    keep = [{"id": one["id"]} if "id" in one else one for one in added]
    answer = await world.hana.patch(f"/events/{day['id']}", {"shifts": keep})
    assert answer.status_code == 200, answer.text
    offers = [(await one.get("/offers")).json()["items"] for one in people]
    assert [len(one) for one in offers] == [1] * 6 + [0]
    left = (await world.hana.get(f"/events/{day['id']}/demand")).json()
    assert (left["waiting"], left["suggestion"]["serves"]) == (1, 1)


async def test_whoever_is_engaged_elsewhere_is_not_suggested(world: World) -> None:
    day = await full_day(world)
    await wait(await world.employees(3), day, earliest="13:00", latest="14:00")
    await world.olga_day(therapist="tara@hands.example", starts="11:00", ends="14:00")
    elsewhere = plan(shifts=[{**MORNING, "therapist": "tom@hands.example", "starts": "12:00",
                              "ends": "15:00"}])  # fmt: skip
    assert (await world.hana.post("/events", elsewhere)).status_code == 201
    found = (await world.hana.get(f"/events/{day['id']}/demand")).json()
    assert found["suggestion"]["free"] == []
    assert found["suggestion"]["serves"] == 3


async def test_wishes_of_a_draw_that_is_not_drawn_count(world: World) -> None:
    event = (await world.hana.post("/events", plan(shifts=[MORNING, EVENING]))).json()
    closes = {"wishes_close_at": "2026-12-01T12:00:00Z"}
    assert (await world.hana.put(f"/events/{event['id']}/draw", closes)).is_success
    await world.hana.put(f"/events/{event['id']}/publication")
    for one in await world.employees(4):
        body = {"earliest": "09:00", "latest": "10:30"}
        assert (await one.put(f"/events/{event['id']}/wish", body)).is_success
    found = (await world.hana.get(f"/events/{event['id']}/demand")).json()
    assert found["waiting"] == 4
    assert found["suggestion"]["serves"] == 3, "one of them can have the time that is open"


async def test_who_may_ask(world: World) -> None:
    day = await full_day(world)
    outsiders = (world.olga, world.emil, world.tara, world.ada)
    await climb(world, "GET", f"/events/{day['id']}/demand", None, world.hana, outsiders)


async def test_from_the_start_page_to_the_shift(world: World) -> None:
    day = await full_day(world)
    await wait(await world.employees(7), day, earliest="13:00", latest="15:00")
    hana = await world.signed_in(world.hana)
    home = (await hana.get("/plan")).text
    assert "7 waiting; one therapist from 13:00 to 15:00 would serve 6." in words(home)
    path = f"/plan/{day['id']}/edit?starts=13%3A00&ends=15%3A00&therapists=1"
    assert path.replace("&", "&amp;") in home
    shown = (await hana.get(f"/plan/{day['id']}")).text
    assert path.replace("&", "&amp;") in shown
    page = (await hana.get(path)).text
    typed = fields(page)
    assert (typed["shifts[2].starts"], typed["shifts[2].ends"]) == ("13:00", "15:00")
    assert typed["shifts[2].therapist"] == ""
    refused = await hana.post(f"/plan/{day['id']}/edit", typed)
    assert (refused.status_code, "Choose who works" in refused.text) == (422, True)
    saved = await hana.post(
        f"/plan/{day['id']}/edit", typed | {"shifts[2].therapist": "tom@hands.example"}
    )
    assert saved.headers["location"] == f"/plan/{day['id']}?said=changed"
    assert "waiting;" not in (await hana.get("/plan")).text


async def test_only_who_is_free_can_be_chosen(world: World) -> None:
    day = await full_day(world)
    elsewhere = plan(shifts=[{**MORNING, "therapist": "tom@hands.example", "starts": "13:30",
                              "ends": "14:30"}])  # fmt: skip
    assert (await world.hana.post("/events", elsewhere)).status_code == 201
    hana = await world.signed_in(world.hana)
    address = f"/plan/{day['id']}/edit?starts=13:00&ends=15:00&therapists=2"
    page = (await hana.get(address)).text
    last = page.partition('name="shifts[3].therapist"')[2].partition("</select>")[0]
    assert ("Tara Lindqvist" in last, "Tom Okafor" in last) == (True, False)
    for wrong in ("starts=x&ends=y", "starts=15:00&ends=13:00", "starts=13:00", "therapists=x"):
        plain = await hana.get(f"/plan/{day['id']}/edit?{wrong}")
        assert plain.status_code == 200
        assert "shifts[2]" not in plain.text


async def test_few_who_wait_are_no_worry(world: World) -> None:
    day = await full_day(world)
    await wait(await world.employees(2), day)
    hana = await world.signed_in(world.hana)
    assert "waiting;" not in (await hana.get("/plan")).text
    assert "would serve 2 of them" in (await hana.get(f"/plan/{day['id']}")).text
