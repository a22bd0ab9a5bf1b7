"""What an organisation asks for its therapists' bodies, and what a day is advised by it."""

from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from scheduler.domain import advice, pacing, remedy
from scheduler.domain.advice import Code, Finding
from scheduler.domain.pacing import Force, Pacing
from scheduler.domain.plan import EventPlan
from scheduler.web import access
from scheduler.web.access import Asking, Now
from scheduler.web.api.events import EventAnswer, to_answer
from scheduler.web.api.replies import CREATE, READ, WRITE, Answering


class AdviceAnswer(Struct, frozen=True, kw_only=True):
    """`shift` is null for what is about the whole day. `remedy` says what a POST to `remedies` with
    this `code` and `shift` would do; it is null where no single change helps.
    """

    code: Code
    shift: UUID | None
    message: str
    remedy: str | None
    force: Force


class AdviceList(Struct, frozen=True):
    """The gravest first."""

    items: list[AdviceAnswer]


class RemedyBody(Struct, frozen=True, forbid_unknown_fields=True):
    """As in a day's advice."""

    code: Code
    shift: UUID | None = None


def to_advice(plan: EventPlan, one: Finding) -> AdviceAnswer:
    helps = remedy.remedy(plan, one)
    return AdviceAnswer(
        code=one.code,
        shift=plan.shifts[one.shift].id if one.shift is not None else None,
        message=one.message,
        remedy=helps.says if helps else None,
        force=one.force,
    )


@get(
    "/organisation/pacing",
    guards=[access.admin_or_coordinator],
    responses=READ,
    summary="Breaks and limits for therapists",
    tags=["Organisation"],
)
async def get_pacing(caller: Asking) -> Pacing:
    return await pacing.of(caller.organisation)


@put(
    "/organisation/pacing",
    guards=[access.admin],
    responses=WRITE,
    summary="Change breaks and limits; what is left out is as in the preset",
    tags=["Organisation"],
)
async def put_pacing(data: JSONBody[Pacing], caller: Asking, now: Now) -> Pacing:
    return await pacing.put(caller, data, now)


@get(
    "/events/{event_id:uuid}/advice",
    guards=[access.coordinator],
    responses=READ,
    summary="What a day asks too much of",
    tags=["Days"],
)
async def get_advice(event_id: FromPath[UUID], caller: Asking) -> AdviceList:
    plan, found = await advice.of_event(caller, event_id)
    return AdviceList([to_advice(plan, one) for one in found])


@post(
    "/events/{event_id:uuid}/remedies",
    guards=[access.coordinator],
    responses=CREATE,
    summary="Put right what a day was advised",
    tags=["Days"],
)
async def apply_remedy(
    event_id: FromPath[UUID],
    data: JSONBody[RemedyBody],
    caller: Asking,
    once: Answering,
    now: Now,
    confirm: FromQuery[bool] = False,
) -> Response[EventAnswer]:
    async def act() -> EventAnswer:
        chosen = data.code, data.shift
        return to_answer(await remedy.apply(caller, event_id, *chosen, now, confirm=confirm))

    return await once(act)


HANDLERS = [get_pacing, put_pacing, get_advice, apply_remedy]
