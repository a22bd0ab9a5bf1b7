"""Who did what in an organisation. Never what it said, nor who came to be massaged."""

from uuid import UUID

from msgspec.structs import replace

from scheduler.storage import audit
from scheduler.storage.rows import Caller, Deed

PAGE = 50


def discreet(deed: Deed) -> Deed:
    """Without the name of whoever did something about themselves only: took a time, signed in."""
    return replace(deed, by=None) if deed.private else deed


async def read(caller: Caller, before: UUID | None) -> tuple[list[Deed], UUID | None]:
    """A page, newest first, and where the next one begins."""
    found = await audit.page(caller.organisation, before, PAGE + 1)
    page = [discreet(deed) for deed in found[:PAGE]]
    return page, page[-1].id if len(found) > PAGE else None
