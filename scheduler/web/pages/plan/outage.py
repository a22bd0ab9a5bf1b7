"""A therapist is missing, or a chair: who could take over, or else who would go where."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import event, outage, substitute
from scheduler.domain.errors import Conflict, DomainError, Invalid, NotFound
from scheduler.domain.outage import Cause, Draft, Wanted
from scheduler.domain.plan import WallTime
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

ASKS = 409


class Sent(Struct, frozen=True, kw_only=True):
    """What is asked for, and the seal of what was shown to come of it."""

    cause: Cause = Cause.THERAPIST
    reason: str | None = None
    since: WallTime | None = msgspec.field(default=None, name="from")
    extra_until: WallTime | None = None
    agreed: str = ""

    def wanted(self) -> Wanted:
        return Wanted(
            cause=self.cause, reason=self.reason, since=self.since, extra_until=self.extra_until
        )


class Chosen(Struct, frozen=True):
    therapist: str = ""


@get(
    "/plan/{event_id:uuid}/shifts/{shift_id:uuid}/outage",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def show_outage(
    request: AnyRequest, event_id: FromPath[UUID], shift_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Page:  # fmt: skip
    await _check(caller, event_id, shift_id)
    try:
        sent = form.asked(request, Sent)
    except Invalid as error:
        return await _page(request, shift_id, caller, now, Sent(), refused=error)
    return await _page(request, shift_id, caller, now, sent)


async def _check(caller: Caller, event_id: UUID, shift_id: UUID) -> None:
    """Raises NotFound for a shift of another day."""
    if (await outage.shift_of(caller, shift_id)).event != event_id:
        raise NotFound


async def _page(
    request: AnyRequest, shift_id: UUID, caller: Caller, now: Now, sent: Sent,
    refused: DomainError | None = None, **more: Any,
) -> Page:  # fmt: skip
    """What it would come to, or if it is out what it has come to."""
    shift = await outage.shift_of(caller, shift_id)
    facts: dict[str, Any] = {"draft": None, "out": None, "agreed": ""}
    if shift.out_from:
        facts["out"] = await outage.get(caller, shift_id)
    else:
        try:
            facts["draft"] = await outage.preview(caller, shift_id, sent.wanted(), now)
            facts["agreed"] = seal(facts["draft"])
        except Invalid as error:
            refused = refused or error
    return render(
        request, "plan/outage.html", refused=refused, sent=sent, shift=shift,
        day=await event.get(caller, shift.event, now),
        free=await substitute.free(caller, shift_id), **facts, **more,
    )  # fmt: skip


def seal(draft: Draft) -> str:
    """Stands for what was agreed to: for another outcome the page asks again."""
    fates = [
        f"{one.booking.id} {one.seat and (one.seat.shift, one.seat.time)}" for one in draft.fates
    ]
    return hashlib.sha256("\n".join(fates).encode()).hexdigest()[:16]


@post(
    "/plan/{event_id:uuid}/shifts/{shift_id:uuid}/outage",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def take_out(
    request: AnyRequest, event_id: FromPath[UUID], shift_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Answer:  # fmt: skip
    await _check(caller, event_id, shift_id)
    sent = Sent()
    try:
        sent = await form.read(request, Sent)
        return await _take_out(request, shift_id, caller, now, sent)
    except (Invalid, Conflict) as error:
        return await _page(request, shift_id, caller, now, sent, refused=error)


async def _take_out(
    request: AnyRequest, shift_id: UUID, caller: Caller, now: Now, sent: Sent
) -> Answer:
    draft = await outage.preview(caller, shift_id, sent.wanted(), now)
    if draft.shift.out_from is None and sent.agreed != seal(draft):
        return await _page(request, shift_id, caller, now, sent, status=ASKS)
    await outage.put(caller, shift_id, sent.wanted(), now)
    return see_other(request, f"/plan/{draft.event.id}/shifts/{shift_id}/outage?said=out")


@post(
    "/plan/{event_id:uuid}/shifts/{shift_id:uuid}/outage/end",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def bring_back(
    request: AnyRequest, event_id: FromPath[UUID], shift_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Answer:  # fmt: skip
    await _check(caller, event_id, shift_id)
    await outage.end(caller, shift_id, now)
    return see_other(request, f"/plan/{event_id}?said=back")


@post(
    "/plan/{event_id:uuid}/shifts/{shift_id:uuid}/therapist",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def give(
    request: AnyRequest, event_id: FromPath[UUID], shift_id: FromPath[UUID], caller: Asking,
    now: Now,
) -> Answer:  # fmt: skip
    await _check(caller, event_id, shift_id)
    chosen = (await form.read(request, Chosen)).therapist
    try:
        await substitute.put(caller, shift_id, chosen, now)
    except (Invalid, Conflict) as error:
        return await _page(request, shift_id, caller, now, Sent(), refused=error)
    return see_other(request, f"/plan/{event_id}?said=substituted")


HANDLERS = [show_outage, take_out, bring_back, give]
