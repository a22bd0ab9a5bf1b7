"""Acme, and a provider that its people sign in at."""

from typing import Any

from scheduler.domain import identity_provider
from scheduler.domain.identity_provider import Draft
from tests.oidc.company import CLIENT_ID, CLIENT_SECRET, Company
from tests.world import World

KEY = bytes.fromhex("5e" * 32)  # conftest's CHAIRTIME_SECRET_KEY


def draft(issuer: str, **changes: Any) -> Draft:
    given = {"issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return Draft(**(given | changes))


async def connect(world: World, there: Company, **changes: Any) -> None:
    """As Ada does it."""
    await identity_provider.set_up(
        world.acme, world.ada.caller.id, draft(there.issuer, **changes), KEY, world.clock()
    )
