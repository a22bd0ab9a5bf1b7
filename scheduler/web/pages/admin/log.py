"""What was done in an organisation, and by whom."""

from uuid import UUID

from litestar import get
from litestar.params import FromQuery

from scheduler.domain import log, organisation
from scheduler.web import access
from scheduler.web.access import Asking
from scheduler.web.pages import deeds
from scheduler.web.pages.page import AnyRequest, Page, render


@get("/admin/log", guards=[access.signed_in_admin], include_in_schema=False)
async def show_log(
    request: AnyRequest, caller: Asking, before: FromQuery[UUID | None] = None
) -> Page:
    page, following = await log.read(caller, before)
    here = await organisation.of(caller)
    return render(
        request, "admin/log.html", page=page, following=following, before=before,
        zone=here.timezone, told=deeds.told, colleague=deeds.COLLEAGUE,
    )  # fmt: skip


HANDLERS = [show_log]
