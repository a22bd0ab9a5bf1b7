"""Organisations' own sign-ins."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.rows import CompanyAccount, IdentityProvider


async def get(organisation: UUID) -> IdentityProvider | None:
    return await fetch_one(
        IdentityProvider,
        "SELECT organisation, issuer, client_id, client_secret, required FROM identity_provider"
        " WHERE organisation = {}",
        organisation,
    )


async def put(provider: IdentityProvider, now: datetime) -> None:
    await execute(
        "INSERT INTO identity_provider"
        " (id, organisation, issuer, client_id, client_secret, required, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (organisation) DO UPDATE SET"
        " issuer = excluded.issuer, client_id = excluded.client_id,"
        " client_secret = excluded.client_secret, required = excluded.required",
        new_id(), provider.organisation, provider.issuer, provider.client_id,
        provider.client_secret, provider.required, now,
    )  # fmt: skip


async def remove(organisation: UUID) -> bool:
    """Whether there was one."""
    rows = await execute(
        "DELETE FROM identity_provider WHERE organisation = {} RETURNING id", organisation
    )
    return bool(rows)


ACCOUNT = (
    "SELECT organisation.id, organisation.name, organisation.domains, organisation.timezone,"
    " identity_provider.required FROM identity_provider"
    " JOIN organisation ON organisation.id = identity_provider.organisation"
)


async def account(organisation: UUID) -> CompanyAccount | None:
    return await fetch_one(
        CompanyAccount, f"{ACCOUNT} WHERE identity_provider.organisation = {{}}", organisation
    )


async def accounts() -> list[CompanyAccount]:
    """Of all organisations, by name."""
    return await fetch(CompanyAccount, f"{ACCOUNT} ORDER BY organisation.name")
