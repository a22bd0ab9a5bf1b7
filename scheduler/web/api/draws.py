"""The opening draw of a day: its announcement, the wishes, how it came out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from scheduler.domain import opening_draw
from scheduler.domain.draw import commitment
from scheduler.domain.opening_draw import Outcome
from scheduler.domain.wish import Wishes
from scheduler.storage.draw_rows import Draw
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import READ, WRITE


class DrawBody(Struct, frozen=True, forbid_unknown_fields=True):
    wishes_close_at: Annotated[datetime, Meta(tz=True)]


class DrawAnswer(Struct, frozen=True, kw_only=True):
    """`commitment` is the SHA-256 of `seed`, which is told when the times are drawn."""

    event_id: UUID
    wishes_close_at: datetime
    wishes: int
    commitment: str
    drawn_at: datetime | None
    seed: str | None


class WishAnswer(Struct, frozen=True, kw_only=True):
    """`ticket` decides somebody's lot, and `mark`, its SHA-256, is who they are in the file that
    colleagues read; `slot_id` is what they drew.
    """

    earliest: str | None
    latest: str | None
    therapist: UUID | None
    ticket: str
    mark: str
    drawn: bool
    slot_id: UUID | None
    why: list[str]


def to_answer(draw: Draw) -> DrawAnswer:
    return DrawAnswer(
        event_id=draw.event,
        wishes_close_at=draw.wishes_close_at,
        wishes=draw.wishes,
        commitment=commitment(draw.seed),
        drawn_at=draw.drawn_at,
        seed=draw.seed if draw.drawn_at else None,
    )


def _wish(outcome: Outcome) -> WishAnswer:
    wish = outcome.wish
    return WishAnswer(
        earliest=f"{wish.earliest:%H:%M}" if wish.earliest else None,
        latest=f"{wish.latest:%H:%M}" if wish.latest else None,
        therapist=wish.therapist,
        ticket=outcome.ticket,
        mark=outcome.mark,
        drawn=outcome.drawn,
        slot_id=wish.slot,
        why=list(outcome.why),
    )


@put(
    "/events/{event_id:uuid}/draw",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Draw the times of a day, or move the moment",
    tags=["Draws"],
)
async def announce_draw(
    event_id: FromPath[UUID], data: JSONBody[DrawBody], caller: Asking, now: Now
) -> DrawAnswer:
    return to_answer(await opening_draw.announce(caller, event_id, data.wishes_close_at, now))


@delete(
    "/events/{event_id:uuid}/draw",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Take a draw back that nobody has wished for",
    tags=["Draws"],
)
async def take_back_draw(event_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await opening_draw.take_back(caller, event_id, now)


@get(
    "/events/{event_id:uuid}/draw",
    guards=[access.member],
    responses=READ,
    summary="The draw of a day",
    tags=["Draws"],
)
async def get_draw(event_id: FromPath[UUID], caller: Asking) -> DrawAnswer:
    return to_answer(await opening_draw.get(caller, event_id))


@get(
    "/events/{event_id:uuid}/draw/record",
    guards=[access.employee_or_coordinator],
    responses=READ,
    summary="The file by which anybody can repeat the draw",
    tags=["Draws"],
)
async def get_record(event_id: FromPath[UUID], caller: Asking) -> Response[bytes]:
    content = await opening_draw.published(caller, event_id)
    return Response(content, media_type="application/json")


@put(
    "/events/{event_id:uuid}/wish",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Wish for a time, or for other times than before",
    tags=["Draws"],
)
async def put_wish(
    event_id: FromPath[UUID], data: JSONBody[Wishes], caller: Asking, now: Now
) -> WishAnswer:
    return _wish(await opening_draw.wish(caller, event_id, data, now))


@get(
    "/events/{event_id:uuid}/wish",
    guards=[access.employee_or_coordinator],
    responses=READ,
    summary="One's own wish, and why it came out as it did",
    tags=["Draws"],
)
async def get_wish(event_id: FromPath[UUID], caller: Asking) -> WishAnswer:
    return _wish(await opening_draw.mine(caller, event_id))


@delete(
    "/events/{event_id:uuid}/wish",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Take one's wish back",
    tags=["Draws"],
)
async def withdraw_wish(event_id: FromPath[UUID], caller: Asking, now: Now) -> None:
    await opening_draw.withdraw(caller, event_id, now)


HANDLERS = [
    announce_draw, take_back_draw, get_draw, get_record, put_wish, get_wish, withdraw_wish,
]  # fmt: skip
