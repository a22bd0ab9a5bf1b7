"""Running late: who moves, what takes it up, and what is refused."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.waiting import full_day, give_back, join, offers
from tests.web.ladder import invalid, refused
from tests.world import Someone, World, calendar_part, rows

pytestmark = pytest.mark.anyio

# Tara works from 09:00 to 12:00 with a break from 10:20 to 10:40, a massage every 20 minutes.
BEFORE_NINE = "2026-12-03T07:50:00Z"


async def late(who: Someone, shift: dict[str, Any], minutes: Any) -> Any:
    return await who.put(f"/shifts/{shift['id']}/delay", {"minutes": minutes})


async def clocks(bookings: list[dict[str, Any]]) -> list[str]:
    """When each really begins, in UTC."""
    found = await rows(
        "SELECT booking.id, coalesce(slot.actual_starts_at, slot.starts_at) AS at"
        " FROM booking JOIN slot ON slot.id = booking.slot"
    )
    at = {str(one["id"]): moment(one["at"]) for one in found}
    return [f"{at[one['id']]:%H:%M}" for one in bookings]


def moment(value: Any) -> datetime:
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


async def taras(world: World, event: dict[str, Any]) -> list[dict[str, Any]]:
    slots = await world.slots(event)
    return [slot for slot in slots if slot["therapist"]["id"] == world.tara.id]


async def booked(
    world: World, *numbers: int, **changes: Any
) -> tuple[Any, list[Someone], list[Any]]:
    """A day on which colleagues have these of Tara's times; her shift, they, and what they have."""
    event = await world.day(**changes)
    slots, people = await taras(world, event), await world.employees(len(numbers))
    found = [
        await world.claim(who, slots[number]) for who, number in zip(people, numbers, strict=True)
    ]
    await world.tick()
    world.clock.set(BEFORE_NINE)
    await world.tick()  # the reminders
    return event["shifts"][0], people, found


async def news(world: World, people: list[Someone]) -> list[int]:
    """How often each heard that a time is late, or on time again."""
    await world.tick()
    subjects = [[mail["Subject"] for mail in world.mails(who.email)] for who in people]
    return [sum(one.startswith(("Later", "On time")) for one in theirs) for theirs in subjects]


async def test_a_break_takes_it_up_and_only_the_rest_moves(world: World) -> None:
    shift, people, found = await booked(world, 0, 1, 2, 3, 4, 5)
    assert await clocks(found) == ["08:00", "08:20", "08:40", "09:00", "09:40", "10:00"]
    answer = await late(world.tara, shift, 8)
    assert answer.status_code == 200
    assert answer.json()["delay_minutes"] == 8
    entries = answer.json()["entries"]
    assert [one["starts_at"][11:16] for one in entries[:6]] == [
        "08:08", "08:28", "08:48", "09:08", "09:23", "09:40",
    ]  # fmt: skip
    assert entries[4]["kind"] == "break"
    assert await clocks(found) == ["08:08", "08:28", "08:48", "09:08", "09:40", "10:00"]
    assert await news(world, people) == [1, 1, 1, 1, 0, 0]
    mail = world.mails(people[0].email)[-1]
    assert mail["Subject"] == "Later: your massage begins at 09:08"
    text = calendar_part(mail)
    assert "SEQUENCE:1" in text
    assert "DTSTART:20261203T080800Z" in text
    assert f"UID:{found[0]['uid']}" in text
    own = (await people[0].get(f"/bookings/{found[0]['id']}")).json()
    assert own["starts_at"] == "2026-12-03T08:08:00Z"
    assert own["ends_at"] == "2026-12-03T08:23:00Z"
    assert own["sequence"] == 1
    event = (await world.hana.get(f"/events/{found[0]['event_id']}")).json()
    assert [one["delay_minutes"] for one in event["shifts"]] == [8, 0]


