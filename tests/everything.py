"""A world in which everything has happened, with one text in every field that people fill."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from scheduler.domain import chair_link, drawing, link
from scheduler.storage import identity_providers
from scheduler.storage.rows import IdentityProvider
from scheduler.storage.transaction import transaction
from tests.crawl import NOBODY
from tests.rated import pairs, rated_day
from tests.world import Browser, Someone, World, rows, write

Words = Callable[[int], str]  # the text, in so many letters at most
NEWCOMER = "newcomer@acme.example"
WISHES = {"pressure": 2, "focus_areas": ["neck"], "avoid_areas": ["lower_back"], "quiet": True}


class Told(NamedTuple):
    """`browsers` are by who sits at them, `ids` by the placeholder of a route."""

    browsers: Mapping[str, Browser]
    ids: Mapping[str, list[str]]


async def tell(world: World, words: Words) -> Told:
    """The clock ends at five past nine of the day on which Tara works."""
    days = await _days(world, words)
    await _own_sign_in(world, words)
    await _rename(world, words)
    await world.tick()
    world.clock.set("2026-12-03T08:05:00Z")
    await drawing.run_due(world.clock())
    emils = (await world.emil.get("/bookings")).json()["items"]
    today = next(one["id"] for one in emils if one["event_id"] == days["today"])
    await _done(world.tara, "put", f"/bookings/{today}/attendance", {"status": "checked_in"})
    await _done(world.emil, "put", f"/bookings/{today}/ratings/before", {"score": 6})
    await _open_another(world, days["full"])
    shift = (await world.hana.get(f"/events/{days['today']}")).json()["shifts"][0]["id"]
    await _done(world.tara, "put", f"/shifts/{shift}/delay", {"minutes": 8})
    await world.tick()
    return Told(await _browsers(world), await _ids(world, days))


async def _days(world: World, words: Words) -> dict[str, str]:
    def place(**changes: Any) -> dict[str, Any]:
        location = {"name": words(200), "address": f"{words(400)}\n{words(400)}"}
        chairs = [
            {"therapist": who, "chair": words(97) + f" {number}", "starts": "09:00",
             "ends": "12:00", "breaks": [{"starts": "10:20", "ends": "10:40"}]}
            for number, who in enumerate(("tara@hands.example", "tom@hands.example"))
        ]  # fmt: skip
        return {"title": words(200), "location": location, "shifts": chairs} | changes

    people = await world.employees(10)
    past = await rated_day(
        world, people, pairs(8), missed=1, **place(date="2026-11-24", cancel_until_minutes=0)
    )
    days = {
        name: (await world.day(**place(date=f"2026-12-{day}"), **more))["id"]
        for name, day, more in (
            ("today", "03", {}), ("next", "10", {}), ("draft", "11", {"published": False}),
            ("off", "12", {}), ("early", "14", {"claims_open_at": "2026-12-12T08:00:00Z"}),
            ("given", "15", {}), ("out", "18", {}),
            ("drawn", "16", {"published": False}), ("wished", "17", {"published": False}),
        )
    }  # fmt: skip
    for name, number, who in (
        ("today", 0, world.emil), ("today", 2, world.edda), ("today", 4, people[0]),
        ("next", 3, world.emil), ("off", 0, world.emil), ("given", 0, world.emil),
        ("out", 0, world.emil),
    ):  # fmt: skip
        slots = await world.slots({"id": days[name]})
        booked = await world.claim(who, slots[number], **WISHES)
        if name == "given":
            await _done(who, "delete", f"/bookings/{booked['id']}")
    for name, closes in (("drawn", "2026-12-01T12:00:00Z"), ("wished", "2026-12-15T12:00:00Z")):
        await _draw(world, days[name], closes)
    days["full"] = await _full(world, place(date="2026-12-19"), people)
    await _done(world.hana, "post", f"/events/{days['next']}/messages", {"text": words(2000)})
    await _done(world.hana, "put", f"/events/{days['next']}/invitations", {"all": True})
    await _done(world.hana, "put", f"/events/{days['off']}/cancellation", {"reason": words(500)})
    shift = (await world.hana.get(f"/events/{days['out']}")).json()["shifts"][0]["id"]
    await _done(world.hana, "put", f"/shifts/{shift}/outage", {"reason": words(500)})
    return days | {"past": past["id"]}


async def _draw(world: World, day: str, closes: str) -> None:
    """That Emil and a coordinator wish for; more is wished for than there is."""
    await _done(world.hana, "put", f"/events/{day}/draw", {"wishes_close_at": closes})
    await _done(world.hana, "put", f"/events/{day}/publication")
    for who in (world.emil, world.hana):
        await _done(
            who, "put", f"/events/{day}/wish", {"latest": "09:15", "therapist": world.tara.id}
        )


async def _full(world: World, plan: dict[str, Any], people: list[Someone]) -> str:
    """Two times, taken; Emil and Edda wait, and he passed on what she let run out."""
    plan["shifts"] = [plan["shifts"][0] | {"ends": "09:35", "breaks": []}]
    day = await world.day(**plan)
    taken = [
        await world.claim(who, slot)
        for who, slot in zip(people, await world.slots(day), strict=False)
    ]
    for who in (world.emil, world.edda):
        wishes = {"latest": "09:40", "therapist": world.tara.id}
        await _done(who, "post", f"/events/{day['id']}/waitlist", wishes)
    await _done(people[0], "delete", f"/bookings/{taken[0]['id']}")
    held = (await world.emil.get("/offers")).json()["items"][0]["id"]
    await _done(world.emil, "put", f"/offers/{held}/refusal")
    return str(day["id"])


async def _open_another(world: World, day: str) -> None:
    """The other of the two: held for Emil while all is looked at."""
    statement = "SELECT id FROM booking WHERE event = {} AND status <> 'cancelled'"
    (left,) = await rows(statement, UUID(day))
    await _done(world.hana, "delete", f"/bookings/{left['id']}")


async def _done(who: Someone, method: str, path: str, body: Any = None) -> None:
    answer = await who.http.request(method, f"/api/v1{path}", json=body)
    assert answer.is_success, f"{method} {path}: {answer.text}"


@transaction
async def _own_sign_in(world: World, words: Words) -> None:
    name = words(300)
    own = IdentityProvider(
        organisation=world.acme,
        issuer="https://login.acme.example",
        client_id=name if name.isascii() else "chairtime",
        client_secret=b"",
        required=False,
    )
    await identity_providers.put(own, world.clock())


async def _rename(world: World, words: Words) -> None:
    """Employees by an import, the others and the organisations as whoever brought them would."""
    people = (await world.hana.get("/people?limit=200")).json()["items"]
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerows([["E-Mail", "Name"], *([one["email"], words(200)] for one in people)])
    file = {"file": ("people.csv", table.getvalue().encode(), "text/csv")}
    answer = await world.hana.post("/people/import", files=file)
    assert answer.status_code == 201, answer.text
    await write("UPDATE known_as SET name = {}", words(200))
    await _done(world.ada, "patch", "/organisation", {"name": words(200)})
    await write("UPDATE organisation SET name = {} WHERE id = {}", words(190) + " 2", world.other)


async def _browsers(world: World) -> dict[str, Browser]:
    cast = {"Hana": world.hana, "Emil": world.emil, "Tara": world.tara, "Ada": world.ada}
    found = {name: await world.signed_in(one) for name, one in cast.items()}
    found[NOBODY] = world.browser()
    found["somebody with a code to enter"] = world.browser()
    await found["somebody with a code to enter"].post("/sign-in", {"email": "emil@acme.example"})
    found["somebody new"] = await _newcomer(world)
    return found


async def _newcomer(world: World) -> Browser:
    """Their code is right, and their name is asked for."""
    browser = world.browser()
    event = (await rows("SELECT id FROM event WHERE published_at IS NOT NULL LIMIT 1"))[0]["id"]
    shared = _shared(world, event)
    slot = (await rows("SELECT id FROM slot WHERE event = {} LIMIT 1", event))[0]["id"]
    await browser.post(f"/e/{shared}/booking", {"slot": str(slot), "email": NEWCOMER})
    await world.tick()
    code = re.search(r"\b\d{6}\b", world.mails(NEWCOMER)[-1]["Subject"])
    assert code
    answer = await browser.post("/sign-in/code", {"code": code[0]})
    assert answer.headers["location"] == "/sign-in/welcome"
    return browser


def _shared(world: World, event: Any) -> str:
    return link.share(UUID(str(event)), world.app.state["keys"].secret)


async def _ids(world: World, days: Mapping[str, str]) -> dict[str, list[str]]:
    people = await rows("SELECT person FROM membership WHERE organisation = {}", world.acme)
    texts = [_text(mail) for mail in world.mails()]
    return {
        "event_id": [*days.values()],
        "offer_id": [str(one["id"]) for one in await rows("SELECT id FROM offer")],
        "booking_id": [str(one["id"]) for one in await rows("SELECT id FROM booking")],
        "person_id": sorted({str(one["person"]) for one in people}),
        "shift_id": [
            str(one["id"])
            for one in await rows("SELECT id FROM shift WHERE event = {} LIMIT 1", days["next"])
        ],
        "day": ["2026-12-03", "2026-11-24", "2026-12-10"],
        "shared": [_shared(world, day) for day in days.values()],
        "chair": [await _chair(world, day) for day in days.values()],
        "secret": _secrets(texts),
        "token": _endings(texts),
        "organisation": [str(world.acme)],
        "role": ["coordinator", "employee", "therapist"],
        "key": [],  # found from the mailbox
    }


async def _chair(world: World, event: str) -> str:
    shift = (await rows("SELECT id FROM shift WHERE event = {} LIMIT 1", event))[0]["id"]
    return chair_link.share(UUID(str(shift)), world.app.state["keys"].secret)


def _secrets(texts: Iterable[str]) -> list[str]:
    """One of an invitation, and one to sign in with."""
    everything = "\n".join(texts)
    found = (re.search(rf"/{path}/([\w-]+)", everything) for path in ("i", "sign-in/link"))
    return [one[1] for one in found if one]


def _endings(texts: Iterable[str]) -> list[str]:
    """One of each kind of message that somebody can do without."""
    everything = "\n".join(texts)
    return sorted(
        {one[22:]: one for one in re.findall(r"/unsubscribe/([\w-]+)", everything)}.values()
    )


def _text(mail: Any) -> str:
    text: str = mail.get_body(("plain",)).get_content()
    return text
