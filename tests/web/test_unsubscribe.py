"""Messages that people can do without: chosen on a page, ended from the message with one click."""

import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from litestar import Litestar

from scheduler.domain import mail_choice
from scheduler.domain.errors import NotFound
from scheduler.domain.mail_choice import Ending, Kind
from tests.web.ladder import invalid
from tests.world import Someone, World, client, rows, write

pytestmark = pytest.mark.anyio
KEY = b"5e" * 16
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ALL = {"invitation": True, "nudge": False, "rating_request": True}


def to_end(mail: EmailMessage) -> str:
    """The address in the header."""
    found = re.fullmatch(
        r"<(https://chairtime\.example/unsubscribe/[\w-]+)>", mail["List-Unsubscribe"]
    )
    assert found, mail["List-Unsubscribe"]
    return found[1]


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    text: str = body.get_content()
    return text


async def invited(world: World, *who: Someone) -> list[EmailMessage]:
    """To one more day, and the mails that left for it."""
    day = await world.day(date=f"2026-12-{10 + len(await rows('SELECT id FROM event'))}")
    people = [one.id for one in who]
    before = len(world.mails())
    answer = await world.hana.put(f"/events/{day['id']}/invitations", {"people": people})
    assert answer.status_code == 200
    await world.tick()
    return world.mails()[before:]


def mail_program(app: Litestar) -> Any:
    """Which brings no cookie, names no page and looks at no answer."""
    return client(app)


async def press(world: World, address: str, **options: Any) -> Any:
    options = options or {"data": ONE_CLICK}
    return await mail_program(world.app).post(urlsplit(address).path, **options)


# The address


def test_a_seal_is_for_one_person_and_one_kind() -> None:
    ending = Ending(UUID(int=1), UUID(int=2), Kind.INVITATION)
    token = mail_choice.seal(ending, KEY)
    assert mail_choice.unseal(token, KEY) == ending
    others = {
        mail_choice.seal(Ending(UUID(int=a), UUID(int=b), kind), KEY)[-21:]
        for a, b in ((1, 2), (1, 3), (2, 2))
        for kind in Kind
    }
    assert len(others) == 9
    for wrong in (token[:-1], token + "A", "B" + token[1:], token[:-4], "", "a", "!!!", token * 2):
        with pytest.raises(NotFound):
            mail_choice.unseal(wrong, KEY)
    with pytest.raises(NotFound):
        mail_choice.unseal(token, b"another key")


# The message


async def test_what_can_be_done_without_says_how_to_end_it(world: World) -> None:
    day = await world.day()
    booked = await world.claim(world.edda, (await world.slots(day))[0])
    await world.hana.put(f"/events/{day['id']}/invitations", {"people": [world.emil.id]})
    await world.hana.post(f"/events/{day['id']}/messages", {"text": "Bring tea."})
    await world.browser().post("/sign-in", {"email": "emil@acme.example"})
    for instant in ("2026-12-02T08:00:00Z", "2026-12-03T07:00:00Z", "2026-12-03T08:15:00Z"):
        await world.tick()
        world.clock.set(instant)
    await world.tick()
    await world.hana.delete(f"/bookings/{booked['id']}")
    mails = world.mails()
    headed = {mail["Subject"].partition(" on ")[0]: mail["List-Unsubscribe"] for mail in mails}
    assert {subject for subject, header in headed.items() if header} == {
        "A massage for you", "How was your massage?",
    }  # fmt: skip
    assert len(headed) == 7
    for mail in mails:
        if mail["List-Unsubscribe"]:
            assert mail.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
            assert to_end(mail) in plain(mail)
        else:
            assert mail["List-Unsubscribe-Post"] is None
            assert "/unsubscribe/" not in plain(mail)


async def test_one_click_ends_one_kind_for_good(world: World) -> None:
    (mail,) = await invited(world, world.emil)
    answer = await press(world, to_end(mail))
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "Invitations to massage days, from Acme: ended." in answer.text
    assert await invited(world, world.emil) == []
    assert (await world.emil.get("/me/messages")).json() == ALL | {"invitation": False}
    (kept,) = await rows("SELECT kind, wanted FROM mail_choice")
    assert (kept["kind"], bool(kept["wanted"])) == ("invitation", False)
    world.clock.advance(days=400)
    assert (await press(world, to_end(mail))).status_code == 200, "again, and for ever"
    assert len(await rows("SELECT id FROM mail_choice")) == 1


