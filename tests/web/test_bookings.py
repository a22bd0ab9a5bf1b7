"""Taking, moving and giving back a time: each door the same ladder."""

import pytest

from tests.world import World

pytestmark = pytest.mark.anyio


async def test_claim_takes_the_slot(world: World) -> None:
    day = await world.day()
    slot = (await world.slots(day))[0]
    booking = await world.claim(world.emil, slot)
    assert booking["slot_id"] == slot["id"]
    await world.tick()
    print(world.mails()[0])
