"""A day from four answers, and one like an earlier day."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec import structs

from scheduler.domain import event as events
from scheduler.domain import new_day
from scheduler.domain.errors import Invalid, NotFound
from scheduler.domain.new_day import Answers, Copy, Newcomer, plan_from_answers
from scheduler.domain.pacing import count_slots
from scheduler.domain.plan import Break, EventPlan, Location
from tests.facts import fingerprint
from tests.world import Someone, World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANSWERS = Answers(
    date=date(2026, 12, 10), starts="09:00", ends="15:00", slot_minutes=20,
    therapists=["tara@hands.example", "tom@hands.example"],
)  # fmt: skip


def test_four_answers_are_a_whole_plan() -> None:
    plan = plan_from_answers(ANSWERS, None, "Europe/Berlin")
    assert (plan.title, plan.location) == ("Chair massage", Location("To be announced"))
    assert (plan.date, plan.timezone, plan.slot_minutes) == (ANSWERS.date, "Europe/Berlin", 20)
    assert (plan.reset_minutes, plan.claims_per_person, plan.cancel_until_minutes) == (5, 1, 240)
    assert [(shift.therapist, shift.chair) for shift in plan.shifts] == [
        ("tara@hands.example", "Chair 1"),
        ("tom@hands.example", "Chair 2"),
    ]
    assert all(shift.breaks == [Break("12:00", "12:30")] for shift in plan.shifts)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=EventPlan) == plan
    assert count_slots(plan, NOW) == 2 * (7 + 6)


@pytest.mark.anyio
async def test_the_rest_is_as_the_latest_day_has_it(world: World) -> None:
    first = await new_day.plan(world.olga.caller, ANSWERS)
    assert (first.title, first.timezone) == ("Chair massage", "Europe/London")
    await world.day(date="2026-12-04", published=False, title="Back day", timezone="Europe/Vienna")
    await world.day(date="2026-12-03", title="Neck day")
    plan = await new_day.plan(world.hana.caller, ANSWERS)
    assert (plan.title, plan.timezone) == ("Back day", "Europe/Vienna")
    assert plan.location == Location("Quiet room, 3rd floor", "Hauptstr. 1\nBerlin")
    assert (await new_day.plan(world.olga.caller, ANSWERS)).title == "Chair massage"
    created = await events.create(world.hana.caller, plan, world.clock())
    assert created.counts.slots == count_slots(plan, world.clock())


@pytest.mark.anyio
async def test_a_copy_is_the_same_day_on_another_date(world: World) -> None:
    opens = "2026-11-26T08:00:00Z"
    day = await world.day(claims_open_at=opens, claims_per_person=2, cancel_until_minutes=60)
    copied = await new_day.copy(world.hana.caller, UUID(day["id"]), date(2027, 1, 7))
    assert copied.left == []
    created = (await world.hana.post("/events", msgspec.to_builtins(copied.plan))).json()
    own = {"id", "status", "date", "claims_open_at", "shifts"}
    assert {key: value for key, value in created.items() if key not in own} == {
        key: value for key, value in day.items() if key not in own
    }
    assert (created["date"], created["claims_open_at"]) == ("2027-01-07", None)
    assert [shift | {"id": ""} for shift in created["shifts"]] == [
        shift | {"id": ""} for shift in day["shifts"]
    ]


@pytest.mark.anyio
async def test_who_left_is_left_out_of_a_copy_and_named(world: World) -> None:
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    assert (await world.hana.delete(f"/people/{world.tara.id}")).status_code == 204
    copied = await new_day.copy(world.hana.caller, UUID(day["id"]), date(2027, 1, 7))
    assert copied.left == ["Tara Lindqvist"]
    assert [shift.therapist for shift in copied.plan.shifts] == ["tom@hands.example"]
    await world.hana.delete(f"/people/{world.tom.id}")
    nobody = await new_day.copy(world.hana.caller, UUID(day["id"]), date(2027, 1, 7))
    assert nobody == Copy(nobody.plan, ["Tara Lindqvist", "Tom Okafor"])
    assert nobody.plan.shifts == []
    for who, event in ((world.olga, UUID(day["id"])), (world.hana, uuid4())):
        with pytest.raises(NotFound):
            await new_day.copy(who.caller, event, date(2027, 1, 7))


async def begun(world: World, who: Someone) -> new_day.Beginning:
    return await new_day.begin(who.caller, world.clock())


@pytest.mark.anyio
async def test_a_form_begins_as_the_latest_day_was(world: World) -> None:
    first = await begun(world, world.hana)
    assert (first.answers.starts, first.answers.ends) == ("09:00", "16:00")
    assert (first.answers.therapists, first.answers.slot_minutes) == ([], 15)
    assert [person.name for person in first.staff] == ["Tara Lindqvist", "Tom Okafor"]
    assert first.today == date(2026, 11, 23)
    alone = await begun(world, world.olga)
    assert alone.answers.therapists == ["tara@hands.example"]
    block = {"therapist": "tom@hands.example", "chair": "1", "starts": "10:30", "ends": "12:30"}
    await world.day(shifts=[block], slot_minutes=10, timezone="Pacific/Auckland")
    world.clock.set("2026-11-23T12:00:00Z")
    latest = await begun(world, world.hana)
    assert (latest.answers.starts, latest.answers.ends) == ("10:30", "12:30")
    assert (latest.answers.therapists, latest.answers.slot_minutes) == (["tom@hands.example"], 10)
    assert (latest.today, latest.plan.timezone) == (date(2026, 11, 24), "Pacific/Auckland")


@pytest.mark.parametrize(
    ("day", "today", "found"),
    [
        (date(2026, 11, 5), date(2026, 11, 23), date(2026, 12, 3)),
        (date(2026, 11, 5), date(2026, 12, 2), date(2026, 12, 3)),
        (date(2026, 11, 5), date(2026, 12, 3), date(2026, 12, 31)),
        (date(2026, 11, 5), date(2027, 6, 1), date(2027, 6, 17)),
        (date(2026, 12, 24), date(2026, 11, 23), date(2027, 1, 21)),
    ],
)
def test_the_next_date_is_the_same_weekday_and_ahead(day: date, today: date, found: date) -> None:
    assert new_day.next_date(day, today) == found
    assert found.weekday() == day.weekday()


@pytest.mark.anyio
async def test_a_day_and_its_new_therapist_come_together_or_not_at_all(world: World) -> None:
    nora = Newcomer("Nora Hands", "Nora@HANDS.example")
    plan = await new_day.plan(
        world.hana.caller, structs.replace(ANSWERS, therapists=["Nora@HANDS.example"])
    )
    before = await fingerprint()
    late = structs.replace(plan, date=date(2026, 11, 1))
    for wrong, newcomer in ((late, nora), (plan, Newcomer("", nora.email)), (plan, None)):
        with pytest.raises(Invalid):
            await new_day.create(world.hana.caller, wrong, newcomer, world.clock(), publish=True)
    assert await fingerprint() == before
    made = await new_day.create(world.hana.caller, plan, nora, world.clock(), publish=True)
    assert made.status == "published"
    assert made.shifts[0].therapist_name == "Nora Hands"
    draft = structs.replace(plan, date=date(2026, 12, 11))
    kept = await new_day.create(world.hana.caller, draft, None, world.clock(), publish=False)
    assert kept.status == "draft"
