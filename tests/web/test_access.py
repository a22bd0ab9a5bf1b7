"""Who may do what: every route of the application, tried by everybody on everything.

ALLOWED is the table of the design, row by row, and not what the guards say. A route that is not in
it fails the first test.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar
from litestar.handlers.http_handlers import HTTPRouteHandler

from scheduler.app import create_app
from scheduler.demo import PLAYED_BY
from scheduler.domain import draw_record
from scheduler.domain.draw import Draw
from scheduler.domain.person import Role
from scheduler.settings import load
from tests.streams import listening
from tests.web.ladder import MALFORMED, essence, nowhere, refused
from tests.world import Browser, Someone, World, client, write

pytestmark = pytest.mark.anyio

EXPORT = {"file": ("staff.csv", b"E-Mail;Name\nnew@acme.example;New Colleague\n", "text/csv")}


class Door(NamedTuple):
    """Who is let in, by letter: A admin, C coordinator, T therapist of the shift, t another
    therapist, E the employee concerned, e another employee. `draft` is for unpublished days.

    What is not below /api is a page: it is tried with cookies instead of tokens, `body` is a form,
    and whoever is not signed in is sent to do so.
    """

    open_to: str
    draft: str = ""
    body: Any = None


MEMBERS, PUBLIC, DEMO = "ACTtEe", "everybody", "nobody"
PAGE = "every browser"
ALLOWED = {
    # read an event: A, C, T their own shifts, E their own organisation's published ones
    "GET /api/v1/events": Door(MEMBERS),
    "GET /api/v1/events/{event_id}": Door("ACTEe", draft="AC"),
    "GET /api/v1/events/{event_id}/slots": Door("ACTEe", draft="AC"),
    # write an event, invite, import: C
    "POST /api/v1/events": Door("C", body={}),
    "PATCH /api/v1/events/{event_id}": Door("C", draft="C", body={"cancel_until_minutes": 60}),
    "GET /api/v1/events/{event_id}/series": Door("C", draft="C"),
    "POST /api/v1/events/{event_id}/series": Door("C", draft="C", body={}),
    "PUT /api/v1/events/{event_id}/series/publication": Door("C", draft="C", body={"events": []}),
    "GET /api/v1/events/{event_id}/demand": Door("C", draft="C"),
    "GET /api/v1/events/{event_id}/advice": Door("C", draft="C"),
    "POST /api/v1/events/{event_id}/remedies": Door("C", draft="C", body={"code": "breaks"}),
    "PUT /api/v1/events/{event_id}/publication": Door("C", draft="C"),
    "PUT /api/v1/events/{event_id}/cancellation": Door("C", draft="C", body={"reason": "Storm"}),
    "POST /api/v1/events/{event_id}/messages": Door("C", draft="C", body={"text": "Bring tea"}),
    "PUT /api/v1/events/{event_id}/invitations": Door("C", draft="C", body={"all": True}),
    "GET /api/v1/events/{event_id}/audiences": Door("C", draft="C"),
    "GET /api/v1/events/{event_id}/nudge": Door("C", draft="C"),
    "PUT /api/v1/events/{event_id}/nudge": Door("C", draft="C"),
    # organisation, mail, sign-in settings: A
    "GET /api/v1/organisation": Door("A"),
    "PATCH /api/v1/organisation": Door("A", body={}),
    "GET /api/v1/organisation/pacing": Door("AC"),
    "PUT /api/v1/organisation/pacing": Door("A", body={}),
    "GET /api/v1/organisation/fairness": Door("AC"),
    "PUT /api/v1/organisation/fairness": Door(
        "AC", body={"limit": None, "waitlist_order": "first_come"}
    ),
    # give roles: A, C below own; of an organisation's own people, whoever is asked for
    "GET /api/v1/people": Door("AC"),
    "POST /api/v1/people": Door("AC", body={"email": "", "name": "", "roles": ["employee"]}),
    "PUT /api/v1/people/{person_id}/roles": Door(
        "AC", draft="AC", body={"roles": ["employee", "therapist"]}
    ),
    "DELETE /api/v1/people/{person_id}": Door("AC", draft="AC"),
    "POST /api/v1/people/import": Door("C"),
    # claim, move, cancel: C on behalf, and as one; E their own
    "POST /api/v1/slots/{slot_id}/booking": Door("CEe", draft="C"),
    "POST /api/v1/events/{event_id}/booking": Door("CEe", draft="C"),
    # wait, and answer an offer: E
    "POST /api/v1/events/{event_id}/waitlist": Door("Ee"),
    "DELETE /api/v1/events/{event_id}/waitlist": Door("CEe", draft="C"),
    "GET /api/v1/offers": Door("CEe"),
    "PUT /api/v1/offers/{offer_id}/acceptance": Door("E"),
    "PUT /api/v1/offers/{offer_id}/refusal": Door("E"),
    # a shift that is out, or somebody else's: C; the answer of those who were moved: E
    "PUT /api/v1/shifts/{shift_id}/outage": Door("C", draft="C", body={}),
    "GET /api/v1/shifts/{shift_id}/outage": Door("C", draft="C"),
    "DELETE /api/v1/shifts/{shift_id}/outage": Door("C", draft="C"),
    "PUT /api/v1/shifts/{shift_id}/therapist": Door(
        "C", draft="C", body={"therapist": "tara@hands.example"}
    ),
    "GET /api/v1/reseatings": Door("CEe"),
    "PUT /api/v1/reseatings/{reseating_id}/acceptance": Door("E"),
    "PUT /api/v1/reseatings/{reseating_id}/refusal": Door("E"),
    # standing by: E; who does, and walk-ins: C, T their own shifts
    "POST /api/v1/events/{event_id}/standby": Door("Ee"),
    "DELETE /api/v1/events/{event_id}/standby": Door("Ee"),
    "GET /api/v1/events/{event_id}/standby": Door("CT", draft="C"),
    "POST /api/v1/slots/{slot_id}/walk-in": Door("CT"),
    "GET /api/v1/bookings": Door(MEMBERS),  # one's own; whoever has none sees none
    "GET /api/v1/bookings/{booking_id}": Door("E"),
    "PUT /api/v1/bookings/{booking_id}/slot": Door("CE", body={"slot_id": "SLOT"}),
    "DELETE /api/v1/bookings/{booking_id}": Door("CE"),
    # the draw: whoever may read the event; wishes: E their own, C as one
    "PUT /api/v1/events/{event_id}/draw": Door(
        "C", draft="C", body={"wishes_close_at": "2026-12-20T12:00:00Z"}
    ),
    "DELETE /api/v1/events/{event_id}/draw": Door("C", draft="C"),
    "GET /api/v1/events/{event_id}/draw": Door("ACTEe", draft="AC"),
    "GET /api/v1/events/{event_id}/draw/record": Door("CEe", draft="C"),
    "PUT /api/v1/events/{event_id}/wish": Door("CEe", draft="C", body={}),
    "GET /api/v1/events/{event_id}/wish": Door("CEe", draft="C"),
    "DELETE /api/v1/events/{event_id}/wish": Door("CEe", draft="C"),
    # preferences: E their own
    "PUT /api/v1/bookings/{booking_id}/preferences": Door("E", body={"pressure": 2}),
    # names on slots; preferences: who may read the roster, test_roster.py says what is in it
    "GET /api/v1/roster": Door("CTt"),
    # attendance, delay: C, T their own shifts
    "PUT /api/v1/bookings/{booking_id}/attendance": Door("CT", body={"status": "checked_in"}),
    "PUT /api/v1/shifts/{shift_id}/delay": Door("CT", draft="C", body={"minutes": 8}),
    "PUT /api/v1/bookings/{booking_id}/keeping": Door("E"),
    # ratings: E their own, C group figures
    "PUT /api/v1/bookings/{booking_id}/ratings/{moment}": Door("E", body={"score": 5}),
    "GET /api/v1/events/{event_id}/report": Door("C", draft="C"),
    # export or erase a person's data: their own
    "GET /api/v1/me": Door(MEMBERS),
    "GET /api/v1/me/data": Door(MEMBERS),
    "GET /api/v1/me/messages": Door("CEe"),
    "PUT /api/v1/me/messages": Door(
        "CEe", body={"invitation": True, "nudge": False, "rating_request": True}
    ),
    "DELETE /api/v1/me/data": Door(MEMBERS),  # asks to be confirmed, and erases nothing
    # a subscription of one's own days
    "POST /api/v1/calendar-feeds": Door("TtEe"),
    "DELETE /api/v1/calendar-feeds": Door("TtEe"),
    # the coordinator's pages: all that is planned, and on behalf of whom
    "GET /plan": Door("C"),
    "GET /plan/new": Door("C"),
    "GET /plan/new/count": Door("C"),
    "POST /plan/new": Door("C"),
    "GET /plan/{event_id}": Door("C", draft="C"),
    "GET /plan/{event_id}/live": Door("C", draft="C"),
    "GET /plan/{event_id}/edit": Door("C", draft="C"),
    "POST /plan/{event_id}/edit": Door("C", draft="C"),
    "GET /plan/{event_id}/copy": Door("C", draft="C"),
    "POST /plan/{event_id}/copy": Door("C", draft="C"),
    "GET /plan/{event_id}/series": Door("C", draft="C"),
    "POST /plan/{event_id}/series": Door("C", draft="C", body={"months": "x"}),
    "POST /plan/{event_id}/series/publication": Door("C", draft="C"),
    "POST /plan/{event_id}/remedies": Door("C", draft="C", body={"code": "breaks"}),
    "POST /plan/{event_id}/publication": Door("C", draft="C"),
    "GET /plan/{event_id}/cancellation": Door("C", draft="C"),
    "POST /plan/{event_id}/cancellation": Door("C", draft="C", body={"reason": "Storm"}),
    "GET /plan/{event_id}/draw": Door("C", draft="C"),
    "POST /plan/{event_id}/draw": Door(
        "C", draft="C", body={"wishes_close_at": "2026-12-20T12:00"}
    ),
    "GET /plan/fairness": Door("AC"),
    "POST /plan/fairness": Door("AC"),
    "POST /plan/{event_id}/draw/withdrawal": Door("C", draft="C"),
    "POST /plan/{event_id}/bookings": Door("C", draft="C", body={"slot": "SLOT", "person": "x"}),
    "GET /plan/{event_id}/bookings/{booking_id}": Door("C"),
    "POST /plan/{event_id}/bookings/{booking_id}/slot": Door("C", body={"slot": "SLOT"}),
    "POST /plan/{event_id}/bookings/{booking_id}/cancellation": Door("C"),
    "GET /plan/{event_id}/shifts/{shift_id}/outage": Door("C", draft="C"),
    "POST /plan/{event_id}/shifts/{shift_id}/outage": Door("C", draft="C", body={"cause": "chair"}),
    "POST /plan/{event_id}/shifts/{shift_id}/outage/end": Door("C", draft="C"),
    "POST /plan/{event_id}/shifts/{shift_id}/therapist": Door("C", draft="C"),
    "POST /reseatings/{reseating_id}/acceptance": Door("E"),
    "POST /reseatings/{reseating_id}/refusal": Door("E"),
    # the board: E their own organisation's, published; claim, move, cancel, rate: E their own
    "GET /days": Door("CEe"),
    "GET /days/{event_id}": Door("CEe"),
    "GET /days/{event_id}/live": Door("CEe"),
    "POST /days/{event_id}/booking": Door("CEe", body={"slot": "SLOT"}),
    "POST /days/{event_id}/wish": Door("CEe"),
    "POST /days/{event_id}/wish/withdrawal": Door("CEe"),
    "GET /days/{event_id}/draw/record": Door("CEe", draft="C"),
    "POST /days/{event_id}/nudges": Door("CEe"),
    "POST /days/{event_id}/standby": Door("Ee"),
    "POST /days/{event_id}/standby/end": Door("Ee"),
    "GET /bookings": Door("CEe"),
    "GET /bookings/{booking_id}": Door("E"),
    "GET /bookings/{booking_id}/move": Door("E"),
    "GET /bookings/{booking_id}/move/live": Door("E"),
    "POST /bookings/{booking_id}/slot": Door("E", body={"slot": "SLOT"}),
    "GET /bookings/{booking_id}/invite.ics": Door("E"),
    "POST /bookings/{booking_id}/cancellation": Door("E"),
    "POST /bookings/{booking_id}/ratings/{moment}": Door("E", body={"score": "5"}),
    "POST /bookings/{booking_id}/preferences": Door("E", body={"pressure": "2"}),
    # wait, and answer an offer: E
    "POST /days/{event_id}/waitlist": Door("Ee", body={"earliest": "09:50"}),
    "POST /days/{event_id}/waitlist/end": Door("CEe", draft="C"),
    "GET /offers/{offer_id}": Door("E"),
    "POST /offers/{offer_id}/acceptance": Door("E"),
    "POST /offers/{offer_id}/refusal": Door("E"),
    # what is public, and decided by a secret or by the network instead
    "GET /calendars/{name}": Door(PUBLIC),
    "GET /health/live": Door(PUBLIC),
    "GET /health/ready": Door(PUBLIC),
    "GET /metrics": Door(PUBLIC),
    "GET /": Door(PUBLIC),
    "GET /api/docs": Door(PUBLIC),
    # a day by its link: whoever has that; test_board_by_link.py says what they get
    "GET /e/{shared}": Door(PAGE),
    "GET /e/{shared}/live": Door(PAGE),
    "POST /e/{shared}/booking": Door(PAGE),
    "POST /e/{shared}/wish": Door(PAGE),
    "POST /i/{secret}/wish": Door(PAGE),
    "POST /e/{shared}/waitlist": Door(PAGE),
    # the code at a chair: test_chair_pages.py says what they get
    "GET /c/{chair}": Door(PAGE),
    "POST /c/{chair}/booking": Door(PAGE),
    "GET /i/{secret}": Door(PAGE),
    "GET /i/{secret}/live": Door(PAGE),
    "POST /i/{secret}/booking": Door(PAGE),
    "POST /i/{secret}/waitlist": Door(PAGE),
    # whoever has the address from a message: test_unsubscribe.py says what it does
    "GET /unsubscribe/{token}": Door(PAGE),
    "POST /unsubscribe/{token}": Door(PAGE),
    # signing in, and how the pages are seen: test_signing_in.py says what each browser gets
    "GET /sign-in": Door(PAGE),
    "POST /sign-in": Door(PAGE),
    "GET /sign-in/code": Door(PAGE),
    "POST /sign-in/code": Door(PAGE),
    "GET /sign-in/link/{secret}": Door(PAGE),
    "POST /sign-in/link/{secret}": Door(PAGE),
    "GET /sign-in/welcome": Door(PAGE),
    "POST /sign-in/welcome": Door(PAGE),
    "GET /sign-in/company/{organisation}": Door(PAGE),
    "POST /sign-in/company/{organisation}": Door(PAGE),
    "GET /sign-in/company/callback": Door(PAGE),
    "POST /sign-out": Door(PAGE),
    "POST /preferences": Door(PAGE),
    "GET /farewell": Door(PAGE),
    "GET /privacy": Door(PAGE),
    # one's own data; a session for another of one's organisations
    "GET /me": Door(MEMBERS),
    "POST /me/name": Door(MEMBERS, body={"name": ""}),
    "POST /me/organisation": Door(MEMBERS),
    "GET /me/messages": Door("CEe"),
    "POST /me/messages": Door("CEe"),
    "GET /me/data": Door(MEMBERS),
    "GET /me/data.json": Door(MEMBERS),
    "GET /me/erasure": Door(MEMBERS),
    "POST /me/erasure": Door(MEMBERS, body={"email": ""}),
    # organisation, mail, sign-in settings; give roles; audit log
    "GET /admin": Door("A"),
    "POST /admin": Door("A", body={"name": ""}),
    "GET /admin/pacing": Door("A"),
    "POST /admin/pacing": Door("A"),
    "POST /admin/pacing/preset": Door("A"),
    "GET /admin/sign-in": Door("A"),
    "POST /admin/sign-in": Door("A", body={"issuer": ""}),
    "POST /admin/sign-in/end": Door("A"),
    "GET /admin/roles": Door("A"),
    "POST /admin/roles": Door("A", body={"email": ""}),
    "POST /admin/roles/{person_id}": Door("A", draft="A", body={"roles": "employee"}),
    "GET /admin/log": Door("A"),
    "POST /sign-out/everywhere": Door(MEMBERS),
    # the day at the chair: test_roster_page.py says what is on it
    "GET /roster": Door("CTt"),
    "GET /roster/{day}": Door("CTt"),
    "POST /bookings/{booking_id}/attendance": Door("CT", body={"status": "confirmed"}),
    "POST /slots/{slot_id}/walk-in": Door("CT"),
    "GET /roster/worker.js": Door(PUBLIC),
    "POST /shifts/{shift_id}/delay": Door("CT", draft="C", body={"minutes": "8"}),
    "POST /bookings/{booking_id}/keeping": Door("E"),
    "GET /calendar-feed": Door("TtEe"),
    "POST /calendar-feed": Door("TtEe"),
    "POST /calendar-feed/end": Door("TtEe"),
    # what a coordinator does at a day and with people
    "GET /people": Door("AC"),
    "POST /people": Door("AC", body={"email": "", "name": ""}),
    "GET /people/{person_id}": Door("AC", draft="AC"),
    "POST /people/{person_id}/roles": Door("AC", draft="AC", body={"roles": "employee"}),
    "POST /people/{person_id}/removal": Door("AC", draft="AC"),
    "GET /people/import": Door("C"),
    "POST /people/import": Door("C", body={"people": "E-Mail\nnew@acme.example"}),
    "GET /people/import/preview": Door("C"),
    "POST /people/import/preview": Door("C"),
    "GET /plan/{event_id}/invitations": Door("C", draft="C"),
    "POST /plan/{event_id}/invitations": Door("C", draft="C"),
    "POST /plan/{event_id}/nudge": Door("C", draft="C"),
    "GET /plan/{event_id}/message": Door("C", draft="C"),
    "POST /plan/{event_id}/message": Door("C", draft="C", body={"text": "Bring tea."}),
    "GET /plan/{event_id}/poster": Door("C", draft="C"),
    "GET /plan/{event_id}/chair-cards": Door("C", draft="C"),
    "GET /plan/{event_id}/report": Door("C", draft="C"),
    "GET /plan/{event_id}/report.csv": Door("C", draft="C"),
    # the demo's own, with no mail but the demo's; elsewhere they are not there
    "GET /demo": Door(DEMO),
    "GET /demo/as/{role}": Door(DEMO),
    "POST /demo/as/{role}": Door(DEMO),
    "GET /demo/mailbox": Door(DEMO),
    "GET /demo/mailbox/{key}": Door(DEMO),
    "GET /demo/mailbox/{key}/html": Door(DEMO),
    "GET /demo/mailbox/{key}/invite.ics": Door(DEMO),
}
HAS_OBJECT = (
    "{event_id}", "{slot_id}", "{booking_id}", "{person_id}", "{offer_id}", "{shift_id}",
    "{reseating_id}",
)  # fmt: skip
# By whoever reads them at all.
UNREADABLE = {
    "POST /api/v1/events",
    "POST /api/v1/people",
    "POST /api/v1/events/{event_id}/series",
    "PUT /api/v1/events/{event_id}/series/publication",
}
FIXED = {"{moment}": "before", "{day}": "2027-01-02"}


def routes(app: Litestar) -> Iterator[str]:
    """Of our own handlers: "GET /api/v1/events"."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            assert isinstance(handler, HTTPRouteHandler)
            if handler.fn.__module__.startswith("scheduler."):
                yield from (f"{method} {route.path_format}" for method in handler.http_methods)


