"""The cast and what surrounds it: an application, its clock, its mailbox, a day to claim."""

import contextlib
import mailbox
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast
from uuid import UUID

import httpx
from litestar import Litestar

from scheduler.app import begun, create_app, office
from scheduler.domain import (
    delivery,
    nudge,
    organisation,
    person,
    promotion,
    reminder,
    rest,
    session,
)
from scheduler.domain.person import Role
from scheduler.settings import Settings
from scheduler.storage.database import execute
from scheduler.storage.rows import Caller
from scheduler.storage.transaction import transaction

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
API = "/api/v1"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, instant: datetime = MONDAY) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def set(self, text: str) -> None:
        self.instant = datetime.fromisoformat(text)
        assert self.instant.tzinfo, "instants need an offset"

    def advance(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


class Someone:
    """One of the cast, with a token in hand. Paths are below /api/v1."""

    def __init__(self, app: Litestar, caller: Caller, token: str) -> None:
        self.caller, self.token = caller, token
        self.id, self.email, self.name = str(caller.id), caller.email, caller.name
        self.http = client(app, {"authorization": f"Bearer {token}"})

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(API + path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.http.post(API + path, json=body, **options)

    async def put(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.http.put(API + path, json=body, **options)

    async def patch(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.http.patch(API + path, json=body, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.delete(API + path, **options)


def client(app: Litestar, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(cast("Any", app))
    return httpx.AsyncClient(transport=transport, base_url="http://chairtime.test", headers=headers)


class Browser:
    """Somebody at the pages: keeps cookies, says where it comes from, follows nothing by itself."""

    def __init__(self, app: Litestar, cookie: str = "") -> None:
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        self.http = client(app, headers)
        self.http.base_url = httpx.URL("https://chairtime.example")
        if cookie:
            self.http.cookies.set("__Host-chairtime", cookie, domain="chairtime.example")

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, **options)

    async def post(self, path: str, data: Any = None, *, page: str = "/") -> httpx.Response:
        """Send a form from this page."""
        referer = {"referer": f"https://chairtime.example{page}"}
        return await self.http.post(path, data=data or {}, headers=referer)

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """Where a 303 leads."""
        assert answer.status_code == 303, answer.text
        return await self.get(answer.headers["location"])


def plan(**changes: Any) -> dict[str, Any]:
    """A day with two chairs: Tara 09:00 to 12:00 with a break, Tom 10:00 to 12:00. 14 slots."""
    body: dict[str, Any] = {
        "title": "Chair massage",
        "date": "2026-12-03",
        "timezone": "Europe/Berlin",
        "location": {"name": "Quiet room, 3rd floor", "address": "Hauptstr. 1\nBerlin"},
        "slot_minutes": 15,
        "reset_minutes": 5,
        "shifts": [
            {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00",
             "ends": "12:00", "breaks": [{"starts": "10:20", "ends": "10:40"}]},
            {"therapist": "tom@hands.example", "chair": "Chair 2", "starts": "10:00",
             "ends": "12:00"},
        ],
        "claims_per_person": 1,
        "cancel_until_minutes": 240,
    }  # fmt: skip
    return body | changes


class World:
    """Acme with Hana (coordinator), Emil and Edda (employees), Tara and Tom (therapists) and Ada
    (admin); Other Ltd with Olga (coordinator), Otto (employee) and Tara, who works there too.
    """

    def __init__(self, app: Litestar, settings: Settings, clock: Clock) -> None:
        self.app, self.settings, self.clock = app, settings, clock
        self.anonymous = client(app)

    async def cast(self) -> None:
        self.acme = await self.tenant("Acme", "acme.example", "Europe/Berlin")
        self.other = await self.tenant("Other Ltd", "other.example", "Europe/London")
        self.hana = await self.join("hana@acme.example", "Hana Weiss", Role.COORDINATOR)
        self.emil = await self.join("emil@acme.example", "Emil Grün", Role.EMPLOYEE)
        self.edda = await self.join("edda@acme.example", "Edda Okoye", Role.EMPLOYEE)
        self.tara = await self.join("tara@hands.example", "Tara Lindqvist", Role.THERAPIST)
        self.tom = await self.join("tom@hands.example", "Tom Okafor", Role.THERAPIST)
        self.ada = await self.join("ada@acme.example", "Ada Boss", Role.ADMIN)
        other = self.other
        self.olga = await self.join("olga@other.example", "Olga Petrova", Role.COORDINATOR, other)
        self.otto = await self.join("otto@other.example", "Otto Else", Role.EMPLOYEE, other)
        self.tara_elsewhere = await self.join(
            "tara@hands.example", "Tara L.", Role.THERAPIST, other
        )

    async def tenant(self, name: str, domain: str, zone: str) -> UUID:
        return (await organisation.add(name, [domain], zone, self.clock())).id

    async def join(self, email: str, name: str, role: Role, tenant: UUID | None = None) -> Someone:
        """Another person, with a token."""
        where = tenant or self.acme
        await person.add(where, email, name, role, self.clock())
        token = await person.add_token(where, email, None, self.clock())
        return Someone(self.app, await person.caller(token, self.clock()), token)

    def browser(self) -> Browser:
        """One in which nobody is signed in."""
        return Browser(self.app)

    async def signed_in(self, someone: Someone, *, proven: bool = True) -> Browser:
        """By a code, or unless `proven` by a company's account or a personal link."""
        who, now = someone.caller, self.clock()
        secret = await session.begin(who.organisation, who.id, now, proven=proven)
        return Browser(self.app, secret)

    async def therapist(self, email: str, name: str, tenant: UUID | None = None) -> Someone:
        return await self.join(email, name, Role.THERAPIST, tenant)

    async def employees(self, count: int) -> list[Someone]:
        return [
            await self.join(f"colleague{number}@acme.example", f"Colleague {number}", Role.EMPLOYEE)
            for number in range(count)
        ]

    async def day(self, *, published: bool = True, **changes: Any) -> dict[str, Any]:
        """An event that Hana planned, as the API shows it."""
        answer = await self.hana.post("/events", plan(**changes))
        assert answer.status_code == 201, answer.text
        event: dict[str, Any] = answer.json()
        if published:
            event = (await self.hana.put(f"/events/{event['id']}/publication")).json()
        return event

    async def olga_day(self, **shift: Any) -> dict[str, Any]:
        """A published day of Other Ltd, with one shift, by Tim, who works only there."""
        block = {"therapist": "tim@hands.example", "chair": "A", "starts": "08:00", "ends": "09:00"}
        block |= shift
        if block["therapist"] == "tim@hands.example":
            await self.therapist(block["therapist"], "Tim Else", self.other)
        body = plan(title="Their day", timezone="Europe/London", shifts=[block])
        answer = await self.olga.post("/events", body)
        assert answer.status_code == 201, answer.text
        published = await self.olga.put(f"/events/{answer.json()['id']}/publication")
        event: dict[str, Any] = published.json()
        return event

    async def olga_slots(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        answer = await self.olga.get(f"/events/{event['id']}/slots?limit=200")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def emil_at_other(self) -> Someone:
        """Emil, who is an employee of Other Ltd as well."""
        return await self.join("emil@acme.example", "E. Gruen", Role.EMPLOYEE, self.other)

    async def slots(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        answer = await self.hana.get(f"/events/{event['id']}/slots?limit=200")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def claim(self, who: Someone, slot: dict[str, Any], **body: Any) -> dict[str, Any]:
        answer = await who.post(f"/slots/{slot['id']}/booking", body or None)
        assert answer.status_code == 201, answer.text
        booking: dict[str, Any] = answer.json()
        return booking

    async def tick(self) -> None:
        """What the background jobs do, once."""
        await rest.give_due(self.clock())
        await promotion.tend(self.clock())
        await reminder.queue_due(self.clock())
        await nudge.queue_due(self.clock())
        await delivery.deliver(office(self.settings), self.clock)

    def mails(self, to: str = "") -> list[EmailMessage]:
        """What has left, oldest first, to this address or to all."""
        folder = mailbox.Maildir(self.settings.mail_url.removeprefix("maildir:"), create=True)
        found = [_parse(folder.get_bytes(key)) for key in sorted(folder.keys())]
        return sorted((mail for mail in found if to in mail["To"]), key=_sent_at)


def _parse(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _sent_at(mail: EmailMessage) -> tuple[datetime, str]:
    return mail["Date"].datetime, mail["Message-ID"]


def calendar_part(mail: EmailMessage) -> str:
    """The iCalendar text of an invite, unfolded."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    text: str = part.get_content()
    return text.replace("\r\n ", "").replace("\n ", "")


def codes(answers: Iterable[httpx.Response]) -> list[str]:
    """`201`, or the code of the refusal."""
    return [
        str(answer.status_code) if answer.is_success else answer.json()["code"]
        for answer in answers
    ]


async def rows(statement: str, *values: Any) -> list[dict[str, Any]]:
    """What stands in the database, where the API does not show it."""
    return await execute(statement, *values)


@transaction
async def write(statement: str, *values: Any) -> None:
    """For what has no door yet, such as taking a role away."""
    await execute(statement, *values)


@contextlib.asynccontextmanager
async def open_world(
    settings: Settings, *, demo: Mapping[Role, str] | None = None, at: datetime = MONDAY
) -> AsyncIterator[World]:
    clock = Clock(at)
    with _app(settings, clock, demo) as app:
        async with app.lifespan():
            opened = World(app, settings, clock)
            await opened.cast()
            yield opened


_idle: dict[bool, list[Litestar]] = {True: [], False: []}


@contextlib.contextmanager
def _app(settings: Settings, clock: Clock, demo: Mapping[Role, str] | None) -> Iterator[Litestar]:
    """As if just created. Half a second goes into its routes, so these are used again by the next
    test, unless this one has added to them.
    """
    waiting = _idle[bool(demo)]
    app = waiting.pop() if waiting else create_app(settings, clock=clock, demo=demo)
    app.state, routes = begun(settings, clock, demo), len(app.routes)
    yield app
    if len(app.routes) == routes:
        waiting.append(app)
