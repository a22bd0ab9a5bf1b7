"""All that is kept about somebody: to read, to take along, to have erased. And who sees what."""

import msgspec
from litestar import Response, get, post
from msgspec import Struct

from scheduler.domain import organisation, own_data
from scheduler.domain.errors import DomainError
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import deeds, form, wishes
from scheduler.web.pages.page import HEADERS, Answer, AnyRequest, Page, render
from scheduler.web.pages.sign_in.signing_in import left

FILE = {"Content-Disposition": 'attachment; filename="chairtime-my-data.json"'}


class Confirmation(Struct, frozen=True):
    email: str = ""


@get("/me/data", guards=[access.signed_in], include_in_schema=False)
async def show_data(request: AnyRequest, caller: Asking) -> Page:
    here = await organisation.of(caller)
    return render(
        request, "me/own_data.html", data=await own_data.read(caller), zone=here.timezone,
        told=deeds.told, message=deeds.message, statuses=deeds.STATUSES, wishes=wishes.spoken,
        areas=wishes.AREAS,
    )  # fmt: skip


@get("/me/data.json", guards=[access.signed_in], include_in_schema=False)
async def download(caller: Asking) -> Response[bytes]:
    content = msgspec.json.format(msgspec.json.encode(await own_data.read(caller)))
    return Response(content, media_type="application/json", headers=HEADERS | FILE)


@get("/me/erasure", guards=[access.signed_in], include_in_schema=False)
async def show_erasure(request: AnyRequest, caller: Asking, now: Now) -> Page:
    return await _erasure(request, caller, now)


async def _erasure(
    request: AnyRequest, caller: Caller, now: Now, refused: DomainError | None = None,
    typed: str = "",
) -> Page:  # fmt: skip
    data = await own_data.read(caller)
    return render(
        request, "me/erasure.html", refused=refused, typed=typed,
        here=data.me.organisation, ahead=own_data.ahead(data, now),
    )  # fmt: skip


@post("/me/erasure", guards=[access.signed_in], include_in_schema=False)
async def erase(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = (await form.read(request, Confirmation)).email
    try:
        own_data.check_address(caller, typed)
        await own_data.erase(caller, now, confirm=True)
    except DomainError as error:
        return await _erasure(request, caller, now, error, typed)
    return left(request, "/farewell")


@get("/farewell", guards=[access.visitor], include_in_schema=False)
async def show_farewell(request: AnyRequest) -> Page:
    return render(request, "me/farewell.html")


@get("/privacy", guards=[access.visitor], include_in_schema=False)
async def show_privacy(request: AnyRequest) -> Page:
    return render(request, "me/privacy.html")


HANDLERS = [show_data, download, show_erasure, erase, show_farewell, show_privacy]