async def test_a_free_time_takes_it_up_and_cannot_be_taken_any_more(world: World) -> None:
    shift, _people, found = await booked(world, 0, 2)
    slots = await taras(world, {"id": found[0]["event_id"]})
    open_before = await opens(world, found)
    assert (await late(world.tara, shift, 8)).status_code == 200
    assert await clocks(found) == ["08:08", "08:40"]
    assert slots[1]["id"] not in [
        one["id"] for one in await world.slots({"id": found[0]["event_id"]})
    ]
    refused(await world.emil.post(f"/slots/{slots[1]['id']}/booking"), 409, "slot_taken")
    assert await opens(world, found) == open_before - 1
    assert (await late(world.tara, shift, 0)).status_code == 200
    assert await opens(world, found) == open_before
    await world.claim(world.emil, slots[1])


async def opens(world: World, found: list[Any]) -> int:
    event = (await world.hana.get(f"/events/{found[0]['event_id']}")).json()
    count: int = event["counts"]["open"]
    return count


async def test_the_last_word_counts_and_is_told_once(world: World) -> None:
    shift, people, found = await booked(world, 0, 4)
    for minutes in (8, 12, 12):
        assert (await late(world.tara, shift, minutes)).status_code == 200
    assert await clocks(found) == ["08:12", "09:40"]
    assert await news(world, people) == [1, 0]
    assert "DTSTART:20261203T081200Z" in calendar_part(world.mails(people[0].email)[-1])
    await late(world.tara, shift, 12)
    assert await news(world, people) == [1, 0]
    audited = await rows("SELECT id FROM audit WHERE action = 'shift.delay'")
    assert len(audited) == 2
    await late(world.hana, shift, 0)
    assert await news(world, people) == [2, 0]
    mail = world.mails(people[0].email)[-1]
    assert mail["Subject"] == "On time again: your massage begins at 09:00"
    assert "SEQUENCE:3" in calendar_part(mail)
    assert await clocks(found) == ["08:00", "09:40"]


async def test_on_time_when_nothing_is_late_changes_nothing(world: World) -> None:
    shift, people, _found = await booked(world, 0)
    assert (await late(world.tara, shift, 0)).json()["delay_minutes"] == 0
    assert await news(world, people) == [0]
    assert await rows("SELECT id FROM audit WHERE action = 'shift.delay'") == []


@pytest.mark.parametrize("minutes", [-1, 241, 7.5, "soon", None, 10**30])
async def test_bad_minutes(world: World, minutes: Any) -> None:
    shift, _, found = await booked(world, 0)
    invalid(await late(world.tara, shift, minutes), "minutes")
    assert await clocks(found) == ["08:00"]


async def test_whose_shift_it_is_not_sees_none(world: World) -> None:
    shift, _, _ = await booked(world, 0)
    for who in (world.tom, world.emil, world.ada, world.olga, world.tara_elsewhere):
        refused(await late(who, shift, 8), 404, "not_found")
    refused(
        await world.tara.put(f"/shifts/{world.tara.id}/delay", {"minutes": 8}), 404, "not_found"
    )


async def test_after_the_shift_on_a_draft_and_on_a_cancelled_day(world: World) -> None:
    draft = await world.day(published=False)
    refused(await late(world.hana, draft["shifts"][0], 8), 409, "event_not_open")
    refused(await late(world.tara, draft["shifts"][0], 8), 404, "not_found")
    await world.hana.put(f"/events/{draft['id']}/publication")
    world.clock.set("2026-12-03T11:00:00Z")
    refused(await late(world.tara, draft["shifts"][0], 8), 409, "shift_over")
    world.clock.set(BEFORE_NINE)
    await world.hana.put(f"/events/{draft['id']}/cancellation", {"reason": "Storm"})
    refused(await late(world.tara, draft["shifts"][0], 8), 409, "event_cancelled")


