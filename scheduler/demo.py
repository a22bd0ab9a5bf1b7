"""A believable office to try Chairtime in, told as a story through the verbs of the domain."""

import asyncio
import random
import shutil
import socket
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import click
from msgspec.structs import replace

from scheduler import clock, keys, logs, serving
from scheduler.app import connected, office
from scheduler.domain import (
    attendance,
    booking,
    delivery,
    event,
    feed,
    opening_draw,
    organisation,
    person,
    rating,
    reminder,
    waitlist,
    wallclock,
)
from scheduler.domain.attendance import Attendance
from scheduler.domain.body import Area
from scheduler.domain.booking import Preferences
from scheduler.domain.delivery import PostOffice
from scheduler.domain.errors import Conflict
from scheduler.domain.person import Role
from scheduler.domain.plan import Break, EventPlan, Location, ShiftPlan
from scheduler.domain.rating import Moment
from scheduler.domain.wish import Wishes
from scheduler.settings import Settings, load
from scheduler.storage import migrations
from scheduler.storage.rows import Booking, Caller

FOLDER = Path("demo-data")
COMPANY, DOMAIN, ZONE = "Meridian Studio", "meridian.example", "Europe/Berlin"
HANA, EMIL = "hana@meridian.example", "emil.grun@meridian.example"
TARA, TOM = "tara@hands.example", "tom@hands.example"
STAFF = (
    (HANA, "Hana Weiss", Role.COORDINATOR),
    (TARA, "Tara Lindqvist", Role.THERAPIST),
    (TOM, "Tom Okafor", Role.THERAPIST),
)
COLLEAGUES = (
    "Emil Grün", "Edda Okoye", "Aino Virtanen", "Bruno Castellanos", "Chiara Rossi", "Deniz Yılmaz",
    "Farah Haddad", "Gustav Nyberg", "Hye-jin Park", "Inês Moreira", "Jonas Weber", "Kasia Wilk",
    "Liam O’Connor", "Mei Chen", "Noor van Dijk", "Oskar Lindholm", "Priya Nair", "Quentin Morel",
    "Rosa Jiménez", "Sami Saleh", "Theo Blanchard", "Una Byrne", "Viktor Novák", "Wanda Adler",
    "Xenia Petrova", "Yara Mansour", "Zoë Clarke", "Anton Huber", "Bea Kovács", "Carl Schmidt",
)  # fmt: skip
LATEST_START = 13  # o'clock: later, too few times are left to take, and the demo's day is tomorrow
SEED = 20_261_123


PLAYED_BY = {Role.COORDINATOR: HANA, Role.EMPLOYEE: EMIL, Role.THERAPIST: TARA}


class Cast(NamedTuple):
    hana: Caller
    tara: Caller
    tom: Caller
    colleagues: list[Caller]


def run_demo(listener: socket.socket, port: int, *, reset: bool) -> None:
    """Fills the demo's folder when that is empty or of another day, and serves it."""
    if reset or _is_stale():
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    settings = _settings(port)
    asyncio.run(_prepare(settings))
    logs.configure(settings.log)
    serving.serve(settings, listener, workers=1, jobs=True, demo=PLAYED_BY)


def _settings(port: int) -> Settings:
    environ = {
        "CHAIRTIME_DATABASE_URL": f"sqlite:///{FOLDER}/chairtime.db",
        "CHAIRTIME_MAIL_URL": f"maildir:{FOLDER}/mail",
        "CHAIRTIME_BASE_URL": f"http://localhost:{port}",
        "CHAIRTIME_SECRET_KEY": keys.load_or_make(FOLDER / keys.SECRET_FILE).hex(),
        "CHAIRTIME_HEALTH_KEY": keys.load_or_make(FOLDER / keys.HEALTH_FILE).hex(),
    }
    return load(environ, port=port)


def _day(now: datetime) -> date:
    local = wallclock.to_local(now, ZONE)
    return local.date() + timedelta(days=local.hour >= LATEST_START)


def _is_stale() -> bool:
    marker = FOLDER / "day"
    return not marker.exists() or date.fromisoformat(marker.read_text()) < wallclock.today(
        clock.now(), ZONE
    )


async def _prepare(settings: Settings) -> None:
    now = clock.now()
    async with connected(settings.database_url):
        await migrations.migrate()
        if not (FOLDER / "day").exists():
            await tell_story(office(settings), _day(now), now)
            (FOLDER / "day").write_text(_day(now).isoformat())
        await _introduce(settings, now)


