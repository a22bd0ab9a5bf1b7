"""Writing to people about a day: to those who are booked, and to those who are not yet."""

import re
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest

from scheduler.domain import link
from scheduler.domain.errors import NotFound
from scheduler.domain.person import Role
from tests.web.ladder import climb, invalid, refused
from tests.world import Someone, World, rows, write

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXT = "Bring tea.\n\n<b>Leave</b> your shoes at the door; it is “Room 7” & not 8."


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    text: str = body.get_content()
    return text


def subjects(world: World, to: str = "") -> list[str]:
    return [mail["Subject"] for mail in world.mails(to)]


async def booked_day(world: World) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Emil with Tara and Edda with Tom; their invites have left."""
    day = await world.day(claims_per_person=2)
    slots = await world.slots(day)
    bookings = [await world.claim(world.emil, slots[0]), await world.claim(world.edda, slots[4])]
    await world.tick()
    return day, bookings


# To those who are booked


async def test_everybody_booked_is_told_once(world: World) -> None:
    day, bookings = await booked_day(world)
    slots = await world.slots(day)
    await world.claim(world.emil, slots[10])
    await world.tick()
    before = len(world.mails())
    answer = await world.hana.post(f"/events/{day['id']}/messages", {"text": f" {TEXT}\n"})
    assert (answer.status_code, answer.json()) == (201, {"recipients": 2})
    await world.tick()
    mails = world.mails()[before:]
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mails) == [
        "edda@acme.example", "emil@acme.example",
    ]  # fmt: skip
    mail = next(mail for mail in mails if "emil" in mail["To"])
    assert mail["Subject"] == "About your massage on Thursday 3 December 2026, 09:00"
    assert "Hana Weiss writes to everybody" in part(mail, "plain")
    assert TEXT in part(mail, "plain").replace("\r\n", "\n")
    assert "Bring tea.<br><br>&lt;b&gt;Leave&lt;/b&gt;" in part(mail, "html")
    link_to = f"https://chairtime.example/bookings/{bookings[0]['id']}"
    assert link_to in part(mail, "plain")
    assert link_to in part(mail, "html")
    assert "text/calendar" not in {one.get_content_type() for one in mail.walk()}
    audited = await rows("SELECT actor, subject FROM audit WHERE action = {}", "event.announce")
    assert [(str(row["actor"]), str(row["subject"])) for row in audited] == [
        (world.hana.id, day["id"])
    ]
    assert (await world.emil.get(f"/bookings/{bookings[0]['id']}")).json()["sequence"] == 0


async def test_one_shift_is_told_alone(world: World) -> None:
    day, _ = await booked_day(world)
    body = {"text": "Late.", "audience": day["shifts"][1]["id"]}
    answer = await world.hana.post(f"/events/{day['id']}/messages", body)
    assert answer.json() == {"recipients": 1}
    await world.tick()
    told = [mail for mail in world.mails() if mail["Subject"].startswith("About")]
    assert [mail["To"].addresses[0].addr_spec for mail in told] == ["edda@acme.example"]


async def test_a_guest_without_an_address_is_not_counted(world: World) -> None:
    day, _ = await booked_day(world)
    await write("UPDATE person SET email = 'x@walk-in.invalid' WHERE id = {}", world.edda.caller.id)
    answer = await world.hana.post(f"/events/{day['id']}/messages", {"text": "Late."})
    assert answer.json() == {"recipients": 1}


async def test_whoever_gave_their_time_back_hears_no_more(world: World) -> None:
    day, bookings = await booked_day(world)
    await world.hana.post(f"/events/{day['id']}/messages", {"text": "Late."})
    await world.emil.delete(f"/bookings/{bookings[0]['id']}")
    await world.tick()
    assert not [said for said in subjects(world, "emil@acme.example") if said.startswith("About")]
    assert [said for said in subjects(world, "edda@acme.example") if said.startswith("About")]


async def test_there_has_to_be_somebody_to_tell(world: World) -> None:
    day, _ = await booked_day(world)
    empty = await world.day(date="2026-12-10")
    path = f"/events/{day['id']}/messages"
    refused(
        await world.hana.post(f"/events/{empty['id']}/messages", {"text": "Late."}),
        409, "nobody_to_tell",
    )  # fmt: skip
    world.clock.set("2026-12-03T08:30:00Z")  # Emil's massage is over
    assert (await world.hana.post(path, {"text": "Late."})).json() == {"recipients": 1}
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.hana.post(path, {"text": "Late."}), 409, "nobody_to_tell")
    assert len(await rows("SELECT id FROM announcement")) == 1


async def test_a_message_with_a_key_is_sent_once(world: World) -> None:
    day, _ = await booked_day(world)
    for _ in range(2):
        answer = await world.hana.post(
            f"/events/{day['id']}/messages", {"text": "Late."}, headers={"Idempotency-Key": "m-1"}
        )
        assert answer.json() == {"recipients": 2}
    await world.tick()
    assert len([said for said in subjects(world) if said.startswith("About")]) == 2


async def test_writing_has_its_ladder(world: World) -> None:
    day, _ = await booked_day(world)
    strangers = [
        world.emil, world.edda, world.tara, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(
        world, "POST", f"/events/{day['id']}/messages", {"text": "Late."}, world.hana, strangers
    )
    assert await rows("SELECT id FROM announcement") == []


@on_sqlite
async def test_a_message_that_cannot_be_sent_is_refused_by_field(world: World) -> None:
    day, _ = await booked_day(world)
    other = await world.olga_day()
    for body, field in (
        ({}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "m" * 2001}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"text": 5}, "text"),
        ({"text": "Late.", "audience": "everybody"}, "audience"),
        ({"text": "Late.", "audience": str(uuid4())}, "audience"),
        ({"text": "Late.", "audience": other["shifts"][0]["id"]}, "audience"),
        ({"text": "Late.", "subject": "x"}, "subject"),
    ):
        invalid(await world.hana.post(f"/events/{day['id']}/messages", body), field)


# To those who wait


def about(world: World, *who: Someone) -> list[list[str]]:
    """What each was written by a coordinator."""
    return [
        [said for said in subjects(world, one.email) if said.startswith("About")] for one in who
    ]


async def test_who_is_booked_and_waits_gets_one(world: World) -> None:
    day, _ = await booked_day(world)
    path = f"/events/{day['id']}"
    both, line = world.edda, await world.join("line@acme.example", "Lin Line", Role.EMPLOYEE)
    for who in (both, line):
        await who.post(f"{path}/waitlist", {"latest": "09:15"})
    seen = (await world.hana.get(f"{path}/audiences")).json()["items"]
    assert [(one["audience"], one["recipients"], one["chair"]) for one in seen] == [
        ("booked", 2, None), (day["shifts"][0]["id"], 1, "Chair 1"),
        (day["shifts"][1]["id"], 1, "Chair 2"), ("waiting", 2, None), ("all", 3, None),
    ]  # fmt: skip
    for audience, recipients in (("all", 3), ("waiting", 2), ("booked", 2)):
        body = {"text": "Late.", "audience": audience}
        answer = await world.hana.post(f"{path}/messages", body)
        assert answer.json() == {"recipients": recipients}
    await world.tick()
    found = [
        [said.partition(" on ")[0] for said in told]
        for told in about(world, world.emil, both, line)
    ]
    assert [sorted(told) for told in found] == [
        ["About your massage"] * 2,
        ["About the massage day", "About your massage", "About your massage"],
        ["About the massage day"] * 2,
    ]
    mail = world.mails(line.email)[-1]
    text = part(mail, "plain")
    assert mail["Subject"] == "About the massage day on Thursday 3 December 2026"
    assert "Hana Weiss writes to everybody who waits for a time" in text
    assert f"https://chairtime.example/days/{day['id']}" in text
    assert mail["List-Unsubscribe"] is None


async def test_wishes_for_a_draw_wait_until_it_is_drawn(world: World) -> None:
    day = await world.day(published=False)
    path = f"/events/{day['id']}"
    await world.hana.put(f"{path}/draw", {"wishes_close_at": "2026-11-30T12:00:00Z"})
    await world.hana.put(f"{path}/publication")
    for who in (world.emil, world.edda):
        await who.put(f"{path}/wish", {"latest": "09:10"})
    late = {"text": "Late.", "audience": "waiting"}
    assert (await world.hana.post(f"{path}/messages", late)).json() == {"recipients": 2}
    await world.edda.delete(f"{path}/wish")
    await world.tick()
    assert about(world, world.emil, world.edda) == [
        ["About the massage day on Thursday 3 December 2026"], [],
    ]  # fmt: skip
    await world.hana.put(f"{path}/cancellation", {"reason": "Storm"})
    refused(await world.hana.post(f"{path}/messages", late), 409, "nobody_to_tell")


async def test_whoever_waits_no_longer_hears_no_more(world: World) -> None:
    day, _ = await booked_day(world)
    path = f"/events/{day['id']}"
    left, gone, off = await world.employees(3)
    for who in (left, gone, off):
        await who.post(f"{path}/waitlist", {"latest": "09:15"})
    body = {"text": "Late.", "audience": "waiting"}
    assert (await world.hana.post(f"{path}/messages", body)).json() == {"recipients": 3}
    await left.delete(f"{path}/waitlist")
    await world.hana.delete(f"/people/{gone.id}")
    await world.hana.put(f"{path}/cancellation", {"reason": "Storm"})
    await world.tick()
    assert about(world, left, gone, off) == [[], [], []]


async def test_counting_has_its_ladder(world: World) -> None:
    day, _ = await booked_day(world)
    strangers = [
        world.emil, world.edda, world.tara, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "GET", f"/events/{day['id']}/audiences", None, world.hana, strangers)


# To those who are not


async def test_everybody_without_a_time_is_invited_once(world: World) -> None:
    day = await world.day(claims_open_at="2026-11-26T08:00:00Z")
    path = f"/events/{day['id']}/invitations"
    slot = (await world.slots(day))[0]
    await world.hana.post(f"/slots/{slot['id']}/booking", {"person": world.edda.email})
    everybody = {"invited": 1, "already_invited": 0, "already_booked": 1, "unwanted": 0}
    assert (await world.hana.put(path, {"all": True})).json() == everybody
    repeat = await world.hana.put(path, {"all": True})
    assert repeat.json() == everybody | {"invited": 0, "already_invited": 1}
    await world.tick()
    (mail,) = world.mails("emil@acme.example")
    assert mail["Subject"] == "A massage for you on Thursday 3 December 2026"
    text = part(mail, "plain")
    assert "Thursday 3 December 2026, 09:00 to 12:00 (Europe/Berlin)" in text
    assert "Times can be taken from Thursday 26 November, 09:00." in text
    assert "Quiet room, 3rd floor" in text
    secrets = re.findall(r"https://chairtime\.example/i/([\w-]+)", text)
    assert secrets == re.findall(r'"https://chairtime\.example/i/([\w-]+)"', part(mail, "html"))
    found = await link.personal(secrets[0], world.clock())
    assert (str(found.person), str(found.event)) == (world.emil.id, day["id"])
    (stored,) = await rows("SELECT hash FROM personal_link")
    assert secrets[0].encode() not in bytes(stored["hash"])
    assert not [said for said in subjects(world, world.edda.email) if said.startswith("A massage")]


async def test_again_only_when_asked(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}/invitations"
    for body, invited in (
        ({"people": [world.emil.id, world.emil.id]}, 1),
        ({"people": [world.emil.id]}, 0),
        ({"people": [world.emil.id], "again": True}, 1),
        ({"people": [world.emil.id], "again": True}, 0),  # in the same minute
        ({"all": True, "again": False}, 1),
        ({"all": True}, 0),
    ):
        answer = await world.hana.put(path, body)
        assert (answer.status_code, answer.json()["invited"]) == (200, invited)
        world.clock.advance(seconds=1)
    assert len(await rows("SELECT id FROM outbox WHERE kind = {}", "invitation")) == 3
    world.clock.advance(minutes=1)
    await world.hana.put(path, {"all": True, "again": True})
    assert len(await rows("SELECT id FROM outbox WHERE kind = {}", "invitation")) == 5


async def test_an_invitation_leaves_only_while_it_makes_sense(world: World) -> None:
    day = await world.day()
    more = await world.employees(2)
    await world.hana.put(f"/events/{day['id']}/invitations", {"all": True})
    await world.claim(world.emil, (await world.slots(day))[0])
    await world.hana.delete(f"/people/{world.edda.id}")
    await world.tick()
    invited = {
        mail["To"].addresses[0].addr_spec
        for mail in world.mails()
        if mail["Subject"].startswith("A massage")
    }
    assert invited == {one.email for one in more}
    later = await world.day(date="2026-12-10")
    await world.hana.put(f"/events/{later['id']}/invitations", {"people": [world.emil.id]})
    await world.hana.put(f"/events/{later['id']}/cancellation", {"reason": "Storm"})
    await world.tick()
    assert "A massage for you on Thursday 10 December 2026" not in subjects(world)


async def test_an_invitation_is_in_the_readers_language_and_ends_with_them(world: World) -> None:
    await write("UPDATE person SET language = 'de' WHERE id = {}", world.emil.caller.id)
    day = await world.day()
    await world.hana.put(f"/events/{day['id']}/invitations", {"people": [world.emil.id]})
    await world.tick()
    (mail,) = world.mails(world.emil.email)
    assert 'lang="de"' in part(mail, "html")
    assert "Donnerstag" in part(mail, "plain")
    (secret,) = re.findall(r"/i/([\w-]+)", part(mail, "plain"))
    await world.hana.delete(f"/people/{world.emil.id}")
    await world.join(world.emil.email, "Emil Grün", Role.EMPLOYEE)
    with pytest.raises(NotFound):
        await link.personal(secret, world.clock())


async def test_only_to_a_day_that_people_can_come_to(world: World) -> None:
    draft = await world.day(date="2026-12-10", published=False)
    day = await world.day()
    refused(
        await world.hana.put(f"/events/{draft['id']}/invitations", {"all": True}),
        409, "event_not_open",
    )  # fmt: skip
    path = f"/events/{day['id']}/invitations"
    world.clock.set("2026-12-03T11:00:00Z")
    refused(await world.hana.put(path, {"all": True}), 409, "event_finished")
    world.clock.set("2026-12-01T11:00:00Z")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.hana.put(path, {"all": True}), 409, "event_cancelled")


async def test_inviting_has_its_ladder(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}/invitations"
    strangers = [
        world.emil, world.edda, world.tara, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    await climb(world, "PUT", path, {"all": True}, world.hana, strangers)
    for body, field in (
        ({}, "people"),
        ({"all": False}, "people"),
        ({"people": [world.emil.id], "all": True}, "people"),
        ({"people": []}, "people"),
        ({"people": [world.emil.id, world.otto.id]}, "people[1]"),
        ({"people": [world.tara.id]}, "people[0]"),
        ({"people": ["emil@acme.example"]}, "people[0]"),
        ({"all": "yes"}, "all"),
        ({"all": True, "everyone": True}, "everyone"),
    ):
        invalid(await world.hana.put(path, body), field)
    assert await rows("SELECT id FROM outbox") == []
