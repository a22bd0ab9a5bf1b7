"""The page of a time that is held for somebody: what it says, and what its buttons do."""

from typing import Any

import pytest

from tests.waiting import offered, offered_to_the_first, offers, told
from tests.web.forms import tags, words
from tests.web.test_signing_in import code_in
from tests.world import World, rows

pytestmark = pytest.mark.anyio


@pytest.fixture
async def day(world: World) -> dict[str, Any]:
    return await offered_to_the_first(world)


@pytest.fixture
async def path(world: World, day: dict[str, Any]) -> str:
    (held,) = await offers(world.emil)
    assert held["event_id"] == day["id"]
    return f"/offers/{held['id']}"


def buttons(page: str) -> list[str]:
    return [one["action"] for one in tags(page, "form") if "/offers/" in one.get("action", "")]


async def test_it_says_all_that_decides(world: World, path: str) -> None:
    answer = await (await world.signed_in(world.emil)).get(path)
    said = words(answer.text)
    for fact in ("A time for you", "09:00", "Thursday 3 December", "Quiet room", "Hauptstr. 1",
                 "1, with Tara Lindqvist", "Held for you until 10:31",
                 "you keep your place"):  # fmt: skip
        assert fact in said
    assert buttons(answer.text) == [f"{path}/acceptance"]
    assert [one["formaction"] for one in tags(answer.text, "button") if "formaction" in one] == [
        f"{path}/refusal"
    ]


async def test_opening_it_changes_nothing(world: World, path: str) -> None:
    before = await rows("SELECT * FROM offer"), await rows("SELECT id FROM booking")
    for browser in (world.browser(), await world.signed_in(world.emil)):
        for _ in range(3):
            await browser.get(path)
    assert (await rows("SELECT * FROM offer"), await rows("SELECT id FROM booking")) == before


async def test_the_mail_leads_to_it_and_a_code_lets_in(
    world: World, day: dict[str, Any], path: str
) -> None:
    await world.tick()
    (mail,) = told(world, world.emil)
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"https://chairtime.example{path}" in body.get_content()
    browser = world.browser()
    sent = await browser.get(path)
    assert sent.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"
    await browser.post("/sign-in", {"email": "emil@acme.example", "next": path})
    await world.tick()
    answer = await browser.post(
        "/sign-in/code", {"code": code_in(world.mails("emil@acme.example")[-1])}
    )
    assert answer.headers["location"] == path
    taken = await browser.post(f"{path}/acceptance", page=path)
    assert "09:00 is yours" in words((await browser.follow(taken)).text)
    assert (await world.slots(day))[0]["state"] == "booked"


async def test_taking_it_twice_leads_to_the_same_time(world: World, path: str) -> None:
    browser = await world.signed_in(world.emil)
    first, second = [await browser.post(f"{path}/acceptance", page=path) for _ in range(2)]
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert len(await rows("SELECT id FROM booking WHERE status = 'confirmed'")) == 2
    page = (await browser.get(path)).text
    assert "You took this time" in words(page)
    assert buttons(page) == []
    booking = first.headers["location"].partition("?")[0]
    assert booking in [one.get("href") for one in tags(page, "a")]
    world.clock.advance(minutes=1)
    await browser.post(f"{booking}/cancellation", page=booking)
    assert "You took this time and gave it back" in words((await browser.get(path)).text)
    again = await browser.post(f"{path}/acceptance", page=path)
    assert again.status_code == 422
    assert "answered this offer already" in words(again.text)


async def test_passing_hands_it_on_and_keeps_the_place(world: World, path: str) -> None:
    browser = await world.signed_in(world.emil)
    for _ in range(2):
        page = await browser.follow(await browser.post(f"{path}/refusal", page=path))
        said = words(page.text)
        assert "You passed on this time" in said
        assert "It goes to the next in line" in said
        assert "You are number 1 in line" in said
        assert buttons(page.text) == []
    assert len(await offered(world.edda)) == 1
    refused = await browser.post(f"{path}/acceptance", page=path)
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert "answered this offer already" in words(refused.text)


@pytest.mark.parametrize("answer", ["acceptance", "refusal"])
async def test_too_late_is_said(world: World, path: str, answer: str) -> None:
    browser = await world.signed_in(world.emil)
    await browser.get(path)
    world.clock.advance(minutes=30)
    refused = await browser.post(f"{path}/{answer}", page=path)
    assert refused.status_code == 422
    said = words(refused.text)
    assert "not held for you any more" in said
    assert "until 10:31" in said
    assert "You are number 1 in line" in said
    assert buttons(refused.text) == []
    await world.tick()
    assert "<title>This time is not held for you any more" in (await browser.get(path)).text


async def test_what_went_with_its_day_is_off(world: World, day: dict[str, Any], path: str) -> None:
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    browser = await world.signed_in(world.emil)
    said = words((await browser.get(path)).text)
    assert "This offer is off" in said
    assert "in line" not in said
    refused = await browser.post(f"{path}/acceptance", page=path)
    assert refused.status_code == 422
    assert "not held for you any more" in words(refused.text)


async def test_a_claim_elsewhere_is_said_and_it_stays_held(world: World, path: str) -> None:
    twice = await world.emil_at_other()
    theirs = await world.olga_slots(await world.olga_day())
    at_nine = next(s for s in theirs if s["starts_at"] == "2026-12-03T08:00:00Z")
    await world.claim(twice, at_nine)
    browser = await world.signed_in(world.emil)
    refused = await browser.post(f"{path}/acceptance", page=path)
    assert refused.status_code == 422
    assert "another massage at that time" in words(refused.text)
    assert buttons(refused.text) == [f"{path}/acceptance"]


async def test_others_find_nothing(world: World, path: str) -> None:
    nothing = (await world.browser().get("/nowhere")).content
    for who in (world.edda, world.hana, world.otto, await world.emil_at_other()):
        browser = await world.signed_in(who)
        for method, where in (("GET", ""), ("POST", "/acceptance"), ("POST", "/refusal")):
            answer = await browser.http.request(method, f"{path}{where}")
            assert answer.status_code == 404, (who.email, where)
    assert (await world.browser().get("/offers/nonsense")).content == nothing


async def test_a_session_that_ended_comes_back_to_it(world: World, path: str) -> None:
    answer = await world.browser().post(f"{path}/acceptance", page=path)
    assert answer.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"
    assert len(await offers(world.emil)) == 1