async def tell_story(post: PostOffice, day: date, now: datetime) -> None:
    """An organisation, last month's day from plan to ratings, the day that is on, and a small one
    ahead that is full, and one whose times will be drawn.
    """
    chance = random.Random(SEED)  # noqa: S311  (the same story every time, not a secret)
    cast = await _hire(now - timedelta(days=60))
    await _last_month(cast, post, _working_day(day - timedelta(days=30)), chance)
    await _this_day(cast, post, day, now, chance)
    await _full_day(cast, post, _working_day(day + timedelta(days=14)), now)
    await _drawn_day(cast, _working_day(day + timedelta(days=28)), now)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - 4, 0))


async def _hire(now: datetime) -> Cast:
    tenant = (await organisation.add(COMPANY, [DOMAIN], ZONE, now)).id
    hana, tara, tom = [await _person(tenant, email, name, role, now) for email, name, role in STAFF]
    colleagues = [
        await _person(tenant, _address(name), name, Role.EMPLOYEE, now) for name in COLLEAGUES
    ]
    return Cast(hana, tara, tom, colleagues)


def _address(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("’", "").replace("ı", "i"))
    plain = letters.encode("ascii", "ignore").decode().lower()
    return ".".join(plain.split()) + "@" + DOMAIN


async def _person(tenant: UUID, email: str, name: str, role: Role, now: datetime) -> Caller:
    found = await person.add(tenant, email, name, role, now)
    return Caller(id=found, email=email, name=name, organisation=tenant, roles=frozenset({role}))


def _plan(day: date, title: str) -> EventPlan:
    lunch = [Break("12:00", "12:30")]
    return EventPlan(
        title=title,
        date=day,
        timezone=ZONE,
        location=Location("Quiet room, 3rd floor", "Hauptstr. 1\nBerlin"),
        shifts=[
            ShiftPlan(therapist=TARA, chair="Chair 1", starts="09:00", ends="15:00", breaks=lunch),
            ShiftPlan(therapist=TOM, chair="Chair 2", starts="10:00", ends="16:00", breaks=lunch),
        ],
    )


async def _publish(
    cast: Cast, day: date, title: str, now: datetime, shifts: list[ShiftPlan] | None = None,
    wishes_close_at: datetime | None = None,
) -> UUID:  # fmt: skip
    plan = _plan(day, title)
    planned = await event.create(cast.hana, replace(plan, shifts=shifts or plan.shifts), now)
    if wishes_close_at:
        await opening_draw.announce(cast.hana, planned.event.id, wishes_close_at, now)
    await event.publish(cast.hana, planned.event.id, now)
    return planned.event.id


async def _last_month(cast: Cast, post: PostOffice, day: date, chance: random.Random) -> None:
    planned_at = _at(day - timedelta(days=7), 9)
    last = await _publish(cast, day, "Chair massage", planned_at)
    taken = await _claims(cast, last, chance.sample(cast.colleagues, 24), planned_at, chance)
    await booking.cancel(*await _owned(cast, taken.pop()), planned_at + timedelta(days=2))
    await delivery.deliver(post, lambda: planned_at + timedelta(days=2))
    await _remind(post, day)
    await _attend(cast, taken, chance)
    await delivery.deliver(post, lambda: _at(day, 18))


async def _remind(post: PostOffice, day: date) -> None:
    for hour in range(-14, 16):
        tick = _at(day, 0) + timedelta(hours=hour)
        await reminder.queue_due(tick)
        await delivery.deliver(post, lambda tick=tick: tick)  # type: ignore[misc]


async def _attend(cast: Cast, taken: Sequence[Booking], chance: random.Random) -> None:
    for number, one in enumerate(taken):
        status = Attendance.NO_SHOW if number % 11 == 10 else Attendance.COMPLETED
        await attendance.mark(cast.hana, one.id, status, one.ends_at)
        if status is Attendance.COMPLETED and number % 5 != 4:
            await _rate(cast, one, chance)


async def _rate(cast: Cast, one: Booking, chance: random.Random) -> None:
    owner, _ = await _owned(cast, one)
    before = chance.randint(4, 8)
    await rating.rate(owner, one.id, Moment.BEFORE, before, Area.NECK, one.ends_at)
    after = before - chance.randint(1, 4)
    await rating.rate(owner, one.id, Moment.AFTER, after, Area.NECK, one.ends_at)


async def _this_day(
    cast: Cast, post: PostOffice, day: date, now: datetime, chance: random.Random
) -> None:
    planned_at = min(_at(day - timedelta(days=5), 9), now - timedelta(hours=1))
    current = await _publish(cast, day, "Chair massage", planned_at)
    await _claims(cast, current, chance.sample(cast.colleagues[1:], 21), planned_at, chance)
    await delivery.deliver(post, lambda: planned_at)
    taken = await _bookings_before(cast, now)
    await _attend_some(cast, taken, now)


