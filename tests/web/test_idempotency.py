"""One key, one deed; and not too many deeds in a minute."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.web.ladder import invalid, refused
from tests.world import Someone, World, codes, plan, rows

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def keyed(who: Someone, key: str, path: str, body: Any = None) -> httpx.Response:
    return await who.post(path, body, headers={"Idempotency-Key": key})


async def test_the_same_request_is_done_once_and_answered_twice(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]
    path = f"/slots/{slot['id']}/booking"
    first = await keyed(world.emil, "k-1", path, {"pressure": 2})
    assert first.status_code == 201
    booking = first.json()
    await world.emil.delete(f"/bookings/{booking['id']}")
    world.clock.advance(hours=23, minutes=59)
    again = await keyed(world.emil, "k-1", path, {"pressure": 2})
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert len((await world.emil.get("/bookings")).json()["items"]) == 1
    world.clock.advance(minutes=1)
    outlived = await keyed(world.emil, "k-1", path, {"pressure": 2})
    assert outlived.status_code == 201
    assert outlived.json()["id"] != booking["id"]
    await world.tick()
    assert len(await rows("SELECT id FROM booking")) == 2


async def test_every_post_that_creates_takes_a_key(world: World) -> None:
    first = await keyed(world.hana, "plan", "/events", plan())
    again = await keyed(world.hana, "plan", "/events", plan())
    assert (again.status_code, again.content) == (201, first.content)
    event = first.json()["id"]
    await world.hana.put(f"/events/{event}/publication")
    path = f"/events/{event}/booking"
    any_slot = await keyed(world.emil, "any", path)
    assert (await keyed(world.emil, "any", path)).content == any_slot.content
    assert len((await world.hana.get("/events")).json()["items"]) == 1
    assert len((await world.emil.get("/bookings")).json()["items"]) == 1


async def test_another_body_or_route_is_refused(world: World) -> None:
    slots = await world.slots(await world.day())
    path = f"/slots/{slots[0]['id']}/booking"
    await keyed(world.emil, "k", path, {"pressure": 2})
    other_body = await keyed(world.emil, "k", path, {"pressure": 3})
    refused(other_body, 422, "idempotency_key_reused")
    refused(await keyed(world.emil, "k", path), 422, "idempotency_key_reused")
    elsewhere = await keyed(world.emil, "k", f"/slots/{slots[1]['id']}/booking", {"pressure": 2})
    refused(elsewhere, 422, "idempotency_key_reused")


async def test_a_key_is_its_callers_own(world: World) -> None:
    slots = await world.slots(await world.day())
    path = f"/slots/{slots[0]['id']}/booking"
    mine = await keyed(world.emil, "k", path)
    assert mine.status_code == 201
    refused(await keyed(world.edda, "k", path), 409, "slot_taken")
    theirs = (await world.olga_slots(await world.olga_day(starts="14:00", ends="15:00")))[0]
    there = await keyed(await world.emil_at_other(), "k", f"/slots/{theirs['id']}/booking")
    assert (there.status_code, there.json()["slot_id"]) == (201, theirs["id"])


async def test_a_refusal_is_not_kept(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]
    path = f"/slots/{slot['id']}/booking"
    rival = await world.claim(world.edda, slot)
    refused(await keyed(world.emil, "k", path), 409, "slot_taken")
    await world.edda.delete(f"/bookings/{rival['id']}")
    assert (await keyed(world.emil, "k", path)).status_code == 201


async def test_the_same_request_at_once_is_done_once(world: World) -> None:
    path = f"/events/{(await world.day(claims_per_person=9))['id']}/booking"
    answers = await asyncio.gather(*(keyed(world.emil, "k", path) for _ in range(6)))
    assert codes(answers) == ["201"] * 6
    assert len({answer.content for answer in answers}) == 1
    assert len((await world.emil.get("/bookings")).json()["items"]) == 1


@on_sqlite
async def test_a_key_that_is_none_is_refused(world: World) -> None:
    path = f"/slots/{(await world.slots(await world.day()))[0]['id']}/booking"
    for key in ("", "k" * 256, "a\tb"):
        invalid(await keyed(world.emil, key, path), "Idempotency-Key")
    unspeakable = {b"Idempotency-Key": "schlüssel".encode()}
    answer = await world.emil.http.post(f"/api/v1{path}", headers=unspeakable)
    invalid(answer, "Idempotency-Key")
    assert (await keyed(world.emil, "k" * 255, path)).status_code == 201


@on_sqlite
async def test_too_much_in_a_minute_waits_by_person_and_not_by_address(world: World) -> None:
    answers = [await world.emil.delete("/calendar-feeds") for _ in range(60)]
    assert {answer.status_code for answer in answers} == {204}, "60 a minute are anybody's right"
    world.clock.advance(seconds=20)
    answer = answers[0]
    for _ in range(200):
        answer = await world.emil.delete("/calendar-feeds")
        if answer.status_code != 204:
            break
    refused(answer, 429, "rate_limited")
    assert answer.headers["retry-after"].isdigit()
    wait = int(answer.headers["retry-after"])
    assert 0 < wait <= 60
    assert (await world.emil.get("/bookings")).status_code == 200, "reading goes on"
    assert (await world.edda.delete("/calendar-feeds")).status_code == 204
    world.clock.advance(seconds=wait)
    assert (await world.emil.delete("/calendar-feeds")).status_code == 204


@on_sqlite
async def test_a_claim_that_waits_takes_nothing(world: World) -> None:
    slot = (await world.slots(await world.day()))[0]
    for _ in range(130):
        await world.emil.delete("/calendar-feeds")
    refused(await world.emil.post(f"/slots/{slot['id']}/booking"), 429, "rate_limited")
    assert (await rows("SELECT id FROM booking")) == []
