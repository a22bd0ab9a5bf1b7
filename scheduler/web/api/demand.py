"""What would serve those who wait for a day."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from scheduler.domain import demand
from scheduler.domain.demand import Demand, Suggestion
from scheduler.domain.plan import Break
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.events import Therapist
from scheduler.web.api.replies import READ


class SuggestionAnswer(Struct, frozen=True, kw_only=True):
    """A shift to add, for each of so many `therapists`; `free` are those who could work then."""

    starts: str
    ends: str
    breaks: list[Break]
    therapists: int
    serves: int
    free: list[Therapist]


class DemandAnswer(Struct, frozen=True, kw_only=True):
    """`waiting` are those on the waitlist without an offer, and those who wished in vain."""

    waiting: int
    message: str | None
    suggestion: SuggestionAnswer | None


def to_answer(found: Demand) -> DemandAnswer:
    return DemandAnswer(
        waiting=found.waiting,
        message=demand.says(found) if found.waiting else None,
        suggestion=_suggestion(found.suggestion) if found.suggestion else None,
    )


def _suggestion(made: Suggestion) -> SuggestionAnswer:
    window = made.window
    return SuggestionAnswer(
        starts=window.starts,
        ends=window.ends,
        breaks=window.breaks,
        therapists=window.therapists,
        serves=window.serves,
        free=[Therapist(one.id, one.name) for one in made.free],
    )


@get(
    "/events/{event_id:uuid}/demand",
    guards=[access.coordinator],
    responses=READ,
    summary="What would serve those who wait",
    tags=["Days"],
)
async def get_demand(event_id: FromPath[UUID], caller: Asking, now: Now) -> DemandAnswer:
    return to_answer(await demand.of_event(caller, event_id, now))


HANDLERS = [get_demand]
