"""Massage days over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from scheduler.domain import change, event, report, slot
from scheduler.domain.event import EventDetails, Status
from scheduler.domain.plan import Break, EventPlan, Instant, Location
from scheduler.domain.report import Report
from scheduler.domain.slot import SlotState
from scheduler.storage.rows import Caller, Shift, Slot
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import CREATE, READ, WRITE, After, Answering, Limit, page

Day = date  # a field of that name hides the type


class Therapist(Struct, frozen=True):
    id: UUID
    name: str


class ShiftAnswer(Struct, frozen=True, kw_only=True):
    id: UUID
    chair: str
    therapist: Therapist
    starts: str
    ends: str
    breaks: list[Break]
    delay_minutes: int = 0
    out_from: datetime | UnsetType = UNSET


class CountsAnswer(Struct, frozen=True, kw_only=True):
    slots: int
    open: int
    booked: int
    waiting: int


class EventAnswer(Struct, frozen=True, kw_only=True):
    """A massage day. Wall-clock times are in its `timezone`. The days of a `series` share it."""

    id: UUID
    title: str
    status: Status
    date: date
    timezone: str
    location: Location
    slot_minutes: int
    reset_minutes: int
    claims_open_at: datetime | None
    claims_per_person: int
    cancel_until_minutes: int
    series: UUID | None
    grace_minutes: int
    shifts: list[ShiftAnswer]
    counts: CountsAnswer


class LocationPatch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET


class ShiftPatch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """With the `id` of a shift of this day, what is left out stays as it is."""

    id: UUID | UnsetType | None = UNSET
    therapist: str | UnsetType | None = UNSET
    chair: str | UnsetType | None = UNSET
    starts: str | UnsetType | None = UNSET
    ends: str | UnsetType | None = UNSET
    breaks: list[Break] | UnsetType | None = UNSET


class EventPatch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """RFC 7396: what is left out stays, null takes the default."""

    title: str | UnsetType | None = UNSET
    date: Day | UnsetType | None = UNSET
    timezone: str | UnsetType | None = UNSET
    location: LocationPatch | UnsetType | None = UNSET
    slot_minutes: int | UnsetType | None = UNSET
    reset_minutes: int | UnsetType | None = UNSET
    shifts: list[ShiftPatch] | UnsetType | None = UNSET
    claims_open_at: Instant | UnsetType | None = UNSET
    claims_per_person: int | UnsetType | None = UNSET
    cancel_until_minutes: int | UnsetType | None = UNSET
    grace_minutes: int | UnsetType | None = UNSET


class Cancellation(Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` stands in the message to everyone booked."""

    reason: str


class SlotTherapist(Therapist, frozen=True):
    techniques: list[str] = []


class SlotAnswer(Struct, frozen=True, kw_only=True):
    id: UUID
    starts_at: datetime
    ends_at: datetime
    chair: str
    therapist: SlotTherapist
    state: SlotState
    mine: bool


class EventPage(Struct, frozen=True):
    """By date."""

    items: list[EventAnswer]
    next: str | None


class SlotPage(Struct, frozen=True):
    """By start, then by the order of the shifts."""

    items: list[SlotAnswer]
    next: str | None


def to_answer(details: EventDetails) -> EventAnswer:
    row = details.event
    return EventAnswer(
        id=row.id,
        title=row.title,
        status=details.status,
        date=row.date,
        timezone=row.timezone,
        location=Location(row.location_name, row.location_address),
        slot_minutes=row.slot_minutes,
        reset_minutes=row.reset_minutes,
        claims_open_at=row.claims_open_at,
        claims_per_person=row.claims_per_person,
        cancel_until_minutes=row.cancel_until_minutes,
        series=row.series,
        grace_minutes=row.grace_minutes,
        shifts=[to_shift(shift) for shift in details.shifts],
        counts=CountsAnswer(
            slots=details.counts.slots,
            open=details.counts.open,
            booked=details.counts.booked,
            waiting=details.counts.waiting,
        ),
    )


