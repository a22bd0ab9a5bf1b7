"""A day every month, at both doors."""

from typing import Any

import pytest

from tests.web.ladder import climb, invalid, refused
from tests.web.test_plan_home import words
from tests.world import World, plan

pytestmark = pytest.mark.anyio

TARA = {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "12:00",
        "breaks": [{"starts": "10:20", "ends": "10:40"}]}  # fmt: skip


def dates(days: list[dict[str, Any]]) -> list[str]:
    return [day["date"] for day in days]


async def test_drafts_like_the_day_for_each_month(world: World) -> None:
    day = await world.day(cancel_until_minutes=60, claims_per_person=2)
    answer = await world.hana.post(f"/events/{day['id']}/series", {"months": 3})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert dates(made["items"]) == ["2027-01-07", "2027-02-04", "2027-03-04"]
    assert made["skipped"] == []
    first = made["items"][0]
    assert (first["status"], first["series"], first["claims_open_at"]) == ("draft", day["id"], None)
    for name in ("title", "location", "timezone", "slot_minutes", "reset_minutes", "counts",
                 "claims_per_person", "cancel_until_minutes"):  # fmt: skip
        assert first[name] == day[name]
    like = [{**one, "id": ""} for one in day["shifts"]]
    assert [{**one, "id": ""} for one in first["shifts"]] == like
    listed = (await world.hana.get(f"/events/{first['id']}/series")).json()["items"]
    assert dates(listed) == ["2026-12-03", *dates(made["items"])]


async def test_a_series_can_be_lengthened_from_any_of_its_days(world: World) -> None:
    day = await world.day()
    made = (await world.hana.post(f"/events/{day['id']}/series", {"months": 1})).json()["items"]
    more = await world.hana.post(f"/events/{made[0]['id']}/series", {"months": 1})
    assert more.json()["items"][0]["series"] == day["id"]
    assert len((await world.hana.get(f"/events/{day['id']}/series")).json()["items"]) == 3


async def test_months_without_such_a_day_are_named(world: World) -> None:
    day = await world.day(date="2026-12-31", shifts=[TARA])
    body = {"until": "2027-03-31", "on": "same_day"}
    made = (await world.hana.post(f"/events/{day['id']}/series", body)).json()
    assert dates(made["items"]) == ["2027-01-31", "2027-03-31"]
    assert made["skipped"] == [{"month": "2027-02-01", "why": "This month has no day 31."}]


async def test_all_or_none_and_the_failures_are_named(world: World) -> None:
    day = await world.day(shifts=[TARA])
    elsewhere = plan(date="2027-02-04", shifts=[TARA])
    assert (await world.hana.post("/events", elsewhere)).status_code == 201
    answer = await world.hana.post(f"/events/{day['id']}/series", {"months": 3})
    (error,) = refused(answer, 400, "invalid")["errors"]
    assert error == {"field": "2027-02-04", "message": "Tara Lindqvist is not free at that time."}
    assert len((await world.hana.get("/events")).json()["items"]) == 2
    body = {"months": 3, "without": ["2027-02-04"]}
    made = (await world.hana.post(f"/events/{day['id']}/series", body)).json()["items"]
    assert dates(made) == ["2027-01-07", "2027-03-04"]


async def test_the_clock_on_the_wall_stays_when_clocks_change(world: World) -> None:
    day = await world.day(date="2027-02-28", shifts=[TARA])
    made = (await world.hana.post(f"/events/{day['id']}/series", {"months": 1})).json()["items"]
    assert dates(made) == ["2027-03-28"]
    slots = await world.slots(made[0])
    assert slots[0]["starts_at"] == "2027-03-28T07:00:00Z"
    night = await world.day(date="2027-02-28", shifts=[
        {**TARA, "therapist": "tom@hands.example", "starts": "02:30", "ends": "04:00",
         "breaks": []},
    ])  # fmt: skip
    answer = await world.hana.post(f"/events/{night['id']}/series", {"months": 1})
    (error,) = refused(answer, 400, "invalid")["errors"]
    assert (error["field"], "skip" in error["message"]) == ("2027-03-28", True)


