"""Organisations' people: persons, memberships, tokens."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import Affiliation, Caller, KnownPerson, Member, Person


async def by_token(token_hash: bytes, now: datetime) -> Caller | None:
    return await _caller("token", token_hash, now)


async def by_session(session_hash: bytes, now: datetime) -> Caller | None:
    return await _caller("session", session_hash, now, ELSEWHERE)


# Companies vouch for addresses, and invitations are forwarded: only whom a code let in is told.
ELSEWHERE = (
    " session.proven AND EXISTS (SELECT 1 FROM membership AS other"
    " WHERE other.person = session.person AND other.organisation <> session.organisation)"
    " AS elsewhere,"
)


async def _caller(
    table: str, secret_hash: bytes, now: datetime, besides: str = ""
) -> Caller | None:
    rows = await execute(
        f"SELECT person.id, person.email, person.language, known_as.name, {table}.organisation,"
        f"{besides} membership.role FROM {table} JOIN person ON person.id = {table}.person"
        f" JOIN known_as ON known_as.person = {table}.person"
        f" AND known_as.organisation = {table}.organisation"
        f" JOIN membership ON membership.person = {table}.person"
        f" AND membership.organisation = {table}.organisation"
        f" WHERE {table}.hash = {{}} AND ({table}.expires_at IS NULL OR {table}.expires_at > {{}})",
        secret_hash, now,
    )  # fmt: skip
    if not rows:
        return None
    roles = frozenset(row["role"] for row in rows)
    return msgspec.convert(rows[0] | {"roles": roles}, Caller, strict=False)


async def add_token(
    organisation: UUID, person: UUID, token_hash: bytes, now: datetime, expires_at: datetime | None
) -> None:
    await execute(
        "INSERT INTO token (id, organisation, person, hash, created_at, expires_at)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        new_id(), organisation, person, token_hash, now, expires_at,
    )  # fmt: skip


PERSON = (
    " FROM membership JOIN person ON person.id = membership.person JOIN known_as"
    " ON known_as.person = person.id AND known_as.organisation = membership.organisation"
)


HOLDING = (
    " AND EXISTS (SELECT 1 FROM membership AS held"
    " WHERE held.organisation = membership.organisation AND held.person = person.id"
    " AND held.role IN ({}))"
)


async def with_role(organisation: UUID, email_key: str, role: str) -> Person | None:
    return await fetch_one(
        Person,
        f"SELECT person.id, person.email, person.language, known_as.name{PERSON}"
        " WHERE membership.organisation = {} AND membership.role = {} AND person.email_key = {}",
        organisation, role, email_key,
    )  # fmt: skip


async def therapists(organisation: UUID) -> list[Person]:
    return await _everybody(organisation, "therapist")


async def employees(organisation: UUID) -> list[Person]:
    return await _everybody(organisation, "employee")


async def _everybody(organisation: UUID, role: str) -> list[Person]:
    return await fetch(
        Person,
        f"SELECT person.id, person.email, person.language, known_as.name{PERSON}"
        " WHERE membership.organisation = {} AND membership.role = {}",
        organisation, role,
    )  # fmt: skip


async def members(organisation: UUID, *among: str) -> list[Member]:
    """Everybody with a role here, or with one of these, by name."""
    marks = ", ".join("{}" for _ in among)
    narrowed = HOLDING.format(marks) if among else ""
    rows = await execute(
        "SELECT person.id, person.email, person.email_key, known_as.name, membership.role"
        f"{PERSON} WHERE membership.organisation = {{}}{narrowed}"
        " ORDER BY known_as.name, person.id, membership.role",
        organisation, *among,
    )  # fmt: skip
    found: dict[object, dict[str, object]] = {}
    roles: dict[object, list[str]] = {}
    for row in rows:
        roles.setdefault(row["id"], []).append(row["role"])
        found[row["id"]] = row | {"roles": roles[row["id"]]}
    return msgspec.convert(list(found.values()), list[Member], strict=False)


async def find(email_keys: Sequence[str]) -> dict[str, UUID]:
    """Persons of any organisation, by address key; a few hundred a call, as SQLite counts."""
    marks = ", ".join("{}" for _ in email_keys)
    found = await fetch(
        KnownPerson,
        f"SELECT id, email_key FROM person WHERE email_key IN ({marks})",
        *email_keys,
    )
    return {person.email_key: person.id for person in found}


async def add(email: str, email_key: str, now: datetime) -> UUID:
    person = new_id()
    await execute(
        "INSERT INTO person (id, email, email_key, created_at) VALUES ({}, {}, {}, {})",
        person, email, email_key, now,
    )  # fmt: skip
    return person


async def name(organisation: UUID, person: UUID, name: str) -> None:
    """Gives a person their name in an organisation, or another one."""
    await execute(
        "INSERT INTO known_as (id, organisation, person, name) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (organisation, person) DO UPDATE SET name = excluded.name",
        new_id(), organisation, person, name,
    )  # fmt: skip


async def add_role(organisation: UUID, person: UUID, role: str, now: datetime) -> bool:
    """Whether the role is new to this person."""
    rows = await execute(
        "INSERT INTO membership (id, organisation, person, role, created_at)"
        " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
        new_id(), organisation, person, role, now,
    )  # fmt: skip
    return bool(rows)


async def memberships(email_key: str) -> list[Affiliation]:
    """The organisations that know this address, by name."""
    return await fetch(
        Affiliation,
        "SELECT DISTINCT membership.organisation, membership.person, organisation.name"
        " FROM membership JOIN person ON person.id = membership.person"
        " JOIN organisation ON organisation.id = membership.organisation"
        " WHERE person.email_key = {} ORDER BY organisation.name",
        email_key,
    )


async def therapist_elsewhere(organisation: UUID, person: UUID) -> list[Affiliation]:
    """The other organisations that this person is a therapist of, by name."""
    return await fetch(
        Affiliation,
        "SELECT membership.organisation, membership.person, organisation.name FROM membership"
        " JOIN organisation ON organisation.id = membership.organisation"
        " WHERE membership.person = {} AND membership.role = 'therapist'"
        " AND membership.organisation <> {} ORDER BY organisation.name",
        person, organisation,
    )  # fmt: skip


async def speak(person: UUID, language: str) -> None:
    await execute("UPDATE person SET language = {} WHERE id = {}", language, person)


async def speak_first(person: UUID, language: str) -> None:
    """Unless they have chosen one."""
    await execute(
        "UPDATE person SET language = {} WHERE id = {} AND language IS NULL", language, person
    )
