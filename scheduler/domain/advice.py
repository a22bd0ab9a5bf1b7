"""What an experienced provider would say to a plan, each with its reason.

Each therapist's day is looked at whole: their shifts count together, also those on another day of
the organisation that has the same date.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from scheduler.domain import pacing, text
from scheduler.domain import plan as planning
from scheduler.domain.errors import FieldError, Invalid, NotFound
from scheduler.domain.pacing import MINUTE, PRESET, Force, Pacing
from scheduler.domain.plan import Break, EventPlan, ShiftPlan, parse_time
from scheduler.domain.slot import Interval, cut
from scheduler.i18n import Sentence, say
from scheduler.storage import events, scope, shifts
from scheduler.storage.rows import Caller, Event

NONE = timedelta()


class Code(StrEnum):
    """Which rule a plan does not keep."""

    HANDS_ON = "hands_on"
    BREAKS = "breaks"
    RESTS = "rests"
    SESSIONS = "sessions"


class Finding(Struct, frozen=True, kw_only=True):
    """`shift` is the place in the plan of the shift in which it is best mended, null where it is
    about the whole day. `excess` is by how much the rule is missed.
    """

    code: Code
    therapist: str
    shift: int | None
    message: Sentence
    excess: timedelta
    force: Force


class Block(Struct, frozen=True):
    """A shift of a therapist, wall-clock; `index` is its place in the plan, None on another day."""

    index: int | None
    chair: str
    time: Interval
    breaks: list[Interval]
    massage: timedelta

    @property
    def length(self) -> timedelta:
        return self.time[1] - self.time[0]


class Day(Struct, frozen=True):
    """All that one therapist does on a date, in order."""

    therapist: str
    blocks: list[Block]

    @property
    def massage(self) -> timedelta:
        return sum((block.massage for block in self.blocks), NONE)

    @property
    def work(self) -> timedelta:
        """Breaks inside a shift included."""
        return sum((block.length for block in self.blocks), NONE)

    @property
    def span(self) -> timedelta:
        return max(block.time[1] for block in self.blocks) - self.blocks[0].time[0]

    @property
    def rest(self) -> timedelta:
        """The time between two shifts counts as a break."""
        pauses = (end - begin for block in self.blocks for begin, end in block.breaks)
        return sum(pauses, NONE) + max(self.span - self.work, NONE)

    @property
    def chairs(self) -> str:
        return ", ".join(dict.fromkeys(block.chair for block in self.blocks))

    @property
    def own(self) -> list[Block]:
        """Those that this plan can change."""
        return [block for block in self.blocks if block.index is not None]


def findings(
    plan: EventPlan, rules: Pacing = PRESET, elsewhere: Sequence[EventPlan] = ()
) -> list[Finding]:
    """The gravest first. The plan may still be half written: what cannot be yet is left out.

    `elsewhere` are the organisation's other days of the same date.
    """
    days = list(days_of(plan, elsewhere))
    return [
        *(found for day in days for found in _hands_on(day, rules)),
        *(found for day in days for found in _breaks(day, rules)),
        *(found for day in days for found in _rests(day, rules)),
        *_sessions(plan, days, rules),
    ]


def days_of(plan: EventPlan, elsewhere: Sequence[EventPlan] = ()) -> Iterator[Day]:
    """Of everybody who works by this plan."""
    known: dict[str, list[Block]] = {}
    for index, shift in enumerate(plan.shifts):
        if shift.starts < shift.ends:
            known.setdefault(text.key(shift.therapist), []).append(block(plan, shift, index))
    for other in elsewhere:
        for shift in other.shifts:
            if text.key(shift.therapist) in known:
                known[text.key(shift.therapist)].append(block(other, shift, None))
    for therapist in sorted(known):
        yield Day(therapist, sorted(known[therapist], key=lambda one: one.time))


def block(plan: EventPlan, shift: ShiftPlan, index: int | None) -> Block:
    breaks = [_on(plan, pause) for pause in shift.breaks if _inside(pause, shift)]
    length, reset = plan.slot_minutes * MINUTE, plan.reset_minutes * MINUTE
    slots = cut(_on(plan, shift), breaks, length, reset)
    return Block(index, shift.chair, _on(plan, shift), breaks, len(slots) * length)


def _inside(pause: Break, shift: ShiftPlan) -> bool:
    return shift.starts <= pause.starts < pause.ends <= shift.ends


def _on(plan: EventPlan, part: ShiftPlan | Break) -> Interval:
    starts, ends = parse_time(part.starts), parse_time(part.ends)
    return datetime.combine(plan.date, starts), datetime.combine(plan.date, ends)


def _hands_on(day: Day, rules: Pacing) -> Iterator[Finding]:
    if rules.most_hands_on_minutes is None:
        return
    most = rules.most_hands_on_minutes * MINUTE
    if day.massage > most:
        said = say(
            "{chairs}: {hours} of massage for one pair of hands. After {most} a therapist’s hands"
            " tire. Share the day between two, or end it earlier.",
            chairs=day.chairs, hours=_hours(day.massage), most=_hours(most),
        )  # fmt: skip
        yield Finding(
            code=Code.HANDS_ON, therapist=day.therapist, shift=day.own[-1].index, message=said,
            excess=day.massage - most, force=rules.hands_on_as,
        )  # fmt: skip


def _breaks(day: Day, rules: Pacing) -> Iterator[Finding]:
    wanted = pacing.minutes_of_break(day.span, rules) * MINUTE
    if day.rest >= wanted:
        return
    facts = {"chair": day.chairs, "length": _hours(day.span), "wanted": wanted // MINUTE}
    if day.rest:
        said = say(
            "{chair}: a break of {given} in {length} is short. Plan {wanted} minutes in all.",
            **facts, given=_hours(day.rest),
        )  # fmt: skip
    else:
        said = say(
            "{chair}: {length} without a break. Plan {wanted} minutes: hands need a rest, and"
            " somebody who has eaten massages better.",
            **facts,
        )
    yield Finding(
        code=Code.BREAKS, therapist=day.therapist, shift=_longest(day), message=said,
        excess=wanted - day.rest, force=rules.breaks_as,
    )  # fmt: skip


def _rests(day: Day, rules: Pacing) -> Iterator[Finding]:
    wanted = pacing.minutes_of_rest(day.massage, rules) * MINUTE
    if day.rest >= wanted:
        return
    said = say(
        "{chair}: {given} of rest in {length} of massage. Plan {minutes} minutes for every {every}"
        " of massage.",
        chair=day.chairs, given=_hours(day.rest), length=_hours(day.massage),
        minutes=rules.rest_minutes, every=_hours((rules.rest_every_minutes or 0) * MINUTE),
    )  # fmt: skip
    yield Finding(
        code=Code.RESTS, therapist=day.therapist, shift=_longest(day), message=said,
        excess=wanted - day.rest, force=rules.rests_as,
    )  # fmt: skip


def _longest(day: Day) -> int | None:
    return max(day.own, key=lambda one: one.length).index


def _sessions(plan: EventPlan, days: Sequence[Day], rules: Pacing) -> Iterator[Finding]:
    longest = max((day.work for day in days), default=NONE)
    limit, most = rules.long_day_minutes * MINUTE, rules.long_day_session_minutes
    if most is None or longest <= limit or plan.slot_minutes <= most:
        return
    said = say(
        "Massages of {minutes} minutes on a day of {length}: on days over {limit} {most} minutes"
        " each keep a therapist fresh to the last, and more people get one.",
        minutes=plan.slot_minutes, length=_hours(longest), limit=_hours(limit), most=most,
    )  # fmt: skip
    yield Finding(
        code=Code.SESSIONS, therapist="", shift=None, message=said,
        excess=(plan.slot_minutes - most) * MINUTE, force=rules.sessions_as,
    )  # fmt: skip


def _hours(length: timedelta) -> str:
    hours, minutes = divmod(length // MINUTE, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{minutes} min"] if minutes or not hours else parts)


def refuse(after: Sequence[Finding], before: Sequence[Finding] = ()) -> None:
    """Raises Invalid for what the organisation made a rule; not for what was as bad before, so that
    a day older than the rule can still be changed.
    """
    was = {(one.code, one.therapist): one.excess for one in before}
    wrong = [
        FieldError(_field(one), say("{reason} This is a rule here.", reason=one.message))
        for one in after
        if one.force is Force.RULE and one.excess > was.get((one.code, one.therapist), NONE)
    ]
    if wrong:
        raise Invalid(*wrong)


def _field(one: Finding) -> str:
    if one.shift is None:
        return "slot_minutes"
    return f"shifts[{one.shift}].{'ends' if one.code is Code.HANDS_ON else 'breaks'}"


async def enforce(
    organisation: UUID, wanted: EventPlan, event: UUID | None = None, old: EventPlan | None = None
) -> None:
    """Whether the organisation's rules let this plan be, instead of `old` if there was one."""
    rules = await pacing.of(organisation)
    found = await found_in(organisation, wanted, rules, event)
    if old is None or old.date != wanted.date:
        return refuse(found)
    return refuse(found, await found_in(organisation, old, rules, event))


async def found_in(
    organisation: UUID, plan: EventPlan, rules: Pacing, event: UUID | None = None
) -> list[Finding]:
    """`event` is the day that this plan is of, once there is one."""
    others = await events.between(scope.organisation(organisation), plan.date, plan.date)
    there = [one for one in others if one.id != event and not one.cancelled_at]
    return findings(plan, rules, [await plan_of(one) for one in there])


async def plan_of(event: Event) -> EventPlan:
    return planning.of_event(event, await shifts.of_events(event.organisation, [event.id]))


async def of_event(caller: Caller, event: UUID) -> tuple[EventPlan, list[Finding]]:
    """The plan of a day, and what there is to say to it."""
    found = await events.get(scope.event_writer(caller), event)
    if found is None:
        raise NotFound
    plan = await plan_of(found)
    rules = await pacing.of(found.organisation)
    return plan, await found_in(found.organisation, plan, rules, found.id)


async def on_plan(caller: Caller, plan: EventPlan, event: UUID | None = None) -> list[Finding]:
    """The same for a plan that is still being written."""
    return await found_in(caller.organisation, plan, await pacing.of(caller.organisation), event)
