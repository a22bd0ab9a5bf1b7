"""A plan to begin with: from four answers, or like an earlier day."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from scheduler.domain import plan as planning
from scheduler.domain.errors import NotFound
from scheduler.domain.pacing import suggested_breaks
from scheduler.domain.plan import EventPlan, Location, ShiftPlan
from scheduler.i18n import gettext
from scheduler.storage import events, organisations, people, scope, shifts
from scheduler.storage.rows import Caller, Event, Person, Shift


class Answers(Struct, frozen=True, kw_only=True):
    """The four: which day; from when to when; who works, by address; how long each massage is."""

    date: date
    starts: str
    ends: str
    therapists: Sequence[str]
    slot_minutes: int


class Copy(Struct, frozen=True):
    """`left` are the names of those who worked then and are no therapists here any more."""

    plan: EventPlan
    left: list[str]


def plan_from_answers(answers: Answers, latest: Event | None, zone: str) -> EventPlan:
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
                breaks=suggested_breaks(answers.starts, answers.ends),
            )
            for number, therapist in enumerate(answers.therapists, start=1)
        ],
    )


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


async def plan(caller: Caller, answers: Answers) -> EventPlan:
    """Nothing is kept: it is for the coordinator to look at, and to change."""
    organisation = await organisations.get(caller.organisation)
    if organisation is None:
        raise NotFound
    latest = await events.latest(caller.organisation)
    return plan_from_answers(answers, latest, organisation.timezone)


async def copy(caller: Caller, event: UUID, day: date) -> Copy:
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    blocks = await shifts.of_events(found.organisation, [found.id])
    return copy_of(found, blocks, await people.therapists(found.organisation), day)
