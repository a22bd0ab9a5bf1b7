"""The figures of a report as rows of cells: what is hidden on the page is hidden here."""

from collections.abc import Sequence

from scheduler.domain.occupancy import Hour
from scheduler.domain.rating import HIGHEST, LOWEST
from scheduler.domain.report import RatedDay, Report
from scheduler.i18n import gettext as _
from scheduler.i18n import number, percent, tenths, translate
from scheduler.storage.rows import Event

Rows = list[list[str]]


def rows(event: Event, report: Report, year: Sequence[RatedDay]) -> Rows:
    blocks = [_about(event), _figures(report), _hours(report.by_hour), _year(year)]
    return [row for block in blocks if block for row in [*block, []]][:-1]


def _about(event: Event) -> Rows:
    return [
        [_("Massage day"), event.title],
        [_("Day"), event.date.isoformat()],
        [_("Place"), event.location_name],
    ]


def _figures(report: Report) -> Rows:
    taken = sum(hour.booked for hour in report.by_hour)
    return [
        [_("Places"), number(report.utilisation.offered)],
        [_("Taken"), number(taken)],
        [_("Came"), number(report.arrived)],
        [_("Did not come"), number(report.attendance.no_show)],
        [_("Given back"), number(report.attendance.cancelled)],
        *_tension(report),
    ]


def _tension(report: Report) -> Rows:
    if not report.tension or report.answered_both is None:
        return [[_("Tension"), translate(one.why)] for one in report.hidden]
    return [
        [_("Tension before, average from 0 to 10"), mean(report.tension.before)],
        [_("Tension after, average from 0 to 10"), mean(report.tension.after)],
        [_("Answered both questions, to 5 %"), percent(report.answered_both)],
    ]


def mean(value: float) -> str:
    """What is further out is not told."""
    if value <= LOWEST:
        return f"≤ {number(LOWEST)}"
    return f"≥ {number(HIGHEST)}" if value >= HIGHEST else tenths(value)


def _hours(hours: Sequence[Hour]) -> Rows:
    heading = [_("Hour"), _("Places"), _("Taken"), _("Did not come")]
    return [
        heading,
        *(
            [hour.hour, number(hour.offered), number(hour.booked), number(hour.no_show)]
            for hour in hours
        ),
    ]


def _year(year: Sequence[RatedDay]) -> Rows:
    if not year:
        return []
    told = [
        [day.event.date.isoformat(), mean(day.tension.before), mean(day.tension.after)]
        for day in year
    ]
    return [[_("Day"), _("Tension before"), _("Tension after")], *told]
