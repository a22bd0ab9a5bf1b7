"""What an organisation asks for its therapists' bodies, and the breaks to suggest by it.

docs/planning.md says whence the preset comes. A rule advises whoever plans, or refuses their plan.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, convert, field
from msgspec.structs import asdict, replace

from scheduler.domain import plan as planning
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.plan import Break, EventPlan, parse_time
from scheduler.i18n import say
from scheduler.storage import audit, pacings
from scheduler.storage.pacing_rows import Pacing as PacingRow
from scheduler.storage.rows import Caller
from scheduler.storage.transaction import transaction

LUNCH = 30  # a break from this length on is a meal
NOON = 12 * 60
FARTHEST_FROM_NOON = 90
WORK_AROUND_LUNCH = 120
STEP = 5
MINUTE = timedelta(minutes=1)


class Force(StrEnum):
    """What a rule does to a plan that does not keep it."""

    ADVISES = "advises"
    RULE = "rule"


class BreakByShift(Struct, frozen=True, forbid_unknown_fields=True):
    """A shift of `shift_minutes` or more needs `break_minutes` in all."""

    shift_minutes: Annotated[int, Meta(ge=1, le=1440)]
    break_minutes: Annotated[int, Meta(ge=5, le=480)]


# The last is for what is longer than 6 hours.
WELNYS = [BreakByShift(3 * 60, 15), BreakByShift(4 * 60 + 30, 30), BreakByShift(6 * 60 + 1, 60)]


class Pacing(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Counted for each therapist and day, over all their shifts. What is null is not asked; what is
    left out is as in the preset.

    `rest_minutes` are for every `rest_every_minutes` of massage. On days of more than
    `long_day_minutes` a massage lasts at most `long_day_session_minutes`.
    """

    breaks: Annotated[list[BreakByShift], Meta(max_length=12)] = field(
        default_factory=lambda: list(WELNYS)
    )
    breaks_as: Force = Force.ADVISES
    rest_minutes: Annotated[int, Meta(ge=5, le=120)] = 15
    rest_every_minutes: Annotated[int, Meta(ge=30, le=720)] | None = None
    rests_as: Force = Force.ADVISES
    most_hands_on_minutes: Annotated[int, Meta(ge=30, le=1440)] | None = 360
    hands_on_as: Force = Force.ADVISES
    long_day_minutes: Annotated[int, Meta(ge=60, le=1440)] = 360
    long_day_session_minutes: Annotated[int, Meta(ge=5, le=120)] | None = 15
    sessions_as: Force = Force.ADVISES


PRESET = Pacing()


def check(wanted: Pacing) -> Pacing:
    """With its rows by length of shift. Raises Invalid."""
    wrong = list(_wrong_rows(wanted.breaks))
    if wrong:
        raise Invalid(*wrong)
    return replace(wanted, breaks=sorted(wanted.breaks, key=lambda row: row.shift_minutes))


def _wrong_rows(rows: Sequence[BreakByShift]) -> list[FieldError]:
    lengths = [row.shift_minutes for row in rows]
    twice = [
        FieldError(f"breaks[{index}].shift_minutes", say("This length has a break already."))
        for index, length in enumerate(lengths)
        if length in lengths[:index]
    ]
    longer = [
        FieldError(f"breaks[{index}].break_minutes", say("A break is shorter than its shift."))
        for index, row in enumerate(rows)
        if row.break_minutes >= row.shift_minutes
    ]
    return twice + longer


def to_row(rules: Pacing) -> PacingRow:
    breaks = [f"{row.shift_minutes}/{row.break_minutes}" for row in rules.breaks]
    return PacingRow(**asdict(rules) | {"breaks": breaks})


def of_row(row: PacingRow) -> Pacing:
    pairs = (pair.split("/") for pair in row.breaks)
    breaks = [BreakByShift(int(shift), int(pause)) for shift, pause in pairs]
    return convert(asdict(row) | {"breaks": breaks}, Pacing)


def minutes_of_break(shift: timedelta, rules: Pacing = PRESET) -> int:
    """How much a shift of this length needs in all, by the table."""
    fitting = (row.break_minutes for row in rules.breaks if shift >= row.shift_minutes * MINUTE)
    return max(fitting, default=0)


def minutes_of_rest(massage: timedelta, rules: Pacing = PRESET) -> int:
    """How much so much massage needs in all."""
    every = rules.rest_every_minutes
    return massage // (every * MINUTE) * rules.rest_minutes if every else 0


def suggested_breaks(starts: str, ends: str, rules: Pacing = PRESET) -> list[Break]:
    """One break or none, wall-clock: a meal around noon where the shift allows, else the middle."""
    begin, end = minutes(starts), minutes(ends)
    shift = (end - begin) * MINUTE
    pause = max(minutes_of_break(shift, rules), minutes_of_rest(shift, rules))
    if not pause or pause >= end - begin:
        return []
    at = middle(begin, end, pause)
    return [Break(wall(at), wall(at + pause))]


def middle(begin: int, end: int, pause: int) -> int:
    """When a break of so many minutes begins, between these minutes of the day."""
    at = _lunch(begin, end, pause) if pause >= LUNCH else None
    at = (begin + end - pause) // 2 if at is None else at
    return max(at - at % STEP, begin)


def _lunch(begin: int, end: int, pause: int) -> int | None:
    at = min(max(NOON, begin + WORK_AROUND_LUNCH), end - pause - WORK_AROUND_LUNCH)
    return at if abs(at - NOON) <= FARTHEST_FROM_NOON else None


def minutes(written: str) -> int:
    time = parse_time(written)
    return time.hour * 60 + time.minute


def wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def count_slots(plan: EventPlan, now: datetime) -> int:
    """How many places the plan offers. Raises Invalid for a plan that could not be saved."""
    planned = planning.check(plan, now, new_date=True)
    return sum(len(planning.to_slots(plan, shift)) for shift in planned)


async def of(organisation: UUID) -> Pacing:
    found = await pacings.get(organisation)
    return of_row(found) if found else PRESET


@transaction
async def put(caller: Caller, wanted: Pacing, now: datetime) -> Pacing:
    """Instead of all rules that were; days that are planned stay as they are."""
    rules = check(wanted)
    await pacings.put(caller.organisation, to_row(rules), now)
    await audit.record(caller.organisation, caller.id, "pacing.change", caller.organisation, now)
    return rules
