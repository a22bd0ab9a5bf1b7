"""What a day was worth: a page to read and to print, and a sheet to reckon with."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from scheduler import i18n
from scheduler.domain import event, finding, rating, report
from scheduler.storage.rows import Caller
from scheduler.web import access, sheet
from scheduler.web.access import Asking, Now
from scheduler.web.pages.page import NO_SNIFFING, AnyRequest, Page, language, render
from scheduler.web.pages.plan.report_sheet import rows

CSV = NO_SNIFFING | {"Cache-Control": "no-store", "Content-Type": "text/csv; charset=utf-8"}


@get("/plan/{event_id:uuid}/report", guards=[access.signed_in_coordinator], include_in_schema=False)
async def show_report(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Page:
    return render(request, "plan/report.html", **await _facts(caller, event_id, now))


async def _facts(caller: Caller, event_id: UUID, now: Now) -> dict[str, Any]:
    day = await event.get(caller, event_id, now)
    found = await report.get(caller, event_id, now)
    year = await report.year(caller, event_id, now)
    return {
        "day": day,
        "report": found,
        "year": year,
        "closes_at": rating.closes_at(day.event.ends_at),
        "of_hours": finding.of_hours(found.by_hour),
        "of_tension": finding.of_tension(found.tension) if found.tension else None,
        "of_year": finding.of_days([one.tension for one in year]) if len(year) > 1 else None,
    }


@get(
    "/plan/{event_id:uuid}/report.csv",
    guards=[access.signed_in_coordinator],
    include_in_schema=False,
)
async def get_sheet(
    request: AnyRequest, event_id: FromPath[UUID], caller: Asking, now: Now
) -> Response[bytes]:
    day = (await event.get(caller, event_id, now)).event
    found = await report.get(caller, event_id, now)
    year = await report.year(caller, event_id, now)
    with i18n.speaking(language(request)):
        content = sheet.write(rows(day, found, year))
    named = {"Content-Disposition": f'attachment; filename="chairtime-{day.date}.csv"'}
    return Response(content, headers=CSV | named)


HANDLERS = [show_report, get_sheet]
