"""Rules for the therapists' bodies: read, changed, advised and enforced, at both doors."""

from typing import Any

import pytest

from tests.web.ladder import climb, invalid, refused
from tests.web.test_admin_pages import ada
from tests.web.test_plan_edit import fields, opened
from tests.web.test_plan_home import words
from tests.web.test_roles import audited
from tests.world import World, plan

pytestmark = pytest.mark.anyio

PRESET = {
    "breaks": [
        {"shift_minutes": 180, "break_minutes": 15},
        {"shift_minutes": 270, "break_minutes": 30},
        {"shift_minutes": 361, "break_minutes": 60},
    ],
    "breaks_as": "advises",
    "rest_minutes": 15,
    "rest_every_minutes": None,
    "rests_as": "advises",
    "most_hands_on_minutes": 360,
    "hands_on_as": "advises",
    "long_day_minutes": 360,
    "long_day_session_minutes": 15,
    "sessions_as": "advises",
}
LONG = {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "12:00"}


def long_plan(**changes: Any) -> dict[str, Any]:
    """Three hours without a break."""
    return plan(shifts=[LONG | changes])


async def test_the_preset_until_an_admin_changes_it(world: World) -> None:
    for who in (world.ada, world.hana):
        assert (await who.get("/organisation/pacing")).json() == PRESET
    answer = await world.ada.put("/organisation/pacing", {"most_hands_on_minutes": 300})
    assert (answer.status_code, answer.json()) == (200, PRESET | {"most_hands_on_minutes": 300})
    assert (await world.hana.get("/organisation/pacing")).json()["most_hands_on_minutes"] == 300
    assert (await world.olga.get("/organisation/pacing")).json() == PRESET
    assert (await world.ada.put("/organisation/pacing", {})).json() == PRESET
    assert len(await audited("pacing.")) == 2


async def test_rules_that_cannot_be_are_named(world: World) -> None:
    invalid(await world.ada.put("/organisation/pacing", {"breaks_as": "hopes"}), "breaks_as")
    invalid(await world.ada.put("/organisation/pacing", {"rest_minutes": 0}), "rest_minutes")
    twice = [{"shift_minutes": 180, "break_minutes": 15}] * 2
    answer = await world.ada.put("/organisation/pacing", {"breaks": twice})
    invalid(answer, "breaks[1].shift_minutes")
    invalid(await world.ada.put("/organisation/pacing", {"walks": 1}), "walks")


async def test_a_day_is_planned_and_advised_with_a_remedy(world: World) -> None:
    day = (await world.hana.post("/events", long_plan())).json()
    (found,) = (await world.hana.get(f"/events/{day['id']}/advice")).json()["items"]
    shift = day["shifts"][0]["id"]
    assert found["message"].startswith("Chair 1: 3 h without a break. Plan 15 minutes")
    assert {**found, "message": ""} == {
        "code": "breaks", "shift": shift, "message": "", "force": "advises",
        "remedy": "Add a break from 10:20 to 10:35",
    }  # fmt: skip
    body = {"code": "breaks", "shift": shift}
    mended = await world.hana.post(f"/events/{day['id']}/remedies", body)
    assert mended.status_code == 201, mended.text
    assert mended.json()["shifts"][0]["breaks"] == [{"starts": "10:20", "ends": "10:35"}]
    assert (await world.hana.get(f"/events/{day['id']}/advice")).json() == {"items": []}
    again = await world.hana.post(f"/events/{day['id']}/remedies", body)
    refused(again, 409, "nothing_to_remedy")


async def test_a_remedy_asks_before_it_touches_bookings(world: World) -> None:
    day = await world.day(shifts=[LONG])
    slot = (await world.slots(day))[4]
    booking = await world.claim(world.emil, slot)
    body = {"code": "breaks", "shift": day["shifts"][0]["id"]}
    answer = await world.hana.post(f"/events/{day['id']}/remedies", body)
    assert refused(answer, 409, "touches_bookings")["touched"] == [booking["id"]]
    answer = await world.hana.post(f"/events/{day['id']}/remedies?confirm=true", body)
    assert answer.status_code == 201
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json()["sequence"] == 1