class Scene(NamedTuple):
    """What a route is tried on: ids for the placeholders, and an open slot to move to."""

    ids: dict[str, str]
    slot: str
    people: dict[str, Someone]


class Stage:
    """A world, and in it the two organisations with the same parts played by different people."""

    def __init__(self, world: World) -> None:
        self.world, self.days = world, 0
        self.acme = {"A": world.ada, "C": world.hana, "T": world.tara, "t": world.tom,
                     "E": world.emil, "e": world.edda}  # fmt: skip
        self.other = {"C": world.olga, "T": world.tara_elsewhere, "E": world.otto}

    async def scene(self, people: dict[str, Someone], *, published: bool = True) -> Scene:
        """A day of its own with one shift by T, and in it a booking of E."""
        event = await self._event(people["C"], people["T"].email)
        slots = (await people["C"].get(f"/events/{event}/slots")).json()["items"]
        booking = offer = str(uuid4())
        if published:
            await people["C"].put(f"/events/{event}/publication")
            booking = (await self.world.claim(people["E"], slots[1]))["id"]
            offer = await self._offer(people["E"], event)
        ids = {"{event_id}": event, "{slot_id}": slots[0]["id"], "{booking_id}": booking}
        ids["{offer_id}"] = offer
        ids |= await self._outage(people["C"], event, booking if published else None)
        ids["{person_id}"] = await self._colleague(people["C"])
        return Scene(ids | FIXED, slots[2]["id"], people)

    async def _outage(
        self, coordinator: Someone, event: str, booking: str | None
    ) -> dict[str, str]:
        """Of what comes after all slots, and E's answer to it: so nothing is any different."""
        found = (await coordinator.get(f"/events/{event}")).json()["shifts"][0]
        outage, reseating = uuid4(), uuid4()
        now, tenant = self.world.clock(), coordinator.caller.organisation
        await write(
            "INSERT INTO outage (id, organisation, event, shift, cause, starts_at, created_at)"
            " VALUES ({}, {}, {}, {}, 'chair', {}, {})",
            outage, tenant, UUID(event), UUID(found["id"]), now + timedelta(days=900), now,
        )  # fmt: skip
        if booking:
            await write(
                "INSERT INTO reseating (id, organisation, event, outage, booking, was_at,"
                " was_with, slot, created_at) SELECT {}, organisation, event, {}, id, starts_at,"
                " {}, slot, {} FROM booking WHERE id = {}",
                reseating, outage, UUID(found["therapist"]["id"]), now, UUID(booking),
            )  # fmt: skip
        return {"{shift_id}": found["id"], "{reseating_id}": str(reseating)}

    async def _offer(self, employee: Someone, event: str) -> str:
        """Of the last time, to somebody who waits for another one."""
        await employee.post(f"/events/{event}/waitlist", {"earliest": "09:50"})
        offers = (await employee.get("/offers")).json()["items"]
        return str(next(offer["id"] for offer in offers if offer["event_id"] == event))

    async def draw(self, route: str, scene: Scene) -> Scene:
        """For routes about a draw: the same day with one, and wishes of all who may have them."""
        if {"draw", "wish"} & {*route.split("/")}:
            coordinator, event = scene.people["C"].caller, scene.ids["{event_id}"]
            await write(
                "INSERT INTO draw (id, organisation, event, seed, wishes_close_at, created_at,"
                " record) VALUES ({}, {}, {}, '', {}, {}, {})",
                uuid4(), coordinator.organisation, UUID(event),
                self.world.clock() + timedelta(days=20), self.world.clock(),
                draw_record.written(UUID(event), "00" * 32, [], Draw({}, [], {})).decode(),
            )  # fmt: skip
            for letter in scene.people.keys() & set("CEe"):
                await write(
                    "INSERT INTO wish (id, organisation, event, person, wished_at)"
                    " VALUES ({}, {}, {}, {}, {})",
                    uuid4(), coordinator.organisation, UUID(event),
                    scene.people[letter].caller.id, self.world.clock(),
                )  # fmt: skip
        return scene

    async def _colleague(self, coordinator: Someone) -> str:
        """Somebody of the same organisation who does nothing here."""
        body = {"email": f"colleague{self.days}@x.example", "name": "C", "roles": ["employee"]}
        answer = await coordinator.post("/people", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def _event(self, coordinator: Someone, therapist: str) -> str:
        self.days += 1
        block = {"therapist": therapist, "chair": "1", "starts": "09:00", "ends": "10:15"}
        body = {
            "title": "Day",
            "date": f"2027-{self.days // 28 + 1:02}-{self.days % 28 + 1:02}",
            "location": {"name": "Room"},
            "shifts": [block],
            "claims_per_person": 3,
        }
        answer = await coordinator.post("/events", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def knock(http: httpx.AsyncClient, route: str, scene: Scene) -> httpx.Response:
    """One request to a route, with the ids of a scene."""
    method, path = route.partition(" ")[0], filled(route, scene)
    body = ALLOWED[route].body
    if body and "SLOT" in body.values():
        body = {key: scene.slot if value == "SLOT" else value for key, value in body.items()}
    query = {"date": "2026-12-03"} if path.endswith("/api/v1/roster") else None
    files = EXPORT if "/import" in path else None
    kind = "data" if is_page(route) else "json"
    return await http.request(method, path, params=query, files=files, **{kind: body})


def filled(route: str, scene: Scene) -> str:
    path = route.partition(" ")[2]
    for placeholder, value in scene.ids.items():
        path = path.replace(placeholder, value)
    return path.replace("{name}", "no-such-secret.ics").replace("{key}", "1")


def is_page(route: str) -> bool:
    return " /api/" not in route


def about_things(route: str) -> bool:
    return route in guarded() and any(placeholder in route for placeholder in HAS_OBJECT)


def guarded() -> dict[str, Door]:
    return {route: door for route, door in ALLOWED.items() if set(door.open_to) <= set(MEMBERS)}


def closed_first(people: dict[str, Someone], allowed: str) -> list[tuple[str, Someone]]:
    """Whoever is let in may change the thing: everybody else tries before."""
    return sorted(people.items(), key=lambda one: one[0] in allowed)


class Trial:
    """Tries one route and writes down whatever is not as the table says."""

    welcomes: frozenset[int] = frozenset({200, 201, 204, 409})

    def __init__(self, stage: Stage, route: str, missing: Any) -> None:
        self.stage, self.route, self.missing = stage, route, missing
        self.wrong: list[str] = []

    async def key(self, someone: Someone) -> httpx.AsyncClient:
        return someone.http

    async def is_missing(self, _http: httpx.AsyncClient, answer: httpx.Response) -> bool:
        return bool(essence(answer) == self.missing)

    async def expect_nothing(self, http: httpx.AsyncClient, scene: Scene, who: str) -> None:
        answer = await knock(http, self.route, scene)
        if not await self.is_missing(http, answer):
            self.wrong.append(f"{self.route}: {who} got {answer.status_code} {answer.text[:80]}")

    async def expect_open(self, http: httpx.AsyncClient, scene: Scene, who: str) -> None:
        answer = await knock(http, self.route, scene)
        creates_nothing = self.route in UNREADABLE and answer.status_code == 400
        if not (answer.status_code in self.welcomes or creates_nothing):
            self.wrong.append(f"{self.route}: {who} got {answer.status_code} {answer.text[:80]}")

    async def expect_no_entrance(self, scene: Scene) -> None:
        for token in ("", "nonsense"):
            headers = {"authorization": f"Bearer {token}"} if token else {}
            answer = await knock(client(self.stage.world.app, headers), self.route, scene)
            refused(answer, 401, "not_signed_in")

    async def on_own_things(self, scene: Scene, allowed: str) -> None:
        for letter, someone in closed_first(scene.people, allowed):
            expect = self.expect_open if letter in allowed else self.expect_nothing
            await expect(await self.key(someone), scene, f"{letter} ({someone.email})")

    async def on_others_things(self, scene: Scene, strangers: dict[str, Someone]) -> None:
        for letter, someone in strangers.items():
            key = await self.key(someone)
            await self.expect_nothing(key, scene, f"{letter} from another organisation")

    async def on_no_things(self, scene: Scene) -> None:
        for wrong in (str(uuid4()), *MALFORMED):
            ids = dict.fromkeys(HAS_OBJECT, wrong) | FIXED
            for letter, someone in scene.people.items():
                key, nothing = await self.key(someone), scene._replace(ids=ids)
                await self.expect_nothing(key, nothing, f"{letter} with the id {wrong}")


class PageTrial(Trial):
    """The same in a browser. What may not be seen is the very page that a missing thing gives."""

    welcomes = frozenset({200, 303, 422})

    async def key(self, someone: Someone) -> httpx.AsyncClient:
        return (await self.stage.world.signed_in(someone)).http

    async def expect_open(self, http: httpx.AsyncClient, scene: Scene, who: str) -> None:
        if not self.route.endswith("/live"):
            return await super().expect_open(http, scene, who)
        app, path = self.stage.world.app, filled(self.route, scene)
        cookies = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        async with listening(app, path, headers={"cookie": cookies}) as page:
            if not page.headers["content-type"].startswith("text/event-stream"):
                self.wrong.append(f"{self.route}: {who} got {page.status}")
        return None

    async def is_missing(self, http: httpx.AsyncClient, answer: httpx.Response) -> bool:
        nothing = Scene(dict.fromkeys(HAS_OBJECT, str(uuid4())) | FIXED, str(uuid4()), {})
        missing = await (
            knock(http, self.route, nothing) if about_things(self.route) else http.get("/nowhere")
        )
        assert missing.status_code == 404, f"{self.route}: {missing.status_code}"
        assert "There is nothing here" in missing.text
        return (answer.status_code, answer.content) == (404, missing.content)

    async def on_no_things(self, scene: Scene) -> None:
        """Before anybody is asked for: no guard stands at an address that cannot be one."""
        nowhere = (await self.stage.world.browser().get("/nowhere")).content
        for wrong in MALFORMED:
            nothing = scene._replace(ids=dict.fromkeys(HAS_OBJECT, wrong) | FIXED)
            for someone in scene.people.values():
                answer = await knock(await self.key(someone), self.route, nothing)
                if (answer.status_code, answer.content) != (404, nowhere):
                    self.wrong.append(f"{self.route}: {answer.status_code} for the id {wrong}")

    async def expect_no_entrance(self, scene: Scene) -> None:
        for cookie in ("", "nonsense"):
            answer = await knock(Browser(self.stage.world.app, cookie).http, self.route, scene)
            assert answer.status_code == 303, f"{self.route}: {answer.status_code}"
            assert answer.headers["location"].startswith("/sign-in?next=%2F"), self.route


def trial(stage: Stage, route: str, missing: Any) -> Trial:
    return (PageTrial if is_page(route) else Trial)(stage, route, missing)


def test_every_route_is_in_the_table() -> None:
    app = create_app(load({"CHAIRTIME_MAIL_URL": "maildir:unused"}), demo=PLAYED_BY)
    assert sorted(routes(app)) == sorted(ALLOWED)


async def test_routes_on_things_open_to_those_of_the_table_and_to_nobody_else(
    world: World,
) -> None:
    stage, missing, wrong = Stage(world), await nowhere(world), list[str]()
    for route, door in guarded().items():
        if not about_things(route):
            continue
        tried = trial(stage, route, missing)
        ours = await stage.draw(route, await stage.scene(stage.acme))
        theirs = await stage.draw(route, await stage.scene(stage.other))
        await tried.expect_no_entrance(ours)
        await tried.on_others_things(ours, stage.other)
        await tried.on_others_things(theirs, stage.acme)
        await tried.on_no_things(ours)
        await tried.on_own_things(ours, door.open_to)
        await tried.on_own_things(theirs, door.open_to)
        if not {"{booking_id}", "{offer_id}", "{reseating_id}"} & set(re.findall(r"{\w+}", route)):
            draft = await stage.draw(route, await stage.scene(stage.acme, published=False))
            await tried.on_others_things(draft, stage.other)
            await tried.on_own_things(draft, door.draft)
        wrong += tried.wrong
        world.clock.advance(minutes=2)  # for the limit of writes
    assert wrong == []


async def test_routes_without_things_open_to_the_roles_of_the_table(world: World) -> None:
    stage, missing, wrong = Stage(world), await nowhere(world), list[str]()
    nothing = Scene(FIXED, "", stage.acme)
    for route, door in guarded().items():
        if about_things(route):
            continue
        tried = trial(stage, route, missing)
        await tried.expect_no_entrance(nothing)
        await tried.on_own_things(nothing, door.open_to)
        await tried.on_own_things(nothing._replace(people=stage.other), door.open_to)
        wrong += tried.wrong
    assert wrong == []


async def test_what_is_public_is_the_same_for_everybody(world: World) -> None:
    stage, missing = Stage(world), await nowhere(world)
    scene = await stage.scene(stage.acme)
    for route in (route for route, door in ALLOWED.items() if door.open_to in {PUBLIC, DEMO}):
        answers = [await knock(one.http, route, scene) for one in scene.people.values()]
        answers.append(await knock(world.anonymous, route, scene))
        assert len({repr(essence(answer)) for answer in answers}) == 1, route
        assert not any(word in answers[0].text for word in ("Emil", "emil@", "Tara", "Room"))
        if ALLOWED[route].open_to == DEMO:
            assert essence(answers[0]) == missing, route


async def test_a_role_opens_what_either_of_two_roles_opens(world: World) -> None:
    """Emil, who is a therapist as well, and reads neither a colleague's booking nor more."""
    stage = Stage(world)
    await world.join("emil@acme.example", "Emil Grün", Role.THERAPIST)
    scene = await stage.scene(stage.acme)
    missing = await nowhere(world)
    assert (await world.emil.get("/roster?date=2027-01-02")).json()["shifts"] == []
    assert (await world.emil.get(f"/bookings/{scene.ids['{booking_id}']}")).status_code == 200
    hers = (await world.claim(world.edda, {"id": scene.slot}))["id"]
    for path in (f"/bookings/{hers}", "/people"):
        assert essence(await world.emil.get(path)) == missing
    mark = await world.emil.put(f"/bookings/{hers}/attendance", {"status": "no_show"})
    assert essence(mark) == missing
