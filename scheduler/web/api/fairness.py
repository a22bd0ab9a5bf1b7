"""Who gets a time: an organisation's rules."""

from litestar import get, put
from litestar.params import JSONBody

from scheduler.domain import fairness
from scheduler.domain.fairness import Rules
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import READ, WRITE


@get(
    "/organisation/fairness",
    guards=[access.admin_or_coordinator],
    responses=READ,
    summary="Who gets a time",
    tags=["Organisation"],
)
async def get_fairness(caller: Asking) -> Rules:
    return await fairness.of(caller)


@put(
    "/organisation/fairness",
    guards=[access.admin_or_coordinator],
    responses=WRITE,
    summary="Change who gets a time",
    tags=["Organisation"],
)
async def put_fairness(data: JSONBody[Rules], caller: Asking, now: Now) -> Rules:
    return await fairness.put(caller, data, now)


HANDLERS = [get_fairness, put_fairness]
