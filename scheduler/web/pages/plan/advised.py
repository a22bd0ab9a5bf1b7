"""What a plan is advised, as the pages show it: the reason, and a button that puts it right."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from scheduler.domain import advice, remedy
from scheduler.domain.advice import Code, Finding
from scheduler.domain.plan import EventPlan
from scheduler.domain.remedy import Remedy
from scheduler.i18n import Sentence
from scheduler.storage.rows import Caller


class Advised(Struct, frozen=True, kw_only=True):
    """Without a `remedy` no single change helps. `href` leads to the answers with it."""

    code: Code
    index: int | None
    shift: UUID | None
    message: Sentence
    remedy: Remedy | None
    href: str = ""

    @property
    def place(self) -> str:
        """Which one of a page's it is."""
        return f"{self.code}:{'' if self.index is None else self.index}"


def advised(plan: EventPlan, found: Sequence[Finding]) -> list[Advised]:
    return [
        Advised(
            code=one.code,
            index=one.shift,
            shift=plan.shifts[one.shift].id if one.shift is not None else None,
            message=one.message,
            remedy=remedy.remedy(plan, one),
        )
        for one in found
    ]


async def of_day(caller: Caller, event: UUID) -> list[Advised]:
    return advised(*await advice.of_event(caller, event))


async def of_plan(caller: Caller, plan: EventPlan, event: UUID | None = None) -> list[Advised]:
    """Of one that is still being written."""
    return advised(plan, await advice.on_plan(caller, plan, event))
