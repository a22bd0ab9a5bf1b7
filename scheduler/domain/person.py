"""People, and what they are in an organisation."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from scheduler import ids
from scheduler.domain import text
from scheduler.domain.errors import FieldError, Invalid, NotFound, NotSignedIn
from scheduler.domain.people_file import PersonRow
from scheduler.i18n import words
from scheduler.storage import audit, people
from scheduler.storage.rows import Affiliation, Caller, Member
from scheduler.storage.transaction import transaction

CHUNK = 200


class Role(StrEnum):
    ADMIN = "admin"
    COORDINATOR = "coordinator"
    THERAPIST = "therapist"
    EMPLOYEE = "employee"


class Difference(StrEnum):
    """What an import makes of a row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class ImportPreview(Struct, frozen=True):
    """How many people an import adds, updates and leaves as they are."""

    added: int
    updated: int
    unchanged: int


async def caller(token: str, now: datetime) -> Caller:
    """Whose token this is. Raises NotSignedIn for one unknown, expired or without a role."""
    found = await people.by_token(ids.hash_secret(token), now)
    if found is None:
        raise NotSignedIn
    return found


@transaction
async def add(
    organisation: UUID, email: str, name: str, role: Role, now: datetime, actor: UUID | None = None
) -> UUID:
    """A person with this role, new or known, under this name in this organisation."""
    address, cleaned = _clean(email, name)
    key = text.key(address)
    known = await people.find([key])
    person = known.get(key) or await people.add(address, key, now)
    await people.name(organisation, person, cleaned)
    if await people.add_role(organisation, person, role, now):
        await audit.record(organisation, actor, f"person.{role}", person, now)
    return person


def _clean(email: str, name: str) -> tuple[str, str]:
    field = "email"
    try:
        address = text.clean_email(email)
        field = "name"
        return address, text.clean_line(name, limit=200)
    except ValueError as error:
        raise Invalid(FieldError(field, words(error))) from None


@transaction
async def add_token(organisation: UUID, email: str, days: int | None, now: datetime) -> str:
    """A new secret, shown once. Raises NotFound for somebody who is not of this organisation."""
    members = {member.email_key: member.id for member in await people.members(organisation)}
    person = members.get(text.key(email))
    if person is None:
        raise NotFound
    secret = ids.new_secret()
    expires_at = now + timedelta(days=days) if days else None
    await people.add_token(organisation, person, ids.hash_secret(secret), now, expires_at)
    await audit.record(organisation, None, "token.add", person, now)
    return secret


@transaction
async def speak(caller: Caller, language: str) -> None:
    """The language in which this person wants to be written to, from all organisations."""
    await people.speak(caller.id, language)


@transaction
async def rename(caller: Caller, name: str, now: datetime) -> None:
    """What this organisation calls them, as they want to be called."""
    try:
        cleaned = text.clean_line(name, limit=200)
    except ValueError as error:
        raise Invalid(FieldError("name", words(error))) from None
    if cleaned == caller.name:
        return
    await people.name(caller.organisation, caller.id, cleaned)
    await audit.record(caller.organisation, caller.id, "person.rename", caller.id, now)


async def affiliations(email: str) -> list[Affiliation]:
    """The organisations that know this address, by name."""
    return await people.memberships(text.key(email))


async def listed(caller: Caller) -> list[Member]:
    return await people.members(caller.organisation)


def matching(members: Sequence[Member], wanted: str) -> list[Member]:
    """Whose name or address holds every word, however it is spelled."""
    parts = text.key(wanted).split()
    return [
        member
        for member in members
        if all(part in f"{text.key(member.name)} {member.email_key}" for part in parts)
    ]


def compare(rows: Sequence[PersonRow], members: dict[str, Member]) -> ImportPreview:
    """Against the members there are, by address key."""
    found = Counter(_difference(row, members.get(text.key(row.email))) for row in rows)
    return ImportPreview(**{kind: found[kind] for kind in Difference})


def _difference(row: PersonRow, member: Member | None) -> Difference:
    if member is None or Role.EMPLOYEE not in member.roles:
        return Difference.ADDED
    return Difference.UNCHANGED if member.name == row.name else Difference.UPDATED


@transaction
async def import_employees(
    organisation: UUID, actor: UUID | None, rows: Sequence[PersonRow], now: datetime,
    *, dry_run: bool, progress: Callable[[int], None] = lambda _done: None,
) -> ImportPreview:  # fmt: skip
    """All rows or none. `progress` is told how many rows are done."""
    members = {member.email_key: member for member in await people.members(organisation)}
    preview = compare(rows, members)
    if dry_run:
        return preview
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        await _import_chunk(organisation, chunk, members, now)
        progress(len(chunk))
    await audit.record(organisation, actor, "person.import", organisation, now)
    return preview


async def _import_chunk(
    organisation: UUID, rows: Sequence[PersonRow], members: dict[str, Member], now: datetime
) -> None:
    known = await people.find([text.key(row.email) for row in rows])
    for row in rows:
        key = text.key(row.email)
        if _difference(row, members.get(key)) is Difference.UNCHANGED:
            continue
        person = known.get(key) or await people.add(row.email, key, now)
        await people.name(organisation, person, row.name)
        await people.add_role(organisation, person, Role.EMPLOYEE, now)
