"""Employees from an HR export: what it would do first, and then the same people, all of them.

Nothing of the file is kept in between: the preview carries the people that were read from it, as a
file that reads the same.
"""

import asyncio
from typing import Any

from litestar import get, post
from litestar.datastructures import UploadFile
from msgspec import Struct

from scheduler.domain import person
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.people_file import PeopleFileRefused, PersonRow, read_people, write_people
from scheduler.domain.person import ImportPreview
from scheduler.i18n import say
from scheduler.storage.rows import Caller
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.people import LARGEST_FILE
from scheduler.web.pages import form
from scheduler.web.pages.page import Answer, AnyRequest, Page, render, see_other

MOST_NAMED = 20  # bad rows; whoever mends these sees the next ones
NO_FILE = say("Choose a file first.")
AND_MORE = say("{count} more lines are wrong too.")


class Sent(Struct, frozen=True):
    people: str = ""


@get(
    ["/people/import", "/people/import/preview"],
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def show_import(request: AnyRequest) -> Page:
    """At the preview's address too, for whoever has to sign in again there."""
    return render(request, "people/import.html")


@post(
    "/people/import/preview",
    guards=[access.signed_in_coordinator],
    request_max_body_size=LARGEST_FILE,
    include_in_schema=False,
)
async def preview(request: AnyRequest, caller: Asking, now: Now) -> Page:
    """Of what is not stored: asked for again, it is worked out again."""
    try:
        found = await _read(await _upload(request))
    except Invalid as error:
        return render(request, "people/import.html", refused=error)
    expected = await _import(caller, found, now, dry_run=True)
    return render(
        request, "people/preview.html", people=found, expected=expected, file=write_people(found)
    )


@post(
    "/people/import",
    guards=[access.signed_in_coordinator],
    request_max_body_size=LARGEST_FILE,
    include_in_schema=False,
)
async def import_people(request: AnyRequest, caller: Asking, now: Now) -> Answer:
    try:
        found = await _read((await form.read(request, Sent)).people.encode())
    except Invalid as error:
        return render(request, "people/import.html", refused=error)
    done = await _import(caller, found, now, dry_run=False)
    return see_other(request, f"/people?said=imported&count={done.added + done.updated}")


async def _upload(request: AnyRequest) -> bytes:
    sent: Any = (await request.form()).get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid(FieldError("file", NO_FILE))
    return await sent.read()


async def _read(content: bytes) -> list[PersonRow]:
    try:
        return await asyncio.to_thread(read_people, content)  # 50,000 rows take seconds
    except PeopleFileRefused as error:
        raise Invalid(*_named(error)) from None


def _named(error: PeopleFileRefused) -> list[FieldError]:
    named = [
        FieldError("file", say("Line {line}: {why}", line=line, why=why) if line else why)
        for line, why in error.problems[:MOST_NAMED]
    ]
    if rest := len(error.problems) - len(named):
        named.append(FieldError("file", AND_MORE.fill(count=rest)))
    return named


async def _import(
    caller: Caller, found: list[PersonRow], now: Now, *, dry_run: bool
) -> ImportPreview:
    return await person.import_employees(
        caller.organisation, caller.id, found, now, dry_run=dry_run
    )


HANDLERS = [show_import, preview, import_people]
