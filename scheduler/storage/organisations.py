"""Tenants."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import Organisation

COLUMNS = "id, name, domains, timezone"


async def add(name: str, domains: list[str], timezone: str, now: datetime) -> UUID:
    organisation = new_id()
    await execute(
        "INSERT INTO organisation (id, name, domains, timezone, created_at)"
        " VALUES ({}, {}, {}, {}, {})",
        organisation, name, domains, timezone, now,
    )  # fmt: skip
    return organisation


async def change(organisation: Organisation) -> None:
    await execute(
        "UPDATE organisation SET name = {}, domains = {}, timezone = {} WHERE id = {}",
        organisation.name, organisation.domains, organisation.timezone, organisation.id,
    )  # fmt: skip


async def named(name: str) -> Organisation | None:
    return await fetch_one(
        Organisation, f"SELECT {COLUMNS} FROM organisation WHERE lower(name) = lower({{}})", name
    )


async def get(organisation: UUID) -> Organisation | None:
    return await fetch_one(
        Organisation, f"SELECT {COLUMNS} FROM organisation WHERE id = {{}}", organisation
    )


async def everyone() -> list[Organisation]:
    return await fetch(Organisation, f"SELECT {COLUMNS} FROM organisation ORDER BY name")
