"""Where two things that are right by themselves meet: outages and missed times, draws and lines."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduler.domain import board, drawing, link, promotion
from scheduler.storage.rows import Event
from tests.waiting import full_day, give_back, join, offered, offers
from tests.web.test_board_by_link import personal
from tests.web.test_delay import booked, late
from tests.web.test_outages import take_out
from tests.world import World

pytestmark = pytest.mark.anyio
SHIFT = {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00", "ends": "10:15"}
CLOSES = "2026-11-30T12:00:00Z"


async def test_a_shift_goes_though_the_rest_of_a_late_time_is_taken(world: World) -> None:
    shift, _, found = await booked(world, 0, 1, shifts=[SHIFT])
    day = {"id": found[0]["event_id"], "shifts": [shift]}
    assert (await late(world.tara, shift, 20)).status_code == 200
    world.clock.set("2026-12-03T08:26:00Z")
    missed = f"/bookings/{found[0]['id']}/attendance"
    assert (await world.tara.put(missed, {"status": "no_show"})).status_code == 200
    (rest,) = [one for one in await world.slots(day) if one["state"] == "open"][:1]
    assert rest["starts_at"] == "2026-12-03T08:26:00Z"
    await world.claim(world.edda, rest)
    world.clock.set("2026-12-03T08:27:00Z")
    out = await take_out(world, day, 0)
    assert [one["booking_id"] for one in out["people"]] == [found[1]["id"]]
    (own,) = (await world.edda.get("/bookings")).json()["items"]
    assert own["status"] == "confirmed", "what has begun stays"


async def test_a_guest_whose_time_goes_waits_for_nothing(world: World) -> None:
    shift, _, found = await booked(world, 0, shifts=[SHIFT])
    day = {"id": found[0]["event_id"], "shifts": [shift]}
    slot = (await world.slots(day))[3]
    assert (await world.tara.post(f"/slots/{slot['id']}/walk-in")).status_code == 201
    await take_out(world, day, 0)
    report = (await world.hana.get(f"/events/{day['id']}/report")).json()
    assert report["unmet_demand"] == 1, "the colleague's, not the guest's"
    line = (await world.hana.get(f"/events/{day['id']}")).json()["counts"]["waiting"]
    assert line == 1


async def test_a_coordinator_who_lost_their_time_is_asked_first(world: World) -> None:
    day = await world.day(shifts=[SHIFT])
    await world.claim(world.hana, (await world.slots(day))[0])
    await take_out(world, day, 0)
    assert (await world.hana.delete(f"/shifts/{day['shifts'][0]['id']}/outage")).status_code == 204
    (offer,) = await offers(world.hana)
    browser = await world.signed_in(world.hana)
    assert (await browser.get(f"/offers/{offer['id']}")).status_code == 200
    taken = await world.hana.put(f"/offers/{offer['id']}/acceptance")
    assert taken.json()["slot_id"] == offer["slot_id"]


async def test_one_form_of_two_days_writes_to_both(world: World) -> None:
    browser, form = await world.signed_in(world.hana), str(uuid4())
    for date in ("2026-12-03", "2026-12-10"):
        day = await world.day(date=date)
        await world.claim(world.emil, (await world.slots(day))[0])
        path = f"/plan/{day['id']}/message"
        sent = {"text": "Bring tea.", "audience": "booked", "form": form}
        assert (await browser.post(path, sent, page=path)).status_code == 303


async def test_a_used_link_shows_nobodys_board_live(world: World) -> None:
    day, browser = await world.day(), world.browser()
    path = await personal(world, day, world.emil)
    await link.enter(path.removeprefix("/i/"), world.clock())
    assert (await browser.get(f"{path}/live?version=none")).status_code == 404


async def test_who_lost_a_time_before_the_draw_is_asked_with_it(world: World) -> None:
    day = await world.day(published=False, shifts=[SHIFT])
    await world.hana.put(f"/events/{day['id']}/draw", {"wishes_close_at": CLOSES})
    await world.hana.put(f"/events/{day['id']}/publication")
    slot = (await world.slots(day))[0]
    await world.hana.post(f"/slots/{slot['id']}/booking", {"person": world.edda.email})
    await take_out(world, day, 0)
    await world.hana.delete(f"/shifts/{day['shifts'][0]['id']}/outage")
    assert await offered(world.edda) == [], "nothing is given before the draw"
    world.clock.set(CLOSES)
    await drawing.run_due(world.clock())
    assert len(await offered(world.edda)) == 1


async def test_a_line_that_fails_keeps_no_other_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await full_day(world), await full_day(world, date="2026-12-10")
    for day in (first, second):
        for who in (world.emil, world.edda):
            await join(who, day)
        await give_back(day, 0)
    offer = promotion._offer  # noqa: SLF001

    async def failing(day: Event, *args: Any) -> None:
        if str(day.id) == first["id"]:
            raise OSError("the power went")
        await offer(day, *args)

    monkeypatch.setattr(promotion, "_offer", failing)
    world.clock.advance(minutes=31)
    with pytest.raises(ExceptionGroup):
        await promotion.tend(world.clock())
    assert await offered(world.edda) == [second["slots"][0]["id"]]


async def test_what_comes_back_at_a_late_chair_is_late(world: World) -> None:
    shift, _, found = await booked(world, 0, 1, shifts=[SHIFT])
    day = {"id": found[0]["event_id"], "shifts": [shift]}
    assert (await late(world.tara, shift, 15)).status_code == 200
    world.clock.set("2026-12-03T08:16:00Z")
    here = f"/bookings/{found[0]['id']}/attendance"
    assert (await world.tara.put(here, {"status": "checked_in"})).status_code == 200
    await take_out(world, day, 0)
    assert (await world.hana.delete(f"/shifts/{shift['id']}/outage")).status_code == 204
    ahead = [one["starts_at"] for one in await world.slots(day) if one["state"] != "past"]
    assert ahead == ["2026-12-03T08:40:00Z", "2026-12-03T09:00:00Z"], "08:20 is in the chair"


async def test_a_board_hears_of_a_free_time_that_goes_though_nobody_moves(world: World) -> None:
    shift, people, found = await booked(world, 0, 1, shifts=[SHIFT])
    event = UUID(found[0]["event_id"])
    assert (await late(world.tara, shift, 15)).status_code == 200
    assert (await people[1].delete(f"/bookings/{found[1]['id']}")).status_code == 204
    before = await board.versions([event], world.clock())
    assert (await late(world.tara, shift, 15)).status_code == 200
    assert len(await world.slots({"id": event})) == 3
    assert await board.versions([event], world.clock()) != before
