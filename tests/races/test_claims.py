"""Many at once, in one process, against one database: who wins, and what the others are told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import httpx
import pytest

from scheduler.storage import bookings
from tests.processes import count
from tests.world import Someone, World, codes, plan, rows

pytestmark = pytest.mark.anyio


async def race(*requests: Awaitable[httpx.Response]) -> Counter[str]:
    answers = await asyncio.gather(*requests)
    assert not [answer.text for answer in answers if answer.is_server_error]
    return Counter(codes(answers))


def claim(who: Someone, slot: dict[str, Any], **options: Any) -> Awaitable[httpx.Response]:
    return who.post(f"/slots/{slot['id']}/booking", **options)


async def active(event: dict[str, Any]) -> list[dict[str, Any]]:
    return await rows(
        "SELECT slot, person, ordinal, starts_at, sequence FROM booking"
        " WHERE event = {} AND status <> 'cancelled'",
        event["id"],
    )


async def test_a_duel_of_eight(world: World) -> None:
    day = await world.day()
    rivals = await world.employees(8)
    slots = await world.slots(day)
    for number, slot in enumerate(slots[:6]):
        if number:
            rivals = [*rivals[1:], rivals[0]]
        given = await race(*(claim(who, slot) for who in rivals))
        winners = {row["person"] for row in await active(day)}
        assert len(winners) == number + 1
        assert given["201"] == 1
        assert given["slot_taken"] + given["already_booked"] == 7
        assert given["slot_taken"] >= 1
    assert await count("SELECT count(*) AS number FROM outbox") == 6


@pytest.mark.parametrize("limit", [1, 2])
async def test_one_person_in_many_windows(world: World, limit: int) -> None:
    day = await world.day(claims_per_person=limit)
    slots = (await world.slots(day))[:4]
    given = await race(*(claim(world.emil, slot) for slot in slots * 2))
    found = await active(day)
    assert given["201"] == limit == len(found)
    assert set(given) <= {"201", "already_booked", "slot_taken", "overlaps_own_booking"}
    assert given["already_booked"] >= 1
    assert sorted(row["ordinal"] for row in found) == list(range(1, limit + 1))


async def test_a_claim_between_another_ones_facts_and_its_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await world.day(claims_per_person=2)
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    read = bookings.ordinals

    async def read_late(*which: UUID) -> set[int]:
        monkeypatch.setattr(bookings, "ordinals", read)
        await world.claim(world.emil, slots[1])
        return await read(*which)

    monkeypatch.setattr(bookings, "ordinals", read_late)
    assert await race(claim(world.emil, slots[2])) == {"already_booked": 1}
    assert len(await active(day)) == 2


async def test_one_person_in_two_organisations_at_once(world: World) -> None:
    ours, theirs = await world.day(), await world.olga_day()
    twice = await world.emil_at_other()
    mine = next(s for s in await world.slots(ours) if s["starts_at"] == "2026-12-03T08:00:00Z")
    other = next(
        s for s in await world.olga_slots(theirs) if s["starts_at"] == "2026-12-03T08:00:00Z"
    )
    given = await race(claim(world.emil, mine), claim(twice, other))
    assert given == {"201": 1, "overlaps_own_booking": 1}


async def test_claims_and_the_cancellation_of_the_day(world: World) -> None:
    day = await world.day()
    slots, people = await world.slots(day), await world.employees(14)
    cancelling = world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Tara is ill"})
    claims = [claim(who, slot) for who, slot in zip(people, slots, strict=True)]
    given = await race(*claims[:7], cancelling, *claims[7:])
    assert given["201"] + given["event_cancelled"] == 14
    assert given["200"] == 1
    assert await active(day) == []
    assert await count("SELECT count(*) AS number FROM booking") == given["201"]
    told = "SELECT count(*) AS number FROM outbox WHERE kind = "
    assert await count(f"{told}'cancellation'") == given["201"]
    assert await count(f"{told}'invite'") == given["201"]


async def test_claims_and_a_change_that_takes_the_times_away(world: World) -> None:
    day = await world.day()
    slots, people = await world.slots(day), await world.employees(14)
    shorter = plan()["shifts"][:1]  # without Tom
    shorter[0] |= {"id": day["shifts"][0]["id"], "ends": "10:20", "breaks": []}
    path = f"/events/{day['id']}?confirm=true"
    changing = world.hana.patch(path, {"shifts": shorter})
    claims = [claim(who, slot) for who, slot in zip(people, slots, strict=True)]
    given = await race(*claims[:7], changing, *claims[7:])
    assert given["200"] == 1
    assert given["201"] + given["not_found"] + given["slot_taken"] == 14
    left = {slot["id"] for slot in await world.slots(day)}
    found = await active(day)
    assert {str(row["slot"]) for row in found} <= left, "nobody sits on a time that is gone"
    told = await rows("SELECT booking, sequence FROM outbox")
    assert len(await rows("SELECT id FROM booking")) == given["201"]
    assert Counter(row["sequence"] for row in told)[0] == given["201"]


async def test_two_moves_onto_one_time(world: World) -> None:
    day = await world.day()
    slots, people = await world.slots(day), await world.employees(4)
    held = [await world.claim(who, slot) for who, slot in zip(people, slots, strict=False)]
    wanted = {"slot_id": slots[-1]["id"]}
    given = await race(
        *(
            who.put(f"/bookings/{booking['id']}/slot", wanted)
            for who, booking in zip(people, held, strict=True)
        )
    )
    assert given == {"200": 1, "slot_taken": 3}
    found = {str(row["slot"]): row["sequence"] for row in await active(day)}
    assert found.pop(slots[-1]["id"]) == 1
    assert len(found) == 3
    assert set(found.values()) == {0}


async def test_everybody_wants_the_next_ones_time(world: World) -> None:
    day = await world.day()
    slots, people = (await world.slots(day))[:4], await world.employees(4)
    held = [await world.claim(who, slot) for who, slot in zip(people, slots, strict=True)]
    async with asyncio.timeout(30):
        given = await race(
            *(
                who.put(f"/bookings/{booking['id']}/slot", {"slot_id": slot["id"]})
                for who, booking, slot in zip(people, held, [*slots[1:], slots[0]], strict=True)
            )
        )
    assert given == {"slot_taken": 4}
    assert {str(row["slot"]) for row in await active(day)} == {slot["id"] for slot in slots}


async def test_one_booking_moved_twice_and_cancelled(world: World) -> None:
    slots = await world.slots(day := await world.day())
    booking = await world.claim(world.emil, slots[0])
    path = f"/bookings/{booking['id']}"
    given = await race(
        world.emil.put(f"{path}/slot", {"slot_id": slots[3]["id"]}),
        world.emil.put(f"{path}/slot", {"slot_id": slots[4]["id"]}),
        world.hana.delete(path),
    )
    assert given["204"] == 1
    assert set(given) <= {"200", "204", "booking_cancelled"}
    assert await active(day) == []
    states = await rows("SELECT sequence FROM outbox ORDER BY sequence")
    assert [row["sequence"] for row in states] == list(range(given["200"] + 2))


async def test_two_coordinators_plan_one_therapist(world: World) -> None:
    shift = {"therapist": "tara@hands.example", "chair": "A", "starts": "09:00", "ends": "12:00"}
    ours, theirs = plan(shifts=[shift]), plan(shifts=[shift | {"starts": "11:00", "ends": "14:00"}])
    for day in ("2026-12-03", "2026-12-04", "2026-12-07", "2026-12-08"):
        given = await race(
            *(world.hana.post("/events", ours | {"date": day}) for _ in range(2)),
            *(world.olga.post("/events", theirs | {"date": day}) for _ in range(2)),
        )
        assert given == {"201": 1, "therapist_unavailable": 3}
    assert await count("SELECT count(*) AS number FROM event") == 4


async def test_two_coordinators_change_their_days_to_one_therapist(world: World) -> None:
    ours = await world.day(shifts=plan()["shifts"][1:])
    theirs = await world.olga_day(starts="07:00", ends="08:00")
    tara = {"therapist": "tara@hands.example", "chair": "A", "starts": "10:00", "ends": "11:00"}
    london = {"starts": "08:30", "ends": "09:30"}  # an hour behind Berlin
    given = await race(
        world.hana.patch(f"/events/{ours['id']}", {"shifts": [tara]}),
        world.olga.patch(f"/events/{theirs['id']}", {"shifts": [tara | london]}),
    )
    assert given == {"200": 1, "therapist_unavailable": 1}


async def test_thirty_people_for_any_of_twenty_times(world: World) -> None:
    shifts = plan()["shifts"]
    shifts[0] |= {"ends": "12:20", "breaks": []}
    shifts[1] |= {"starts": "09:00", "ends": "12:20"}
    day = await world.day(shifts=shifts)
    assert len(await world.slots(day)) == 20
    people = await world.employees(30)
    given = await race(*(who.post(f"/events/{day['id']}/booking") for who in people))
    assert given == {"201": 20, "event_full": 10}
    assert len({row["slot"] for row in await active(day)}) == 20


async def test_a_time_that_went_while_it_was_chosen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.edda, slots[0])
    choose = bookings.earliest_open

    async def choose_late(*_wishes: Any) -> UUID | None:
        monkeypatch.setattr(bookings, "earliest_open", choose)
        return UUID(slots[0]["id"])

    monkeypatch.setattr(bookings, "earliest_open", choose_late)
    answer = await world.emil.post(f"/events/{day['id']}/booking")
    assert answer.status_code == 201, "any other will do"
    assert answer.json()["slot_id"] == slots[1]["id"]


async def test_any_time_and_this_very_time(world: World) -> None:
    day = await world.day()
    slots, people = await world.slots(day), await world.employees(14)
    given = await race(
        *(who.post(f"/events/{day['id']}/booking") for who in people[:7]),
        *(claim(who, slot) for who, slot in zip(people[7:], slots, strict=False)),
    )
    assert given["201"] + given["slot_taken"] == 14
    assert given["201"] >= 7
    assert len(await active(day)) == given["201"]


async def test_one_key_sent_many_times_at_once(world: World) -> None:
    slots = await world.slots(day := await world.day(claims_per_person=2))
    key = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(*(claim(world.emil, slots[0], headers=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    any_time = f"/events/{day['id']}/booking"
    key = {"Idempotency-Key": "another"}
    answers = await asyncio.gather(*(world.emil.post(any_time, headers=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await active(day)) == 2
    assert await count("SELECT count(*) AS number FROM outbox") == 2


async def test_any_time_and_a_change_that_takes_none_away(world: World) -> None:
    day = await world.day()
    people = await world.employees(14)
    given = await race(
        *(who.post(f"/events/{day['id']}/booking") for who in people[:7]),
        *(world.hana.patch(f"/events/{day['id']}", {"title": f"Day {n}"}) for n in range(3)),
        *(who.post(f"/events/{day['id']}/booking") for who in people[7:]),
    )
    assert given == {"201": 14, "200": 3}, "nobody is told that a day is full while it changes"
