"""A therapist who cannot come or a chair that cannot be used: out, a substitute, and what those say
who were moved.
"""

from datetime import datetime
from uuid import UUID

from litestar import delete, get, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from scheduler.domain import outage, reseated, substitute
from scheduler.domain.outage import Cause, Details, Draft, Fate, Wanted
from scheduler.storage.outage_rows import Outage, Reseating
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.events import ShiftAnswer, to_shift
from scheduler.web.api.replies import READ, WRITE, After, Limit, page


class Moved(Struct, frozen=True, kw_only=True):
    """Where a booking was and where it goes; without `starts_at` it ends. `answer` is kept,
    declined, or null as long as nothing was said.
    """

    booking_id: UUID
    person: str
    was_at: datetime
    starts_at: datetime | None
    therapist: str | None
    chair: str | None
    answer: str | None = None


class OutageAnswer(Struct, frozen=True, kw_only=True):
    """`people` in the order of the times that they had."""

    shift_id: UUID
    cause: Cause
    reason: str | None
    starts_at: datetime
    people: list[Moved]


class Substitute(Struct, frozen=True, forbid_unknown_fields=True):
    """`therapist` is an e-mail address."""

    therapist: str


class Refusal(Struct, frozen=True, forbid_unknown_fields=True):
    """With `wait` for another time, at the head of the line."""

    wait: bool = False


class ReseatingAnswer(Struct, frozen=True, kw_only=True):
    """Where a time of yours was, where it is now, and what you said to that."""

    id: UUID
    event_id: UUID
    booking_id: UUID
    was_at: datetime
    starts_at: datetime | None
    therapist: str | None
    chair: str | None
    answer: str | None


class ReseatingPage(Struct, frozen=True):
    """By what they were."""

    items: list[ReseatingAnswer]
    next: str | None


def _answer(row: Outage, people: list[Moved]) -> OutageAnswer:
    return OutageAnswer(
        shift_id=row.shift,
        cause=Cause(row.cause),
        reason=row.reason,
        starts_at=row.starts_at,
        people=people,
    )


def _shown(found: Details) -> OutageAnswer:
    return _answer(found.outage, [_moved(row) for row in found.people])


def _drafted(draft: Draft) -> OutageAnswer:
    return _answer(draft.outage, [_fate(one) for one in draft.fates])


def _moved(row: Reseating) -> Moved:
    return Moved(
        booking_id=row.booking,
        person=row.person_name,
        was_at=row.was_at,
        starts_at=row.starts_at,
        therapist=row.therapist,
        chair=row.chair,
        answer=row.outcome,
    )


def _fate(one: Fate) -> Moved:
    return Moved(
        booking_id=one.booking.id,
        person=one.booking.person_name,
        was_at=one.booking.starts_at,
        starts_at=one.seat.time[0] if one.seat else None,
        therapist=one.shift.therapist_name if one.shift else None,
        chair=one.shift.chair if one.shift else None,
    )


def _reseating(row: Reseating) -> ReseatingAnswer:
    return ReseatingAnswer(
        id=row.id,
        event_id=row.event,
        booking_id=row.booking,
        was_at=row.was_at,
        starts_at=row.starts_at,
        therapist=row.therapist,
        chair=row.chair,
        answer=row.outcome,
    )


@put(
    "/shifts/{shift_id:uuid}/outage",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Take a shift out and re-seat its people",
    tags=["Outages"],
)
async def put_outage(
    shift_id: FromPath[UUID], caller: Asking, now: Now,
    data: JSONBody[Wanted | None] = None, dry_run: FromQuery[bool] = False,
) -> OutageAnswer:  # fmt: skip
    wanted = data or Wanted()
    if dry_run:
        return _drafted(await outage.preview(caller, shift_id, wanted, now))
    return _shown(await outage.put(caller, shift_id, wanted, now))


@get(
    "/shifts/{shift_id:uuid}/outage",
    guards=[access.coordinator],
    responses=READ,
    summary="Where the people of a shift went",
    tags=["Outages"],
)
async def get_outage(shift_id: FromPath[UUID], caller: Asking) -> OutageAnswer:
    return _shown(await outage.get(caller, shift_id))


@delete(
    "/shifts/{shift_id:uuid}/outage",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Bring a shift back",
    tags=["Outages"],
)
async def end_outage(shift_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await outage.end(caller, shift_id, now)


@put(
    "/shifts/{shift_id:uuid}/therapist",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Give a shift to a substitute",
    tags=["Outages"],
)
async def put_therapist(
    shift_id: FromPath[UUID], data: JSONBody[Substitute], caller: Asking, now: Now
) -> ShiftAnswer:
    return to_shift(await substitute.put(caller, shift_id, data.therapist, now))


@get(
    "/reseatings",
    guards=[access.employee_or_coordinator],
    responses=READ,
    summary="Times that you were moved to and can answer",
    tags=["Outages"],
)
async def list_reseatings(
    caller: Asking, now: Now, limit: Limit = 50, after: After = None
) -> ReseatingPage:
    part = page(await reseated.open_of(caller, now), lambda row: row.id, after, limit)
    return ReseatingPage([_reseating(row) for row in part.items], part.next)


@put(
    "/reseatings/{reseating_id:uuid}/acceptance",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Keep the time that you were moved to",
    tags=["Outages"],
)
async def keep_reseating(reseating_id: FromPath[UUID], caller: Asking, now: Now) -> ReseatingAnswer:
    return _reseating(await reseated.keep(caller, reseating_id, now))


@put(
    "/reseatings/{reseating_id:uuid}/refusal",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Give back the time that you were moved to",
    tags=["Outages"],
)
async def decline_reseating(
    reseating_id: FromPath[UUID], caller: Asking, now: Now, data: JSONBody[Refusal | None] = None
) -> ReseatingAnswer:
    wait = bool(data and data.wait)
    return _reseating(await reseated.decline(caller, reseating_id, now, wait=wait))


HANDLERS = [
    put_outage, get_outage, end_outage, put_therapist, list_reseatings, keep_reseating,
    decline_reseating,
]  # fmt: skip
