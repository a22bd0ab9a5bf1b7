"""A browser that is signed in: who it speaks for, and for how long."""

from datetime import datetime, timedelta
from uuid import UUID

from scheduler import ids
from scheduler.domain.errors import NotSignedIn
from scheduler.storage import audit, people, sessions
from scheduler.storage.rows import Caller
from scheduler.storage.transaction import transaction

LASTS = timedelta(days=30)


async def caller(secret: str, now: datetime) -> Caller:
    """Whose session this is. Raises NotSignedIn for one unknown, ended or without a role."""
    found = await people.by_session(ids.hash_secret(secret), now)
    if found is None:
        raise NotSignedIn
    return found


@transaction
async def begin(organisation: UUID, person: UUID, now: datetime, *, proven: bool = False) -> str:
    """A new secret for the cookie, never one that a browser brought along. See the table."""
    secret = ids.new_secret()
    key = ids.hash_secret(secret)
    await sessions.add(organisation, person, key, now, now + LASTS, proven=proven)
    await audit.record(organisation, person, "session.begin", person, now)
    return secret


@transaction
async def end(secret: str) -> None:
    await sessions.end(ids.hash_secret(secret))


async def browsers(caller: Caller, now: datetime) -> int:
    """In how many they are signed in."""
    return await sessions.count(caller.id, now)


@transaction
async def end_everywhere(caller: Caller, now: datetime) -> None:
    await sessions.end_all(caller.id)
    await audit.record(caller.organisation, caller.id, "session.end_all", caller.id, now)


@transaction
async def forget_outlived(now: datetime) -> None:
    await sessions.forget(now)
