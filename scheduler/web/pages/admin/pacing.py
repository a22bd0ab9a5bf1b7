"""What the organisation asks for its therapists' bodies: read, changed, back to the preset."""

from typing import Any

import msgspec
from litestar import get, post
from litestar.response import Redirect

from scheduler.domain import pacing
from scheduler.domain.errors import DomainError, FieldError, Invalid
from scheduler.domain.pacing import PRESET, BreakByShift, Force, Pacing
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

Typed = dict[str, Any]
SPARE_ROWS = 2
UNASKED = ("rest_every_minutes", "most_hands_on_minutes", "long_day_session_minutes")


@get("/admin/pacing", guards=[access.signed_in_admin], include_in_schema=False)
async def show_pacing(request: AnyRequest, caller: Asking) -> Page:
    rules = await pacing.of(caller.organisation)
    return _page(request, msgspec.to_builtins(rules), is_preset=rules == PRESET)


def _page(
    request: AnyRequest, typed: Typed, refused: DomainError | None = None, *, is_preset: bool
) -> Page:
    rows = [*typed["breaks"], *({} for _ in range(SPARE_ROWS))]
    return render(
        request, "admin/pacing.html", refused=refused, typed=typed | {"breaks": rows},
        is_preset=is_preset, forces=list(Force),
    )  # fmt: skip


@post("/admin/pacing", guards=[access.signed_in_admin], include_in_schema=False)
async def change(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = whole(form.nest((await request.form()).multi_items()))
    try:
        await pacing.put(caller, read(typed), now)
    except DomainError as error:
        return _page(request, typed, error, is_preset=False)
    return see_other(request, "/admin/pacing?said=changed")


@post("/admin/pacing/preset", guards=[access.signed_in_admin], include_in_schema=False)
async def restore(request: AnyRequest, caller: Asking, now: Now) -> Redirect:
    await pacing.put(caller, PRESET, now)
    return see_other(request, "/admin/pacing?said=preset")


def whole(typed: Typed) -> Typed:
    """With all fields of the form, and of the rows those that somebody filled in."""
    rows = typed.get("breaks")
    filled = [row for row in rows if isinstance(row, dict) and any(row.values())] if rows else []
    names = (name for name in Pacing.__struct_fields__ if name != "breaks")
    return {name: typed.get(name, "") for name in names} | {"breaks": filled}


def read(typed: Typed) -> Pacing:
    """An empty field is a rule that is not asked. Raises Invalid with all that cannot be used."""
    values = {name: typed[name] for name in typed if name != "breaks" and typed[name] != ""}
    values = dict.fromkeys(UNASKED) | values
    rows = [{name: value for name, value in row.items() if value} for row in typed["breaks"]]
    problems = [
        FieldError(f"breaks[{index}].{one.field}", one.message)
        for index, row in enumerate(rows)
        for one in form.problems(row, BreakByShift)
    ]
    problems += form.problems(values, Pacing)
    if problems:
        raise Invalid(*problems)
    return form.fit(values | {"breaks": rows}, Pacing)


HANDLERS = [show_pacing, change, restore]
