"""Writing to everybody who is booked, to those at one shift, or to those who wait."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct, field

from scheduler import ids
from scheduler.domain import announcement, event
from scheduler.domain.errors import Conflict, DomainError, Invalid
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other


class Message(Struct, frozen=True, kw_only=True):
    """`form` is another one at each look at the page: sent twice, it is one message."""

    text: str = ""
    audience: str = announcement.BOOKED
    form: UUID = field(default_factory=ids.new_id)


@get(
    "/plan/{event_id:uuid}/message", guards=[access.signed_in_coordinator], include_in_schema=False
)
async def show_message(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    return await _message_page(request, event_id, caller, now, Message())


async def _message_page(
    request: AnyRequest, event_id: UUID, caller: Caller, now: Now, sent: Message,
    refused: DomainError | None = None,
) -> Page:  # fmt: skip
    return render(
        request, "plan/message.html", refused=refused, sent=sent,
        day=await event.get(caller, event_id, now),
        audiences=await announcement.audiences(caller, event_id, now),
        longest=announcement.LONGEST,
    )  # fmt: skip


@post(
    "/plan/{event_id:uuid}/message", guards=[access.signed_in_coordinator], include_in_schema=False
)
async def send(request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now) -> Answer:
    sent = Message()
    try:
        sent = await form.read(request, Message)
        done = await announcement.tell(caller, event_id, sent.text, sent.audience, now, sent.form)
    except (Invalid, Conflict) as error:
        return await _message_page(request, event_id, caller, now, sent, error)
    return see_other(request, f"/plan/{event_id}/message?said=sent&count={done.recipients}")


HANDLERS = [show_message, send]
