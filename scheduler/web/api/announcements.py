"""Writing to people about a day."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from scheduler.domain import announcement, invitation, nudge
from scheduler.domain.announcement import LONGEST, Audience, Told
from scheduler.domain.invitation import Invited, Wanted
from scheduler.domain.nudge import Left, Nudged
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import CREATE, READ, WRITE, Answering

MOST_PEOPLE = 10_000


class MessageBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`audience` is "booked" for everybody who is, "waiting" for everybody who waits for a time or
    put a wish in for a draw, "all" for both, or the id of a shift of this day.
    """

    text: Annotated[str, Meta(max_length=2 * LONGEST)]
    audience: Annotated[str, Meta(max_length=40, examples=["booked"])] = announcement.BOOKED


class Audiences(Struct, frozen=True):
    items: list[Audience]


class InvitationsBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Either `people`, by id, or `all` employees. Nobody is invited to a day twice, unless
    `again`.
    """

    people: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_PEOPLE)] | None = None
    all: bool = False
    again: bool = False


@post(
    "/events/{event_id:uuid}/messages",
    guards=[access.coordinator],
    responses=CREATE,
    summary="Write to everybody who is booked, or who waits",
    tags=["Days"],
)
async def send_message(
    event_id: FromPath[UUID],
    data: JSONBody[MessageBody],
    caller: Asking,
    once: Answering,
    now: Now,
) -> Response[Told]:
    async def act() -> Told:
        return await announcement.tell(caller, event_id, data.text, data.audience, now)

    return await once(act)


@get(
    "/events/{event_id:uuid}/audiences",
    guards=[access.coordinator],
    responses=READ,
    summary="To whom you can write, and how many they are",
    tags=["Days"],
)
async def get_audiences(event_id: FromPath[UUID], caller: Asking, now: Now) -> Audiences:
    return Audiences(await announcement.audiences(caller, event_id, now))


@put(
    "/events/{event_id:uuid}/invitations",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Invite people to a day",
    tags=["Days"],
)
async def invite_people(
    event_id: FromPath[UUID], data: JSONBody[InvitationsBody], caller: Asking, now: Now
) -> Invited:
    wanted = Wanted(people=data.people, everybody=data.all, again=data.again)
    return await invitation.invite(caller, event_id, wanted, now)


@get(
    "/events/{event_id:uuid}/nudge",
    guards=[access.coordinator],
    responses=READ,
    summary="How many times are free, and whom that could be told",
    tags=["Days"],
)
async def get_nudge(event_id: FromPath[UUID], caller: Asking, now: Now) -> Left:
    return await nudge.look(caller, event_id, now)


@put(
    "/events/{event_id:uuid}/nudge",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Tell those who asked for it that times are free",
    tags=["Days"],
)
async def tell_of_free_times(event_id: FromPath[UUID], caller: Asking, now: Now) -> Nudged:
    """Nobody is told of a day twice, whether by this or by itself a day ahead."""
    return await nudge.tell(caller, event_id, now)


HANDLERS = [send_message, get_audiences, invite_people, get_nudge, tell_of_free_times]
