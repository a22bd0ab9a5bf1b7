"""What people are in an organisation, and how that ends."""

from uuid import UUID

import msgspec

from scheduler.storage.database import execute, is_postgres
from scheduler.storage.rows import Member

ENDS = ("membership", "token", "session", "calendar_feed", "personal_link")


async def hold(organisation: UUID) -> None:
    """Nobody else changes who looks after it before this transaction ends."""
    if is_postgres():
        await execute("SELECT id FROM organisation WHERE id = {} FOR NO KEY UPDATE", organisation)


async def get(organisation: UUID, person: UUID) -> Member | None:
    """Somebody who is known here; without roles when they were taken out."""
    rows = await execute(
        "SELECT person.id, person.email, person.email_key, person.language, known_as.name,"
        " membership.role"
        " FROM known_as JOIN person ON person.id = known_as.person LEFT JOIN membership"
        " ON membership.person = person.id AND membership.organisation = known_as.organisation"
        " WHERE known_as.organisation = {} AND known_as.person = {} ORDER BY membership.role",
        organisation, person,
    )  # fmt: skip
    if not rows:
        return None
    roles = [row["role"] for row in rows if row["role"]]
    return msgspec.convert(rows[0] | {"roles": roles}, Member, strict=False)


async def others_with(organisation: UUID, person: UUID, roles: list[str]) -> bool:
    """Whether anybody but this person has one of these roles."""
    marks = ", ".join("{}" for _ in roles)
    rows = await execute(
        "SELECT 1 AS other FROM membership WHERE organisation = {} AND person <> {}"
        f" AND role IN ({marks}) LIMIT 1",
        organisation, person, *roles,
    )  # fmt: skip
    return bool(rows)


async def take_role(organisation: UUID, person: UUID, role: str) -> None:
    await execute(
        "DELETE FROM membership WHERE organisation = {} AND person = {} AND role = {}",
        organisation, person, role,
    )  # fmt: skip


async def end(organisation: UUID, person: UUID) -> None:
    """Every role here, and every key to this organisation. The name stays, for what was."""
    for table in ENDS:
        await execute(
            f"DELETE FROM {table} WHERE organisation = {{}} AND person = {{}}",
            organisation, person,
        )  # fmt: skip