async def test_who_may_and_what_cannot_be(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}/series"
    outsiders = (world.olga, world.emil, world.tara, world.ada)
    await climb(world, "POST", path, {"months": 1}, world.hana, outsiders)
    await climb(world, "GET", path, None, world.hana, outsiders)
    body = {"events": [day["id"]]}
    await climb(world, "PUT", f"{path}/publication", body, world.hana, outsiders)
    for wrong, field in (
        ({}, "months"), ({"months": 0}, "months"), ({"months": 25}, "months"),
        ({"until": "soon"}, "until"), ({"months": 1, "on": "whim"}, "on"),
        ({"months": 1, "without": ["2027-01-07"]}, "without"),
    ):  # fmt: skip
        invalid(await world.hana.post(path, wrong), field)
    assert (await world.hana.get(path)).json() == {"items": []}


async def test_the_same_key_makes_them_once(world: World) -> None:
    day = await world.day()
    once = {"headers": {"idempotency-key": "monthly"}}
    first = await world.hana.post(f"/events/{day['id']}/series", {"months": 2}, **once)
    again = await world.hana.post(f"/events/{day['id']}/series", {"months": 2}, **once)
    assert again.json() == first.json()
    assert len((await world.hana.get("/events")).json()["items"]) == 3


async def test_several_are_published_at_once(world: World) -> None:
    day = await world.day()
    made = (await world.hana.post(f"/events/{day['id']}/series", {"months": 3})).json()["items"]
    path = f"/events/{day['id']}/series/publication"
    wanted = {"events": [made[0]["id"], made[2]["id"]]}
    for _ in range(2):
        answer = await world.hana.put(path, wanted)
        states = [one["status"] for one in answer.json()["items"]]
        assert states == ["published", "published", "draft", "published"]
    other = await world.day(date="2027-06-01")
    invalid(await world.hana.put(path, {"events": [made[1]["id"], other["id"]]}), "events[1]")
    invalid(await world.hana.put(path, {"events": []}), "events")
    await world.hana.put(f"/events/{made[1]['id']}/cancellation", {"reason": "Storm"})
    invalid(await world.hana.put(path, {"events": [made[1]["id"]]}), made[1]["date"])


async def test_dates_are_chosen_on_the_page(world: World) -> None:
    day = await world.day(shifts=[TARA])
    hana = await world.signed_in(world.hana)
    path = f"/plan/{day['id']}/series"
    shown = (await hana.get(path)).text
    assert shown.count('name="dates"') == 6
    assert "Sunday 3 January 2027" in (await hana.get(f"{path}?on=same_day&months=2")).text
    sent = {"on": "same_weekday", "months": "2", "dates": ["2027-02-04"]}
    answer = await hana.post(path, sent, page=path)
    assert answer.headers["location"] == f"{path}?said=planned#days"
    assert "Planned as drafts." in words((await hana.get(f"{path}?said=planned")).text)
    assert dates((await world.hana.get("/events")).json()["items"]) == ["2026-12-03", "2027-02-04"]
    taken = await hana.post(path, sent | {"dates": ["2027-01-07", "2027-02-04"]}, page=path)
    assert taken.status_code == 422
    assert 'href="#2027-02-04"' in taken.text
    assert "Tara Lindqvist is not free at that time." in taken.text
    none = await hana.post(path, {"on": "same_weekday", "months": "2"}, page=path)
    assert (none.status_code, 'href="#dates"' in none.text) == (422, True)
    for wrong in ({"months": "many"}, {"months": "99"}, {"on": "whim"}):
        assert (await hana.get(path, params=wrong)).status_code == 422


async def test_drafts_are_published_on_the_page(world: World) -> None:
    day = await world.day()
    made = (await world.hana.post(f"/events/{day['id']}/series", {"months": 2})).json()["items"]
    hana = await world.signed_in(world.hana)
    path = f"/plan/{day['id']}/series"
    assert (await hana.get(path)).text.count('name="events"') == 2
    answer = await hana.post(f"{path}/publication", {"events": [made[0]["id"]]}, page=path)
    assert answer.headers["location"] == f"{path}?said=published"
    assert (await hana.follow(answer)).text.count('name="events"') == 1
    nothing = await hana.post(f"{path}/publication", {}, page=path)
    assert (nothing.status_code, 'href="#events"' in nothing.text) == (422, True)
