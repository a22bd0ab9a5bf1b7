"""Changing a day: all of it on one page, and first a look at whom the change would touch."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from scheduler.domain import change, event, membership, remedy, wallclock
from scheduler.domain import plan as planning
from scheduler.domain.advice import Code
from scheduler.domain.change import Outcome
from scheduler.domain.errors import Conflict, FieldError, Invalid, TouchesBookings
from scheduler.domain.event import EventDetails
from scheduler.domain.plan import EventPlan, ShiftPlan
from scheduler.i18n import gettext, say, speaking, words
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, language, render, see_other
from scheduler.web.pages.plan.added import Wanted, add_shifts
from scheduler.web.pages.plan.advised import Advised, of_plan

Typed = dict[str, Any]  # what stands in the fields, by the names of a plan
ASKS = 409
NOBODY = say("Choose who works at this chair.")


@get("/plan/{event_id:uuid}/edit", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_edit(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    """With a shift to add, filled in, if the address asks for one."""
    day = await event.get(caller, event_id, now)
    event.check_changeable(day.event, now)
    typed, wanted = typed_of(day), form.asked(request, Wanted)
    with speaking(language(request)):
        focus = await add_shifts(caller, day, typed, wanted)
    return await _page(request, day, caller, typed, focus=focus)


@post("/plan/{event_id:uuid}/edit", guards=[access.signed_in_coordinator], include_in_schema=False)
async def save(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    day = await event.get(caller, event_id, now)
    typed = whole(form.nest((await request.form()).multi_items()))
    with speaking(language(request)):
        focus = rearrange(typed) or await mend(caller, typed, day.event.id)
    if focus:
        return await _page(request, day, caller, typed, focus=focus)
    try:
        return await _save(request, day, caller, typed, now)
    except (Invalid, Conflict) as error:
        return await _page(request, day, caller, typed, refused=error)


async def _save(
    request: AnyRequest, day: EventDetails, caller: Caller, typed: Typed, now: Now
) -> Answer:
    patch, target = to_patch(typed), day.event.id
    touched = await change.preview(caller, target, patch, now)
    agreed = typed.get("agreed") == seal(touched)
    try:
        await change.change(caller, target, patch, now, confirm=agreed and bool(touched))
    except TouchesBookings:
        touched = await change.preview(caller, target, patch, now)
        return await _page(request, day, caller, typed, touched=touched)
    return see_other(request, f"/plan/{target}?said={'told' if touched else 'changed'}")


def seal(touched: Sequence[Outcome]) -> str:
    """Stands for what was agreed to: for another outcome the page asks again."""
    fates = [f"{one.booking.id} {one.stays} {one.seat and one.seat.time[0]}" for one in touched]
    return hashlib.sha256("\n".join(fates).encode()).hexdigest()[:16]


async def _page(
    request: AnyRequest, day: EventDetails, caller: Caller, typed: Typed, **more: Any
) -> Page:
    """With what is wrong (`refused`), whom it would touch, or the field to go on with (`focus`)."""
    touched = more.setdefault("touched", [])
    advice = await advised_of(caller, typed, day.event.id)
    return render(
        request, "plan/edit.html", day=day, typed=typed, agreed=seal(touched), advised=advice,
        status=ASKS if touched else None, staff=await membership.therapists(caller),
        zones=sorted(wallclock.ZONES), **{"focus": ""} | more,
    )  # fmt: skip


async def advised_of(caller: Caller, typed: Typed, event: UUID | None = None) -> list[Advised]:
    """Nothing, as long as what is typed makes no plan."""
    try:
        plan = msgspec.convert(to_patch(typed), EventPlan)
    except Invalid:
        return []
    return await of_plan(caller, plan, event)


async def mend(caller: Caller, typed: Typed, event: UUID | None = None) -> str:
    """Does to what is typed what a button beside an advice says; the field to go on with, if one
    did.
    """
    wanted = typed.pop("remedy", "")
    if not wanted:
        return ""
    for one in await advised_of(caller, typed, event):
        if one.place == wanted and one.remedy:
            typed |= whole(typed | remedy.to_patch(one.remedy.plan))
            part = "ends" if one.code is Code.HANDS_ON else "breaks"
            return "slot_minutes" if one.index is None else f"shifts[{one.index}].{part}"
    return "shifts"


async def ask(request: AnyRequest, event_id: UUID, caller: Caller, patch: Typed, now: Now) -> Page:
    """The page with this change typed in, and whom it would touch."""
    day = await event.get(caller, event_id, now)
    touched = await change.preview(caller, event_id, patch, now)
    return await _page(request, day, caller, whole(typed_of(day) | patch), touched=touched)


def typed_of(day: EventDetails) -> Typed:
    typed: Typed = msgspec.to_builtins(planning.of_event(day.event, day.shifts))
    opens = day.event.claims_open_at
    local = wallclock.to_local(opens, day.event.timezone) if opens else None
    return whole(typed | {"claims_open_at": f"{local:%Y-%m-%dT%H:%M}" if local else ""})


def whole(typed: Typed) -> Typed:
    """With every list a list, whatever was sent."""
    shifts = [
        shift | {"breaks": _objects(shift.get("breaks"))} for shift in _objects(typed.get("shifts"))
    ]
    place = typed.get("location")
    return typed | {"shifts": shifts, "location": place if isinstance(place, dict) else {}}


def _objects(value: Any) -> list[Typed]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def rearrange(typed: Typed) -> str:
    """Does what a button for a shift or a break asks for; the field to go on with, if one did."""
    if added := typed.get("add"):
        return _add(typed, str(added))
    if removed := typed.get("remove"):
        return _remove(typed, str(removed))
    return ""


def _add(typed: Typed, place: str) -> str:
    shifts: list[Typed] = typed["shifts"]
    if found := re.fullmatch(r"shifts\[(\d{1,3})\]\.breaks", place):
        index = int(found[1])
        if index < len(shifts):
            shifts[index]["breaks"].append({})
            return f"{place}[{len(shifts[index]['breaks']) - 1}].starts"
    hours = {name: shifts[-1].get(name, "") for name in ("starts", "ends")} if shifts else {}
    chair = gettext("Chair {number}", number=len(shifts) + 1)
    shifts.append(hours | {"chair": chair, "breaks": []})
    return f"shifts[{len(shifts) - 1}].therapist"


def _remove(typed: Typed, place: str) -> str:
    shifts: list[Typed] = typed["shifts"]
    found = re.fullmatch(r"shifts\[(\d{1,3})\](?:\.breaks\[(\d{1,3})\])?", place)
    if not found or int(found[1]) >= len(shifts):
        return "shifts"
    index = int(found[1])
    if found[2] is None:
        del shifts[index]
        return "shifts"
    del shifts[index]["breaks"][int(found[2]) : int(found[2]) + 1]
    return f"shifts[{index}].breaks"


def to_patch(typed: Typed) -> dict[str, Any]:
    """The change that the form asks for. Raises Invalid with all that cannot be read."""
    values = {name: typed[name] for name in EventPlan.__struct_fields__ if name in typed}
    values |= {"shifts": [_shift(shift) for shift in typed["shifts"]]}
    problems = [*_read_opening(values), *_problems(values)]
    if problems:
        raise Invalid(*problems)
    patch: dict[str, Any] = msgspec.to_builtins(form.fit(values, EventPlan))
    # Without any, a shift that is known would keep those it has.
    patch["shifts"] = [{"breaks": []} | shift for shift in patch["shifts"]]
    return patch


def _problems(values: dict[str, Any]) -> Iterator[FieldError]:
    for problem in form.problems(values, EventPlan):
        if not problem.field.startswith("shifts["):
            yield problem
    for index, shift in enumerate(values["shifts"]):
        for problem in form.problems(shift, ShiftPlan):
            yield FieldError(f"shifts[{index}].{problem.field}", problem.message)
        if not shift["therapist"]:
            yield FieldError(f"shifts[{index}].therapist", NOBODY)


def _read_opening(values: dict[str, Any]) -> Iterator[FieldError]:
    """Makes the wall-clock moment at which times can be taken an instant."""
    written, zone = values.pop("claims_open_at", ""), values.get("timezone")
    if not written or zone not in wallclock.ZONES:
        return
    try:
        values["claims_open_at"] = wallclock.read(str(written), zone)
    except ValueError as error:
        yield FieldError("claims_open_at", words(error))


def _shift(shift: Typed) -> Typed:
    known = {"id": shift["id"]} if shift.get("id") else {}
    rest = {name: shift.get(name, "") for name in ("therapist", "chair", "starts", "ends")}
    return known | rest | {"breaks": [{"starts": "", "ends": ""} | one for one in shift["breaks"]]}


HANDLERS = [show_edit, save]
