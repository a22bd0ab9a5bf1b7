"""What a coordinator plans, and what is wrong with it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Annotated, TypeVar
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from scheduler.domain import text, wallclock
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.slot import Interval, cut, overlap
from scheduler.i18n import say, words
from scheduler.storage.rows import Event, Shift

T = TypeVar("T")
WallTime = Annotated[
    str,
    Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)", description="HH:MM", examples=["09:00"]),
]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Instant = Annotated[datetime, Meta(tz=True)]
LONGEST_CHAIR = 100
FIRST_YEAR, LAST_YEAR = 2000, 2100
TOO_FAR = say(
    "Choose an instant between the years {first} and {last}.", first=FIRST_YEAR, last=LAST_YEAR
)


class Break(Struct, frozen=True, forbid_unknown_fields=True):
    starts: WallTime
    ends: WallTime


class Location(Struct, frozen=True, forbid_unknown_fields=True):
    name: Name
    address: Annotated[str, Meta(max_length=1000)] = ""


class ShiftPlan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """`therapist` is an e-mail address. `id` names a shift that is to be kept."""

    therapist: Annotated[str, Meta(max_length=254)]
    chair: Annotated[str, Meta(min_length=1, max_length=LONGEST_CHAIR)]
    starts: WallTime
    ends: WallTime
    breaks: Annotated[list[Break], Meta(max_length=20)] = []
    id: UUID | None = None


class EventPlan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`timezone` left out is the organisation's; `claims_open_at` left out is at publication."""

    title: Name
    date: date
    timezone: Annotated[str, Meta(max_length=64)] | None = None
    location: Location
    slot_minutes: Annotated[int, Meta(ge=5, le=120)] = 15
    reset_minutes: Annotated[int, Meta(ge=0, le=60)] = 5
    shifts: Annotated[list[ShiftPlan], Meta(min_length=1, max_length=50)]
    claims_open_at: Instant | None = None
    claims_per_person: Annotated[int, Meta(ge=1, le=20)] = 1
    cancel_until_minutes: Annotated[int, Meta(ge=0, le=43_200)] = 240
    grace_minutes: Annotated[int, Meta(ge=0, le=120)] = 5


class PlannedShift(Struct, frozen=True):
    """A shift plan with its instants."""

    plan: ShiftPlan
    time: Interval
    breaks: list[Interval]


def clean(plan: EventPlan, zone: str) -> EventPlan:
    """With every text normalised. Raises Invalid naming each field that cannot be used."""
    problems: list[FieldError] = []

    def line(field: str, value: str, limit: int) -> str:
        return _try(problems, field, lambda: text.clean_line(value, limit=limit)) or value

    cleaned = {
        "title": line("title", plan.title, 200),
        "timezone": zone if plan.timezone is None else plan.timezone,
        "location": Location(
            line("location.name", plan.location.name, 200),
            _address(problems, plan.location.address),
        ),
        "shifts": [
            replace(shift, chair=line(f"shifts[{index}].chair", shift.chair, LONGEST_CHAIR))
            for index, shift in enumerate(plan.shifts)
        ],
    }
    if (opens := plan.claims_open_at) and not FIRST_YEAR <= opens.year <= LAST_YEAR:
        problems.append(FieldError("claims_open_at", TOO_FAR))
    if problems:
        raise Invalid(*problems)
    return replace(plan, **cleaned)


def _address(problems: list[FieldError], value: str) -> str:
    if not value.strip():
        return ""
    cleaned = _try(problems, "location.address", lambda: text.clean_lines(value, limit=1000))
    return cleaned or value


def check(plan: EventPlan, now: datetime, *, new_date: bool) -> list[PlannedShift]:
    """The plan's shifts with their instants. Raises Invalid naming all that is wrong."""
    zone = plan.timezone or ""
    if zone not in wallclock.ZONES:
        raise Invalid(FieldError("timezone", wallclock.NO_ZONE.fill(zone=text.shown(zone))))
    problems = list(_wrong_date(plan, now)) if new_date else []
    if problems:  # at the ends of the calendar some wall-clock times have no instant
        raise Invalid(*problems)
    shifts = [_check_shift(problems, plan, index) for index in range(len(plan.shifts))]
    planned = [shift for shift in shifts if shift]
    problems += _overlaps(shifts)
    if problems:
        raise Invalid(*problems)
    return planned


def _wrong_date(plan: EventPlan, now: datetime) -> Iterator[FieldError]:
    if plan.date < wallclock.today(now, plan.timezone or ""):
        yield FieldError("date", "This day is in the past. Choose today or a later day.")
    if plan.date.year > LAST_YEAR:
        yield FieldError("date", say("Choose a day before the year {year}.", year=LAST_YEAR + 1))


