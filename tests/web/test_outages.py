"""A shift is out: its people are re-seated, told once, and answer; or somebody takes it over."""

from typing import Any
from uuid import UUID

import pytest

from scheduler.domain import board
from tests.facts import fingerprint
from tests.waiting import join, offered, offers
from tests.web.ladder import climb, invalid, refused
from tests.world import Someone, World, calendar_part, plan, rows, write

pytestmark = pytest.mark.anyio

TARA, TOM = 0, 1


async def seat(world: World, day: dict[str, Any], who: Someone, at: str, chair: str) -> Any:
    """Their booking at this wall-clock time in winter, of this chair."""
    hour, minute = at.split(":")
    begins = f"2026-12-03T{int(hour) - 1:02}:{minute}:00Z"
    (slot,) = [
        one for one in await world.slots(day)
        if (one["starts_at"], one["chair"]) == (begins, f"Chair {chair}")
    ]  # fmt: skip
    return await world.claim(who, slot)


async def take_out(
    world: World, day: dict[str, Any], shift: int = TARA, *, since: str = "", **body: Any
) -> Any:
    body |= {"from": since} if since else {}
    answer = await world.hana.put(f"/shifts/{day['shifts'][shift]['id']}/outage", body or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def own(who: Someone) -> list[dict[str, Any]]:
    """Their bookings that count."""
    items = (await who.get("/bookings")).json()["items"]
    return [one for one in items if one["status"] != "cancelled"]


async def only(who: Someone) -> dict[str, Any]:
    (found,) = (await who.get("/reseatings")).json()["items"]
    answer: dict[str, Any] = found
    return answer


async def test_its_people_move_by_as_little_as_can_be(world: World) -> None:
    day = await world.day()
    first = await seat(world, day, world.emil, "09:00", "1")
    second = await seat(world, day, world.edda, "11:00", "1")
    out = await take_out(world, day, reason="The train stands still")
    assert out == {
        "shift_id": day["shifts"][TARA]["id"], "cause": "therapist",
        "reason": "The train stands still", "starts_at": "2026-12-03T08:00:00Z",
        "people": [
            {"booking_id": first["id"], "person": "Emil Grün", "was_at": "2026-12-03T08:00:00Z",
             "starts_at": "2026-12-03T09:00:00Z", "therapist": "Tom Okafor", "chair": "Chair 2",
             "answer": None},
            {"booking_id": second["id"], "person": "Edda Okoye", "was_at": "2026-12-03T10:00:00Z",
             "starts_at": "2026-12-03T10:00:00Z", "therapist": "Tom Okafor", "chair": "Chair 2",
             "answer": None},
        ],
    }  # fmt: skip
    (emils,) = await own(world.emil)
    assert (emils["id"], emils["starts_at"], emils["sequence"]) == (
        first["id"], "2026-12-03T09:00:00Z", 1,
    )  # fmt: skip
    event = (await world.hana.get(f"/events/{day['id']}")).json()
    assert event["shifts"][TARA]["out_from"] == "2026-12-03T08:00:00Z"
    assert event["counts"] == {"slots": 6, "open": 4, "booked": 2, "waiting": 0}
    assert {slot["chair"] for slot in await world.slots(day)} == {"Chair 2"}
    shift = f"/shifts/{day['shifts'][TARA]['id']}/outage"
    assert (await world.hana.get(shift)).json() == out


async def test_a_look_before_changes_nothing_and_comes_true(world: World) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "09:00", "1")
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage"
    before = await fingerprint()
    looked = await world.hana.put(f"{path}?dry_run=true")
    assert looked.status_code == 200
    assert await fingerprint() == before
    refused(await world.hana.get(path), 404, "not_found")
    assert (await take_out(world, day))["people"] == looked.json()["people"]
    after = await fingerprint()
    assert (await world.hana.put(path, {"reason": "Again"})).json()["reason"] is None
    assert await fingerprint() == after, "a repeat changes nothing"


