"""Messages that somebody can do without: which they want, and the address that ends a kind.

What they need for a time of their own, to sign in, or while they wait is no choice: it ends when
they give the time back or leave the line.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from scheduler import seal as sealing
from scheduler.domain.errors import Conflict, NotFound
from scheduler.storage import audit, mail_choices, memberships, organisations
from scheduler.storage.mail_rows import MailChoice
from scheduler.storage.rows import Caller, Organisation
from scheduler.storage.transaction import transaction

PURPOSE = b"chairtime unsubscribe "
ONE_CLICK = [("List-Unsubscribe", "One-Click")]  # RFC 8058


class Kind(StrEnum):
    INVITATION = "invitation"
    NUDGE = "nudge"
    RATING_REQUEST = "rating_request"


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Invitations to a day, word that times are left, and the question how it was."""

    invitation: bool
    nudge: bool
    rating_request: bool


UNLESS_CHOSEN = Wanted(invitation=True, nudge=False, rating_request=True)


class NotPressed(Conflict):
    """Nothing was changed yet: press the button to end these messages."""


class Ending(Struct, frozen=True):
    """Whose messages of which kind an address ends."""

    organisation: UUID
    person: UUID
    kind: Kind


def is_choice(kind: str) -> bool:
    return kind in set(Kind)


def wanted(choices: Iterable[MailChoice]) -> Wanted:
    """Kinds of a newer release are left to that."""
    chosen = {one.kind: one.wanted for one in choices if is_choice(one.kind)}
    return Wanted(**(asdict(UNLESS_CHOSEN) | chosen))


def seal(ending: Ending, key: bytes) -> str:
    """For an address that works for whoever has it, signed in or not, and for ever."""
    named = ending.organisation.bytes + ending.person.bytes + ending.kind.encode()
    return sealing.seal(named, PURPOSE, key)


def unseal(token: str, key: bytes) -> Ending:
    """Raises NotFound for one that we did not make."""
    try:
        named = sealing.opened(token, PURPOSE, key)
        return Ending(UUID(bytes=named[:16]), UUID(bytes=named[16:32]), Kind(named[32:].decode()))
    except ValueError:
        raise NotFound from None


async def of(caller: Caller) -> Wanted:
    return wanted(await mail_choices.of_person(caller.organisation, caller.id))


@transaction
async def choose(caller: Caller, chosen: Wanted, now: datetime) -> Wanted:
    await mail_choices.put(caller.organisation, caller.id, asdict(chosen), now)
    await audit.record(caller.organisation, caller.id, "mail.choose", caller.id, now)
    return await of(caller)


@transaction
async def ask_for_nudges(caller: Caller, now: datetime) -> None:
    await mail_choices.put(caller.organisation, caller.id, {Kind.NUDGE: True}, now)
    await audit.record(caller.organisation, caller.id, "mail.choose", caller.id, now)


async def wants(organisation: UUID, person: UUID, kind: str) -> bool:
    """Asked when the message is about to leave."""
    chosen = wanted(await mail_choices.of_person(organisation, person))
    return not is_choice(kind) or bool(getattr(chosen, kind))


async def where(ending: Ending) -> Organisation:
    """Whose messages they are. Raises NotFound when the organisation is no more."""
    here = await organisations.get(ending.organisation)
    if here is None:
        raise NotFound
    return here


@transaction
async def end(ending: Ending, now: datetime) -> None:
    """Done again it stays so. Nothing is kept about whoever is not here any more."""
    member = await memberships.get(ending.organisation, ending.person)
    if member is None or not member.roles:
        return
    await mail_choices.put(ending.organisation, ending.person, {ending.kind: False}, now)
    await audit.record(ending.organisation, ending.person, "mail.choose", ending.person, now)