async def test_as_a_form_of_many_parts_too(world: World) -> None:
    (mail,) = await invited(world, world.emil)
    answer = await press(world, to_end(mail), files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert (await world.emil.get("/me/messages")).json()["invitation"] is False


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {}},
        {"data": {"List-Unsubscribe": "one-click"}},
        {"data": {"list-unsubscribe": "One-Click"}},
        {"data": ONE_CLICK | {"more": "x"}},
        {"data": {"List-Unsubscribe": ["One-Click", "One-Click"]}},
        {"json": ONE_CLICK},
        {"content": b"List-Unsubscribe=One-Click"},
        {"content": b"\xff\xfe", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whatever_else_is_sent_changes_nothing(world: World, sent: dict[str, Any]) -> None:
    (mail,) = await invited(world, world.emil)
    answer = await press(world, to_end(mail), **sent)
    assert 400 <= answer.status_code < 500
    assert await rows("SELECT id FROM mail_choice") == []


async def test_whoever_only_looks_changes_nothing(world: World) -> None:
    (mail,) = await invited(world, world.emil)
    path = urlsplit(to_end(mail)).path
    for http in (world.browser().http, (await world.signed_in(world.emil)).http, world.anonymous):
        assert (await http.get(path)).status_code == 200
    assert await rows("SELECT id FROM mail_choice") == []
    browser = world.browser()
    page = await browser.get(path)
    assert "Send me no more of them" in page.text
    assert world.emil.email not in page.text
    assert "Emil" not in page.text, "a message is forwarded"
    done = await browser.post(path, ONE_CLICK, page=path)
    assert "You get no more of these messages" in done.text
    assert len(await rows("SELECT id FROM mail_choice")) == 1


async def test_an_address_that_we_did_not_make_is_not_there(world: World) -> None:
    (mail,) = await invited(world, world.emil)
    path = urlsplit(to_end(mail)).path
    for wrong in (path[:-2], f"{path}AA", "/unsubscribe/x", "/unsubscribe/%F0%9F%92%86"):
        assert (await world.browser().get(wrong)).status_code == 404
        assert (await press(world, wrong)).status_code == 404
    assert await rows("SELECT id FROM mail_choice") == []


async def test_it_is_asked_when_the_message_is_written(world: World) -> None:
    day = await world.day()
    await world.claim(world.edda, (await world.slots(day))[0])
    await world.tick()
    answer = await world.hana.put(f"/events/{day['id']}/invitations", {"people": [world.emil.id]})
    assert answer.json()["invited"] == 1
    world.clock.set("2026-12-03T08:30:00Z")
    for who in (world.emil, world.edda):
        chosen = await who.put("/me/messages", dict.fromkeys(ALL, False))
        assert chosen.json() == dict.fromkeys(ALL, False)
    before = len(world.mails())
    await world.tick()
    assert len(world.mails()) == before
    outcomes = await rows(
        "SELECT outcome FROM outbox WHERE kind IN ('invitation', 'rating_request')"
    )
    assert [row["outcome"] for row in outcomes] == ["dropped"] * 2


async def test_a_choice_is_of_one_organisation(world: World) -> None:
    elsewhere = await world.emil_at_other()
    (mail,) = await invited(world, world.emil)
    await press(world, to_end(mail))
    assert (await elsewhere.get("/me/messages")).json() == ALL
    assert (await world.edda.get("/me/messages")).json() == ALL


# The page and the API


async def test_ticked_and_not(world: World) -> None:
    browser = await world.signed_in(world.emil)
    page = (await browser.get("/me/messages")).text
    assert len(re.findall(r" checked>", page)) == 2
    answer = await browser.post("/me/messages", {"nudge": "true"}, page="/me/messages")
    done = (await browser.follow(answer)).text
    assert "It holds from the next message on." in done
    assert re.findall(
        r'name="(\w+)" type="checkbox" value="true" aria-describedby="[\w-]+" checked', done
    ) == ["nudge"]
    assert (await world.emil.get("/me/messages")).json() == {
        "invitation": False, "nudge": True, "rating_request": False,
    }  # fmt: skip
    assert 'href="/me/messages"' in (await browser.get("/me")).text
    assert 'href="/me/messages"' not in (await (await world.signed_in(world.tara)).get("/me")).text


async def test_a_wrong_choice_is_refused_by_field(world: World) -> None:
    for body, field in (
        ({}, "invitation"),
        (ALL | {"nudge": "yes"}, "nudge"),
        (ALL | {"reminder_day": False}, "reminder_day"),
        ({"invitation": True, "nudge": True}, "rating_request"),
    ):
        invalid(await world.emil.put("/me/messages", body), field)
    assert await rows("SELECT id FROM mail_choice") == []


async def test_who_changes_it_is_in_the_log_and_what_is_kept_is_shown(world: World) -> None:
    await world.emil.put("/me/messages", ALL | {"nudge": True})
    data = (await world.emil.get("/me/data")).json()
    assert [(one["kind"], one["wanted"]) for one in data["mail_choices"]] == [
        ("invitation", True), ("nudge", True), ("rating_request", True),
    ]  # fmt: skip
    assert "mail.choose" in [one["action"] for one in data["log"]]
    page = (await (await world.signed_in(world.emil)).get("/me/data")).text
    assert "Word that times are left: you want them" in page
    assert "You chose which messages to get" in page or "chose which messages to get" in page


async def test_erasing_takes_it_along(world: World) -> None:
    (mail,) = await invited(world, world.emil)
    await world.emil.put("/me/messages", ALL | {"nudge": True})
    await world.emil.delete("/me/data?confirm=true")
    assert await rows("SELECT id FROM mail_choice") == []
    assert (await press(world, to_end(mail))).status_code == 200
    assert await rows("SELECT id FROM mail_choice") == []


async def test_a_kind_of_a_newer_release_is_left_alone(world: World) -> None:
    await world.emil.put("/me/messages", ALL)
    await write("UPDATE mail_choice SET kind = 'digest' WHERE kind = 'nudge'")
    assert (await world.emil.get("/me/messages")).json() == ALL