async def test_each_is_told_once_what_happened(world: World) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day, reason="The train stands still")
    await world.tick()
    await world.tick()
    (mail,) = world.mails("emil@")
    assert mail["Subject"] == "Moved: your massage is now at 10:00, Thursday 3 December 2026"
    said = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for words in ("Tara Lindqvist cannot come", "3 December, 09:00", "The train stands still"):
        assert words in " ".join(said.split())
    invite = calendar_part(mail)
    for line in ("METHOD:REQUEST", "SEQUENCE:1", "DTSTART:20261203T090000Z"):
        assert line in invite


async def test_who_finds_no_time_heads_the_line(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0], {**plan()["shifts"][1], "ends": "10:15"}])
    people = await world.employees(4)
    await seat(world, day, people[0], "10:00", "2")
    await seat(world, day, world.emil, "09:00", "1")
    await seat(world, day, world.edda, "09:20", "1")
    await join(people[1], day, earliest="10:00", latest="10:15")
    world.clock.advance(minutes=1)
    out = await take_out(world, day)
    assert [one["starts_at"] for one in out["people"]] == [None, None]
    assert await own(world.emil) == []
    places = [(await who.post(f"/events/{day['id']}/waitlist", {})).json()["position"]
              for who in (world.emil, world.edda, people[1])]  # fmt: skip
    assert places == [1, 2, 3]
    await world.tick()
    for who in (world.emil, world.edda):
        (mail,) = world.mails(who.email)
        assert mail["Subject"].startswith("Cancelled: your massage on Thursday 3 December 2026, 09")
        assert "METHOD:CANCEL" in calendar_part(mail)
        assert "head of the waitlist" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    ended = await rows("SELECT cancelled_late FROM booking WHERE status = 'cancelled'")
    assert not any(row["cancelled_late"] for row in ended)
    (theirs,) = await own(people[0])
    await people[0].delete(f"/bookings/{theirs['id']}")
    assert [len(await offers(who)) for who in (world.emil, world.edda, people[1])] == [1, 0, 0]


async def test_it_comes_back_and_everybody_stays(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    assert await world.slots(day) == []
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage"
    for _ in range(2):
        assert (await world.hana.delete(path)).status_code == 204
    refused(await world.hana.get(path), 404, "not_found")
    slots = await world.slots(day)
    assert len(slots) == 8
    assert await offered(world.emil) == [slots[0]["id"]], "their own time is offered first"
    event = (await world.hana.get(f"/events/{day['id']}")).json()
    assert "out_from" not in event["shifts"][0]
    await take_out(world, day)
    assert await offers(world.emil) == []


async def test_only_the_rest_of_it_is_out(world: World) -> None:
    day = await world.day()
    stays = await seat(world, day, world.emil, "09:40", "1")
    await seat(world, day, world.edda, "10:40", "1")
    out = await take_out(world, day, since="10:00")
    assert [one["starts_at"] for one in out["people"]] == ["2026-12-03T09:40:00Z"]
    (same,) = await own(world.emil)
    assert same == stays
    left = [one for one in await world.slots(day) if one["chair"] == "Chair 1"]
    assert [one["starts_at"][11:16] for one in left] == ["08:00", "08:20", "08:40"]


async def test_during_the_day_what_has_begun_stays(world: World) -> None:
    day = await world.day()
    people = await world.employees(2)
    await seat(world, day, people[0], "09:40", "1")
    await seat(world, day, people[1], "10:00", "1")
    world.clock.set("2026-12-03T08:45:00Z")
    out = await take_out(world, day)
    assert [one["starts_at"] for one in out["people"]] == ["2026-12-03T09:00:00Z"]
    assert [one["status"] for one in await own(people[0])] == ["confirmed"]
    world.clock.set("2026-12-03T11:00:00Z")
    path = f"/shifts/{day['shifts'][TOM]['id']}/outage"
    refused(await world.hana.put(path), 409, "event_finished")


async def test_nobody_is_moved_to_a_time_that_is_about_to_begin(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0], {**plan()["shifts"][1], "ends": "10:35"}])
    await seat(world, day, world.emil, "11:00", "1")
    world.clock.set("2026-12-03T09:06:00Z")
    out = await take_out(world, day)
    assert [one["starts_at"] for one in out["people"]] == [None], "10:20 is in 14 minutes"


