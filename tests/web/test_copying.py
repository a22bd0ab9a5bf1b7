"""A copy of a day with changes: all of it can be another before it is made."""

import pytest

from tests.web.test_plan_edit import fields
from tests.world import World

pytestmark = pytest.mark.anyio


async def test_a_copy_is_made_with_what_is_different(world: World) -> None:
    day = await world.day(cancel_until_minutes=60, reset_minutes=0, claims_per_person=2)
    hana = await world.signed_in(world.hana)
    assert f"/plan/{day['id']}/copy" in (await hana.get(f"/plan/new?from={day['id']}")).text
    typed = fields((await hana.get(f"/plan/{day['id']}/copy")).text)
    typed.pop("draft")
    assert (typed["date"], typed["claims_open_at"]) == ("2026-12-31", "")
    changes = {
        "title": "After work", "location.name": "Yoga room", "slot_minutes": "20",
        "shifts[0].therapist": "tom@hands.example", "shifts[1].therapist": "tara@hands.example",
        "shifts[1].starts": "13:00", "shifts[1].ends": "15:00",
    }  # fmt: skip
    answer = await hana.post(f"/plan/{day['id']}/copy", typed | changes)
    assert answer.status_code == 303, answer.text
    path, _, said = answer.headers["location"].partition("?")
    made = (await world.hana.get(f"/events/{path.rpartition('/')[2]}")).json()
    assert said == "said=created"
    assert (made["title"], made["location"]["name"]) == ("After work", "Yoga room")
    assert (made["slot_minutes"], made["reset_minutes"]) == (20, 0)
    assert (made["cancel_until_minutes"], made["claims_per_person"]) == (60, 2)
    assert [shift["therapist"]["name"] for shift in made["shifts"]] == [
        "Tom Okafor", "Tara Lindqvist",
    ]  # fmt: skip
    assert made["shifts"][1]["starts"] == "13:00"
    assert made["status"] == "published"
    assert (await world.hana.get(f"/events/{day['id']}")).json() == day


async def test_a_chair_and_a_remedy_are_added_before_it_is_made(world: World) -> None:
    long = {"therapist": "tara@hands.example", "chair": "A", "starts": "09:00", "ends": "12:00"}
    day = await world.day(shifts=[long])
    hana = await world.signed_in(world.hana)
    path = f"/plan/{day['id']}/copy"
    typed = fields((await hana.get(path)).text)
    typed.pop("draft")
    mended = await hana.post(path, typed | {"remedy": "breaks:0"})
    assert fields(mended.text)["shifts[0].breaks[0].starts"] == "10:20"
    more = await hana.post(path, typed | {"add": "shifts"})
    assert 'id="shifts[1].therapist"' in more.text
    draft = await hana.post(path, typed | {"draft": "true"})
    assert draft.headers["location"].endswith("?said=drafted")
    assert [one["status"] for one in (await world.hana.get("/events")).json()["items"]] == [
        "published", "draft",
    ]  # fmt: skip


async def test_what_cannot_be_is_said_at_its_field(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    path = f"/plan/{day['id']}/copy"
    typed = fields((await hana.get(path)).text)
    typed.pop("draft")
    for wrong, field in (
        ({"date": "2026-11-01"}, "date"), ({"title": ""}, "title"),
        ({"shifts[0].ends": "08:00"}, "shifts[0].ends"), ({"slot_minutes": "1"}, "slot_minutes"),
    ):  # fmt: skip
        answer = await hana.post(path, typed | wrong)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
    taken = await hana.post(path, typed | {"date": day["date"]})
    assert (taken.status_code, "is not free at that time" in taken.text) == (422, True)
    assert len((await world.hana.get("/events")).json()["items"]) == 1
