"""Being of several organisations: a session is for one of them, and may lead on to another."""

from datetime import datetime
from uuid import UUID

from scheduler import ids
from scheduler.domain import session, signin, text
from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.signin import CompanyAccountNeeded
from scheduler.storage import identity_providers, people, sessions
from scheduler.storage.rows import Affiliation, Caller
from scheduler.storage.transaction import transaction


class CodeNeeded(Conflict):
    """Sign in for the other organisation with a code."""


async def told(caller: Caller) -> list[Affiliation]:
    """The other organisations, for whoever may know of them."""
    return await elsewhere(caller) if caller.elsewhere else []


async def elsewhere(caller: Caller) -> list[Affiliation]:
    """The other organisations that somebody belongs to, by name."""
    known = await people.memberships(text.key(caller.email))
    return [one for one in known if one.organisation != caller.organisation]


@transaction
async def switch(caller: Caller, secret: str, organisation: UUID, now: datetime) -> str:
    """Ends a session and begins one for another organisation: its cookie's secret.

    Raises CodeNeeded unless a code began it, for a company vouches for addresses to itself only;
    CompanyAccountNeeded where the other organisation wants its own account; NotFound for one that
    they do not belong to.
    """
    if organisation not in {one.organisation for one in await elsewhere(caller)}:
        raise NotFound
    account = await identity_providers.account(organisation)
    if account and signin.insists(account, text.key(caller.email)):
        raise CompanyAccountNeeded(organisation, "/")
    if not await sessions.is_proven(ids.hash_secret(secret)):
        raise CodeNeeded
    await session.end(secret)
    return await session.begin(organisation, caller.id, now, proven=True)