async def test_a_broken_chair_is_of_no_use_to_others(world: World) -> None:
    later = {"therapist": "tom@hands.example", "chair": "Chair 1", "starts": "12:00",
             "ends": "13:00"}  # fmt: skip
    day = await world.day(shifts=[plan()["shifts"][0], later])
    await seat(world, day, world.emil, "11:00", "1")
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage?dry_run=true"
    ill = (await world.hana.put(path)).json()
    assert ill["people"][0]["starts_at"] == "2026-12-03T11:00:00Z"
    broken = (await world.hana.put(path, {"cause": "chair"})).json()
    assert broken["people"][0]["starts_at"] is None
    await take_out(world, day, cause="chair")
    await world.tick()
    mail, *_ = world.mails("emil@")
    assert "Chair 1 cannot be used" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_therapist_who_cannot_come_is_not_elsewhere_on_the_day(world: World) -> None:
    later = {**plan()["shifts"][0], "starts": "13:00", "ends": "14:00", "breaks": []}
    day = await world.day(shifts=[plan()["shifts"][0], later])
    await seat(world, day, world.emil, "11:00", "1")
    assert [one["starts_at"] for one in (await take_out(world, day))["people"]] == [None]


async def test_others_go_on_longer_only_if_the_coordinator_says_so(world: World) -> None:
    short = {**plan()["shifts"][1], "starts": "10:00", "ends": "10:15"}
    day = await world.day(shifts=[plan()["shifts"][0], short])
    people = await world.employees(3)
    for who, at in zip(people, ("10:00", "10:40", "11:20"), strict=True):
        await seat(world, day, who, at, "1")
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage?dry_run=true"
    without = (await world.hana.put(path)).json()["people"]
    assert [one["starts_at"] for one in without] == ["2026-12-03T09:00:00Z", None, None]
    out = await take_out(world, day, extra_until="11:00")
    assert [one["starts_at"] for one in out["people"]] == [
        "2026-12-03T09:00:00Z", "2026-12-03T09:20:00Z", "2026-12-03T09:40:00Z",
    ]  # fmt: skip
    event = (await world.hana.get(f"/events/{day['id']}")).json()
    assert (event["shifts"][TOM]["starts"], event["shifts"][TOM]["ends"]) == ("10:00", "10:55")
    assert len(await world.slots(day)) == 3, "10:00, and two that it gained"
    assert event["status"] == "published"


async def test_an_extra_time_is_none_that_a_delay_takes_up(world: World) -> None:
    short = {**plan()["shifts"][1], "starts": "10:00", "ends": "10:15"}
    day = await world.day(shifts=[plan()["shifts"][0], short])
    await seat(world, day, world.emil, "10:00", "2")
    await seat(world, day, world.edda, "10:00", "1")
    path = f"/shifts/{day['shifts'][TOM]['id']}/delay"
    assert (await world.hana.put(path, {"minutes": 15})).status_code == 200
    out = await take_out(world, day, extra_until="11:00")
    assert [one["starts_at"] for one in out["people"]] == ["2026-12-03T09:40:00Z"]
    begins = [(one["starts_at"], one["ends_at"]) for one in await world.slots(day)]
    assert begins == [
        ("2026-12-03T09:15:00Z", "2026-12-03T09:30:00Z"),
        ("2026-12-03T09:40:00Z", "2026-12-03T09:55:00Z"),
    ], "Tom is late until 10:30"


async def test_nobody_goes_on_where_they_or_their_chair_are_wanted(world: World) -> None:
    shifts = [
        plan()["shifts"][0],
        {**plan()["shifts"][1], "ends": "10:15"},
        {"therapist": "tim@hands.example", "chair": "Chair 2", "starts": "10:20", "ends": "11:00"},
    ]
    await world.therapist("tim@hands.example", "Tim Else")
    day = await world.day(shifts=shifts)
    people = await world.employees(4)
    for who, at in zip(people, ("10:00", "10:40", "11:20", "11:40"), strict=True):
        await seat(world, day, who, at, "1")
    out = await take_out(world, day, extra_until="11:40")
    event = (await world.hana.get(f"/events/{day['id']}")).json()
    ends = {one["therapist"]["name"]: one["ends"] for one in event["shifts"]}
    assert ends["Tom Okafor"] == "10:15", "Tim has the chair from 10:20"
    assert ends["Tim Else"] == "11:35"
    assert None not in [one["starts_at"] for one in out["people"]]


