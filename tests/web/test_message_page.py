"""Writing to those who are booked, and inviting those who are not."""

import re
from uuid import uuid4

import httpx
import pytest

from scheduler.domain.person import Role
from tests.world import Browser, World, plan

pytestmark = pytest.mark.anyio
MARKUP = "<img src=x onerror=alert(1)>"


async def booked(world: World, count: int = 3) -> str:
    day = await world.day()
    slots = await world.slots(day)
    for one, slot in zip([world.emil, world.edda, *await world.employees(8)], slots, strict=False):
        if count:
            await world.claim(one, slot)
            count -= 1
    return f"/plan/{day['id']}"


def token(page: httpx.Response) -> str:
    (found,) = re.findall(r'name="form" value="([^"]+)"', page.text)
    return str(found)


async def write(browser: Browser, path: str, **changes: str) -> httpx.Response:
    page = await browser.get(f"{path}/message")
    sent = {"text": "Bring tea.", "audience": "booked", "form": token(page)} | changes
    return await browser.post(f"{path}/message", sent, page=f"{path}/message")


async def letters(world: World, subject: str) -> list[str]:
    await world.tick()
    return [mail["To"] for mail in world.mails() if subject in mail["Subject"]]


async def test_the_page_says_who_gets_it(world: World) -> None:
    path = await booked(world, 5)
    page = (await (await world.signed_in(world.hana)).get(f"{path}/message")).text
    counts = re.findall(r'<span class="muted">(\d+ p\w+)</span>', page)
    assert counts == ["5 people", "4 people", "1 person"]
    assert "Only at Chair 1, with Tara Lindqvist" in page


async def test_those_who_wait_can_be_chosen(world: World) -> None:
    path = await booked(world, 3)
    event = path.rpartition("/")[2]
    waiting = await world.join("waits@acme.example", "Wanda Waits", Role.EMPLOYEE)
    for who in (waiting, world.otto):
        await who.post(f"/events/{event}/waitlist", {"latest": "09:15"})
    browser = await world.signed_in(world.hana)
    page = (await browser.get(f"{path}/message")).text
    assert re.findall(r'<span class="muted">(\d+ p\w+)</span>', page)[-2:] == [
        "1 person",
        "4 people",
    ]
    done = await browser.follow(await write(browser, path, audience="all"))
    assert "On its way to 4 people." in done.text
    await browser.follow(await write(browser, path, audience="waiting", text="Soon."))
    assert len(await letters(world, "About your massage")) == 3
    assert len(await letters(world, "About the massage day on")) == 2


async def test_where_all_wait_nobody_else_is_offered(world: World) -> None:
    day = await world.day()
    await world.emil.post(f"/events/{day['id']}/waitlist", {"earliest": "11:59"})
    browser = await world.signed_in(world.hana)
    page = (await browser.get(f"/plan/{day['id']}/message")).text
    assert re.findall(r'value="(\w+)"( checked)?>', page)[:2] == [
        ("waiting", " checked"),
        ("all", ""),
    ]


async def test_a_message_goes_to_everybody_once(world: World) -> None:
    path = await booked(world)
    browser = await world.signed_in(world.hana)
    sent = await write(browser, path)
    page = await browser.follow(sent)
    assert "On its way to 3 people." in page.text
    assert len(await letters(world, "About your massage")) == 3


