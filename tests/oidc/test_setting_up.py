"""An organisation's own sign-in is tried, stored with its secret encrypted, and taken away."""

from pathlib import Path
from typing import Any

import pytest

from scheduler.domain import identity_provider
from scheduler.domain.errors import Invalid
from scheduler.domain.identity_provider import Draft, SecretUnreadable, merged
from tests.commands import free_port
from tests.oidc.company import CLIENT_ID, CLIENT_SECRET, Company, company
from tests.oidc.connect import KEY, connect, draft
from tests.world import World, rows

pytestmark = pytest.mark.anyio
ISSUER = "https://idp.example"


async def wrong(world: World, given: Draft) -> list[str]:
    with pytest.raises(Invalid) as refused:
        await identity_provider.set_up(world.acme, None, given, KEY, world.clock())
    return [error.field for error in refused.value.errors]


async def test_what_works_is_stored(world: World, acme: Company) -> None:
    await connect(world, acme)
    stored = await identity_provider.current(world.acme)
    assert stored
    assert (stored.issuer, stored.client_id, stored.required) == (acme.issuer, CLIENT_ID, False)
    assert CLIENT_SECRET.encode() not in stored.client_secret
    assert identity_provider.unsealed(stored, KEY) == acme.provider
    assert await identity_provider.current(world.other) is None
    [row] = await rows(
        "SELECT actor, organisation FROM audit WHERE action = 'identity_provider.set_up'"
    )
    assert (str(row["actor"]), str(row["organisation"])) == (world.ada.id, str(world.acme))


async def test_what_does_not_work_is_not(world: World, acme: Company, tmp_path: Path) -> None:
    await connect(world, acme)
    before = await identity_provider.current(world.acme)
    with company(tmp_path, issuer=ISSUER) as liar:
        for issuer in (liar.issuer, f"http://127.0.0.1:{free_port()}", "http://idp.example"):
            assert await wrong(world, draft(issuer)) == ["issuer"]
    assert await identity_provider.current(world.acme) == before


async def test_a_secret_that_is_not_typed_again_stays(world: World, acme: Company) -> None:
    await connect(world, acme)
    await connect(world, acme, client_secret="", required=True)
    stored = await identity_provider.current(world.acme)
    assert stored
    assert stored.required
    assert identity_provider.unsealed(stored, KEY).client_secret == CLIENT_SECRET
    with pytest.raises(SecretUnreadable):
        merged(draft(acme.issuer, client_secret=""), stored, b"another key of 32 bytes, or so !")


async def test_but_goes_to_no_other_provider(world: World, acme: Company) -> None:
    await connect(world, acme)
    assert await wrong(world, draft(ISSUER, client_secret="")) == ["client_secret"]


async def test_taking_it_away_can_be_repeated(world: World, acme: Company) -> None:
    await connect(world, acme)
    for _ in range(2):
        await identity_provider.remove(world.acme, world.ada.caller.id, world.clock())
    assert await identity_provider.current(world.acme) is None
    removals = await rows("SELECT id FROM audit WHERE action = 'identity_provider.remove'")
    assert len(removals) == 1


@pytest.mark.parametrize("pasted", [ISSUER, f" {ISSUER}/.well-known/openid-configuration\n"])
def test_more_may_be_pasted_than_the_issuer(pasted: str) -> None:
    assert merged(draft(pasted), None, KEY).issuer == ISSUER


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"issuer": ""}, ["issuer"]),
        ({"issuer": "https://ü.example"}, ["issuer"]),
        ({"issuer": f"{ISSUER}/{'x' * 500}"}, ["issuer"]),
        ({"client_id": ""}, ["client_id"]),
        ({"client_id": "x" * 301}, ["client_id"]),
        ({"client_id": "a\x00b"}, ["client_id"]),
        ({"client_secret": ""}, ["client_secret"]),
        ({"client_secret": "ü"}, ["client_secret"]),
        ({"client_secret": "x" * 1001}, ["client_secret"]),
        ({"issuer": "", "client_id": "", "client_secret": ""},
         ["issuer", "client_id", "client_secret"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_no_provider_hands_out_is_named(changes: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        merged(draft(**({"issuer": ISSUER} | changes)), None, KEY)
    assert [error.field for error in refused.value.errors] == fields