async def test_who_may_read_advice_and_use_a_remedy(world: World) -> None:
    day = await world.day(shifts=[LONG])
    outsiders = (world.olga, world.emil, world.tara, world.ada)
    await climb(world, "GET", f"/events/{day['id']}/advice", None, world.hana, outsiders)
    body = {"code": "breaks", "shift": day["shifts"][0]["id"]}
    await climb(world, "POST", f"/events/{day['id']}/remedies", body, world.hana, outsiders)
    wrong = await world.hana.post(f"/events/{day['id']}/remedies", {"code": "naps"})
    invalid(wrong, "code")


async def test_a_rule_refuses_a_plan_and_a_change(world: World) -> None:
    before = (await world.hana.post("/events", long_plan())).json()
    await world.ada.put("/organisation/pacing", {"breaks_as": "rule"})
    answer = await world.hana.post("/events", long_plan(therapist="tom@hands.example"))
    (error,) = refused(answer, 400, "invalid")["errors"]
    assert error["field"] == "shifts[0].breaks"
    assert error["message"].startswith("Chair 1: 3 h without a break")
    # What is older than the rule stays as it is, and may get better.
    path = f"/events/{before['id']}"
    assert (await world.hana.patch(path, {"title": "Older"})).status_code == 200
    worse = [{"id": before["shifts"][0]["id"], "ends": "14:00"}]
    invalid(await world.hana.patch(path, {"shifts": worse}), "shifts[0].breaks")
    better = [{"id": before["shifts"][0]["id"], "ends": "11:30"}]
    assert (await world.hana.patch(path, {"shifts": better})).status_code == 200


async def test_two_days_of_one_date_count_together(world: World) -> None:
    await world.ada.put("/organisation/pacing", {"hands_on_as": "rule",
                                                 "most_hands_on_minutes": 90})  # fmt: skip
    first = long_plan(ends="10:30")
    assert (await world.hana.post("/events", first)).status_code == 201
    second = long_plan(starts="13:00", ends="14:30")
    (error,) = refused(await world.hana.post("/events", second), 400, "invalid")["errors"]
    assert error["field"] == "shifts[0].ends"
    assert "2 h of massage" in error["message"]
    tom = long_plan(starts="13:00", ends="14:30", therapist="tom@hands.example")
    assert (await world.hana.post("/events", tom)).status_code == 201


async def test_the_days_page_mends_with_one_click(world: World) -> None:
    day = await world.day(shifts=[LONG])
    hana = await world.signed_in(world.hana)
    page = f"/plan/{day['id']}"
    assert "Add a break from 10:20 to 10:35" in words((await hana.get(page)).text)
    sent = {"code": "breaks", "shift": day["shifts"][0]["id"]}
    answer = await hana.post(f"{page}/remedies", sent, page=page)
    assert answer.headers["location"] == f"{page}?said=changed"
    assert "without a break" not in words((await hana.follow(answer)).text)
    again = await hana.post(f"{page}/remedies", sent, page=page)
    assert again.status_code == 422
    assert "nothing to put right" in again.text


async def test_the_days_page_shows_whom_a_remedy_touches(world: World) -> None:
    day = await world.day(shifts=[LONG])
    await world.claim(world.emil, (await world.slots(day))[4])
    hana = await world.signed_in(world.hana)
    sent = {"code": "breaks", "shift": day["shifts"][0]["id"]}
    asked = await hana.post(f"/plan/{day['id']}/remedies", sent)
    assert asked.status_code == 409
    assert "This touches 1 time that is taken" in words(asked.text)
    agreed = asked.text.partition('name="agreed" value="')[2].partition('"')[0]
    answer = await hana.post(f"/plan/{day['id']}/edit", fields(asked.text) | {"agreed": agreed})
    assert answer.headers["location"] == f"/plan/{day['id']}?said=told"
    changed = (await world.hana.get(f"/events/{day['id']}")).json()
    assert changed["shifts"][0]["breaks"] == [{"starts": "10:20", "ends": "10:35"}]


