"""A new massage day: four answers, counted while they are given, or a copy of an earlier day."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from msgspec import Struct
from msgspec.structs import replace

from scheduler.domain import event, new_day, pacing, wallclock
from scheduler.domain.advice import Code
from scheduler.domain.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from scheduler.domain.new_day import Answers, Beginning, Newcomer
from scheduler.domain.plan import Break, EventPlan, Location, WallTime
from scheduler.i18n import say, speaking
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form, page
from scheduler.web.pages.page import HEADERS, Answer, AnyRequest, Page, fragment, render, see_other
from scheduler.web.pages.plan.advised import Advised, of_plan
from scheduler.web.wording import explain

LENGTHS = (10, 15, 20, 30)
ASKED = {
    "date": say("Choose a day."),
    "starts": say("Say when it begins."),
    "ends": say("Say when it ends."),
    "therapists": say("Choose who works, or add somebody."),
    "slot_minutes": say("Choose how long each massage is."),
}
UNANSWERED = {"This is missing.", "This must not be an empty list."}
# A plan's own names for what this form asks in another way.
OWN_NAMES = (
    (r"shifts\[\d+\]\.breaks", "pause_starts"),
    (r"shifts\[\d+\]\.breaks\[\d+\]\.ends", "pause_ends"),
    (r"shifts\[\d+\]\.breaks\[\d+\](\.starts)?", "pause_starts"),
    (r"shifts\[\d+\]\.(starts|ends)", r"\1"),
    (r"shifts(\[\d+\].*)?", "therapists"),
    (r"location\.name", "place"),
    (r"location\.address", "address"),
)


class Sent(Struct, frozen=True, kw_only=True):
    """As it was typed. `pause` is "none" or "own" where the suggested break is not wanted."""

    date: str = ""
    starts: str = ""
    ends: str = ""
    therapists: list[str] = []
    slot_minutes: str = ""
    name: str = ""
    email: str = ""
    pause: str = ""
    pause_starts: str = ""
    pause_ends: str = ""
    title: str = ""
    place: str = ""
    address: str = ""
    timezone: str = ""
    draft: bool = False
    copied: str = msgspec.field(default="", name="from")


class Day(Struct, frozen=True):
    date: date


class Pause(Struct, frozen=True):
    pause_starts: WallTime
    pause_ends: WallTime


class Count(Struct, frozen=True, kw_only=True):
    """What comes of the answers so far; without a plan `problems` says why."""

    plan: EventPlan | None = None
    places: int = 0
    advised: list[Advised] = []
    problems: list[FieldError] = []


@get("/plan/new", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_new(request: AnyRequest, caller: Asking, now: Now) -> Page:
    with speaking(page.language(request)):
        return await _page(request, form.asked(request, Sent), caller, now)


@get("/plan/new/count", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_count(request: AnyRequest, caller: Asking, now: Now) -> Page:
    """Part of the page, for whoever is still answering."""
    with speaking(page.language(request)):
        sent, begun = form.asked(request, Sent), await new_day.begin(caller, now)
        html = fragment(request, "plan/_count.html", count=await _count(caller, sent, begun, now))
    return Response(html, media_type="text/html", headers=HEADERS)


@post("/plan/new", guards=[access.signed_in_coordinator], include_in_schema=False)
async def create(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    sent = await form.read(request, Sent)
    with speaking(page.language(request)):
        return await _create(request, sent, caller, now)


async def _create(request: AnyRequest, sent: Sent, caller: Caller, now: Now) -> Answer:
    """What the coordinator left to us is called in their language."""
    try:
        plan = _fitting(await _plan(caller, sent))
        made = await new_day.create(caller, plan, newcomer(sent), now, publish=not sent.draft)
    except (Invalid, Conflict) as error:
        return await _page(request, sent, caller, now, by_own_names(error))
    said = "drafted" if sent.draft else "created"
    return see_other(request, f"/plan/{made.event.id}?said={said}")


def newcomer(sent: Sent) -> Newcomer | None:
    return Newcomer(sent.name, sent.email) if sent.name or sent.email else None


async def _plan(caller: Caller, sent: Sent) -> EventPlan:
    if sent.copied:
        day = form.fit(_given(sent, "date"), Day)
        return (await new_day.copy(caller, _id(sent.copied), day.date)).plan
    answers = form.fit(_given(sent, *Answers.__struct_fields__), Answers)
    return _changed(await new_day.plan(caller, answers), sent)


def _given(sent: Sent, *names: str) -> dict[str, Any]:
    """What was filled in. Whoever is new has a chair as well, before they have an address."""
    new = [sent.email] if newcomer(sent) else []
    values = msgspec.structs.asdict(sent) | {"therapists": [*sent.therapists, *new]}
    return {name: values[name] for name in names if values[name] or name == "therapists"}


def _changed(plan: EventPlan, sent: Sent) -> EventPlan:
    """With all that is not one of the four answers."""
    place = Location(sent.place, sent.address) if sent.place else plan.location
    shifts = plan.shifts
    if sent.pause in {"none", "own"}:
        shifts = [replace(shift, breaks=_breaks(sent)) for shift in plan.shifts]
    return replace(
        plan,
        title=sent.title or plan.title,
        timezone=sent.timezone or plan.timezone,
        location=place,
        shifts=shifts,
    )


def _breaks(sent: Sent) -> list[Break]:
    if sent.pause == "none":
        return []
    pause = form.fit(_given(sent, *Pause.__struct_fields__), Pause)
    return [Break(pause.pause_starts, pause.pause_ends)]


def _fitting(plan: EventPlan) -> EventPlan:
    """As strict as the API is with a plan. Raises Invalid."""
    try:
        return msgspec.convert(msgspec.to_builtins(plan), EventPlan)
    except msgspec.ValidationError as error:
        raise Invalid(explain(str(error), EventPlan)) from None


def _id(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError:
        raise NotFound from None


def by_own_names(error: DomainError) -> DomainError:
    """With the names of this form, in which all shifts are alike, and each problem once."""
    if not isinstance(error, Invalid):
        return error
    renamed = dict.fromkeys(FieldError(_own_name(one.field), one.message) for one in error.errors)
    return Invalid(*(_asked(one) for one in renamed))


def _asked(problem: FieldError) -> FieldError:
    """An answer that is missing is asked for again."""
    if problem.message in UNANSWERED and problem.field in ASKED:
        return FieldError(problem.field, ASKED[problem.field])
    return problem


def _own_name(field: str) -> str:
    return next(
        (re.sub(own, name, field) for own, name in OWN_NAMES if re.fullmatch(own, field)), field
    )


async def _page(
    request: AnyRequest, sent: Sent, caller: Caller, now: Now, refused: DomainError | None = None
) -> Page:
    if sent.copied:
        return await _copy_page(request, sent, caller, now, refused)
    begun = await new_day.begin(caller, now)
    if "starts" not in request.query_params and refused is None:
        sent = _first(begun, sent)
    return render(
        request, "plan/new.html", refused=refused, sent=sent, staff=begun.staff,
        lengths=sorted({*LENGTHS, begun.plan.slot_minutes}), zones=sorted(wallclock.ZONES),
        today=begun.today, count=await _count(caller, sent, begun, now),
    )  # fmt: skip


def _first(begun: Beginning, sent: Sent) -> Sent:
    """What an empty form holds."""
    answers, plan = begun.answers, begun.plan
    return replace(
        sent,
        starts=answers.starts,
        ends=answers.ends,
        therapists=list(answers.therapists),
        slot_minutes=str(answers.slot_minutes),
        title=plan.title,
        place=plan.location.name,
        address=plan.location.address,
        timezone=plan.timezone or "",
    )


async def _count(caller: Caller, sent: Sent, begun: Beginning, now: Now) -> Count:
    """Before a day is chosen, as on any other: the next one."""
    day = sent.date or begun.today.isoformat()
    try:
        plan = await _plan(caller, replace(sent, date=day))
        places = pacing.count_slots(plan, now)
        advised = [_linked(one, sent) for one in await of_plan(caller, plan)]
        return Count(plan=plan, places=places, advised=advised)
    except Invalid as error:
        return Count(problems=list(page.problems(by_own_names(error))))


def _linked(one: Advised, sent: Sent) -> Advised:
    """With the address of this form with the remedy filled in, where one of its fields can say it.

    A link, as the first button of a form is what Enter presses.
    """
    if sent.copied or not one.remedy:
        return one
    match one.code:
        case Code.HANDS_ON if one.index is not None:
            better = replace(sent, ends=one.remedy.plan.shifts[one.index].ends)
        case Code.SESSIONS:
            better = replace(sent, slot_minutes=str(one.remedy.plan.slot_minutes))
        case _ if sent.pause:
            better = replace(sent, pause="")
        case _:
            return one
    return replace(one, href=f"/plan/new?{_query(better)}")


def _query(sent: Sent) -> str:
    values = {name: value for name, value in msgspec.to_builtins(sent).items() if value}
    return urlencode(values | {"starts": sent.starts}, doseq=True)


async def _copy_page(
    request: AnyRequest, sent: Sent, caller: Caller, now: Now, refused: DomainError | None
) -> Page:
    day = await event.get(caller, _id(sent.copied), now)
    today = wallclock.today(now, day.event.timezone)
    copied = await new_day.copy(caller, day.event.id, new_day.next_date(day.event.date, today))
    begun = await new_day.begin(caller, now)
    if not sent.date and refused is None:
        sent = replace(sent, date=copied.plan.date.isoformat())
    return render(
        request, "plan/copy.html", refused=refused, sent=sent, day=day, copied=copied, today=today,
        names={person.email: person.name for person in begun.staff},
        count=await _count(caller, sent, begun, now),
    )  # fmt: skip


HANDLERS = [show_new, show_count, create]