def _check_shift(problems: list[FieldError], plan: EventPlan, index: int) -> PlannedShift | None:
    shift, field = plan.shifts[index], f"shifts[{index}]"
    time = _interval(problems, plan, field, shift)
    breaks = [
        _interval(problems, plan, f"{field}.breaks[{number}]", pause)
        for number, pause in enumerate(shift.breaks)
    ]
    known = [pause for pause in breaks if pause]
    if time is None or len(known) < len(breaks):
        return None
    problems += _wrong_breaks(field, time, known)
    if not problems and time[1] - time[0] < timedelta(minutes=plan.slot_minutes):
        problems.append(FieldError(f"{field}.ends", "This shift is shorter than one massage."))
    return PlannedShift(shift, time, known)


def _interval(
    problems: list[FieldError], plan: EventPlan, field: str, block: ShiftPlan | Break
) -> Interval | None:
    zone = plan.timezone or ""
    starts = _try(
        problems,
        f"{field}.starts",
        lambda: wallclock.to_instant(plan.date, parse_time(block.starts), zone),
    )
    ends = _try(
        problems,
        f"{field}.ends",
        lambda: wallclock.to_instant(plan.date, parse_time(block.ends), zone),
    )
    if starts is None or ends is None:
        return None
    if parse_time(block.ends) <= parse_time(block.starts) or ends <= starts:
        problems.append(
            FieldError(f"{field}.ends", "This must be later than “starts”, on the same day.")
        )
        return None
    return starts, ends


def _wrong_breaks(field: str, time: Interval, breaks: list[Interval]) -> Iterator[FieldError]:
    for index, (starts, ends) in enumerate(breaks):
        if starts < time[0] or ends > time[1]:
            yield FieldError(f"{field}.breaks[{index}]", "This break is outside its shift.")
        if any(overlap((starts, ends), other) for other in breaks[:index]):
            yield FieldError(f"{field}.breaks[{index}]", "This break overlaps another one.")


def _overlaps(shifts: list[PlannedShift | None]) -> Iterator[FieldError]:
    for (_, first), (index, second) in combinations(enumerate(shifts), 2):
        if not first or not second or not overlap(first.time, second.time):
            continue
        if text.key(first.plan.chair) == text.key(second.plan.chair):
            yield FieldError(f"shifts[{index}].chair", "Another shift has this chair at that time.")
        if text.key(first.plan.therapist) == text.key(second.plan.therapist):
            yield FieldError(
                f"shifts[{index}].therapist", "This therapist has another shift at that time."
            )


def _try(problems: list[FieldError], field: str, attempt: Callable[[], T]) -> T | None:
    try:
        return attempt()
    except ValueError as error:
        problems.append(FieldError(field, words(error)))
        return None


def parse_time(wall: str) -> time:
    return time.fromisoformat(wall)


def of_event(event: Event, shifts: list[Shift]) -> EventPlan:
    """The plan that this event was made by, for changing parts of it."""
    return EventPlan(
        title=event.title,
        date=event.date,
        timezone=event.timezone,
        location=Location(event.location_name, event.location_address),
        slot_minutes=event.slot_minutes,
        reset_minutes=event.reset_minutes,
        shifts=[of_shift(shift) for shift in shifts],
        claims_open_at=event.claims_open_at,
        claims_per_person=event.claims_per_person,
        cancel_until_minutes=event.cancel_until_minutes,
        grace_minutes=event.grace_minutes,
    )


def of_shift(shift: Shift) -> ShiftPlan:
    return ShiftPlan(
        id=shift.id,
        therapist=shift.therapist_email,
        chair=shift.chair,
        starts=f"{shift.starts:%H:%M}",
        ends=f"{shift.ends:%H:%M}",
        breaks=[Break(*pause.split("/")) for pause in shift.breaks],
    )


def to_slots(plan: EventPlan | Event, shift: PlannedShift) -> list[Interval]:
    length = timedelta(minutes=plan.slot_minutes)
    return cut(shift.time, shift.breaks, length, timedelta(minutes=plan.reset_minutes))


def breaks(event: Event, shift: Shift) -> list[Interval]:
    """As planned."""
    walls = (pause.split("/") for pause in shift.breaks)
    instants = (
        [wallclock.to_instant(event.date, parse_time(edge), event.timezone) for edge in edges]
        for edges in walls
    )
    return [(starts, ends) for starts, ends in instants]


def ends_at(plan: EventPlan, planned: list[PlannedShift]) -> datetime:
    """When the last slot ends; a day that breaks leave no slot ends with its shifts."""
    last = max((slot[1] for shift in planned for slot in to_slots(plan, shift)), default=None)
    return last or max(shift.time[1] for shift in planned)


def to_event(plan: EventPlan, planned: list[PlannedShift], base: Event) -> Event:
    """The row that this plan makes of `base`."""
    return replace(
        base,
        title=plan.title,
        date=plan.date,
        timezone=plan.timezone,
        location_name=plan.location.name,
        location_address=plan.location.address,
        slot_minutes=plan.slot_minutes,
        reset_minutes=plan.reset_minutes,
        claims_open_at=plan.claims_open_at and plan.claims_open_at.astimezone(UTC),
        claims_per_person=plan.claims_per_person,
        cancel_until_minutes=plan.cancel_until_minutes,
        grace_minutes=plan.grace_minutes,
        ends_at=ends_at(plan, planned),
    )
