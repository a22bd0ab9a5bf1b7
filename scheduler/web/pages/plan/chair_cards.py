"""A small card for each chair, with a code that takes the time that is free there."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath

from scheduler.domain import chair_link, event
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages.employee.chair_link import address
from scheduler.web.pages.page import AnyRequest, Page, key, render
from scheduler.web.pages.plan.poster import code


@get(
    "/plan/{event_id:uuid}/chair-cards",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def show_cards(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    day = await event.get(caller, event_id, now)
    cards = [
        (card, address(request, card.link)) for card in chair_link.cards(day.shifts, key(request))
    ]
    return render(request, "plan/chair_cards.html", day=day, cards=cards, code=code)


HANDLERS = [show_cards]