async def test_the_order_is_the_ledgers_and_then_that_of_booking(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0], {**plan()["shifts"][1], "ends": "10:15"}])
    people = await world.employees(3)
    for who, at in zip(people, ("09:40", "10:00", "09:20"), strict=True):
        await seat(world, day, who, at, "1")
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage?dry_run=true"

    async def seated() -> list[str]:
        found = (await world.hana.put(path)).json()["people"]
        return [one["person"] for one in found if one["starts_at"]]

    assert await seated() == ["Colleague 0"], "who booked first"
    other = await world.day(date="2026-12-01", shifts=[plan()["shifts"][0]])
    slot = (await world.slots(other))[0]
    missed = await world.claim(people[0], slot)
    await write("UPDATE booking SET status = 'no_show' WHERE id = {}", UUID(missed["id"]))
    assert await seated() == ["Colleague 1"], "who left nothing unused"


async def test_what_is_held_or_elsewhere_is_nobodys_seat(world: World) -> None:
    shifts = [plan()["shifts"][0], {**plan()["shifts"][1], "starts": "10:00", "ends": "10:35"}]
    day = await world.day(shifts=shifts)
    people = await world.employees(3)
    first = await seat(world, day, people[0], "10:00", "2")
    second = await seat(world, day, people[1], "10:20", "2")
    await seat(world, day, world.emil, "10:00", "1")
    await join(people[2], day, earliest="10:00", latest="10:15", therapist=world.tom.id)
    await people[0].delete(f"/bookings/{first['id']}")
    held = await offers(people[2])
    assert len(held) == 1
    await people[1].delete(f"/bookings/{second['id']}")
    twice = await world.emil_at_other()
    theirs = await world.olga_slots(
        await world.olga_day(starts="09:20", ends="09:35")
    )  # 10:20 in Berlin
    await world.claim(twice, theirs[0])
    out = await take_out(world, day)
    assert [one["starts_at"] for one in out["people"]] == [None]
    assert await offers(people[2]) == held


async def test_keeping_it(world: World) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    asked = await only(world.emil)
    assert (asked["was_at"], asked["starts_at"], asked["answer"]) == (
        "2026-12-03T08:00:00Z", "2026-12-03T09:00:00Z", None,
    )  # fmt: skip
    for _ in range(2):
        kept = await world.emil.put(f"/reseatings/{asked['id']}/acceptance")
        assert (kept.status_code, kept.json()) == (200, asked | {"answer": "kept"})
    assert (await world.emil.get("/reseatings")).json()["items"] == []
    answer = await world.emil.put(f"/reseatings/{asked['id']}/refusal")
    refused(answer, 409, "reseating_answered")
    shift = f"/shifts/{day['shifts'][TARA]['id']}/outage"
    assert (await world.hana.get(shift)).json()["people"][0]["answer"] == "kept"


@pytest.mark.parametrize("wait", [True, False])
async def test_giving_it_back(world: World, *, wait: bool) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "11:00", "1")
    world.clock.set("2026-12-03T08:30:00Z")  # by now it could not be given back
    await take_out(world, day)
    asked = await only(world.emil)
    for _ in range(2):
        answer = await world.emil.put(f"/reseatings/{asked['id']}/refusal", {"wait": wait})
        assert (answer.status_code, answer.json()) == (200, asked | {"answer": "declined"})
    assert await own(world.emil) == []
    (row,) = await rows("SELECT cancelled_late FROM booking")
    assert not row["cancelled_late"]
    entries = await rows("SELECT headed_at FROM waitlist_entry WHERE ended_at IS NULL")
    assert [one["headed_at"] is not None for one in entries] == [True] * wait
    held = await offered(world.emil)
    assert len(held) == wait, "another time that is open, not the one that was declined"
    assert not set(held) & {one["id"] for one in await world.slots(day)
                            if one["starts_at"] == asked["starts_at"]}  # fmt: skip
    refused(await world.emil.put(f"/reseatings/{asked['id']}/acceptance"), 409,
            "reseating_answered")  # fmt: skip


