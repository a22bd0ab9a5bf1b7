"""Who comes when, and how much of it each reader sees."""

from typing import Any

import pytest

from tests.web.ladder import essence, invalid, nowhere, refused
from tests.world import API, Someone, World

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = "/roster?date=2026-12-03"
WISHES: dict[str, Any] = {
    "pressure": 3,
    "technique": "seated",
    "focus_areas": ["neck"],
    "avoid_areas": ["left_lower_back"],
    "quiet": True,
}


async def seen(someone: Someone, booking: dict[str, Any]) -> dict[str, Any]:
    """This booking as it stands in someone's roster."""
    shifts = (await someone.get(DAY)).json()["shifts"]
    entries = [entry for shift in shifts for entry in shift["entries"] if entry["booking"]]
    (found,) = [one["booking"] for one in entries if one["booking"]["id"] == booking["id"]]
    shown: dict[str, Any] = found
    return shown


async def test_a_therapists_day_in_order(world: World) -> None:
    day = await world.day()
    booking = await world.claim(world.edda, (await world.slots(day))[1])
    slots = [slot for slot in await world.slots(day) if slot["chair"] == "Chair 1"]
    answer = await world.tara.get(DAY)
    assert answer.status_code == 200
    (shift,) = answer.json()["shifts"]
    entries = shift.pop("entries")
    assert answer.json()["date"] == "2026-12-03"
    assert set(answer.json()) == {"date", "shifts"}
    assert shift == {
        "id": day["shifts"][0]["id"],
        "event_id": day["id"],
        "timezone": "Europe/Berlin",
        "chair": "Chair 1",
        "therapist": {"id": world.tara.id, "name": "Tara Lindqvist"},
        "delay_minutes": 0,
    }
    assert [entry["kind"] for entry in entries] == ["slot"] * 4 + ["break"] + ["slot"] * 4
    assert entries[4] == {
        "kind": "break",
        "starts_at": "2026-12-03T09:20:00Z",
        "ends_at": "2026-12-03T09:40:00Z",
        "slot_id": None,
        "booking": None,
    }
    assert entries[1] == {
        "kind": "slot",
        "starts_at": "2026-12-03T08:20:00Z",
        "ends_at": "2026-12-03T08:35:00Z",
        "slot_id": slots[1]["id"],
        "booking": {"id": booking["id"], "status": "confirmed"},
    }
    assert entries[0]["booking"] is None


async def test_the_coordinator_sees_everybodys_day_with_names_and_addresses(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    mine = await world.claim(world.emil, slots[0], **WISHES)
    hers = await world.claim(world.edda, slots[4], **WISHES)
    shifts = (await world.hana.get(DAY)).json()["shifts"]
    assert [shift["chair"] for shift in shifts] == ["Chair 1", "Chair 2"]
    for instant in ("2026-11-23T09:00:00Z", "2026-12-03T08:05:00Z", "2026-12-09T08:05:00Z"):
        world.clock.set(instant)
        assert await seen(world.hana, mine) == {
            "id": mine["id"],
            "status": "confirmed",
            "person": {"name": "Emil Grün", "email": "emil@acme.example"},
        }
        assert (await seen(world.hana, hers))["person"]["name"] == "Edda Okoye"


@on_sqlite
@pytest.mark.parametrize(
    ("instant", "visible"),
    [
        ("2026-12-02T07:59:00Z", False),
        ("2026-12-02T08:00:00Z", True),
        ("2026-12-02T08:01:00Z", True),
        ("2026-12-04T08:14:00Z", True),
        ("2026-12-04T08:15:00Z", True),
        ("2026-12-04T08:16:00Z", False),
    ],
)
async def test_the_therapist_knows_who_comes_from_a_day_before_to_a_day_after(
    world: World,
    instant: str,
    visible: bool,  # noqa: FBT001
) -> None:
    booking = await world.claim(world.edda, (await world.slots(await world.day()))[0], **WISHES)
    world.clock.set(instant)
    bare = {"id": booking["id"], "status": "confirmed"}
    more = {"person": {"name": "Edda O."}, **WISHES}
    assert await seen(world.tara, booking) == (bare | more if visible else bare)


async def test_another_therapist_sees_nothing_of_it(world: World) -> None:
    booking = await world.claim(world.edda, (await world.slots(await world.day()))[0], **WISHES)
    world.clock.set("2026-12-03T08:00:00Z")
    for someone in (world.tom, world.tara_elsewhere, world.olga):
        answer = await someone.get(DAY)
        assert answer.status_code == 200
        words = ("Edda", "edda", "seated", "left_lower_back", booking["id"], world.edda.id)
        assert not any(word in answer.text for word in words)
    assert len((await world.tom.get(DAY)).json()["shifts"]) == 1
    assert (await world.tara_elsewhere.get(DAY)).json()["shifts"] == []
    assert (await world.olga.get(DAY)).json()["shifts"] == []


async def test_a_token_acts_in_its_own_organisation(world: World) -> None:
    await world.day()
    theirs = await world.olga_day(therapist="tara@hands.example", starts="12:00", ends="13:00")
    here = (await world.tara.get(DAY)).json()["shifts"]
    there = (await world.tara_elsewhere.get(DAY)).json()["shifts"]
    assert [shift["chair"] for shift in here] == ["Chair 1"]
    assert [shift["event_id"] for shift in there] == [theirs["id"]]
    assert there[0]["therapist"]["name"] == "Tara L."


async def test_a_roster_has_published_days_only_and_none_called_off(world: World) -> None:
    draft = await world.day(published=False)
    assert (await world.tara.get(DAY)).json() == {"date": "2026-12-03", "shifts": []}
    assert (await world.hana.get(DAY)).json()["shifts"] == []
    await world.hana.put(f"/events/{draft['id']}/publication")
    assert len((await world.hana.get(DAY)).json()["shifts"]) == 2
    await world.hana.put(f"/events/{draft['id']}/cancellation", {"reason": "Storm"})
    assert (await world.hana.get(DAY)).json()["shifts"] == []


async def test_the_date_is_the_days_local_one(world: World) -> None:
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "06:00", "ends": "07:00"}
    await world.day(timezone="Pacific/Apia", shifts=[block])  # 17:00Z on the day before
    (shift,) = (await world.tara.get(DAY)).json()["shifts"]
    assert shift["entries"][0]["starts_at"] == "2026-12-02T17:00:00Z"
    assert (await world.tara.get("/roster?date=2026-12-02")).json()["shifts"] == []


async def test_a_roster_has_its_ladder(world: World) -> None:
    await world.day()
    missing = await nowhere(world)
    for someone in (world.emil, world.ada, world.otto):
        assert essence(await someone.get(DAY)) == missing
    refused(await world.anonymous.get(API + DAY), 401, "not_signed_in")
    invalid(await world.tara.get("/roster"), "date")
    for wrong in ("tomorrow", "2026-02-30", "", "03.12.2026"):
        invalid(await world.tara.get(f"/roster?date={wrong}"), "date")
    for calm in ("0001-01-01", "9999-12-31"):
        assert (await world.tara.get(f"/roster?date={calm}")).json()["shifts"] == []
