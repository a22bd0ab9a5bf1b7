"""What puts a plan right by the organisation's pacing: one change, offered with the advice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from scheduler.domain import advice, change, pacing, text
from scheduler.domain.advice import Code, Finding
from scheduler.domain.errors import Conflict
from scheduler.domain.event import EventDetails
from scheduler.domain.pacing import MINUTE
from scheduler.domain.plan import Break, EventPlan, ShiftPlan
from scheduler.domain.slot import Interval, cut
from scheduler.i18n import Sentence, say
from scheduler.storage import events, scope
from scheduler.storage.rows import Caller
from scheduler.storage.transaction import transaction

MOST_BREAKS = 20
ROOM = 2 * pacing.STEP  # minutes of work that a stretch must have left beside a new break


class NothingToRemedy(Conflict):
    """There is nothing to put right here any more, or no single change that would."""


class Remedy(Struct, frozen=True):
    """What it is called on a button, and the plan that comes of it."""

    says: Sentence
    plan: EventPlan


def remedy(plan: EventPlan, finding: Finding) -> Remedy | None:
    """None where no small change helps: then somebody else has to share the work."""
    match finding.code:
        case Code.HANDS_ON:
            return _end_earlier(plan, finding)
        case Code.BREAKS | Code.RESTS:
            return _rest(plan, finding)
        case Code.SESSIONS:
            return _shorten_massages(plan, finding)


def _shorten_massages(plan: EventPlan, finding: Finding) -> Remedy:
    minutes = plan.slot_minutes - finding.excess // MINUTE
    says = say("Make each massage {minutes} minutes", minutes=minutes)
    return Remedy(says, replace(plan, slot_minutes=minutes))


def _end_earlier(plan: EventPlan, finding: Finding) -> Remedy | None:
    """The last shift ends as many massages earlier as are too many."""
    index = finding.shift or 0
    slots = _slots(plan, index)
    too_many = -(-finding.excess // (plan.slot_minutes * MINUTE))
    if len(slots) <= too_many:
        return None
    shift, ends = plan.shifts[index], f"{slots[-too_many - 1][1]:%H:%M}"
    kept = [pause for pause in shift.breaks if pause.ends <= ends]
    says = say("End {chair} at {time}", chair=shift.chair, time=ends)
    return Remedy(says, _with(plan, index, replace(shift, ends=ends, breaks=kept)))


def _rest(plan: EventPlan, finding: Finding) -> Remedy | None:
    """What is missing, in the longest stretch of work without a break."""
    pause = finding.excess // MINUTE
    stretches = [
        (end - begin, index, begin)
        for index, shift in enumerate(plan.shifts)
        if text.key(shift.therapist) == finding.therapist and len(shift.breaks) < MOST_BREAKS
        for begin, end in _stretches(shift)
    ]
    length, index, begin = max(stretches, key=lambda one: (one[0], -one[1]), default=(0, 0, 0))
    if length < pause + ROOM:
        return None
    at = pacing.middle(begin, begin + length, pause)
    added = Break(pacing.wall(at), pacing.wall(at + pause))
    shift = plan.shifts[index]
    rested = _with(plan, index, replace(shift, breaks=[*shift.breaks, added]))
    if not _slots(rested, index):
        return None
    says = say("Add a break from {starts} to {ends}", starts=added.starts, ends=added.ends)
    return Remedy(says, rested)


def _stretches(shift: ShiftPlan) -> list[tuple[int, int]]:
    """Between the breaks, in minutes of the day."""
    pauses = sorted(
        (pacing.minutes(pause.starts), pacing.minutes(pause.ends)) for pause in shift.breaks
    )
    begins = [pacing.minutes(shift.starts), *(end for _, end in pauses)]
    ends = [*(begin for begin, _ in pauses), pacing.minutes(shift.ends)]
    return list(zip(begins, ends, strict=True))


def _slots(plan: EventPlan, index: int) -> list[Interval]:
    found = advice.block(plan, plan.shifts[index], index)
    length, reset = plan.slot_minutes * MINUTE, plan.reset_minutes * MINUTE
    return cut(found.time, found.breaks, length, reset)


def _with(plan: EventPlan, index: int, shift: ShiftPlan) -> EventPlan:
    shifts = [*plan.shifts[:index], shift, *plan.shifts[index + 1 :]]
    return replace(plan, shifts=shifts)


def to_patch(plan: EventPlan) -> dict[str, Any]:
    """All that a remedy may change."""
    shifts: list[dict[str, Any]] = msgspec.to_builtins(plan.shifts)
    # Without any, a shift that is known would keep the breaks that it has.
    return {
        "slot_minutes": plan.slot_minutes,
        "shifts": [{"breaks": []} | shift for shift in shifts],
    }


def find(
    plan: EventPlan, found: Sequence[Finding], code: Code, shift: UUID | None
) -> Remedy:  # fmt: skip
    """Raises NothingToRemedy."""
    for one in found:
        about = plan.shifts[one.shift].id if one.shift is not None else None
        if one.code is code and about == shift and (helps := remedy(plan, one)):
            return helps
    raise NothingToRemedy


async def proposed(caller: Caller, event: UUID, code: Code, shift: UUID | None) -> dict[str, Any]:
    """The change that would put this right. Nothing is changed."""
    plan, found = await advice.of_event(caller, event)
    return to_patch(find(plan, found, code, shift).plan)


@transaction
async def apply(
    caller: Caller, event: UUID, code: Code, shift: UUID | None, now: datetime, *, confirm: bool
) -> EventDetails:
    """By the ordinary change of a day, so it asks before it touches bookings."""
    await events.get_for_change(scope.event_writer(caller), event)
    patch = await proposed(caller, event, code, shift)
    return await change.change(caller, event, patch, now, confirm=confirm)