@pytest.mark.parametrize("way", ["begun", "moved", "cancelled", "again"])
async def test_what_has_changed_since_is_not_answered(world: World, way: str) -> None:
    day = await world.day()
    booking = await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    asked = await only(world.emil)
    match way:
        case "begun":
            world.clock.set("2026-12-03T09:00:00Z")
        case "moved":
            last = (await world.slots(day))[-1]["id"]
            await world.emil.put(f"/bookings/{booking['id']}/slot", {"slot_id": last})
        case "cancelled":
            await world.emil.delete(f"/bookings/{booking['id']}")
        case "again":
            await take_out(world, day, TOM)
    for answer in ("acceptance", "refusal"):
        refused(await world.emil.put(f"/reseatings/{asked['id']}/{answer}"), 409, "reseating_over")
    assert (await world.emil.get("/reseatings")).json()["items"] == []


async def test_a_change_of_the_day_brings_nothing_back(world: World) -> None:
    day = await world.day()
    await take_out(world, day)
    change = {"title": "Back day", "date": "2026-12-02"}
    assert (await world.hana.patch(f"/events/{day['id']}", change)).status_code == 200
    assert {one["chair"] for one in await world.slots(day)} == {"Chair 2"}
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage"
    assert (await world.hana.delete(path)).status_code == 204
    assert len(await world.slots(day)) == 14


async def test_a_substitute_takes_over_and_nobody_moves(world: World) -> None:
    day = await world.day()
    booking = await seat(world, day, world.emil, "09:00", "1")
    await world.therapist("tim@hands.example", "Tim Takeover")
    path = f"/shifts/{day['shifts'][TARA]['id']}/therapist"
    feed = (await world.tara.post("/calendar-feeds")).json()["url"]
    for _ in range(2):
        answer = await world.hana.put(path, {"therapist": "TIM@hands.example"})
        assert answer.status_code == 200
        assert answer.json()["therapist"]["name"] == "Tim Takeover"
    (same,) = await own(world.emil)
    assert (same["slot_id"], same["sequence"]) == (booking["slot_id"], 1)
    assert same["therapist"]["name"] == "Tim Takeover"
    await world.tick()
    (mail,) = world.mails("emil@")
    assert "Tim Takeover takes over from Tara Lindqvist." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "SEQUENCE:1" in calendar_part(mail)
    assert (await world.tara.get("/roster?date=2026-12-03")).json()["shifts"] == []
    assert "VEVENT" not in (await world.anonymous.get(feed)).text


