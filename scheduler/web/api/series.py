"""A day every month: drafts of it, the days of its series, several published at once."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from scheduler.domain import series
from scheduler.domain.series import Month, Repetition
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.events import EventAnswer, to_answer
from scheduler.web.api.replies import CREATE, READ, WRITE, Answering


class Skipped(Struct, frozen=True):
    """A month, by its first day, that has no such day."""

    month: date
    why: str


class SeriesAnswer(Struct, frozen=True):
    """The drafts that were made, by date, and the months without one."""

    items: list[EventAnswer]
    skipped: list[Skipped]


class SeriesDays(Struct, frozen=True):
    """By date; none for a day that is in no series."""

    items: list[EventAnswer]


class Publication(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of its days to publish."""

    events: Annotated[list[UUID], Meta(max_length=200)]


def _skipped(month: Month) -> Skipped:
    return Skipped(month.first, month.why or "")


@post(
    "/events/{event_id:uuid}/series",
    guards=[access.coordinator],
    responses=CREATE,
    summary="Plan a day again each month, as drafts",
    tags=["Days"],
)
async def repeat_event(
    event_id: FromPath[UUID], data: JSONBody[Repetition], caller: Asking, once: Answering, now: Now
) -> Response[SeriesAnswer]:
    async def act() -> SeriesAnswer:
        made = await series.repeat(caller, event_id, data, now)
        return SeriesAnswer(
            [to_answer(day) for day in made.days], [_skipped(month) for month in made.skipped]
        )

    return await once(act)


@get(
    "/events/{event_id:uuid}/series",
    guards=[access.coordinator],
    responses=READ,
    summary="The days of a day's series",
    tags=["Days"],
)
async def get_series(event_id: FromPath[UUID], caller: Asking, now: Now) -> SeriesDays:
    return SeriesDays([to_answer(day) for day in await series.days_of(caller, event_id, now)])


@put(
    "/events/{event_id:uuid}/series/publication",
    guards=[access.coordinator],
    responses=WRITE,
    summary="Publish several days of a series",
    tags=["Days"],
)
async def publish_series(
    event_id: FromPath[UUID], data: JSONBody[Publication], caller: Asking, now: Now
) -> SeriesDays:
    published = await series.publish(caller, event_id, data.events, now)
    return SeriesDays([to_answer(day) for day in published])


HANDLERS = [repeat_event, get_series, publish_series]
