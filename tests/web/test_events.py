"""Planning a day, showing it, publishing it, calling it off."""

from typing import Any

import pytest

from tests.web.ladder import climb, essence, invalid, nowhere, refused
from tests.world import API, Someone, World, calendar_part, plan, rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def outsiders(world: World) -> list[Someone]:
    """Everybody whom only the coordinator's doors keep out."""
    return [
        world.emil, world.tara, world.tom, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip


def shift(**changes: Any) -> dict[str, Any]:
    block: dict[str, Any] = {
        "therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "12:00",
    }  # fmt: skip
    return block | changes


async def test_a_day_is_shown_as_it_was_planned(world: World) -> None:
    answer = await world.hana.post("/events", plan())
    assert answer.status_code == 201
    event = answer.json()
    ids = event["id"], event["shifts"][0]["id"], event["shifts"][1]["id"]
    assert len(set(ids)) == 3
    assert event == {
        "id": ids[0],
        "title": "Chair massage",
        "status": "draft",
        "date": "2026-12-03",
        "timezone": "Europe/Berlin",
        "location": {"name": "Quiet room, 3rd floor", "address": "Hauptstr. 1\nBerlin"},
        "slot_minutes": 15,
        "reset_minutes": 5,
        "claims_open_at": None,
        "claims_per_person": 1,
        "cancel_until_minutes": 240,
        "series": None,
        "grace_minutes": 5,
        "shifts": [
            {
                "id": ids[1],
                "chair": "Chair 1",
                "therapist": {"id": world.tara.id, "name": "Tara Lindqvist"},
                "starts": "09:00",
                "ends": "12:00",
                "breaks": [{"starts": "10:20", "ends": "10:40"}],
                "delay_minutes": 0,
            },
            {
                "id": ids[2],
                "chair": "Chair 2",
                "therapist": {"id": world.tom.id, "name": "Tom Okafor"},
                "starts": "10:00",
                "ends": "12:00",
                "breaks": [],
                "delay_minutes": 0,
            },
        ],
        "counts": {"slots": 14, "open": 14, "booked": 0, "waiting": 0},
    }
    assert (await world.hana.get(f"/events/{ids[0]}")).json() == event
    assert (await world.hana.get("/events")).json() == {"items": [event], "next": None}


async def test_what_is_left_out_has_its_default_and_instants_end_in_z(world: World) -> None:
    body = plan(claims_open_at="2026-11-26T10:00:00+02:00")
    for field in ("timezone", "slot_minutes", "reset_minutes", "claims_per_person"):
        del body[field]
    del body["cancel_until_minutes"], body["location"]["address"]
    event = (await world.hana.post("/events", body)).json()
    assert event["timezone"] == "Europe/Berlin"
    assert event["claims_open_at"] == "2026-11-26T08:00:00Z"
    assert event["location"]["address"] == ""
    minutes = event["slot_minutes"], event["reset_minutes"], event["cancel_until_minutes"]
    assert minutes == (15, 5, 240)
    assert event["claims_per_person"] == 1


async def test_only_the_coordinator_plans(world: World) -> None:
    missing = await nowhere(world)
    for someone in (world.emil, world.tara, world.ada, world.otto):
        assert essence(await someone.post("/events", plan())) == missing
    refused(await world.anonymous.post(f"{API}/events", json=plan()), 401, "not_signed_in")
    elsewhere = await world.olga.post("/events", plan(shifts=[shift()]))
    assert elsewhere.status_code == 201
    assert (await world.hana.get("/events")).json()["items"] == []


async def test_each_sees_the_days_that_are_theirs_to_see(world: World) -> None:
    draft = await world.day(published=False, date="2026-12-01")
    tara_only = await world.day(date="2026-12-02", shifts=[shift()])
    both = await world.day(date="2026-12-04")
    ended = await world.day(date="2026-12-07")
    await world.hana.put(f"/events/{ended['id']}/cancellation", {"reason": "Storm"})
    published = [tara_only["id"], both["id"], ended["id"]]
    seen: list[tuple[Someone, list[str]]] = [
        (world.hana, [draft["id"], *published]),
        (world.ada, [draft["id"], *published]),
        (world.emil, published),
        (world.tara, published),
        (world.tom, published[1:]),
        (world.olga, []),
        (world.otto, []),
        (world.tara_elsewhere, []),
    ]
    missing = await nowhere(world)
    for someone, expected in seen:
        items = (await someone.get("/events")).json()["items"]
        assert [item["id"] for item in items] == expected, someone.email
        for event in (draft, tara_only, both, ended):
            answer = await someone.get(f"/events/{event['id']}")
            if event["id"] in expected:
                assert answer.json()["id"] == event["id"]
            else:
                assert essence(answer) == missing


async def test_a_therapist_taken_off_a_day_sees_it_no_more(world: World) -> None:
    day = await world.day()
    assert (await world.tom.get(f"/events/{day['id']}")).status_code == 200
    await world.hana.patch(f"/events/{day['id']}", {"shifts": [shift()]})
    assert (await world.tom.get(f"/events/{day['id']}")).status_code == 404
    assert (await world.tara.get(f"/events/{day['id']}")).status_code == 200


async def test_days_can_be_asked_for_by_date_and_status(world: World) -> None:
    first = await world.day(date="2026-12-01")
    second = await world.day(published=False, date="2026-12-02")
    third = await world.day(date="2026-12-03")
    await world.hana.put(f"/events/{third['id']}/cancellation", {"reason": "Storm"})
    world.clock.set("2026-12-01T18:00:00Z")
    wanted = {
        "from=2026-12-02": [second, third],
        "to=2026-12-02": [first, second],
        "from=2026-12-02&to=2026-12-02": [second],
        "from=2026-12-03&to=2026-12-01": [],
        "status=draft": [second],
        "status=finished": [first],
        "status=cancelled": [third],
        "status=published": [],
    }
    for query, events in wanted.items():
        items = (await world.hana.get(f"/events?{query}")).json()["items"]
        assert [item["id"] for item in items] == [event["id"] for event in events], query
    for query in ("from=tomorrow", "to=2026-02-30", "status=open"):
        invalid(await world.hana.get(f"/events?{query}"), query.partition("=")[0])


async def test_reading_a_day_has_its_ladder(world: World) -> None:
    day = await world.day(shifts=[shift()])
    strangers = [world.tom, world.olga, world.otto, world.tara_elsewhere]
    await climb(world, "GET", f"/events/{day['id']}", None, world.hana, strangers)


BAD_PLANS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"date": "2026-11-22"}, ("date",)),
    ({"date": "2026-02-30"}, ("date",)),
    ({"timezone": "Europe/Atlantis"}, ("timezone",)),
    ({"title": ""}, ("title",)),
    ({"title": "Chair\u2028massage"}, ("title",)),
    ({"location": {"name": "Room\x07"}}, ("location.name",)),
    ({"location": {"name": "Room", "address": "Street\u2029Town"}}, ("location.address",)),
    ({"slot_minutes": 4}, ("slot_minutes",)),
    ({"slot_minutes": 121}, ("slot_minutes",)),
    ({"slot_minutes": "15"}, ("slot_minutes",)),
    ({"reset_minutes": 61}, ("reset_minutes",)),
    ({"claims_per_person": 0}, ("claims_per_person",)),
    ({"claims_open_at": "2026-11-26T08:00:00"}, ("claims_open_at",)),
    ({"colour": "blue"}, ("colour",)),
    ({"shifts": []}, ("shifts",)),
    ({"shifts": [shift(starts="9:00")]}, ("shifts[0].starts",)),
    ({"shifts": [shift(starts="12:00")]}, ("shifts[0].ends",)),
    ({"shifts": [shift(ends="09:10")]}, ("shifts[0].ends",)),
    ({"shifts": [shift(therapist="nobody@hands.example")]}, ("shifts[0].therapist",)),
    ({"shifts": [shift(therapist="emil@acme.example")]}, ("shifts[0].therapist",)),
    ({"shifts": [shift(), shift(therapist="tom@hands.example")]}, ("shifts[1].chair",)),
    ({"shifts": [shift(), shift(chair="Chair 2")]}, ("shifts[1].therapist",)),
    ({"shifts": [shift(breaks=[{"starts": "11:45", "ends": "12:15"}])]}, ("shifts[0].breaks[0]",)),
    ({"shifts": [shift(id="01234567-89ab-cdef-0123-456789abcdef")]}, ("shifts[0].id",)),
    # The clocks skip 02:30 on the one day and repeat it on the other.
    ({"date": "2027-03-28", "shifts": [shift(starts="02:30")]}, ("shifts[0].starts",)),
    ({"date": "2027-10-31", "shifts": [shift(starts="02:30")]}, ("shifts[0].starts",)),
]