async def test_who_is_in_the_chair_or_was_stays(world: World) -> None:
    shift, _people, found = await booked(world, 0, 1, 2)
    world.clock.set("2026-12-03T08:18:00Z")
    for one, status in zip(found, ("completed", "checked_in"), strict=False):
        await world.tara.put(f"/bookings/{one['id']}/attendance", {"status": status})
    await late(world.tara, shift, 8)
    assert await clocks(found) == ["08:00", "08:20", "08:48"]


async def test_to_move_and_to_give_back_is_never_late_with_a_time_that_is(world: World) -> None:
    shift, people, found = await booked(world, 0, 1)
    refused(await people[0].delete(f"/bookings/{found[0]['id']}"), 409, "too_late_to_cancel")
    slots = await taras(world, {"id": found[0]["event_id"]})
    await late(world.tara, shift, 8)
    moved = await people[1].put(f"/bookings/{found[1]['id']}/slot", {"slot_id": slots[4]["id"]})
    assert moved.status_code == 200
    assert moved.json()["starts_at"] == "2026-12-03T09:40:00Z"
    assert (await people[0].delete(f"/bookings/{found[0]['id']}")).status_code == 204
    kept = await rows("SELECT cancelled_late FROM booking WHERE status = 'cancelled'")
    assert [bool(one["cancelled_late"]) for one in kept] == [False]


async def test_a_change_of_the_day_keeps_the_delay(world: World) -> None:
    shift, people, found = await booked(world, 0, 7)
    await late(world.tara, shift, 8)
    blocks = [{"id": shift["id"], "ends": "13:00", "breaks": []}]
    changed = await world.hana.patch(
        f"/events/{found[0]['event_id']}?confirm=true", {"shifts": blocks}
    )
    assert changed.status_code == 200
    assert changed.json()["shifts"][0]["delay_minutes"] == 8
    assert await clocks(found) == ["08:08", "10:40"]
    assert await news(world, people) == [1, 0]


async def elsewhere(world: World) -> dict[str, Any]:
    """Emil has Tara's first time at Acme, and just after it one at Other Ltd."""
    event = await world.day()
    shift = event["shifts"][0]
    own = await world.claim(world.emil, (await taras(world, event))[0])
    there = await world.olga_day(starts="08:15", ends="09:30")
    second = await world.emil_at_other()
    await world.claim(second, (await world.olga_slots(there))[0])  # 09:15 in Berlin
    await world.tick()
    world.clock.set(BEFORE_NINE)
    await world.tick()
    return {"shift": shift, "own": own}


async def page_of(world: World, who: Someone, booking: dict[str, Any]) -> str:
    browser = await world.signed_in(who)
    page: str = (await browser.get(f"/bookings/{booking['id']}")).text
    return page


async def test_whoever_has_another_massage_then_is_asked_and_keeps_it(world: World) -> None:
    found = await elsewhere(world)
    await late(world.tara, found["shift"], 8)
    assert await news(world, [world.emil]) == [1]
    mail = world.mails(world.emil.email)[-1]
    body = mail.get_body(("plain",))
    assert body
    said = " ".join(body.get_content().split())
    assert "You have another massage at that time." in said
    assert "If you do nothing, you keep it." in said
    page = await page_of(world, world.emil, found["own"])
    assert "You have another massage at that time" in page
    assert "Keep 09:08" in page
    browser = await world.signed_in(world.emil)
    path = f"/bookings/{found['own']['id']}"
    kept = await browser.post(f"{path}/keeping", page=path)
    assert "09:08" in (await browser.follow(kept)).text
    page = await page_of(world, world.emil, found["own"])
    assert "You have another massage at that time" not in page
    assert "instead of 09:00" in page
    await late(world.tara, found["shift"], 12)  # another time is another question
    assert "Keep 09:12" in await page_of(world, world.emil, found["own"])


async def test_whoever_chooses_another_time_sees_the_board_though_it_is_late(world: World) -> None:
    found = await elsewhere(world)
    browser, path = await world.signed_in(world.emil), f"/bookings/{found['own']['id']}"
    assert (await browser.get(f"{path}/move")).status_code == 303
    await late(world.tara, found["shift"], 8)
    board = await browser.get(f"{path}/move")
    assert board.status_code == 200
    assert "10:00" in board.text
    given = await browser.post(f"{path}/cancellation", page=path)
    assert given.headers["location"].endswith("said=given-back")


