"""A day whose times are drawn: announced, wished for, drawn once, explained, repeatable."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scheduler.cli import main
from scheduler.domain import drawing
from scheduler.domain.draw import commitment
from scheduler.domain.person import Role
from tests.web.ladder import essence, nowhere, refused
from tests.world import Someone, World, codes, rows

pytestmark = pytest.mark.anyio

CLOSES = "2026-11-30T12:00:00Z"
ONE_SLOT = [{"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "09:15"}]
LOST_BY_LOT = (
    "Times that suited you: 1. All went to people whom the lot put before you. Giving you one would"
    " have left one of them without."
)


async def announced(world: World, **changes: Any) -> dict[str, Any]:
    """A published day that will be drawn."""
    event = await world.day(published=False, **changes)
    answer = await world.hana.put(f"/events/{event['id']}/draw", {"wishes_close_at": CLOSES})
    assert answer.status_code == 200, answer.text
    await world.hana.put(f"/events/{event['id']}/publication")
    return event


async def wish(event: dict[str, Any], who: Someone, **when: Any) -> dict[str, Any]:
    answer = await who.put(f"/events/{event['id']}/wish", when)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def drawn(world: World) -> int:
    world.clock.set(CLOSES)
    return await drawing.run_due(world.clock())


async def outcome(event: dict[str, Any], who: Someone) -> dict[str, Any]:
    found: dict[str, Any] = (await who.get(f"/events/{event['id']}/wish")).json()
    return found


async def test_until_the_draw_nobody_takes_a_time(world: World) -> None:
    event = await announced(world)
    slot, *_ = await world.slots(event)
    for path in (f"/slots/{slot['id']}/booking", f"/events/{event['id']}/booking"):
        refused(await world.emil.post(path), 409, "event_not_open")
    world.clock.set(CLOSES)  # nor between the last wish and the draw
    for path in (f"/slots/{slot['id']}/booking", f"/events/{event['id']}/booking"):
        refused(await world.emil.post(path), 409, "event_not_open")
    await drawn(world)
    assert codes([await world.emil.post(f"/slots/{slot['id']}/booking")]) == ["201"]


async def test_everybody_gets_a_time_that_suits_and_an_invite(world: World) -> None:
    event = await announced(world)
    await wish(event, world.emil, earliest="09:00", latest="09:15")
    await wish(event, world.edda)
    assert await drawn(world) == 1
    await world.tick()
    slots = await world.slots(event)
    assert (await outcome(event, world.emil))["slot_id"] == slots[0]["id"]
    assert (await outcome(event, world.edda))["slot_id"] == slots[1]["id"]
    for who in (world.emil, world.edda):
        (invite,) = world.mails(who.email)
        assert "text/calendar" in {part.get_content_type() for part in invite.walk()}
        (booking,) = (await who.get("/bookings")).json()["items"]
        assert booking["status"] == "confirmed"


async def test_the_seed_is_told_after_the_draw_and_is_the_promised_one(world: World) -> None:
    event = await announced(world)
    await wish(event, world.emil)
    before = (await world.emil.get(f"/events/{event['id']}/draw")).json()
    assert (before["seed"], before["drawn_at"], before["wishes"]) == (None, None, 1)
    await drawn(world)
    after = (await world.emil.get(f"/events/{event['id']}/draw")).json()
    assert after["commitment"] == before["commitment"] == commitment(after["seed"])


async def test_whoever_gets_none_is_told_once_why(world: World) -> None:
    event = await announced(world, shifts=ONE_SLOT)
    for who in (world.emil, world.edda):
        await wish(event, who)
    await drawn(world)
    await drawn(world)
    await world.tick()
    found = {who: await outcome(event, who) for who in (world.emil, world.edda)}
    (loser,) = (who for who, one in found.items() if one["slot_id"] is None)
    assert found[loser]["why"] == [
        "Your place in the draw: 2 of 2.",
        LOST_BY_LOT,
    ]
    (mail,) = world.mails(loser.email)
    assert mail["Subject"] == "No time for you in the draw for Thursday 3 December 2026"
    body = mail.get_body(("plain",))
    assert body
    assert "Your place in the draw: 2 of 2." in body.get_content()


async def test_whoever_missed_out_goes_first_the_next_time(world: World) -> None:
    first = await announced(world, shifts=ONE_SLOT)
    for who in (world.emil, world.edda):
        await wish(first, who)
    await drawn(world)
    cast = (world.emil, world.edda)
    losers = [who for who in cast if not (await outcome(first, who))["slot_id"]]
    second = await world.day(published=False, shifts=ONE_SLOT, date="2026-12-10")
    closes = {"wishes_close_at": "2026-12-08T12:00:00Z"}
    await world.hana.put(f"/events/{second['id']}/draw", closes)
    await world.hana.put(f"/events/{second['id']}/publication")
    for who in cast:
        await wish(second, who)
    world.clock.set("2026-12-08T12:00:00Z")
    await drawing.run_due(world.clock())
    for who in cast:
        found = await outcome(second, who)
        assert (found["slot_id"] is not None) == (who in losers)
    assert any("in vain" in said for said in (await outcome(second, losers[0]))["why"])


@pytest.mark.parametrize(
    ("fault", "words"), [("no_show", "did not come"), ("late", "gave back late")]
)
async def test_a_time_left_unused_counts_against(world: World, fault: str, words: str) -> None:
    event = await announced(world, shifts=ONE_SLOT)
    slot, *_ = await world.slots(await world.day(date="2026-11-24"))
    booking = await world.claim(world.emil, slot)
    if fault == "late":
        world.clock.set("2026-11-24T07:00:00Z")  # an hour before
        await world.hana.delete(f"/bookings/{booking['id']}")
    else:
        world.clock.set(slot["starts_at"])
        await world.hana.put(f"/bookings/{booking['id']}/attendance", {"status": "no_show"})
    for who in (world.emil, world.edda):
        await wish(event, who)
    await drawn(world)
    assert (await outcome(event, world.edda))["slot_id"]
    assert words in " ".join((await outcome(event, world.emil))["why"])


async def test_anybody_who_wished_can_repeat_it(world: World, tmp_path: Path) -> None:
    event = await announced(world, shifts=ONE_SLOT)
    path = f"/events/{event['id']}/draw/record"
    for who in (world.emil, world.hana):
        await wish(event, who)
    refused(await world.emil.get(path), 404, "not_found")
    await drawn(world)
    refused(await world.edda.get(path), 404, "not_found")
    whole, record = await world.hana.get(path), await world.emil.get(path)
    assert record.json()["whole"] == sha256(whole.content).hexdigest()
    assert record.headers["content-type"].startswith("application/json")
    assert not any(word in record.text for word in ("Emil", "emil@", world.emil.id))
    for content in (whole.content, record.content):
        (tmp_path / "draw.json").write_bytes(content)
        done = CliRunner().invoke(main, ["draw", "verify", str(tmp_path / "draw.json")])
        assert (done.exit_code, done.output) == (0, "2 wishes, 1 times given: as it must be.\n")
    own = await outcome(event, world.emil)
    assert own["mark"] in record.text
    assert own["ticket"] in whole.text


async def test_colleagues_do_not_read_what_counts_against_whom(world: World) -> None:
    """Whoever sits at nine is seen there, so nothing by which their lot could be told apart."""
    event = await announced(world)
    for who in (world.emil, world.edda):
        await wish(event, who)
    await drawn(world)
    record = (await world.edda.get(f"/events/{event['id']}/draw/record")).text
    assert (await outcome(event, world.emil))["ticket"] not in record
    assert "due" not in record


async def test_a_draw_that_fails_keeps_no_other_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await announced(world)
    second = await announced(world, date="2026-12-10")
    for event in (first, second):
        await wish(event, world.emil)
    give = drawing._give  # noqa: SLF001

    async def failing(event: Any, *args: Any) -> None:
        if str(event.id) == first["id"]:
            raise OSError("the power went")
        await give(event, *args)

    monkeypatch.setattr(drawing, "_give", failing)
    with pytest.raises(ExceptionGroup):
        await drawn(world)
    assert (await outcome(second, world.emil))["slot_id"]
    assert not (await outcome(first, world.emil))["drawn"]


async def test_a_wish_can_be_changed_and_taken_back_until_they_close(world: World) -> None:
    event = await announced(world)
    path = f"/events/{event['id']}/wish"
    await wish(event, world.emil, earliest="09:00")
    changed = await wish(event, world.emil, earliest="10:00", latest="11:00")
    assert (changed["earliest"], changed["latest"], changed["why"]) == ("10:00", "11:00", [])
    assert codes([await world.emil.delete(path), await world.emil.delete(path)]) == ["204", "204"]
    refused(await world.emil.get(path), 404, "not_found")
    await wish(event, world.emil)
    world.clock.set(CLOSES)
    refused(await world.emil.put(path, {}), 409, "wishes_closed")
    refused(await world.emil.delete(path), 409, "wishes_closed")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"earliest": "11:00", "latest": "10:00"}, "latest"),
        ({"earliest": "25:00"}, "earliest"),
        ({"therapist": "0193e2c4-7a50-7000-8000-000000000001"}, "therapist"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused(
    world: World, wanted: dict[str, Any], field: str
) -> None:
    event = await announced(world)
    answer = await world.emil.put(f"/events/{event['id']}/wish", wanted)
    refused(answer, 400, "invalid")
    assert answer.json()["errors"][0]["field"] == field


async def test_without_a_draw_there_is_nothing_to_wish_for(world: World) -> None:
    event = await world.day()
    missing = await nowhere(world)
    for answer in (
        await world.emil.put(f"/events/{event['id']}/wish", {}),
        await world.emil.get(f"/events/{event['id']}/draw"),
    ):
        assert essence(answer) == missing


async def test_what_can_be_drawn(world: World) -> None:
    day = {"wishes_close_at": CLOSES}
    opened = await world.day()
    refused(await world.hana.put(f"/events/{opened['id']}/draw", day), 409, "claims_have_opened")
    later = await world.day(claims_open_at="2026-11-29T08:00:00Z", date="2026-12-04")
    path = f"/events/{later['id']}/draw"
    for moment in ("2026-11-23T09:00:00Z", "2026-12-04T08:00:00Z", "2027-01-01T00:00:00Z"):
        refused(await world.hana.put(path, {"wishes_close_at": moment}), 400, "invalid")
    promised = (await world.hana.put(path, day)).json()["commitment"]
    again = await world.hana.put(path, {"wishes_close_at": "2026-12-01T12:00:00Z"})
    assert (again.json()["commitment"], again.json()["wishes_close_at"]) == (
        promised, "2026-12-01T12:00:00Z",
    )  # fmt: skip
    event = (await world.hana.get(f"/events/{later['id']}")).json()
    assert event["claims_open_at"] == "2026-12-01T12:00:00Z"
    world.clock.set("2026-12-01T12:00:00Z")
    await drawing.run_due(world.clock())
    refused(await world.hana.put(path, day), 409, "already_drawn")


async def test_who_has_a_massage_then_already_gets_another_time(world: World) -> None:
    event = await announced(world)
    emil_there = await world.emil_at_other()
    theirs = await world.olga_day(starts="08:00", ends="08:15")  # in London: 09:00 in Berlin
    slot, *_ = await world.olga_slots(theirs)
    await world.claim(emil_there, slot)
    await wish(event, world.emil)
    await drawn(world)
    got = (await outcome(event, world.emil))["slot_id"]
    assert got == (await world.slots(event))[1]["id"]


async def test_a_cancelled_day_is_drawn_for_nobody(world: World) -> None:
    event = await announced(world)
    await wish(event, world.emil)
    await world.hana.put(f"/events/{event['id']}/cancellation", {"reason": "Storm"})
    await drawn(world)
    await world.tick()
    assert (await world.emil.get("/bookings")).json()["items"] == []
    assert not [mail for mail in world.mails(world.emil.email) if "draw" in mail["Subject"]]
    path, moment = f"/events/{event['id']}/draw", {"wishes_close_at": "2026-12-01T08:00:00Z"}
    refused(await world.hana.put(path, moment), 409, "event_cancelled")


async def test_a_draw_that_fails_in_the_middle_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await announced(world)
    for who in (world.emil, world.edda):
        await wish(event, who)
    calls: list[None] = []

    async def failing(*args: Any) -> None:
        calls.append(None)
        if len(calls) == 2:
            raise OSError("the power went")
        await give(*args)

    give = drawing._give  # noqa: SLF001
    monkeypatch.setattr(drawing, "_give", failing)
    with pytest.raises(ExceptionGroup) as failed:
        await drawn(world)
    assert [str(error) for error in failed.value.exceptions] == ["the power went"]
    monkeypatch.undo()
    assert await rows("SELECT id FROM booking") == []
    assert await drawn(world) == 1
    assert len(await rows("SELECT id FROM booking")) == 2


async def test_a_wish_is_among_ones_own_data_and_goes_with_it(world: World) -> None:
    event = await announced(world)
    await wish(event, world.emil, earliest="10:00", therapist=str(world.tom.id))
    await drawn(world)
    (own,) = (await world.emil.get("/me/data")).json()["wishes"]
    assert (own["earliest"], own["therapist"], own["served"]) == ("10:00:00", "Tom Okafor", True)
    answer = await world.emil.delete("/me/data?confirm=true")
    assert answer.status_code == 204, answer.text
    assert await rows("SELECT id FROM wish") == []
    assert (await world.hana.get(f"/events/{event['id']}/draw")).json()["drawn_at"]


async def test_two_processes_draw_once_while_a_coordinator_takes_a_time(world: World) -> None:
    people = [world.emil, world.edda, *await world.employees(6)]
    event = await announced(world)
    for who in people:
        await wish(event, who)
    slots = await world.slots(event)
    walk_in = await world.join("late@acme.example", "Lena Late", Role.EMPLOYEE)
    world.clock.set(CLOSES)
    await asyncio.gather(
        drawing.run_due(world.clock()),
        drawing.run_due(world.clock()),
        world.hana.post(f"/slots/{slots[0]['id']}/booking", {"person": walk_in.email}),
    )
    found = await rows("SELECT slot, person FROM booking WHERE status <> 'cancelled'")
    assert len({row["slot"] for row in found}) == len(found)
    assert {str(row["person"]) for row in found} >= {who.id for who in people}
    await world.tick()
    assert all(len(world.mails(who.email)) == 1 for who in people)


async def test_ones_wishes_stand_on_the_page_of_ones_own_data(world: World) -> None:
    event = await announced(world)
    await wish(event, world.emil, earliest="10:00", latest="11:00")
    await drawn(world)
    page = await (await world.signed_in(world.emil)).get("/me/data")
    assert page.status_code == 200
    assert "from 10:00, until 11:00" in page.text
    assert "wished in vain 0, given back late 0, did not come 0" in page.text
