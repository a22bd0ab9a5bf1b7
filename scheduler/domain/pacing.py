"""What hands can do in a day: breaks to suggest, advice to give. docs/planning.md says whence.

Advice never refuses: whoever plans the day knows more about it than a rule of thumb.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from msgspec.structs import replace

from scheduler.domain import plan as planning
from scheduler.domain import text
from scheduler.domain.plan import Break, EventPlan, ShiftPlan, parse_time
from scheduler.domain.slot import Interval, cut
from scheduler.i18n import Sentence, say

# Minutes of break for shifts from so many minutes on; the last is for what is longer than 6 hours.
BREAKS = ((3 * 60, 15), (4 * 60 + 30, 30), (6 * 60 + 1, 60))
LUNCH = 30  # a break from this length on is a meal
NOON = 12 * 60
FARTHEST_FROM_NOON = 90
WORK_AROUND_LUNCH = 120
STEP = 5
MOST_HANDS_ON = timedelta(hours=6)
LONG_DAY = timedelta(hours=6)
LONGEST_ON_LONG_DAYS = 15


def minutes_of_break(shift: timedelta) -> int:
    """How much a shift of this length needs in all."""
    return max((pause for since, pause in BREAKS if shift >= timedelta(minutes=since)), default=0)


def suggested_breaks(starts: str, ends: str) -> list[Break]:
    """One break or none, wall-clock: a meal around noon where the shift allows, else the middle."""
    begin, end = _minutes(starts), _minutes(ends)
    pause = minutes_of_break(timedelta(minutes=end - begin))
    if not pause:
        return []
    at = _lunch(begin, end, pause) if pause >= LUNCH else None
    at = (begin + end - pause) // 2 if at is None else at
    at -= at % STEP
    return [Break(_wall(at), _wall(at + pause))]


def _lunch(begin: int, end: int, pause: int) -> int | None:
    at = min(max(NOON, begin + WORK_AROUND_LUNCH), end - pause - WORK_AROUND_LUNCH)
    return at if abs(at - NOON) <= FARTHEST_FROM_NOON else None


def _minutes(wall: str) -> int:
    time = parse_time(wall)
    return time.hour * 60 + time.minute


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def count_slots(plan: EventPlan, now: datetime) -> int:
    """How many places the plan offers. Raises Invalid for a plan that could not be saved."""
    planned = planning.check(plan, now, new_date=True)
    return sum(len(planning.to_slots(plan, shift)) for shift in planned)


def advice(plan: EventPlan) -> list[Sentence]:
    """What an experienced provider would say to this plan, each with its reason.

    It may still be half written: what cannot be yet is left out.
    """
    shifts = [
        replace(shift, breaks=[pause for pause in shift.breaks if _inside(pause, shift)])
        for shift in plan.shifts
        if shift.starts < shift.ends
    ]
    likely = replace(plan, shifts=shifts)
    return [*_hands_on(likely), *_breaks(likely), *_sessions(likely)]


def _inside(pause: Break, shift: ShiftPlan) -> bool:
    return shift.starts <= pause.starts < pause.ends <= shift.ends


def _hands_on(plan: EventPlan) -> Iterator[Sentence]:
    by_therapist = sorted(plan.shifts, key=lambda shift: text.key(shift.therapist))
    for _, held in groupby(by_therapist, key=lambda shift: text.key(shift.therapist)):
        shifts = list(held)
        total = sum((_massage(plan, shift) for shift in shifts), timedelta())
        if total > MOST_HANDS_ON:
            yield say(
                "{chairs}: {hours} of massage for one pair of hands. After 6 hours a therapist's"
                " hands tire. Share the day between two, or end it earlier.",
                chairs=", ".join(shift.chair for shift in shifts),
                hours=_hours(total),
            )


def _massage(plan: EventPlan, shift: ShiftPlan) -> timedelta:
    length = timedelta(minutes=plan.slot_minutes)
    breaks = [_on(plan, pause) for pause in shift.breaks]
    slots = cut(_on(plan, shift), breaks, length, timedelta(minutes=plan.reset_minutes))
    return len(slots) * length


def _breaks(plan: EventPlan) -> Iterator[Sentence]:
    for shift in plan.shifts:
        length = _length(plan, shift)
        wanted = minutes_of_break(length)
        given = sum((_length(plan, pause) for pause in shift.breaks), timedelta())
        facts = {"chair": shift.chair, "length": _hours(length), "wanted": wanted}
        if wanted and not given:
            yield say(
                "{chair}: {length} without a break. Plan {wanted} minutes: hands need a rest, and"
                " somebody who has eaten massages better.",
                **facts,
            )
        elif given < timedelta(minutes=wanted):
            yield say(
                "{chair}: a break of {given} in {length} is short. Plan {wanted} minutes in all.",
                **facts | {"given": _hours(given)},
            )


def _sessions(plan: EventPlan) -> Iterator[Sentence]:
    longest = max((_length(plan, shift) for shift in plan.shifts), default=timedelta())
    if longest > LONG_DAY and plan.slot_minutes > LONGEST_ON_LONG_DAYS:
        yield say(
            "Massages of {minutes} minutes on a day of {length}: on days over 6 hours 15 minutes"
            " each keep a therapist fresh to the last, and more people get one.",
            minutes=plan.slot_minutes,
            length=_hours(longest),
        )


def _on(plan: EventPlan, block: ShiftPlan | Break) -> Interval:
    starts, ends = parse_time(block.starts), parse_time(block.ends)
    return datetime.combine(plan.date, starts), datetime.combine(plan.date, ends)


def _length(plan: EventPlan, block: ShiftPlan | Break) -> timedelta:
    starts, ends = _on(plan, block)
    return ends - starts


def _hours(length: timedelta) -> str:
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{minutes} min"] if minutes or not hours else parts)
