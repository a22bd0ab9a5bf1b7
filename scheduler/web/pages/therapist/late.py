"""Running late: one tap, on the roster and on the coordinator's page of the day."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct

from scheduler.domain import delay
from scheduler.domain.errors import (
    Conflict,
    DomainError,
    EventCancelled,
    EventNotOpen,
    Invalid,
    ShiftOver,
)
from scheduler.domain.roster import RosterShift
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import AnyRequest, see_other

CHOICES = (0, 5, 10, 15)
REFUSALS: dict[str, DomainError] = {
    kind.code: kind() for kind in (ShiftOver, EventCancelled, EventNotOpen, Invalid)
}


class Minutes(Struct, frozen=True):
    minutes: Annotated[int, Meta(ge=0, le=delay.MOST_MINUTES)]


class Said(Struct, frozen=True, kw_only=True):
    """What the address says has just been said of a shift, as far as it is still so.

    `kept` are minutes that were not saved, because their sender had to sign in first.
    """

    shift: RosterShift
    told: int
    in_breaks: int
    kept: int | None = None
    refused: DomainError | None = None


@post("/shifts/{shift_id:uuid}/delay", guards=[access.signed_in_therapist], include_in_schema=False)
async def late_by(
    request: AnyRequest, caller: Asking, shift_id: FromPath[UUID], now: Now
) -> Redirect:
    try:
        sent = await form.read(request, Minutes)
        late = await delay.run_late(caller, shift_id, sent.minutes, now)
    except (Conflict, Invalid) as error:
        return _back(request, "/roster", shift=shift_id, refused=error.code)
    return _back(
        request, f"/roster/{late.day}",
        shift=shift_id, late=sent.minutes, told=late.told, breaks=late.in_breaks,
    )  # fmt: skip


def _back(request: AnyRequest, roster: str, **told: object) -> Redirect:
    page = access.came_from(request).partition("?")[0]
    back = page if page.startswith("/plan/") else roster
    return see_other(request, f"{back}?{urlencode(told)}")


def said(request: AnyRequest, shifts: Iterable[RosterShift]) -> Said | None:
    told = {name: values[-1] for name, values in request.query_params.dict().items()}
    shift = next((one for one in shifts if str(one.id) == told.get("shift")), None)
    refused = REFUSALS.get(told.get("refused", ""))
    kept = form.kept(request, Minutes)
    if shift is None or not (refused or kept or told.get("late") == str(shift.delay_minutes)):
        return None
    return Said(
        shift=shift,
        told=_number(told.get("told", "")),
        in_breaks=_number(told.get("breaks", "")),
        kept=kept.minutes if kept else None,
        refused=refused,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0  # noqa: PLR2004


HANDLERS = [late_by]
