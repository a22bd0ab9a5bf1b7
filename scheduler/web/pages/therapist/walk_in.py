"""Two taps for whoever stands at the chair: "Walk-in", and who it is."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from scheduler.domain import walk_in
from scheduler.domain.errors import Conflict
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import AnyRequest
from scheduler.web.pages.therapist.roster import back


class Who(Struct, frozen=True):
    """Without `standby` it is somebody without an account."""

    standby: UUID | None = None


@post("/slots/{slot_id:uuid}/walk-in", guards=[access.signed_in_therapist], include_in_schema=False)
async def take(request: AnyRequest, caller: Asking, slot_id: FromPath[UUID], now: Now) -> Redirect:
    sent = await form.read(request, Who)
    page = access.came_from(request).partition("?")[0]
    try:
        entry = await walk_in.take(caller, slot_id, sent.standby, now)
    except Conflict as error:
        return back(request, page, refused=error.code)
    return back(request, page, said="walk-in", booking=entry.booking.id if entry.booking else "")


HANDLERS = [take]
