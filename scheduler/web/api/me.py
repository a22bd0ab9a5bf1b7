"""Who one is here, and what is kept about it."""

from litestar import delete, get, put
from litestar.params import FromQuery, JSONBody

from scheduler.domain import mail_choice, own_data
from scheduler.domain.mail_choice import Wanted
from scheduler.domain.own_data import Me, OwnData
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.replies import READ, WRITE


@get("/me", guards=[access.member], responses=READ, summary="Who you are here", tags=["You"])
async def get_me(caller: Asking) -> Me:
    return await own_data.me(caller)


@get(
    "/me/data",
    guards=[access.member],
    responses=READ,
    summary="All that is kept about you",
    tags=["You"],
)
async def get_own_data(caller: Asking) -> OwnData:
    return await own_data.read(caller)


@delete(
    "/me/data",
    guards=[access.member],
    responses=WRITE,
    summary="Erase what is kept about you",
    tags=["You"],
)
async def erase_own_data(caller: Asking, now: Now, confirm: FromQuery[bool] = False) -> None:
    await own_data.erase(caller, now, confirm=confirm)


@get(
    "/me/messages",
    guards=[access.employee_or_coordinator],
    responses=READ,
    summary="Which messages you get, of those that you can do without",
    tags=["You"],
)
async def get_messages(caller: Asking) -> Wanted:
    return await mail_choice.of(caller)


@put(
    "/me/messages",
    guards=[access.employee_or_coordinator],
    responses=WRITE,
    summary="Choose which messages you get",
    tags=["You"],
)
async def choose_messages(data: JSONBody[Wanted], caller: Asking, now: Now) -> Wanted:
    return await mail_choice.choose(caller, data, now)


HANDLERS = [get_me, get_own_data, erase_own_data, get_messages, choose_messages]