@on_sqlite
async def test_a_plan_that_cannot_be_is_refused_by_field(world: World) -> None:
    for changes, fields in BAD_PLANS:
        invalid(await world.hana.post("/events", plan(**changes)), *fields)
    without_title = plan()
    del without_title["title"]
    invalid(await world.hana.post("/events", without_title), "title")
    assert (await world.hana.get("/events")).json()["items"] == []


@on_sqlite
async def test_a_body_that_is_not_an_object_is_refused(world: World) -> None:
    for content in (
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"plan"',
        b"\xff\xfe",
        b'{"title": "\\ud800"}',
    ):
        headers = {"content-type": "application/json"}
        answer = await world.hana.http.post(f"{API}/events", content=content, headers=headers)
        assert refused(answer, 400, "invalid")["errors"]
    assert (await world.hana.get("/events")).json()["items"] == []


async def test_a_therapist_is_in_one_place_and_no_one_learns_which(world: World) -> None:
    await world.day()
    at_once = plan(timezone="Europe/London", shifts=[shift(starts="08:30", ends="09:30")])
    answer = await world.olga.post("/events", at_once)
    problem = refused(answer, 409, "therapist_unavailable")
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert not any(word in answer.text for word in ("Acme", "Quiet", "Chair massage", "Berlin"))
    assert (await world.olga.get("/events")).json()["items"] == []
    right_after = plan(timezone="Europe/London", shifts=[shift(starts="11:00", ends="12:00")])
    assert (await world.olga.post("/events", right_after)).status_code == 201


