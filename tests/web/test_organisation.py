"""The organisation's own settings, through the API."""

import asyncio
from typing import Any

import pytest

from scheduler.domain import organisation
from scheduler.domain.person import Role
from tests.web.ladder import essence, invalid, nowhere, refused
from tests.web.test_roles import audited
from tests.world import API, World, codes

pytestmark = pytest.mark.anyio


async def settings(world: World) -> dict[str, Any]:
    answer = await world.ada.get("/organisation")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_admin_reads_and_changes_it(world: World) -> None:
    before = await settings(world)
    assert before == {
        "id": str(world.acme),
        "name": "Acme",
        "domains": ["acme.example"],
        "timezone": "Europe/Berlin",
    }
    wanted = {"name": " Acme GmbH ", "domains": ["@acme.example", "Büro.Example", "acme.example"]}
    answer = await world.ada.patch("/organisation", wanted)
    assert answer.status_code == 200
    changed = before | {"name": "Acme GmbH", "domains": ["acme.example", "büro.example"]}
    assert answer.json() == await settings(world) == changed
    assert (await world.ada.patch("/organisation", {})).json() == changed
    assert (await world.ada.patch("/organisation", wanted)).json() == changed
    assert await audited("organisation.") == [
        ("organisation.change", world.ada.id, str(world.acme)),
    ]


async def test_the_spelling_of_the_own_name_is_free(world: World) -> None:
    answer = await world.ada.patch("/organisation", {"name": "ACME"})
    assert answer.json()["name"] == "ACME"
    refused(await world.ada.patch("/organisation", {"name": "OTHER LTD"}), 409,
            "organisation_exists")  # fmt: skip


async def test_two_that_want_one_name(world: World) -> None:
    boss = await world.join("bo@other.example", "Bo", Role.ADMIN, world.other)
    answers = await asyncio.gather(
        *(one.patch("/organisation", {"name": "Newco"}) for one in (world.ada, boss))
    )
    assert sorted(codes(answers)) == ["200", "organisation_exists"]


async def test_nobody_takes_another_organisation_s_addresses(world: World) -> None:
    """Whoever has such an address would be led to a sign-in of theirs."""
    for domain in ("other.example", "Other.EXAMPLE"):
        wanted = {"domains": ["acme.example", domain]}
        invalid(await world.ada.patch("/organisation", wanted), "domains")
    shared = ["acme.example", "other.example"]
    await organisation.add("Acme Sisters", shared, "Europe/Berlin", world.clock())
    answer = await world.ada.patch("/organisation", {"domains": ["acme.example", "new.example"]})
    assert answer.status_code == 200, "what whoever runs this has decided stays"


async def test_what_cannot_be_used_is_refused_by_field(world: World) -> None:
    before = await settings(world)
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"name": "A\nB"}, "name"),
        ({"name": None}, "name"),
        ({"domains": ["acme"]}, "domains"),
        ({"domains": ["a b.example"]}, "domains"),
        ({"domains": [f"a{number}.example" for number in range(51)]}, "domains"),
        ({"domains": "acme.example"}, "domains"),
        ({"domains": [1]}, "domains[0]"),
        ({"timezone": "Berlin"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"id": str(world.other)}, "id"),
    ):
        invalid(await world.ada.patch("/organisation", wrong), field)
    assert await settings(world) == before


async def test_it_is_there_for_admins_only(world: World) -> None:
    missing = await nowhere(world)
    for someone in (world.hana, world.emil, world.tara, world.olga):
        assert essence(await someone.get("/organisation")) == missing
        assert essence(await someone.patch("/organisation", {"name": "Mine"})) == missing
    refused(await world.anonymous.get(f"{API}/organisation"), 401, "not_signed_in")
    refused(await world.anonymous.patch(f"{API}/organisation", json={}), 401, "not_signed_in")
