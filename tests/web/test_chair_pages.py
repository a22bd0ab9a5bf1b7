"""Pages for what happens at short notice: on the roster, on the board, and at the chair itself."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduler.domain import chair_link, link
from tests.waiting import full_day
from tests.web.test_at_the_chair import at, mark, missed, ready
from tests.world import Browser, World, rows

pytestmark = pytest.mark.anyio


@pytest.fixture
async def day(world: World) -> dict[str, Any]:
    """Full, 09:00 to 09:15 and 09:20 to 09:35, and it is nine now."""
    found = await full_day(world)
    world.clock.set(at(0))
    return found


async def roster(browser: Browser) -> str:
    answer = await browser.get("/roster")
    assert answer.status_code == 200
    return answer.text


def key(world: World) -> bytes:
    found: bytes = world.app.state["keys"].secret
    return found


# The roster


async def test_what_becomes_of_a_missed_time(world: World, day: dict[str, Any]) -> None:
    tara = await world.signed_in(world.tara)
    await missed(world, day)
    assert "The rest of this time is open." in await roster(tara)
    await ready(world.edda, day)
    assert "is offered to somebody who can come at once" in await roster(tara)
    (offer,) = (await world.edda.get("/offers")).json()["items"]
    await world.edda.put(f"/offers/{offer['id']}/acceptance")
    page = await roster(tara)
    assert "The rest of this time is taken: Edda O. comes." in page
    assert f"line-confirmed-{day['bookings'][0]['id']}" not in page, "nothing to undo"
    answer = await tara.post(
        f"/bookings/{day['bookings'][0]['id']}/attendance", {"status": "confirmed"}, page="/roster"
    )
    assert "Somebody was faster" in (await tara.follow(answer)).text


async def test_what_is_held_is_not_called_free(world: World, day: dict[str, Any]) -> None:
    await missed(world, day)
    hana, tara = await world.signed_in(world.hana), await world.signed_in(world.tara)
    plan = f"/plan/{day['id']}"
    assert "Free until 09:15" in (await hana.get(plan)).text
    await ready(world.edda, day)
    assert "Held for somebody who is being asked" in (await hana.get(plan)).text
    page = await roster(tara)
    assert "Held for somebody who is being asked" in page
    assert "Free until 09:15" not in page
    (offer,) = (await world.edda.get("/offers")).json()["items"]
    edda = await world.signed_in(world.edda)
    page = (await edda.get(f"/offers/{offer['id']}")).text
    assert "it goes to the next who can come" in page
    assert "keep your place" not in page, "Edda is not in line"
    await edda.post(f"/offers/{offer['id']}/acceptance", page=f"/offers/{offer['id']}")
    (own,) = (await world.edda.get("/bookings")).json()["items"]
    page = (await edda.get(f"/bookings/{own['id']}")).text
    assert "It has begun, and ends at 09:15." in page
    assert "You could move it" not in page, "it never could be"
    assert "We remind you" not in page


async def test_whoever_comes_late(world: World, day: dict[str, Any]) -> None:
    tara = await world.signed_in(world.tara)
    await missed(world, day)
    assert f"line-checked_in-{day['bookings'][0]['id']}" in await roster(tara)
    await mark(world, day, "checked_in")
    assert "10 of 15 minutes left" in await roster(tara)


async def test_a_walk_in(world: World, day: dict[str, Any]) -> None:
    tara = await world.signed_in(world.tara)
    rest = await missed(world, day)
    await ready(world.edda, day)
    page = await roster(tara)
    assert "Edda O." in page
    path = f"/slots/{rest['id']}/walk-in"
    taken = await tara.post(path, {"standby": ""}, page="/roster")
    assert "Somebody was faster" in (await tara.follow(taken)).text, "it is held for Edda"
    (row,) = await rows("SELECT id FROM standby")
    taken = await tara.post(path, {"standby": str(row["id"])}, page="/roster")
    page = (await tara.follow(taken)).text
    assert "has this time." in page
    again = await tara.post(path, {"standby": str(row["id"])}, page="/roster")
    assert "do not stand by any more" in (await tara.follow(again)).text


async def test_somebody_without_an_account(world: World, day: dict[str, Any]) -> None:
    tara = await world.signed_in(world.tara)
    rest = await missed(world, day)
    taken = await tara.post(f"/slots/{rest['id']}/walk-in", {"standby": ""}, page="/roster")
    assert "Walk-in" in (await tara.follow(taken)).text
    hana = await world.signed_in(world.hana)
    shown = (await hana.get(f"/plan/{day['id']}")).text
    assert "Walk-in" in shown
    assert ".invalid" not in shown, "nobody reads an address that is none"
    assert (await tara.post(f"/slots/{uuid4()}/walk-in")).status_code == 404


async def test_nobody_is_said_to_tell_somebody_without_an_account(world: World) -> None:
    day = await world.day()
    world.clock.set(at(0))
    later = (await world.slots(day))[2]["id"]
    seated = (await world.tara.post(f"/slots/{later}/walk-in")).json()["booking"]["id"]
    hana = await world.signed_in(world.hana)
    here = f"/plan/{day['id']}/bookings/{seated}"
    page = (await hana.get(here)).text
    assert page.count("They have no address: tell them yourself.") == 2
    assert not re.search("and tell them|[Tt]hey are told|is told", page)
    done = await hana.post(f"{here}/cancellation", page=here)
    assert "Given back. The time is free again." in (await hana.follow(done)).text


async def test_only_today(world: World) -> None:
    day = await world.day()
    tara = await world.signed_in(world.tara)
    assert 'class="walk-in"' not in (await tara.get(f"/roster/{day['date']}")).text
    world.clock.set(at(0))
    assert (await roster(tara)).count('class="walk-in"') == 6
    world.clock.set(at(10))
    assert (await roster(tara)).count('class="walk-in"') == 5, "nothing useful is left of the first"


# The board


async def test_standing_by(world: World, day: dict[str, Any]) -> None:
    edda, board = await world.signed_in(world.edda), f"/days/{day['id']}"
    assert "I can come in ten minutes" in (await edda.get(board)).text
    page = await edda.follow(await edda.post(f"{board}/standby", page=board))
    assert "You stand by." in page.text
    assert "On standby since" not in page.text, "said once"
    assert "On standby since" in (await edda.get(board)).text
    assert "I cannot come any more" in page.text
    page = await edda.follow(await edda.post(f"{board}/standby/end", page=board))
    assert "You do not stand by any more." in page.text
    assert "I can come in ten minutes" in page.text


async def test_who_is_not_asked_to_stand_by(world: World, day: dict[str, Any]) -> None:
    board = f"/days/{day['id']}"
    for who in (world.hana, day["holders"][0]):
        assert "ten minutes" not in (await (await world.signed_in(who)).get(board)).text
    holder = await world.signed_in(day["holders"][0])
    refused = await holder.post(f"{board}/standby", page=board)
    assert refused.status_code == 422
    assert "You already have all the times" in refused.text
    world.clock.set("2026-12-02T08:00:00Z")
    assert "ten minutes" not in (await (await world.signed_in(world.edda)).get(board)).text


async def test_the_rest_is_on_the_board(world: World, day: dict[str, Any]) -> None:
    rest = await missed(world, day)
    edda = await world.signed_in(world.edda)
    page = (await edda.get(f"/days/{day['id']}")).text
    assert rest["id"] in page
    assert re.search(r"<b>1</b> of 2 places", page)
    taken = await edda.post(f"/days/{day['id']}/booking", {"slot": rest["id"]})
    assert taken.status_code == 303
    assert taken.headers["location"].endswith("?said=booked")


async def test_grace_on_the_page_of_a_day(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    assert (
        'name="grace_minutes" type="number" value="5"'
        in (await hana.get(f"/plan/{day['id']}/edit")).text
    )


# At the chair


async def chair(world: World, day: dict[str, Any], number: int = 0) -> str:
    return "/c/" + chair_link.share(UUID(day["shifts"][number]["id"]), key(world))


async def test_one_tap_for_whoever_is_signed_in(world: World) -> None:
    day = await world.day()
    world.clock.set("2026-12-03T08:09:00Z")
    edda, here = await world.signed_in(world.edda), await chair(world, day)
    page = (await edda.get(here)).text
    assert "Free now" in page
    first = (await world.slots(day))[0]["id"]
    assert first in page
    taken = await edda.post(f"{here}/booking", {"slot": first}, page=here)
    assert taken.status_code == 303
    assert "said=booked" in taken.headers["location"]
    page = (await (await world.signed_in(world.emil)).get(here)).text
    assert "The next free time" in page
    emil = await world.signed_in(world.emil)
    refused = await emil.post(f"{here}/booking", {"slot": first}, page=here)
    assert refused.status_code == 422
    assert "Somebody was faster" in refused.text


async def test_only_a_time_of_that_chair(world: World) -> None:
    day = await world.day()
    world.clock.set("2026-12-03T09:01:00Z")
    edda, here = await world.signed_in(world.edda), await chair(world, day)
    other = next(one for one in await world.slots(day) if one["chair"] == "Chair 2")
    for wrong in (other["id"], str(uuid4()), "nonsense", ""):
        refused = await edda.post(f"{here}/booking", {"slot": wrong}, page=here)
        assert refused.status_code == 422
        assert "this time is not offered any more" in refused.text
    assert await rows("SELECT id FROM booking") == []


async def test_a_code_leads_back_to_the_chair(world: World) -> None:
    day = await world.day()
    world.clock.set(at(1))
    browser, here = world.browser(), await chair(world, day)
    page = (await browser.get(here)).text
    assert "Your work address" in page
    assert "Edda" not in page
    missing = await browser.post(f"{here}/booking", {"email": "edda"}, page=here)
    assert missing.status_code == 422
    await browser.post(f"{here}/booking", {"email": "edda@acme.example"}, page=here)
    await world.tick()
    code = re.search(r"\b\d{6}\b", world.mails("edda@")[-1]["Subject"])
    assert code
    back = await browser.post("/sign-in/code", {"code": code[0]}, page="/sign-in/code")
    assert back.headers["location"] == here
    assert 'type="submit"' in (await browser.get(here)).text


async def test_a_chair_that_is_not_there(world: World) -> None:
    day = await world.day(published=False)
    browser = world.browser()
    shift = UUID(day["shifts"][0]["id"])
    for wrong in (
        await chair(world, day), "/c/nonsense", f"/c/{link.share(shift, key(world))}",
        "/c/" + chair_link.share(uuid4(), key(world)),
    ):  # fmt: skip
        assert (await browser.get(wrong)).status_code == 404
        assert (await browser.post(f"{wrong}/booking")).status_code == 404


async def test_somebody_of_another_company_takes_nothing(world: World) -> None:
    day = await world.day()
    world.clock.set(at(1))
    otto, here = await world.signed_in(world.otto), await chair(world, day)
    slot = (await world.slots(day))[0]["id"]
    answer = await otto.post(f"{here}/booking", {"slot": slot}, page=here)
    assert answer.status_code == 422
    assert await rows("SELECT id FROM booking") == []


async def test_a_card_for_each_chair(world: World) -> None:
    day = await world.day()
    hana = await world.signed_in(world.hana)
    assert f"/plan/{day['id']}/chair-cards" in (await hana.get(f"/plan/{day['id']}/poster")).text
    page = (await hana.get(f"/plan/{day['id']}/chair-cards")).text
    for number in (0, 1):
        assert await chair(world, day, number) in page
    assert page.count("Take a seat") == 2
