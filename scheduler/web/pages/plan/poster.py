"""A poster for the wall: one sheet of A4, and a code that leads to the board."""

from io import BytesIO
from uuid import UUID

import segno
from litestar import get
from litestar.params import FromPath
from markupsafe import Markup

from scheduler.domain import event
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.employee.shared_link import shared_address
from scheduler.web.pages.page import AnyRequest, Page, render

QUIET_ZONE = 4  # modules, as ISO/IEC 18004 wants them around the code


@get("/plan/{event_id:uuid}/poster", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_poster(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    day = await event.get(caller, event_id, now)
    address = shared_address(request, day.event.id)
    return render(request, "plan/poster.html", day=day, address=address, code=code(address))


def code(address: str) -> Markup:
    """A QR code that can still be read with a quarter of it gone, as shapes for a page.

    Its colours stand in the style sheet.
    """
    drawn = BytesIO()
    segno.make(address, error="q", micro=False).save(
        drawn, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=False, nl=False,
        omitsize=True, svgclass="code", lineclass="modules",
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704  (made from an address of ours)


HANDLERS = [show_poster]