async def test_a_substitute_ends_the_outage(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    path = f"/shifts/{day['shifts'][TARA]['id']}"
    assert (await world.hana.put(f"{path}/therapist", {"therapist": world.tom.email})).is_success
    refused(await world.hana.get(f"{path}/outage"), 404, "not_found")
    assert len(await world.slots(day)) == 8
    assert len(await offers(world.emil)) == 1


async def test_a_substitute_is_no_cure_for_a_chair(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    await take_out(world, day, cause="chair")
    path = f"/shifts/{day['shifts'][TARA]['id']}"
    assert (await world.hana.put(f"{path}/therapist", {"therapist": world.tom.email})).is_success
    assert (await world.hana.get(f"{path}/outage")).status_code == 200


async def test_who_is_elsewhere_cannot_take_over(world: World) -> None:
    day = await world.day()
    path = f"/shifts/{day['shifts'][TARA]['id']}/therapist"
    answer = await world.hana.put(path, {"therapist": "tom@hands.example"})
    assert "Tom Okafor is not free" in refused(answer, 409, "therapist_unavailable")["detail"]
    toms = f"/shifts/{day['shifts'][TOM]['id']}/therapist"
    await world.therapist("tim@hands.example", "Tim Takeover")
    await world.olga_day(starts="10:30", ends="11:30")
    answer = await world.hana.put(toms, {"therapist": "tim@hands.example"})
    refused(answer, 409, "therapist_unavailable")
    for nobody in ("nobody@hands.example", "emil@acme.example", ""):
        invalid(await world.hana.put(path, {"therapist": nobody}), "therapist")


@pytest.mark.parametrize(("method", "path", "body"), [
    ("PUT", "outage", {}), ("GET", "outage", None), ("DELETE", "outage", None),
    ("PUT", "therapist", {"therapist": "tara@hands.example"}),
])  # fmt: skip
async def test_a_shift_has_its_ladder(world: World, method: str, path: str, body: Any) -> None:
    day = await world.day()
    outsiders = [world.emil, world.tara, world.ada, world.olga, world.otto]
    path = f"/shifts/{day['shifts'][TARA]['id']}/{path}"
    await climb(world, method, path, body, world.hana, outsiders)


@pytest.mark.parametrize("answer", ["acceptance", "refusal"])
async def test_an_answer_has_its_ladder(world: World, answer: str) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    outsiders = [world.edda, world.hana, world.tara, world.ada, world.olga, world.otto]
    outsiders.append(await world.emil_at_other())
    path = f"/reseatings/{(await only(world.emil))['id']}/{answer}"
    await climb(world, "PUT", path, None, world.emil, outsiders)


async def test_what_cannot_be_used_is_named(world: World) -> None:
    day = await world.day()
    path = f"/shifts/{day['shifts'][TARA]['id']}/outage"
    for body, field in (
        ({"from": "25:00"}, "from"), ({"from": "12:00"}, "from"), ({"cause": "flu"}, "cause"),
        ({"extra_until": "late"}, "extra_until"), ({"reason": "a\u0007b"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ):  # fmt: skip
        invalid(await world.hana.put(path, body), field)
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.hana.put(path), 409, "event_cancelled")
    therapist = {"therapist": "tom@hands.example"}
    refused(await world.hana.put(f"{path[:-7]}/therapist", therapist), 409, "event_cancelled")
    assert (await world.hana.delete(path)).status_code == 204


async def test_a_board_is_another_when_a_shift_goes_and_comes(world: World) -> None:
    day = await world.day()

    async def version() -> str:
        return (await board.versions([UUID(day["id"])], world.clock()))[UUID(day["id"])]

    path = f"/shifts/{day['shifts'][TARA]['id']}"
    seen = [await version()]
    await take_out(world, day)
    seen.append(await version())
    await world.hana.delete(f"{path}/outage")
    seen.append(await version())
    await world.therapist("tim@hands.example", "Tim Takeover")
    await world.hana.put(f"{path}/therapist", {"therapist": "tim@hands.example"})
    seen.append(await version())
    assert len(set(seen)) == 4


async def test_where_somebody_was_moved_is_among_their_own_data(world: World) -> None:
    day = await world.day()
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    found = (await world.emil.get("/me/data")).json()["reseatings"]
    assert found == [{
        "title": "Chair massage", "was_at": "2026-12-03T08:00:00Z",
        "starts_at": "2026-12-03T09:00:00Z", "moved_at": "2026-11-23T09:00:00Z",
        "answered_at": None, "outcome": None,
    }]  # fmt: skip
    assert (await world.edda.get("/me/data")).json()["reseatings"] == []


async def test_who_is_erased_before_they_were_told_is_told(world: World) -> None:
    day = await world.day(shifts=[plan()["shifts"][0]])
    await seat(world, day, world.emil, "09:00", "1")
    await take_out(world, day)
    assert (await world.emil.delete("/me/data?confirm=true")).status_code == 204
    await world.tick()
    (mail,) = world.mails("emil@")
    assert "METHOD:CANCEL" in calendar_part(mail)


@pytest.mark.parametrize("missed_first", [True, False])
async def test_what_is_left_of_a_missed_time_is_out_as_well(
    world: World, *, missed_first: bool
) -> None:
    day = await world.day()
    booking = await seat(world, day, world.emil, "10:00", "1")
    missed = f"/bookings/{booking['id']}/attendance", {"status": "no_show"}
    world.clock.set("2026-12-03T09:07:00Z")
    if missed_first:
        assert (await world.hana.put(*missed)).status_code == 200
        assert len(await rows("SELECT id FROM slot WHERE instead_of IS NOT NULL")) == 1
        world.clock.advance(minutes=1)
    await take_out(world, day)
    if not missed_first:
        assert (await world.hana.put(*missed)).status_code == 200
    await world.tick()
    left = "SELECT id FROM slot WHERE instead_of IS NOT NULL AND cancelled_at IS NULL"
    assert await rows(left) == []
