"""Who gets a time: an organisation's limit for each person, and the order of its waitlists."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from scheduler.domain import limit
from scheduler.domain.errors import NotFound
from scheduler.domain.limit import Limit
from scheduler.storage import audit, memberships, organisations
from scheduler.storage.rows import Caller, Fairness
from scheduler.storage.transaction import transaction


class WaitlistOrder(StrEnum):
    """`fairness`: most due first, as in a draw; who is equally due, by when they joined."""

    FIRST_COME = "first_come"
    FAIRNESS = "fairness"


class Rules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Without a `limit` one person may have as many massages as there are days."""

    limit: Limit | None
    waitlist_order: WaitlistOrder


def read(kept: Fairness) -> Rules:
    return Rules(
        limit=limit.read(kept.limit_count, kept.limit_days),
        waitlist_order=WaitlistOrder(kept.waitlist_order or WaitlistOrder.FIRST_COME),
    )


def written(rules: Rules) -> Fairness:
    return Fairness(
        limit_count=rules.limit.count if rules.limit else None,
        limit_days=rules.limit.days if rules.limit else None,
        waitlist_order=rules.waitlist_order.value,
    )


async def of(caller: Caller) -> Rules:
    found = await organisations.fairness(caller.organisation)
    if found is None:
        raise NotFound
    return read(found)


@transaction
async def put(caller: Caller, rules: Rules, now: datetime) -> Rules:
    """From now on; nobody loses what they have. Done again, nothing changes."""
    await memberships.hold(caller.organisation)
    if rules != await of(caller):
        await organisations.put_fairness(caller.organisation, written(rules))
        await audit.record(
            caller.organisation, caller.id, "organisation.fairness", caller.organisation, now
        )
    return rules
