"""An organisation's name, the domains of its people, and its zone; and how its mail fares."""

import re

from litestar import get, post
from msgspec import Struct

from scheduler.domain import mailroom, organisation, wallclock
from scheduler.domain.errors import DomainError
from scheduler.domain.organisation import OrganisationChange
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

_between = re.compile(r"[\s,;]+")


class Settings(Struct, frozen=True):
    """`domains` as they are typed, one on each line or with commas."""

    name: str = ""
    domains: str = ""
    timezone: str = ""


@get("/admin", guards=[access.signed_in_admin], include_in_schema=False)
async def show_settings(request: AnyRequest, caller: Asking) -> Page:
    here = await organisation.of(caller)
    typed = Settings(here.name, "\n".join(here.domains), here.timezone)
    return await _settings(request, caller, typed)


async def _settings(
    request: AnyRequest, caller: Caller, typed: Settings, refused: DomainError | None = None
) -> Page:
    return render(
        request, "admin/organisation.html", refused=refused, typed=typed,
        zones=sorted(wallclock.ZONES), here=await organisation.of(caller),
        mail=await mailroom.tally(caller),
    )  # fmt: skip


@post("/admin", guards=[access.signed_in_admin], include_in_schema=False)
async def change(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    typed = await form.read(request, Settings)
    wanted = OrganisationChange(
        name=typed.name, domains=split(typed.domains), timezone=typed.timezone
    )
    try:
        await organisation.change(caller, wanted, now)
    except DomainError as error:
        return await _settings(request, caller, typed, error)
    return see_other(request, "/admin?said=changed")


def split(typed: str) -> list[str]:
    return [domain for domain in _between.split(typed) if domain]


HANDLERS = [show_settings, change]