async def test_whoever_would_end_after_the_shift_is_asked(world: World) -> None:
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:35"}
    shift, people, found = await booked(world, 0, 1, shifts=[block])
    await late(world.tara, shift, 8)
    assert await news(world, people) == [1, 1]
    said = [world.mails(who.email)[-1].as_string() for who in people]
    assert ["after the end of the shift" in one for one in said] == [False, True]
    assert "That is after the end of the shift" in await page_of(world, people[1], found[1])
    assert "That is after the end of the shift" not in await page_of(world, people[0], found[0])
    await late(world.tara, shift, 0)
    assert "running late" not in await page_of(world, people[1], found[1])


async def test_keeping_climbs_the_ladder(world: World) -> None:
    shift, people, found = await booked(world, 0)
    await late(world.tara, shift, 8)
    path = f"/bookings/{found[0]['id']}/keeping"
    for who in (world.hana, world.tara, world.emil, world.otto):
        refused(await who.put(path), 404, "not_found")
    for _ in range(2):
        assert (await people[0].put(path)).status_code == 200
    world.clock.set("2026-12-03T08:08:00Z")
    refused(await people[0].put(path), 409, "slot_past")
    cancelled = await world.hana.delete(f"/bookings/{found[0]['id']}")
    assert cancelled.status_code == 409


async def test_the_therapist_says_it_on_the_roster_without_scripts(world: World) -> None:
    shift, _, found = await booked(world, 0, 1, 3, 4)
    browser, page = await world.signed_in(world.tara), "/roster"
    shown = (await browser.get(page)).text
    assert "Running late?" in shown
    assert 'value="0" aria-pressed="true"' in shown
    path = f"/shifts/{shift['id']}/delay"
    said = await browser.follow(await browser.post(path, {"minutes": "10"}, page=page))
    text = " ".join(said.text.split())
    assert "10 minutes late. 2 people were told." in text
    assert "10 minutes behind the plan" in text
    assert await clocks(found) == ["08:10", "08:30", "09:00", "09:40"]
    said = await browser.follow(await browser.post(path, {"minutes": "0"}, page=page))
    assert "On time again. 2 people were told." in " ".join(said.text.split())
    for minutes in ("-1", "241", "soon", ""):
        answer = await browser.follow(await browser.post(path, {"minutes": minutes}, page=page))
        assert "Some of what you sent cannot be used" in answer.text
    world.clock.set("2026-12-03T11:30:00Z")
    answer = await browser.follow(await browser.post(path, {"minutes": "5"}, page=page))
    assert "This shift is over." in answer.text


async def test_the_coordinator_says_it_on_the_page_of_the_day(world: World) -> None:
    shift, _, found = await booked(world, 0, 1)
    browser, page = await world.signed_in(world.hana), f"/plan/{found[0]['event_id']}"
    shown = (await browser.get(page)).text
    assert "Running late?" in shown
    path = f"/shifts/{shift['id']}/delay"
    answer = await browser.post(path, {"minutes": "5"}, page=page)
    assert answer.headers["location"].startswith(page)
    text = " ".join((await browser.follow(answer)).text.split())
    assert "5 minutes late. 2 people were told." in text
    assert "09:05" in text
    world.clock.set("2026-12-02T08:00:00Z")
    assert "Running late?" not in (await browser.get(page)).text


async def test_boards_hear_of_a_delay(world: World) -> None:
    shift, _, found = await booked(world, 0)
    before = await rows("SELECT revision FROM event WHERE id = {}", found[0]["event_id"])
    await late(world.tara, shift, 8)
    after = await rows("SELECT revision FROM event WHERE id = {}", found[0]["event_id"])
    assert after[0]["revision"] > before[0]["revision"]


