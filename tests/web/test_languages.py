"""Pages and mails speak the reader's language; programs are always answered in English."""

import re

import pytest

from tests.world import API, Browser, World

pytestmark = pytest.mark.anyio

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}


def germans(world: World) -> Browser:
    browser = world.browser()
    browser.http.headers.update(GERMAN)
    return browser


async def test_a_page_is_in_the_language_that_the_browser_asks_for(world: World) -> None:
    german = (await germans(world).get("/sign-in")).text
    assert '<html lang="de">' in german
    assert "Ohne Passwort: Wir senden einen Code" in german
    english = (await world.browser().get("/sign-in")).text
    assert '<html lang="en">' in english
    assert "No password: we send a code" in english


async def test_a_language_that_is_chosen_stays_chosen(world: World) -> None:
    browser = germans(world)
    await browser.post("/preferences", {"language": "en"})
    assert '<html lang="en">' in (await browser.get("/sign-in")).text
    await browser.post("/preferences", {"language": "../de"})
    assert '<html lang="en">' in (await browser.get("/sign-in")).text
    await browser.post("/preferences", {"language": "de"})
    assert '<html lang="de">' in (await browser.get("/sign-in")).text


async def test_what_is_wrong_is_said_in_the_readers_language(world: World) -> None:
    answer = await germans(world).post("/sign-in", {"email": "nobody"})
    assert answer.status_code == 422
    assert "Das ist keine E-Mail-Adresse. Sie sieht aus wie anna@example.org." in answer.text
    assert re.search(r"<title>Fehler: ", answer.text)
    assert "An email address must have an @-sign." not in answer.text
    long = await germans(world).post("/sign-in", {"email": "a" * 300})
    assert "Eine E-Mail-Adresse hat höchstens 254 Zeichen." in long.text


async def test_what_is_not_there_is_not_there_in_the_readers_language(world: World) -> None:
    answer = await germans(world).get("/nowhere")
    assert answer.status_code == 404
    assert "Hier ist nichts, oder nichts, was Sie sehen dürfen." in answer.text


async def test_a_program_is_answered_in_english(world: World) -> None:
    token = {"authorization": f"Bearer {world.hana.token}"} | GERMAN
    http = germans(world).http
    answer = await http.post(f"{API}/events", json={"title": 1}, headers=token)
    assert answer.json()["errors"][0]["message"] == "This must be text, not a number."
    answer = await http.get(f"{API}/nowhere", headers=token)
    assert answer.json()["detail"] == "There is nothing here, or nothing that you may see."


async def test_the_message_with_the_code_is_in_the_language_of_the_page(world: World) -> None:
    browser = germans(world)
    await browser.post("/sign-in", {"email": world.emil.email})
    await world.tick()
    (mail,) = world.mails(world.emil.email)
    assert re.fullmatch(r"\d{6} ist Ihr Code für Chairtime", mail["Subject"])


async def test_whoever_signed_in_in_german_is_written_to_in_german(world: World) -> None:
    browser = germans(world)
    await browser.post("/sign-in", {"email": world.emil.email})
    await world.tick()
    code = world.mails(world.emil.email)[0]["Subject"][:6]
    assert (await browser.post("/sign-in/code", {"code": code})).status_code == 303
    await world.claim(world.emil, (await world.slots(await world.day()))[0])
    await world.tick()
    assert world.mails(world.emil.email)[1]["Subject"].startswith("Ihre Massage am Donnerstag")
    await browser.post("/preferences", {"language": "en"})
    await world.emil.delete(
        f"/bookings/{(await world.emil.get('/bookings')).json()['items'][0]['id']}"
    )
    await world.tick()
    assert world.mails(world.emil.email)[2]["Subject"].startswith("Cancelled: your massage")
