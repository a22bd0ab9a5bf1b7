"""A day every month: the dates to choose from, its series, several drafts published at once."""

from datetime import date
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import event, series
from scheduler.domain.errors import DomainError, FieldError, Invalid
from scheduler.domain.series import Month, On, Repetition
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

USUAL = 6


class Asked(Struct, frozen=True):
    """How often; `dates` are the chosen ones of those that were shown."""

    on: str = On.SAME_WEEKDAY
    months: str = str(USUAL)
    dates: list[str] = []


class Chosen(Struct, frozen=True):
    events: list[UUID] = []


@get("/plan/{event_id:uuid}/series", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_series(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    return await _page(request, event_id, caller, form.asked(request, Asked), now)


async def _page(
    request: AnyRequest, event_id: UUID, caller: Caller, sent: Asked, now: Now,
    refused: DomainError | None = None,
) -> Page:  # fmt: skip
    try:
        months = await _months(caller, event_id, sent, now)
    except Invalid as error:
        months, refused = [], refused or error
    return render(
        request, "plan/series.html", refused=refused, sent=sent, months=months,
        day=await event.get(caller, event_id, now),
        days=await series.days_of(caller, event_id, now),
    )  # fmt: skip


async def _months(caller: Caller, event_id: UUID, sent: Asked, now: Now) -> list[Month]:
    wanted = form.fit({"on": sent.on, "months": sent.months}, Repetition)
    return await series.preview(caller, event_id, wanted, now)


@post(
    "/plan/{event_id:uuid}/series", guards=[access.signed_in_coordinator], include_in_schema=False
)
async def repeat(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    sent = await form.read(request, Asked)
    try:
        without = left_out(await _months(caller, event_id, sent, now), sent.dates)
        values = {"on": sent.on, "months": sent.months, "without": without}
        await series.repeat(caller, event_id, form.fit(values, Repetition), now)
    except Invalid as error:
        return await _page(request, event_id, caller, sent, now, by_own_names(error))
    return see_other(request, f"/plan/{event_id}/series?said=planned#days")


def left_out(months: list[Month], chosen: list[str]) -> list[date]:
    shown = [month.day for month in months if month.day]
    return [day for day in shown if day.isoformat() not in chosen]


def by_own_names(error: Invalid) -> Invalid:
    renamed = {"without": "dates"}
    return Invalid(
        *(FieldError(renamed.get(one.field, one.field), one.message) for one in error.errors)
    )


@post(
    "/plan/{event_id:uuid}/series/publication",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def publish(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    chosen = await form.read(request, Chosen)
    try:
        await series.publish(caller, event_id, chosen.events, now)
    except Invalid as error:
        return await _page(request, event_id, caller, Asked(), now, error)
    return see_other(request, f"/plan/{event_id}/series?said=published")


HANDLERS = [show_series, repeat, publish]
