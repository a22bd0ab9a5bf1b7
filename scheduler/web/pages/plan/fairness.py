"""Who gets a time: an organisation's limit for each person, and the order of its waitlists."""

from litestar import get, post
from msgspec import Struct

from scheduler.domain import fairness
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.fairness import Rules, WaitlistOrder
from scheduler.domain.limit import Limit
from scheduler.i18n import say
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

BOTH = say("Fill in how many and in how many days, or neither for no limit.")


class Typed(Struct, frozen=True):
    count: str = ""
    days: str = ""
    waitlist_order: WaitlistOrder = WaitlistOrder.FIRST_COME


def typed_of(rules: Rules) -> Typed:
    if rules.limit is None:
        return Typed(waitlist_order=rules.waitlist_order)
    return Typed(str(rules.limit.count), str(rules.limit.days), rules.waitlist_order)


def to_rules(typed: Typed) -> Rules:
    """Raises Invalid."""
    sent = {"count": typed.count, "days": typed.days}
    given = {name: value for name, value in sent.items() if value}
    if len(given) == 1:
        raise Invalid(FieldError(next(name for name in sent if name not in given), BOTH))
    limit = form.fit(given, Limit) if given else None
    return Rules(limit=limit, waitlist_order=typed.waitlist_order)


@get("/plan/fairness", guards=[access.signed_in_staff], include_in_schema=False)
async def show_fairness(request: AnyRequest, caller: Asking) -> Page:
    return render(request, "plan/fairness.html", typed=typed_of(await fairness.of(caller)))


@post("/plan/fairness", guards=[access.signed_in_staff], include_in_schema=False)
async def change_fairness(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = typed_of(await fairness.of(caller))
    try:
        typed = await form.read(request, Typed)
        await fairness.put(caller, to_rules(typed), now)
    except Invalid as refused:
        return render(request, "plan/fairness.html", refused=refused, typed=typed)
    return see_other(request, "/plan/fairness?said=changed")


HANDLERS = [show_fairness, change_fairness]
