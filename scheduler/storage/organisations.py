"""Tenants."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import Fairness, Organisation

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


async def fairness(organisation: UUID) -> Fairness | None:
    return await fetch_one(
        Fairness,
        "SELECT limit_count, limit_days, waitlist_order FROM organisation WHERE id = {}",
        organisation,
    )


async def put_fairness(organisation: UUID, rules: Fairness) -> None:
    await execute(
        "UPDATE organisation SET limit_count = {}, limit_days = {}, waitlist_order = {}"
        " WHERE id = {}",
        rules.limit_count, rules.limit_days, rules.waitlist_order, organisation,
    )  # fmt: skip