async def test_a_double_click_sends_it_once(world: World) -> None:
    path = await booked(world)
    browser = await world.signed_in(world.hana)
    form = token(await browser.get(f"{path}/message"))
    first, second = [await write(browser, path, form=form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert len(await letters(world, "About your massage")) == 3
    await write(browser, path, form=form, text="And a towel.")  # back, and something else
    assert len(await letters(world, "About your massage")) == 6


async def test_one_shift_is_written_to_alone(world: World) -> None:
    path = await booked(world, 5)
    browser = await world.signed_in(world.hana)
    shift = re.findall(r'name="audience" value="([0-9a-f-]{36})"', (
        await browser.get(f"{path}/message")).text)[1]  # fmt: skip
    page = await browser.follow(await write(browser, path, audience=shift))
    assert "On its way to 1 person." in page.text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"text": " "}, "It must not be empty."),
        ({"text": "a" * 2001}, "at most 2000 fit"),
        ({"text": "a\u2028b"}, "invisible control character"),
        ({"audience": str(uuid4())}, "no such shift"),
        ({"form": "7"}, "not an id"),
    ],
)
async def test_what_cannot_be_sent_is_kept_on_the_page(
    world: World, changes: dict[str, str], why: str
) -> None:
    path = await booked(world)
    browser = await world.signed_in(world.hana)
    answer = await write(browser, path, **changes)
    assert answer.status_code == 422
    assert why in answer.text
    if changes.get("text", "").startswith("a"):
        assert changes["text"] in answer.text
    assert await letters(world, "About your massage") == []


async def test_where_nobody_is_booked_nobody_is_written_to(world: World) -> None:
    day = await world.day()
    browser = await world.signed_in(world.hana)
    path = f"/plan/{day['id']}/message"
    assert "there is nobody to write to" in (await browser.get(path)).text
    answer = await browser.post(path, {"text": "Hello?"}, page=path)
    assert answer.status_code == 422
    assert "Nobody there still has their time ahead" in answer.text


async def test_words_are_words(world: World) -> None:
    day = await world.day(title=MARKUP, location={"name": MARKUP})
    await world.claim(world.emil, (await world.slots(day))[0])
    browser = await world.signed_in(world.hana)
    path = f"/plan/{day['id']}"
    for page in (
        await browser.get(f"{path}/message"),
        await browser.get(f"{path}/invitations"),
        await write(browser, path, text=MARKUP, audience="nobody"),
    ):
        assert MARKUP not in page.text
        assert "&lt;img" in page.text


async def test_whoever_made_up_a_number_reads_none(world: World) -> None:
    path = await booked(world)
    browser = await world.signed_in(world.hana)
    for count in ("-3", "x", "1" * 30, MARKUP, "٣"):
        page = await browser.get(f"{path}/message", params={"said": "sent", "count": count})
        assert page.status_code == 200
        assert "On its way" not in page.text


async def test_whoever_has_no_time_is_invited_once(world: World) -> None:
    path = f"{await booked(world, 2)}/invitations"
    browser = await world.signed_in(world.hana)
    page = (await browser.get(path)).text
    assert "Invite 8 people" in page
    assert "Ask again" not in page
    done = await browser.follow(await browser.post(path, page=path))
    assert "8 invitations are on their way." in done.text
    assert "Everybody has a time or an invitation." in done.text
    assert "Colleague 3" in done.text
    twice = await browser.follow(await browser.post(path, page=path))
    assert "Nobody was left to invite." in twice.text
    await world.tick()
    assert len([mail for mail in world.mails() if "/i/" in str(mail.get_body(("plain",)))]) == 8


async def test_asking_again_has_to_be_meant(world: World) -> None:
    path = f"{await booked(world, 2)}/invitations"
    browser = await world.signed_in(world.hana)
    await browser.post(path, page=path)
    world.clock.advance(days=1)
    again = await browser.post(path, {"again": "true"}, page=path)
    assert again.headers["location"].endswith("?said=invited&count=8")
    twice = await browser.post(path, {"again": "true"}, page=path)
    assert twice.headers["location"].endswith("?said=invited&count=0")


async def test_nobody_is_invited_to_what_they_cannot_take(world: World) -> None:
    browser = await world.signed_in(world.hana)
    draft = (await world.hana.post("/events", plan())).json()
    path = f"/plan/{draft['id']}/invitations"
    assert "Publish it first" in (await browser.get(path)).text
    answer = await browser.post(path, page=path)
    assert answer.status_code == 422
    await world.hana.put(f"/events/{draft['id']}/cancellation", {"reason": "Storm"})
    assert "Nobody can be invited" in (await browser.get(path)).text
    assert (await browser.post(path, page=path)).status_code == 422