async def test_the_page_for_changes_mends_what_is_typed(world: World) -> None:
    day = await world.day(shifts=[LONG])
    hana = await world.signed_in(world.hana)
    sent = await opened(hana, day)
    answer = await hana.post(f"/plan/{day['id']}/edit", sent | {"remedy": "breaks:0"})
    assert answer.status_code == 200
    typed = fields(answer.text)
    assert typed["shifts[0].breaks[0].starts"] == "10:20"
    assert "without a break" not in answer.text
    assert (await world.hana.get(f"/events/{day['id']}")).json() == day
    saved = await hana.post(f"/plan/{day['id']}/edit", typed)
    assert saved.status_code == 303
    nothing = await hana.post(f"/plan/{day['id']}/edit", typed | {"remedy": "naps:7"})
    assert nothing.status_code == 200


async def test_a_new_day_is_mended_by_a_link(world: World) -> None:
    hana = await world.signed_in(world.hana)
    answers = {"date": "2026-12-10", "starts": "09:00", "ends": "16:00", "slot_minutes": "20",
               "therapists": "tara@hands.example", "pause": "none"}  # fmt: skip
    page = (await hana.get("/plan/new", params=answers)).text
    assert "Make each massage 15 minutes" in page
    link = page.partition('class="link" href="')[2].partition('"')[0].replace("&amp;", "&")
    better = (await hana.get(link)).text
    assert "7 h without a break" not in better
    assert "Make each massage 15 minutes" in better


async def test_a_rule_refuses_a_new_day_on_its_page(world: World) -> None:
    await world.ada.put("/organisation/pacing", {"breaks_as": "rule"})
    hana = await world.signed_in(world.hana)
    answers = {"date": "2026-12-10", "starts": "09:00", "ends": "16:00", "slot_minutes": "15",
               "therapists": "tara@hands.example", "pause": "none"}  # fmt: skip
    answer = await hana.post("/plan/new", answers, page="/plan/new")
    assert answer.status_code == 422
    assert 'href="#pause_starts"' in answer.text
    assert "This is a rule here." in answer.text
    sent = {name: value for name, value in answers.items() if name != "pause"}
    assert (await hana.post("/plan/new", sent, page="/plan/new")).status_code == 303


FORM = {
    "breaks[0].shift_minutes": "240", "breaks[0].break_minutes": "20",
    "breaks[1].shift_minutes": "", "breaks[1].break_minutes": "", "breaks_as": "rule",
    "rest_minutes": "10", "rest_every_minutes": "60", "rests_as": "advises",
    "most_hands_on_minutes": "", "hands_on_as": "advises", "long_day_minutes": "300",
    "long_day_session_minutes": "10", "sessions_as": "advises",
}  # fmt: skip


async def test_the_rules_are_changed_on_their_page(world: World) -> None:
    browser = await ada(world)
    shown = (await browser.get("/admin/pacing")).text
    assert 'name="breaks[2].shift_minutes" type="number"' in shown
    assert "These are your rules now." in shown
    answer = await browser.post("/admin/pacing", FORM, page="/admin/pacing")
    assert answer.headers["location"] == "/admin/pacing?said=changed"
    assert "The rules are changed." in words((await browser.follow(answer)).text)
    assert (await world.hana.get("/organisation/pacing")).json() == {
        "breaks": [{"shift_minutes": 240, "break_minutes": 20}], "breaks_as": "rule",
        "rest_minutes": 10, "rest_every_minutes": 60, "rests_as": "advises",
        "most_hands_on_minutes": None, "hands_on_as": "advises", "long_day_minutes": 300,
        "long_day_session_minutes": 10, "sessions_as": "advises",
    }  # fmt: skip
    back = await browser.post("/admin/pacing/preset", page="/admin/pacing")
    assert "those of the preset again" in words((await browser.follow(back)).text)
    assert (await world.hana.get("/organisation/pacing")).json() == PRESET


async def test_what_is_wrong_is_said_at_its_field(world: World) -> None:
    browser = await ada(world)
    for wrong, field in (
        ({"rest_minutes": "soon"}, "rest_minutes"),
        ({"breaks[0].break_minutes": ""}, "breaks[0].break_minutes"),
        ({"breaks[0].break_minutes": "300"}, "breaks[0].break_minutes"),
        ({"most_hands_on_minutes": "5"}, "most_hands_on_minutes"),
    ):
        answer = await browser.post("/admin/pacing", FORM | wrong, page="/admin/pacing")
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
    assert (await world.hana.get("/organisation/pacing")).json() == PRESET