def to_shift(shift: Shift) -> ShiftAnswer:
    return ShiftAnswer(
        id=shift.id,
        chair=shift.chair,
        therapist=Therapist(shift.therapist, shift.therapist_name),
        starts=f"{shift.starts:%H:%M}",
        ends=f"{shift.ends:%H:%M}",
        breaks=[Break(*pause.split("/")) for pause in shift.breaks],
        delay_minutes=shift.delay_minutes,
        out_from=shift.out_from or UNSET,
    )


def _slot(row: Slot, caller: Caller, now: datetime) -> SlotAnswer:
    return SlotAnswer(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        chair=row.chair,
        therapist=SlotTherapist(row.therapist, row.therapist_name),
        state=slot.state(row, now),
        mine=caller.id in {row.holder, row.offered_to},
    )


@post("/events", guards=[access.coordinator], responses=CREATE, summary="Plan a day", tags=["Days"])
async def create_event(
    data: JSONBody[EventPlan], caller: Asking, once: Answering, now: Now
) -> Response[EventAnswer]:
    async def act() -> EventAnswer:
        return to_answer(await event.create(caller, data, now))

    return await once(act)


FromDate = Annotated[date | None, QueryParameter(name="from", description="first day, included")]
ToDate = Annotated[date | None, QueryParameter(name="to", description="last day, included")]
WantedStatus = Annotated[Status | None, QueryParameter(name="status")]


@get(
    "/events", guards=[access.member], responses=READ, summary="The days you may see", tags=["Days"]
)
async def list_events(
    caller: Asking, now: Now, since: FromDate = None, until: ToDate = None,
    wanted: WantedStatus = None, limit: Limit = 50, after: After = None,
) -> EventPage:  # fmt: skip
    found = await event.listed(caller, since or date.min, until or date.max, wanted, now)
    part = page(found, lambda row: row.id, after, limit)
    shown = await event.details_of_many(part.items, now)
    return EventPage([to_answer(one) for one in shown], part.next)


@get(
    "/events/{event_id:uuid}",
    guards=[access.member],
    responses=READ,
    summary="One day",
    tags=["Days"],
)
async def get_event(event_id: FromPath[UUID], caller: Asking, now: Now) -> EventAnswer:
    return to_answer(await event.get(caller, event_id, now))


@patch(
    "/events/{event_id:uuid}",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Change a day",
    tags=["Days"],
)
async def change_event(
    event_id: FromPath[UUID],
    data: JSONBody[EventPatch],
    caller: Asking,
    now: Now,
    confirm: FromQuery[bool] = False,
) -> EventAnswer:
    given = msgspec.to_builtins(data)
    return to_answer(await change.change(caller, event_id, given, now, confirm=confirm))


@put(
    "/events/{event_id:uuid}/publication",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Publish a day",
    tags=["Days"],
)
async def publish_event(event_id: FromPath[UUID], caller: Asking, now: Now) -> EventAnswer:
    return to_answer(await event.publish(caller, event_id, now))


@put(
    "/events/{event_id:uuid}/cancellation",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Cancel a day",
    tags=["Days"],
)
async def cancel_event(
    event_id: FromPath[UUID], data: JSONBody[Cancellation], caller: Asking, now: Now
) -> EventAnswer:
    return to_answer(await event.cancel(caller, event_id, data.reason, now))


@get(
    "/events/{event_id:uuid}/slots",
    guards=[access.member],
    responses=READ,
    summary="The times of a day",
    tags=["Days"],
)
async def list_slots(
    event_id: FromPath[UUID], caller: Asking, now: Now, limit: Limit = 50, after: After = None
) -> SlotPage:
    part = page(await event.slots(caller, event_id), lambda row: row.id, after, limit)
    return SlotPage([_slot(row, caller, now) for row in part.items], part.next)


@get(
    "/events/{event_id:uuid}/report",
    guards=[access.coordinator],
    responses=READ,
    summary="What a day was worth",
    tags=["Days"],
)
async def get_report(event_id: FromPath[UUID], caller: Asking, now: Now) -> Report:
    return await report.get(caller, event_id, now)


HANDLERS = [
    create_event, list_events, get_event, change_event, publish_event, cancel_event, list_slots,
    get_report,
]  # fmt: skip