async def test_publishing_opens_the_day_and_repeats_harmlessly(world: World) -> None:
    day = await world.day(published=False)
    first = await world.hana.put(f"/events/{day['id']}/publication")
    assert first.status_code == 200
    assert first.json() == day | {"status": "published", "claims_open_at": "2026-11-23T09:00:00Z"}
    world.clock.advance(hours=1)
    again = await world.hana.put(f"/events/{day['id']}/publication")
    assert (again.status_code, again.json()) == (200, first.json())
    audited = await rows("SELECT action FROM audit WHERE action = 'event.publish'")
    assert len(audited) == 1


async def test_publishing_keeps_a_planned_opening(world: World) -> None:
    day = await world.day(claims_open_at="2026-11-26T08:00:00Z")
    assert day["claims_open_at"] == "2026-11-26T08:00:00Z"


async def test_publishing_has_its_ladder(world: World) -> None:
    day = await world.day(published=False)
    path = f"/events/{day['id']}/publication"
    await climb(world, "PUT", path, None, world.hana, outsiders(world))
    assert (await world.hana.get(f"/events/{day['id']}")).json()["status"] == "draft"
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    refused(await world.hana.put(path), 409, "event_cancelled")
    other = await world.day(published=False, date="2026-12-04")
    world.clock.set("2026-12-04T18:00:00Z")
    refused(await world.hana.put(f"/events/{other['id']}/publication"), 409, "event_finished")


async def test_calling_a_day_off_tells_everyone_booked(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[4])
    answer = await world.hana.put(
        f"/events/{day['id']}/cancellation", {"reason": "Tara's train; sorry"}
    )
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["shifts"] == day["shifts"]
    await world.tick()
    told = world.mails()
    assert sorted(mail["To"].addresses[0].addr_spec for mail in told) == [
        "edda@acme.example",
        "emil@acme.example",
    ]
    for mail in told:
        entry = calendar_part(mail)
        assert "METHOD:CANCEL" in entry
        assert "STATUS:CANCELLED" in entry
        assert "SEQUENCE:1" in entry
        assert "Tara's train; sorry" in str(mail.get_body(("plain",)))
    statuses = [item["status"] for item in (await world.emil.get("/bookings")).json()["items"]]
    assert statuses == ["cancelled"]


async def test_a_therapist_is_free_again_when_a_day_is_called_off(world: World) -> None:
    day = await world.day()
    body = plan(shifts=[shift()])
    refused(await world.olga.post("/events", body), 409, "therapist_unavailable")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    assert (await world.olga.post("/events", body)).status_code == 201


async def test_calling_off_twice_leaves_it_as_the_first_time_did(world: World) -> None:
    day = await world.day()
    booking = await world.claim(world.emil, (await world.slots(day))[0])
    path = f"/events/{day['id']}/cancellation"
    first = await world.hana.put(path, {"reason": "Storm"})
    again = await world.hana.put(path, {"reason": "Snow"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json()["sequence"] == 1
    await world.tick()
    assert [("Storm" in str(mail)) for mail in world.mails()] == [True]


async def test_calling_off_has_its_ladder(world: World) -> None:
    day = await world.day()
    path = f"/events/{day['id']}/cancellation"
    await climb(world, "PUT", path, {"reason": "Storm"}, world.hana, outsiders(world))
    invalid(await world.hana.put(path, {}), "reason")
    invalid(await world.hana.put(path, {"reason": " "}), "reason")
    invalid(await world.hana.put(path, {"reason": 7}), "reason")
    invalid(await world.hana.put(path, {"reason": "a\x00b"}), "reason")
    assert (await world.hana.get(f"/events/{day['id']}")).json()["status"] == "published"
    world.clock.set("2026-12-03T11:00:00Z")
    refused(await world.hana.put(path, {"reason": "Storm"}), 409, "event_finished")


async def test_publishing_again_is_harmless_even_when_the_day_is_over(world: World) -> None:
    day = await world.day()
    world.clock.set("2026-12-05T09:00:00+00:00")
    again = await world.hana.put(f"/events/{day['id']}/publication")
    assert (again.status_code, again.json()["status"]) == (200, "finished")
