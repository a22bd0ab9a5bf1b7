"""What a claim asks of PostgreSQL, when nobody waits and nothing is drawn or limited."""

from pathlib import Path

import pytest

from benchmarks import wire
from scheduler.settings import load
from tests.world import open_world

pytestmark = pytest.mark.anyio
WARM = 8  # claims, after which every statement is prepared


async def test_the_round_trips_of_a_claim(postgres_url: str, tmp_path: Path) -> None:
    async with wire.counted(postgres_url) as (through, address):
        environ = {"CHAIRTIME_DATABASE_URL": address, "CHAIRTIME_MAIL_URL": f"maildir:{tmp_path}"}
        async with open_world(load(environ)) as world:
            slots = await world.slots(await world.day())
            found: list[tuple[int, int]] = []
            for number, who in enumerate(await world.employees(2 * WARM)):
                before = through.round_trips
                slot = slots[min(number, WARM + 1)]  # the others ask for what is taken
                answer = await who.post(f"/slots/{slot['id']}/booking")
                found.append((answer.status_code, through.round_trips - before))
    assert found[WARM : WARM + 2] == [(201, 3), (201, 3)]
    assert found[WARM + 4 :] == [(409, 2)] * (WARM - 4)
