"""The page of a time that somebody has taken: what they can do with it, before and after."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from scheduler import calendars
from scheduler.domain import booked, booking, rating
from scheduler.domain.body import Area
from scheduler.domain.booked import Booked
from scheduler.domain.booking import Preferences
from scheduler.domain.errors import BookingCancelled, Conflict, DomainError, Invalid
from scheduler.domain.rating import Moment
from scheduler.i18n import speaking
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import (
    NO_SNIFFING,
    Answer,
    AnyRequest,
    Page,
    language,
    render,
    see_other,
)
from scheduler.web.pages.wishes import AREAS, PRESSURES

SIDES = ("left_", "right_")
WHOLE = [area for area in Area if not area.startswith(SIDES)]
FILE = NO_SNIFFING | {
    "Content-Disposition": 'attachment; filename="invite.ics"',
    "Cache-Control": "no-store",
}


class Score(Struct, frozen=True, kw_only=True):
    """`moment` is for whoever has to sign in first: it comes back in the address of the page."""

    score: Annotated[int, Meta(ge=0, le=10)]
    area: Area | None = None
    moment: str = ""


class Wanted(Struct, frozen=True, kw_only=True):
    pressure: Annotated[int, Meta(ge=1, le=4)] | None = None
    focus: list[Area] = []
    avoid: list[Area] = []
    quiet: bool = False

    def preferences(self) -> Preferences:
        return Preferences(
            pressure=self.pressure,
            focus_areas=self.focus,
            avoid_areas=self.avoid,
            quiet=self.quiet,
        )


@get("/bookings/{booking_id:uuid}", guards=[access.signed_in], include_in_schema=False)
async def show_booking(
    request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    """Where our mails lead."""
    return at(request, await booked.look(caller, booking_id, now))


def at(request: AnyRequest, shown: Booked, refused: DomainError | None = None) -> Page:
    wanted = form.kept(request, Wanted)
    return render(
        request,
        "employee/booked.html",
        refused=refused,
        shown=shown,
        kept=form.kept(request, Score),
        preferred=wanted.preferences() if wanted else shown.preferred,
        unsaved=wanted is not None,
        pressures=PRESSURES,
        areas=AREAS,
        whole=WHOLE,
    )


@get("/bookings/{booking_id:uuid}/invite.ics", guards=[access.signed_in], include_in_schema=False)
async def download_invite(
    request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now
) -> Response[bytes]:
    """What the mail brings, to the property: a calendar that has one of them knows the other."""
    own, settings = await booking.get(caller, booking_id), request.app.state.settings
    if own.status == "cancelled":
        raise BookingCancelled
    page = f"{settings.base_url}/bookings/{own.id}"
    with speaking(language(request)):
        ics = calendars.request(own, settings.mail_from, now, page)
    return Response(ics, media_type="text/calendar; method=REQUEST", headers=FILE)


@post(
    "/bookings/{booking_id:uuid}/cancellation", guards=[access.signed_in], include_in_schema=False
)
async def give_back(
    request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    """One tap: whoever did not mean it takes the time again with the next."""
    shown = await booked.look(caller, booking_id, now)
    try:
        await booking.cancel(caller, booking_id, now)
    except Conflict as refused:
        return at(request, shown, refused)
    return see_other(request, f"/bookings/{booking_id}?said=given-back")


@post(
    "/bookings/{booking_id:uuid}/ratings/{moment:str}",
    guards=[access.signed_in],
    include_in_schema=False,
)
async def rate(
    request: AnyRequest, booking_id: FromPath[UUID], moment: FromPath[Moment], caller: Asking,
    now: Now,
) -> Answer:  # fmt: skip
    shown = await booked.look(caller, booking_id, now)
    try:
        sent = await form.read(request, Score)
        await rating.rate(caller, booking_id, moment, sent.score, sent.area, now)
    except (Conflict, Invalid) as refused:
        return at(request, shown, refused)
    return see_other(request, f"/bookings/{booking_id}?said=rated-{moment}")


@post("/bookings/{booking_id:uuid}/preferences", guards=[access.signed_in], include_in_schema=False)
async def prefer(
    request: AnyRequest, booking_id: FromPath[UUID], caller: Asking, now: Now
) -> Answer:
    shown = await booked.look(caller, booking_id, now)
    try:
        sent = await form.read(request, Wanted)
        await booked.prefer(caller, booking_id, sent.preferences(), now)
    except (Conflict, Invalid) as refused:
        return at(request, shown, refused)
    return see_other(request, f"/bookings/{booking_id}?said=preferred")


HANDLERS = [show_booking, download_invite, give_back, rate, prefer]
