"""Addresses that lead to a day: the one that everybody shares, and personal ones in invitations."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from scheduler import ids, seal
from scheduler.domain import session
from scheduler.domain.errors import Conflict, NotFound
from scheduler.storage import links
from scheduler.storage.rows import PersonalLink
from scheduler.storage.transaction import transaction

PURPOSE = b"chairtime event link "
OPENED = b"chairtime opened link "


class NotOpenedHere(Conflict):
    """This link was not opened in this browser yet. It is now: press the button once more."""


def share(event: UUID, key: bytes, purpose: bytes = PURPOSE) -> str:
    """The day's public name: its id and a seal, so that nobody can guess another day's."""
    return seal.seal(event.bytes, purpose, key)


def shared(link: str, key: bytes, purpose: bytes = PURPOSE) -> UUID:
    """The day that a link leads to. Raises NotFound for one that we did not make."""
    try:
        return UUID(bytes=seal.opened(link, purpose, key))
    except ValueError:
        raise NotFound from None


def opened(secret: str, key: bytes) -> str:
    """What a browser keeps that has shown a personal link's page. Whoever presses its button
    without it has not seen what it does: scanners of mail do that.
    """
    return hmac.new(key, OPENED + secret.encode(), hashlib.sha256).hexdigest()


def check_opened(kept: str, secret: str, key: bytes) -> None:
    if not hmac.compare_digest(kept.encode(), opened(secret, key).encode()):
        raise NotOpenedHere


def lets_in(found: PersonalLink) -> bool:
    """Invitations are forwarded: nobody is to become a coordinator, or read a roster, by one."""
    return found.used_at is None and not found.does_more


@transaction
async def make_personal(organisation: UUID, event: UUID, person: UUID, now: datetime) -> str:
    """The secret for an invitation that is about to leave."""
    secret = ids.new_secret()
    await links.add(organisation, event, person, ids.hash_secret(secret), now)
    return secret


async def personal(secret: str, now: datetime) -> PersonalLink:
    """Whom an invitation was for, and to which day. Raises NotFound once the day is over."""
    found = await links.find(ids.hash_secret(secret))
    if found is None or found.event_ends_at <= now:
        raise NotFound
    return found


@transaction
async def enter(secret: str, now: datetime) -> str | None:
    """The cookie's secret of a new session; None for a link that lets nobody in."""
    found = await personal(secret, now)
    if not lets_in(found) or not await links.use(ids.hash_secret(secret), now):
        return None
    return await session.begin(found.organisation, found.person, now)
