"""A plan to begin with: from four answers, or like an earlier day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from scheduler.domain import event as events_
from scheduler.domain import membership, pacing, wallclock
from scheduler.domain import plan as planning
from scheduler.domain.errors import NotFound
from scheduler.domain.event import EventDetails
from scheduler.domain.pacing import PRESET, Pacing, suggested_breaks
from scheduler.domain.person import Role
from scheduler.domain.plan import EventPlan, Location, ShiftPlan, WallTime
from scheduler.i18n import gettext
from scheduler.storage import events, organisations, people, scope, shifts
from scheduler.storage.rows import Caller, Event, Person, Shift
from scheduler.storage.transaction import transaction

FOUR_WEEKS = timedelta(days=28)
FIRST_STARTS, FIRST_ENDS, FIRST_MINUTES = "09:00", "16:00", 15


class Answers(Struct, frozen=True, kw_only=True):
    """The four: which day; from when to when; who works, by address; how long each massage is."""

    date: date
    starts: WallTime
    ends: WallTime
    therapists: Annotated[Sequence[str], Meta(min_length=1, max_length=50)]
    slot_minutes: Annotated[int, Meta(ge=5, le=120)]


class Newcomer(Struct, frozen=True):
    """A therapist who works here for the first time."""

    name: str
    email: str


class Beginning(Struct, frozen=True):
    """What is likely: the answers, with `staff` to choose from, and the plan that follows."""

    today: date
    answers: Answers
    plan: EventPlan
    staff: list[Person]


class Copy(Struct, frozen=True):
    """`left` are the names of those who worked then and are no therapists here any more."""

    plan: EventPlan
    left: list[str]


def plan_from_answers(
    answers: Answers, latest: Event | None, zone: str, rules: Pacing = PRESET
) -> EventPlan:
    """The rest as the latest day has it; the first day of all gets plain words to change.

    `zone` is the organisation's own, for its first day.
    """
    return EventPlan(
        title=latest.title if latest else gettext("Chair massage"),
        date=answers.date,
        timezone=latest.timezone if latest else zone,
        location=_place(latest),
        slot_minutes=answers.slot_minutes,
        shifts=[
            ShiftPlan(
                therapist=therapist,
                chair=gettext("Chair {number}", number=number),
                starts=answers.starts,
                ends=answers.ends,
                breaks=suggested_breaks(answers.starts, answers.ends, rules),
            )
            for number, therapist in enumerate(answers.therapists, start=1)
        ],
    )


def usual(
    latest: Event | None, blocks: Sequence[Shift], staff: Sequence[Person], day: date
) -> Answers:
    """As on the latest day; for the first of all, the whole staff if that is one."""
    here = [person.email for person in staff]
    worked = {shift.therapist_email for shift in blocks}
    chosen = [email for email in here if email in worked] if latest else here[: len(here) == 1]
    return Answers(
        date=day,
        starts=f"{min(shift.starts for shift in blocks):%H:%M}" if blocks else FIRST_STARTS,
        ends=f"{max(shift.ends for shift in blocks):%H:%M}" if blocks else FIRST_ENDS,
        therapists=chosen,
        slot_minutes=latest.slot_minutes if latest else FIRST_MINUTES,
    )


def next_date(day: date, today: date) -> date:
    """The same weekday, four weeks later or as often that as it takes to be ahead."""
    weeks = max((today - day) // FOUR_WEEKS + 1, 1)
    return day + weeks * FOUR_WEEKS


def _place(latest: Event | None) -> Location:
    if latest is None:
        return Location(gettext("To be announced"))
    return Location(latest.location_name, latest.location_address)


def copy_of(event: Event, blocks: Sequence[Shift], staff: Sequence[Person], day: date) -> Copy:
    """The same shifts, breaks and place on another day; claims open at its publication."""
    here = {person.id for person in staff}
    kept = [shift for shift in blocks if shift.therapist in here]
    like = planning.of_event(event, kept)
    fresh = [replace(shift, id=None) for shift in like.shifts]
    left = {shift.therapist_name for shift in blocks if shift.therapist not in here}
    return Copy(replace(like, date=day, shifts=fresh, claims_open_at=None), sorted(left))


async def begin(caller: Caller, now: datetime) -> Beginning:
    """What to put into an empty form."""
    zone = await events_.home_zone(caller.organisation)
    latest = await events.latest(caller.organisation)
    blocks = await shifts.of_events(caller.organisation, [latest.id]) if latest else []
    staff = await membership.therapists(caller)
    today = wallclock.today(now, latest.timezone if latest else zone)
    answers = usual(latest, blocks, staff, today)
    rules = await pacing.of(caller.organisation)
    return Beginning(today, answers, plan_from_answers(answers, latest, zone, rules), staff)


@transaction
async def create(
    caller: Caller, wanted: EventPlan, newcomer: Newcomer | None, now: datetime, *, publish: bool
) -> EventDetails:
    """The day, open for everybody at once if it is to be, and with it who is new."""
    if newcomer:
        known = await membership.add(caller, newcomer.email, newcomer.name, [Role.THERAPIST], now)
        wanted = _known_as(wanted, newcomer.email, known.email)
    made = await events_.create(caller, wanted, now)
    return await events_.publish(caller, made.event.id, now) if publish else made


def _known_as(plan: EventPlan, typed: str, email: str) -> EventPlan:
    shifts = [
        replace(shift, therapist=email if shift.therapist == typed else shift.therapist)
        for shift in plan.shifts
    ]
    return replace(plan, shifts=shifts)


async def plan(caller: Caller, answers: Answers) -> EventPlan:
    """Nothing is kept: it is for the coordinator to look at, and to change."""
    organisation = await organisations.get(caller.organisation)
    if organisation is None:
        raise NotFound
    latest = await events.latest(caller.organisation)
    rules = await pacing.of(caller.organisation)
    return plan_from_answers(answers, latest, organisation.timezone, rules)


async def copy(caller: Caller, event: UUID, day: date) -> Copy:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    blocks = await shifts.of_events(found.organisation, [found.id])
    return copy_of(found, blocks, await people.therapists(found.organisation), day)
