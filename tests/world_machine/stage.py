"""An office in a real database, its clock and its post. Verbs of the domain are called directly."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from msgspec import ValidationError
from msgspec.structs import replace

from scheduler import ids
from scheduler.app import connected, office
from scheduler.domain import event, organisation, person, promotion, rounds
from scheduler.domain.delivery import deliver
from scheduler.domain.errors import DomainError, NotSignedIn
from scheduler.domain.person import Role
from scheduler.domain.plan import Break, EventPlan, Location, ShiftPlan
from scheduler.jobs.schedule import JOBS
from scheduler.settings import load
from scheduler.storage import database, memberships, standby, waitlist
from scheduler.storage.rows import Caller
from scheduler.storage.sqlite import OneWriterEngine
from scheduler.storage.transaction import transaction
from tests.world import Clock, rows, write
from tests.world_machine.calendar import Calendars

T = TypeVar("T")
Verb = Callable[[Caller], Awaitable[Any]]
DAY, ZONE = date(2027, 1, 13), "Europe/Berlin"
BEGINS = datetime.fromisoformat("2027-01-13T08:00:00Z")
PEOPLE = 9
SETTINGS = {
    "CHAIRTIME_MAIL_URL": "maildir:nowhere",
    "CHAIRTIME_BASE_URL": "https://chairtime.example",
    "CHAIRTIME_SECRET_KEY": "5e" * 32,
    "CHAIRTIME_HEALTH_KEY": "4e" * 32,
}
STAFF = {
    "hana": Role.COORDINATOR,
    "tara": Role.THERAPIST,
    "tom": Role.THERAPIST,
    "tim": Role.THERAPIST,
    "una": Role.THERAPIST,
}
TARA = ShiftPlan(
    therapist="tara@acme.example", chair="1", starts="09:00", ends="10:25",
    breaks=[Break("09:35", "09:50")],
)  # fmt: skip
TOM = ShiftPlan(therapist="tom@acme.example", chair="2", starts="09:10", ends="09:45")
TIM = ShiftPlan(therapist="tim@acme.example", chair="A", starts="09:15", ends="10:10")
# The rest goes with these: whatever belongs to an organisation or a person is deleted with them.
CLEAN = ("outbox", "organisation", "person")

DONE = (
    "SELECT action AS what, count(*) AS times FROM audit GROUP BY action"
    " UNION ALL SELECT 'offer.' || outcome, count(*) FROM offer"
    " WHERE outcome IS NOT NULL GROUP BY outcome"
)


class Stage:
    """Each run begins with the same people, and with two `days` that overlap."""

    def __init__(self, database_url: str) -> None:
        self.clock, self.calendars = Clock(), Calendars()
        settings = load(SETTINGS | {"CHAIRTIME_DATABASE_URL": database_url})
        self.post = replace(office(settings), transport=self.calendars)
        self.steps, self.seen = 0, Counter[str]()
        self._loop, self._open = asyncio.Runner(), contextlib.AsyncExitStack()
        self.run(self._connect(database_url))

    async def _connect(self, database_url: str) -> None:
        await self._open.enter_async_context(connected(database_url))
        engine = database.engine()
        if isinstance(engine, OneWriterEngine):  # no power cut is played, so no disk is waited for
            writer = await engine.borrow_writer()
            await writer.execute_fetchall("PRAGMA synchronous=OFF")
            engine.return_writer()

    def close(self) -> None:
        self.run(self._open.aclose())
        self._loop.close()

    def run(self, action: Awaitable[T]) -> T:
        return self._loop.run(_whole(action))

    def begin(self, now: datetime, limit: int) -> None:
        """The same ids each time, from which a draw's tickets are made."""
        self.note()
        self.clock.instant = now
        self.calendars.forget()
        self.run(self._begin(limit))

    def note(self) -> None:
        """What the run that ends has seen: its verbs, and how its offers ended."""
        for one in self.run(rows(DONE)):
            self.seen[one["what"]] += one["times"]

    @transaction
    async def _begin(self, limit: int) -> None:
        numbers = count(1)
        ids.source.set(lambda: UUID(int=next(numbers)))
        for table in CLEAN:
            await write(f"DELETE FROM {table}")
        self.organisation = (await organisation.add("Acme", ["acme.example"], ZONE, self.now)).id
        self.staff = {name: await self.employ(name, role) for name, role in STAFF.items()}
        self.people = [
            await self.employ(f"person{number}", Role.EMPLOYEE) for number in range(PEOPLE)
        ]
        soon = self.now + timedelta(minutes=30)
        self.days = [
            await self._day(plan(limit, TARA, TOM)),
            await self._day(plan(1, TIM, claims_open_at=soon)),
        ]

    async def _day(self, wanted: EventPlan) -> UUID:
        hana = await self.caller("hana")
        day = (await event.create(hana, wanted, self.now)).event.id
        await event.publish(hana, day, self.now)
        return day

    async def employ(self, name: str, role: Role) -> UUID:
        email = f"{name}@acme.example"
        return await person.add(self.organisation, email, name.capitalize(), role, self.now)

    @property
    def now(self) -> datetime:
        return self.clock()

    async def caller(self, who: str | int) -> Caller:
        """As the door lets them in at this moment."""
        wanted = self.staff[who] if isinstance(who, str) else self.people[who]
        member = await memberships.get(self.organisation, wanted)
        if member is None or not member.roles:
            raise NotSignedIn
        return Caller(
            id=wanted, email=member.email, name=member.name, language=member.language,
            organisation=self.organisation, roles=frozenset(member.roles),
        )  # fmt: skip

    def attempt(self, who: str | int, verb: Verb) -> bool:
        """Whether it was done. It may be refused in words; whatever else is raised is an error."""
        try:
            self.run(self._attempt(who, verb))
        except (DomainError, ValidationError):  # at the door both are a refusal
            return False
        return True

    async def _attempt(self, who: str | int, verb: Verb) -> None:
        await verb(await self.caller(who))

    def tick(self) -> None:
        """What the background does, but for sending mail."""
        for job in JOBS:
            if job.run is not deliver:
                self.run(job.run(self.post, self.clock))

    def tend(self) -> bool:
        """Whether there was something to look after on a waitlist."""
        found = [
            *self.run(waitlist.to_tend(self.now)),
            *self.run(standby.to_ask(self.now, self.now + rounds.SOON)),
        ]
        if found:
            self.run(promotion.tend(self.now))
        return bool(found)

    def shifts(self, day: UUID) -> list[str]:
        found = self.run(
            rows(
                "SELECT id FROM shift WHERE event = {} AND cancelled_at IS NULL ORDER BY position",
                day,
            )
        )
        return [str(one["id"]) for one in found]

    def members(self) -> set[str]:
        """The ids of those who have not left."""
        return {str(one["person"]) for one in self.run(rows("SELECT person FROM membership"))}

    def forgotten(self) -> set[str]:
        """The ids of those to whom nothing can be sent any more."""
        found = self.run(rows("SELECT id FROM person WHERE email LIKE '%.invalid'"))
        return {str(one["id"]) for one in found}

    def send(self) -> list[dict[str, Any]]:
        """Every message that is due. The rows of those that left."""
        before = len(self.calendars.letters)
        self.run(deliver(self.post, self.clock))
        left = self.calendars.letters[before:]
        ids = [UUID(letter["Message-ID"].partition("@")[0].removeprefix("<")) for letter in left]
        if not ids:
            return []
        marks = ", ".join("{}" for _ in ids)
        return self.run(rows(f"SELECT * FROM outbox WHERE id IN ({marks})", *ids))


async def _whole(action: Awaitable[T]) -> T:
    return await action


def plan(limit: int, *shifts: ShiftPlan, claims_open_at: datetime | None = None) -> EventPlan:
    return EventPlan(
        title="Chair massage", date=DAY, timezone=ZONE, location=Location("Quiet room"),
        slot_minutes=15, reset_minutes=5, shifts=list(shifts), claims_open_at=claims_open_at,
        claims_per_person=limit, cancel_until_minutes=0,
    )  # fmt: skip
