"""What cannot be used is refused with a sentence that helps, and nothing is changed by it."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from scheduler.settings import load
from tests.facts import fingerprint, migrated
from tests.web.bad import Bad, bodies, claims, files, people, plans
from tests.world import API, World, open_world, plan

pytestmark = pytest.mark.anyio
CASES = [*plans.CASES, *claims.CASES, *bodies.CASES, *files.CASES, *people.CASES]
LEAKS = ("Traceback", 'File "', "site-packages", "/scheduler/", "SELECT ", "INSERT ", "sqlite",
         "asyncpg", "msgspec", "litestar", "RFC3339", "`")  # fmt: skip


class Stage(NamedTuple):
    """A world that outlives its tests: they all leave it as they found it."""

    world: World
    ids: dict[str, str]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def stage_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with migrated(request, tmp_path_factory.mktemp("stage")) as url:
        yield url


@pytest.fixture(scope="module")
async def stage(stage_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    mail = tmp_path_factory.mktemp("mail")
    environ = {
        "CHAIRTIME_DATABASE_URL": stage_url,
        "CHAIRTIME_MAIL_URL": f"maildir:{mail}",
        "CHAIRTIME_BASE_URL": "https://chairtime.example",
    }
    async with open_world(load(environ)) as world:
        yield Stage(world, await _set(world))


async def _set(world: World) -> dict[str, str]:
    """Days, slots and bookings, ours and another organisation's, by what the tables call them."""
    day, later = await world.day(), await world.day(date="2026-12-10")
    draft = await world.day(date="2026-12-17", published=False)
    slots = await world.slots(day)
    shifts = [{"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": "10:00"}]
    other = (await world.olga.post("/events", plan(date="2026-12-04", shifts=shifts))).json()
    await world.olga.put(f"/events/{other['id']}/publication")
    other_slots = (await world.otto.get(f"/events/{other['id']}/slots")).json()["items"]
    return {
        "day": day["id"],
        "shift": day["shifts"][0]["id"],
        "slot": slots[0]["id"],
        "open": slots[-1]["id"],
        "booking": (await world.claim(world.emil, slots[0]))["id"],
        "draft": draft["id"],
        "ada": world.ada.id,
        "edda": world.edda.id,
        "tara": world.tara.id,
        "otto": world.otto.id,
        "later_slot": (await world.slots(later))[0]["id"],
        "draft_slot": (await world.slots(draft))[0]["id"],
        "other": str(world.other),
        "other_day": other["id"],
        "other_slot": other_slots[1]["id"],
        "other_booking": (await world.claim(world.otto, other_slots[0]))["id"],
        "token": world.hana.token,
    }


def fill(value: Any, ids: dict[str, str]) -> Any:
    """Puts the stage's ids where the tables name them."""
    if isinstance(value, str):
        for name, known in ids.items():
            value = value.replace(f"{{{name}}}", known)
        return value
    if isinstance(value, dict):
        return {key: fill(one, ids) for key, one in value.items()}
    return [fill(one, ids) for one in value] if isinstance(value, list) else value


async def send(stage: Stage, bad: Bad) -> httpx.Response:
    world = stage.world
    world.clock.advance(seconds=61)  # so that the limit of writes per minute is never reached
    http = world.anonymous if bad.who == "anonymous" else getattr(world, bad.who).http
    options = fill(dict(bad.options), stage.ids)
    return await http.request(bad.method, API + fill(bad.path, stage.ids), **options)


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.title)
async def test_is_refused_with_a_sentence_and_changes_nothing(stage: Stage, bad: Bad) -> None:
    before = await fingerprint()
    answer = await send(stage, bad)
    assert answer.status_code == bad.status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    found = [(error["field"], error["message"]) for error in problem.get("errors", [])]
    assert found == bad.fields
    assert (problem["code"], problem["detail"]) == (bad.code, bad.detail)
    assert not [leak for leak in LEAKS if leak in json.dumps(problem, ensure_ascii=False)]
    assert await fingerprint() == before


def test_the_table_is_long_and_no_case_stands_in_it_twice() -> None:
    assert len(CASES) >= 60
    assert len({bad.title for bad in CASES}) == len(CASES)
