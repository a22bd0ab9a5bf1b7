"""Who one is here, and what is kept about it."""

from litestar import delete, get
from litestar.params import FromQuery

from scheduler.domain import own_data
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


HANDLERS = [get_me, get_own_data, erase_own_data]