async def test_a_time_that_opens_again_is_offered_to_who_waits(world: World) -> None:
    event = await world.day(shifts=[
        {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:35"}
    ])  # fmt: skip
    first, second = await world.slots(event)
    await world.claim(world.edda, first)
    world.clock.set(BEFORE_NINE)
    await late(world.tara, event["shifts"][0], 8)
    joined = await world.emil.post(f"/events/{event['id']}/waitlist", {})
    assert joined.status_code == 201
    await world.tick()
    assert (await world.emil.get("/offers")).json()["items"] == []
    await late(world.tara, event["shifts"][0], 0)
    (offer,) = (await world.emil.get("/offers")).json()["items"]
    assert offer["slot_id"] == second["id"]


async def test_an_offer_ends_by_the_start_of_what_is_brought_forward(world: World) -> None:
    day = await late_and_offered(world, at="2026-12-03T07:55:00Z")
    (offer,) = await offers(world.emil)
    assert (offer["starts_at"][11:16], offer["expires_at"][11:19]) == ("08:08", "08:01:30")
    world.clock.set("2026-12-03T07:58:00Z")
    for minutes in (0, 3, 3):  # once shorter it stays so: nobody is told a later end
        await late(world.tara, day["shifts"][0], minutes)
        (offer,) = await offers(world.emil)
        assert offer["expires_at"][11:19] == "08:00:00"
    accepted = await world.emil.put(f"/offers/{offer['id']}/acceptance")
    assert accepted.status_code == 200, accepted.text


async def test_an_offer_ends_when_what_is_brought_forward_begins_now(world: World) -> None:
    day = await late_and_offered(world, at="2026-12-03T08:00:00Z")
    (offer,) = await offers(world.emil)
    await late(world.tara, day["shifts"][0], 0)
    assert await offers(world.emil) == []
    refused(await world.emil.put(f"/offers/{offer['id']}/acceptance"), 409, "offer_expired")
    assert await rows("SELECT id FROM offer WHERE ended_at IS NULL") == []


async def late_and_offered(world: World, at: str) -> dict[str, Any]:
    """Tara is 8 minutes late, and what was to begin at 09:00 is given back at this moment."""
    day = await full_day(world)
    world.clock.set(BEFORE_NINE)
    await late(world.tara, day["shifts"][0], 8)
    await join(world.emil, day)
    world.clock.set(at)
    await give_back(day, 0)
    return day


async def test_nobody_gets_the_time_of_somebody_who_comes_after_all(world: World) -> None:
    """Marked as missing before their time, they are late with the others, and are told."""
    shift, people, found = await booked(world, 0, 1)
    first, second = people
    await attends(world, found[1], "no_show")
    await late(world.tara, shift, 8)
    assert await clocks(found) == ["08:08", "08:28"]
    assert (await first.delete(f"/bookings/{found[0]['id']}")).status_code == 204
    await attends(world, found[1], "confirmed")
    free = (await world.slots(shift | {"id": found[1]["event_id"]}))[0]
    await world.claim(first, free)
    assert await taken_twice() == []
    assert await news(world, [second]) == [1]


async def attends(world: World, booking: dict[str, Any], status: str) -> None:
    answer = await world.tara.put(f"/bookings/{booking['id']}/attendance", {"status": status})
    assert answer.status_code == 200, answer.text


async def taken_twice() -> list[tuple[Any, Any]]:
    """What overlaps at a chair, as it really is."""
    found = await rows(
        "SELECT slot.shift, coalesce(slot.actual_starts_at, slot.starts_at) AS begins,"
        " coalesce(slot.actual_ends_at, slot.ends_at) AS ends FROM booking"
        " JOIN slot ON slot.id = booking.slot WHERE booking.status <> 'cancelled' ORDER BY 1, 2"
    )
    pairs = [(one, other) for one, other in pairwise(found) if one["shift"] == other["shift"]]
    return [pair for pair in pairs if moment(pair[1]["begins"]) < moment(pair[0]["ends"])]