async def _full_day(cast: Cast, post: PostOffice, day: date, now: datetime) -> None:
    """Every time is taken, and four wait: what somebody gives back is held for Emil."""
    planned_at = now - timedelta(days=2)
    shift = ShiftPlan(therapist=TARA, chair="Chair 1", starts="10:00", ends="12:00")
    full = await _publish(cast, day, "Chair massage", planned_at, [shift])
    slots = await event.slots(cast.hana, full)
    holders = cast.colleagues[1 : len(slots) + 1]
    taken = [
        await booking.claim(who, slot.id, Preferences(), planned_at)
        for who, slot in zip(holders, slots, strict=True)
    ]
    await _line_up(cast, full, planned_at)
    await booking.cancel(*await _owned(cast, taken[2]), now)
    await delivery.deliver(post, lambda: now)


async def _line_up(cast: Cast, full: UUID, planned_at: datetime) -> None:
    wishes = Wishes(), Wishes(earliest="11:00"), Wishes(latest="11:00"), Wishes()
    people = cast.colleagues[0], *cast.colleagues[-3:]
    for hours, (who, wished) in enumerate(zip(people, wishes, strict=True), 1):
        await waitlist.join(who, full, wished, planned_at + timedelta(hours=hours))


async def _drawn_day(cast: Cast, day: date, now: datetime) -> None:
    """More have wished than there are places. Emil has not yet."""
    shift = ShiftPlan(therapist=TOM, chair="Chair 1", starts="10:00", ends="12:00")
    closes = _at(day - timedelta(days=7), 12)
    drawn = await _publish(cast, day, "Chair massage", now, [shift], closes)
    for number, who in enumerate(cast.colleagues[10:18]):
        await opening_draw.wish(who, drawn, Wishes(earliest="11:00" if number % 3 else None), now)


async def _bookings_before(cast: Cast, now: datetime) -> list[Booking]:
    own = [one for owner in cast.colleagues for one in await booking.listed(owner)]
    recent = [one for one in own if now - timedelta(days=1) < one.starts_at <= now]
    return sorted(
        (one for one in recent if one.status == "confirmed"), key=lambda one: one.starts_at
    )


async def _attend_some(cast: Cast, taken: Sequence[Booking], now: datetime) -> None:
    for one in taken:
        status = Attendance.COMPLETED if one.ends_at <= now else Attendance.CHECKED_IN
        await attendance.mark(cast.hana, one.id, status, now)


async def _claims(
    cast: Cast, day: UUID, people: Sequence[Caller], now: datetime, chance: random.Random
) -> list[Booking]:
    slots = await event.slots(cast.hana, day)
    taken = []
    for owner, slot in zip(people, chance.sample(slots, len(people)), strict=True):
        wish = Preferences(
            pressure=chance.randint(1, 4),
            focus_areas=[chance.choice(list(Area))],
            quiet=chance.random() < 0.4,
        )
        try:
            taken.append(await booking.claim(owner, slot.id, wish, now))
        except Conflict:  # begun before the demo did
            continue
    return taken


async def _owned(cast: Cast, one: Booking) -> tuple[Caller, UUID]:
    return next(owner for owner in cast.colleagues if owner.id == one.person), one.id


def _at(day: date, hour: int) -> datetime:
    return wallclock.to_instant(day, time(hour), ZONE).astimezone(UTC)


async def _introduce(settings: Settings, now: datetime) -> None:
    tenant, base = (await organisation.named(COMPANY)).id, settings.base_url
    day = (FOLDER / "day").read_text()
    click.echo(f"\n{COMPANY} has a massage day on {day}. Open {base} and go in as one of three:\n")
    tokens = {}
    for role, email in PLAYED_BY.items():
        tokens[role] = await person.add_token(tenant, email, 30, now)
        click.echo(f"  {_first_name(email):5} {role:12} {base}/demo/as/{role}")
    click.echo(f"\n  Mailbox            {base}/demo/mailbox")
    click.echo(f"  API reference      {base}/api/docs")
    tara = await person.caller(tokens[Role.THERAPIST], now)
    click.echo(f"  Tara's calendar    {base}/calendars/{await feed.subscribe(tara, now)}.ics")
    click.echo("\nThe same three for programs:\n")
    for role, token in tokens.items():
        path = f"roster?date={day}" if role is Role.THERAPIST else "events"
        who = f"{_first_name(PLAYED_BY[role])}, {role}"
        click.echo(f"  {who:18} curl -H 'Authorization: Bearer {token}' {base}/api/v1/{path}")


def _first_name(email: str) -> str:
    return email.partition("@")[0].partition(".")[0].capitalize()
