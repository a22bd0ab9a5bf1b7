"""Taking, moving and giving back a time; attendance and ratings of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from scheduler.domain import attendance, booking, rating
from scheduler.domain.attendance import Attendance
from scheduler.domain.body import Area
from scheduler.domain.booking import Preferences, preferences
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.person import Role
from scheduler.domain.rating import Moment
from scheduler.domain.roster import RosterEntry
from scheduler.domain.wish import Wishes
from scheduler.storage.rows import Booking, Caller, Rating
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.events import Therapist
from scheduler.web.api.replies import CREATE, READ, WRITE, After, Answering, Limit, page


class ClaimBody(Preferences, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`person`, an e-mail address, is for coordinators who claim on behalf of an employee."""

    person: Annotated[str, Meta(max_length=254)] | UnsetType = UNSET


class Score(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tension, from 0 (none) to 10."""

    score: Annotated[int, Meta(ge=0, le=10)]
    area: Area | None = None


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    slot_id: UUID


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    status: Attendance


class RatingAnswer(Struct, frozen=True):
    score: int
    area: str | None


class RatingsAnswer(Struct, frozen=True, kw_only=True):
    before: RatingAnswer | None = None
    after: RatingAnswer | None = None


class BookingAnswer(Struct, frozen=True, kw_only=True):
    """A taken time. Ratings and preferences are there for its owner only."""

    id: UUID
    event_id: UUID
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    chair: str
    therapist: Therapist
    status: str
    uid: str
    sequence: int
    ratings: RatingsAnswer | UnsetType = UNSET
    pressure: int | UnsetType | None = UNSET
    technique: str | UnsetType | None = UNSET
    focus_areas: list[str] | UnsetType = UNSET
    avoid_areas: list[str] | UnsetType = UNSET
    quiet: bool | UnsetType = UNSET


class BookingPage(Struct, frozen=True):
    """By start."""

    items: list[BookingAnswer]
    next: str | None


def to_answer(row: Booking, caller: Caller, rated: Sequence[Rating] = ()) -> BookingAnswer:
    answer = BookingAnswer(
        id=row.id,
        event_id=row.event,
        slot_id=row.slot,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        chair=row.chair,
        therapist=Therapist(row.therapist, row.therapist_name),
        status=row.status,
        uid=row.uid,
        sequence=row.sequence,
    )
    if row.person != caller.id:
        return answer
    return replace(answer, ratings=_ratings(rated), **preferences(row))


def _ratings(rated: Sequence[Rating]) -> RatingsAnswer:
    return RatingsAnswer(**{one.moment: RatingAnswer(one.score, one.area) for one in rated})


@post(
    "/slots/{slot_id:uuid}/booking",
    guards=[access.employee_or_coordinator],
    responses=CREATE,
    summary="Take a time",
    tags=["Bookings"],
)
async def claim_slot(
    slot_id: FromPath[UUID],
    caller: Asking,
    once: Answering,
    now: Now,
    data: JSONBody[ClaimBody | None] = None,
) -> Response[BookingAnswer]:
    async def act() -> BookingAnswer:
        return to_answer(await _claim(caller, slot_id, data or ClaimBody(), now), caller)

    return await once(act)


async def _claim(caller: Caller, slot: UUID, data: ClaimBody, now: datetime) -> Booking:
    if data.person is UNSET:
        return await booking.claim(caller, slot, data, now)
    if Role.COORDINATOR not in caller.roles:
        raise Invalid(FieldError("person", "Only a coordinator can take a time for somebody else."))
    if data != ClaimBody(person=data.person):
        raise Invalid(FieldError("person", "Leave preferences to the person: send nothing else."))
    return await booking.claim_for(caller, slot, data.person, now)


@post(
    "/events/{event_id:uuid}/booking",
    guards=[access.employee_or_coordinator],
    responses=CREATE,
    summary="Take the earliest time that suits",
    tags=["Bookings"],
)
async def claim_any(
    event_id: FromPath[UUID],
    caller: Asking,
    once: Answering,
    now: Now,
    data: JSONBody[Wishes | None] = None,
) -> Response[BookingAnswer]:
    async def act() -> BookingAnswer:
        return to_answer(await booking.claim_any(caller, event_id, data or Wishes(), now), caller)

    return await once(act)


@get("/bookings", guards=[access.member], responses=READ, summary="Your times", tags=["Bookings"])
async def list_bookings(caller: Asking, limit: Limit = 50, after: After = None) -> BookingPage:
    part = page(await booking.listed(caller), lambda row: row.id, after, limit)
    answers = [to_answer(row, caller, await rating.of_booking(row)) for row in part.items]
    return BookingPage(answers, part.next)


@get(
    "/bookings/{booking_id:uuid}",
    guards=[access.member],
    responses=READ,
    summary="One of your times",
    tags=["Bookings"],
)
async def get_booking(booking_id: FromPath[UUID], caller: Asking) -> BookingAnswer:
    found = await booking.get(caller, booking_id)
    return to_answer(found, caller, await rating.of_booking(found))


@put(
    "/bookings/{booking_id:uuid}/slot",
    guards=[access.member],
    responses=WRITE,
    summary="Move to another time",
    tags=["Bookings"],
)
async def move_booking(
    booking_id: FromPath[UUID], data: JSONBody[Move], caller: Asking, now: Now
) -> BookingAnswer:
    moved = await booking.move(caller, booking_id, data.slot_id, now)
    return to_answer(moved, caller, await rating.of_booking(moved))


@delete(
    "/bookings/{booking_id:uuid}",
    guards=[access.member],
    responses=WRITE,
    summary="Give a time back",
    tags=["Bookings"],
)
async def cancel_booking(booking_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await booking.cancel(caller, booking_id, now)


@put(
    "/bookings/{booking_id:uuid}/preferences",
    guards=[access.member],
    responses=WRITE,
    summary="Say what you prefer",
    tags=["Bookings"],
)
async def prefer(
    booking_id: FromPath[UUID], data: JSONBody[Preferences], caller: Asking, now: Now
) -> BookingAnswer:
    changed = await booking.prefer(caller, booking_id, data, now)
    return to_answer(changed, caller, await rating.of_booking(changed))


@put(
    "/bookings/{booking_id:uuid}/attendance",
    guards=[access.therapist_or_coordinator],
    responses=WRITE,
    summary="Mark who came",
    tags=["The day"],
)
async def mark_attendance(
    booking_id: FromPath[UUID], data: JSONBody[Mark], caller: Asking, now: Now
) -> RosterEntry:
    return (await attendance.mark(caller, booking_id, data.status, now)).entry


@put(
    "/bookings/{booking_id:uuid}/ratings/{moment:str}",
    guards=[access.member],
    responses=WRITE,
    summary="Rate your tension, before or after",
    tags=["The day"],
)
async def rate(
    booking_id: FromPath[UUID],
    moment: FromPath[Moment],
    data: JSONBody[Score],
    caller: Asking,
    now: Now,
) -> BookingAnswer:
    rated, ratings = await rating.rate(caller, booking_id, moment, data.score, data.area, now)
    return to_answer(rated, caller, ratings)


HANDLERS = [
    claim_slot, claim_any, list_bookings, get_booking, move_booking, cancel_booking,
    prefer, mark_attendance, rate,
]  # fmt: skip
