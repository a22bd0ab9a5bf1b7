"""Pages that listen to a board: what they are told, when, and what that costs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from scheduler.domain import board
from scheduler.storage import database
from scheduler.web import live
from scheduler.web.pages import stream
from tests.conftest import _administrate as administrate
from tests.processes import until
from tests.streams import Page, look, looking
from tests.world import Someone, World, write

pytestmark = pytest.mark.anyio

SOON = 1.0
OPEN = ["open"] * 14
ONE_TAKEN = ["booked", *OPEN[1:]]


@pytest.fixture(autouse=True)
def _listenable(world: World) -> None:
    world.app.register(look)


async def version(world: World, day: dict[str, Any]) -> str:
    event = UUID(day["id"])
    return (await board.versions([event], world.clock()))[event]


def up_to_date(world: World, who: Someone, day: dict[str, Any], known: str) -> Any:
    return looking(world.app, who, day, f"version={known}")


@contextlib.asynccontextmanager
async def crowd(
    world: World, day: dict[str, Any], people: list[Someone]
) -> AsyncIterator[list[Page]]:
    known = await version(world, day)
    async with contextlib.AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(up_to_date(world, who, day, known)) for who in people
        ]


class Statements(list[str]):
    """What this process asks the database."""

    @property
    def looks(self) -> int:
        return sum("event.revision" in one for one in self)

    async def more_looks(self, count: int) -> None:
        enough = self.looks + count
        await until(lambda: self.looks >= enough, "the database is asked")


@pytest.fixture
def statements(world: World, monkeypatch: pytest.MonkeyPatch) -> Statements:  # noqa: ARG001  (binds the engine)
    seen, engine = Statements(), database.engine()
    run = engine.run_querystring

    async def note(_engine: object, asked: Any, *more: Any) -> Any:
        seen.append(asked.template)
        return await run(asked, *more)

    monkeypatch.setattr(type(engine), "run_querystring", note)
    return seen


async def test_a_change_reaches_the_page_within_a_second(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    async with up_to_date(world, world.edda, day, await version(world, day)) as page:
        booking = await world.claim(world.emil, slots[0])
        message = await page.next(SOON)
        assert message.keys() == {"id", "data", "retry"}, "no name: the extension swaps it in"
        assert message["id"] == await version(world, day)
        assert message.states == ONE_TAKEN
        await world.emil.delete(f"/bookings/{booking['id']}")
        assert (await page.next(SOON)).states == OPEN
        assert not page.told


async def test_a_page_that_is_late_is_told_at_once_and_one_that_is_not_is_left_alone(
    world: World, statements: Statements
) -> None:
    day = await world.day()
    known = await version(world, day)
    await world.claim(world.emil, (await world.slots(day))[0])
    for query in (f"version={known}", "version=nonsense", "version=", ""):
        async with looking(world.app, world.edda, day, query) as page:
            assert (await page.next(SOON)).states == ONE_TAKEN
    async with up_to_date(world, world.edda, day, await version(world, day)) as page:
        await statements.more_looks(3)
        assert not page.told


async def test_nothing_is_lost_between_two_streams(world: World) -> None:
    day = await world.day()
    slots, known = await world.slots(day), await version(world, day)
    async with up_to_date(world, world.edda, day, known) as page:
        await world.claim(world.emil, slots[0])
        last = (await page.next(SOON))["id"]
    await world.claim(world.edda, slots[1])
    query = f"version={known}"
    async with looking(world.app, world.edda, day, query, last_event_id=last) as page:
        assert (await page.next(SOON)).states == ["booked", "booked", *OPEN[2:]]
        assert not page.told


async def test_the_clock_changes_boards_as_well(world: World) -> None:
    day = await world.day(claims_open_at="2026-12-01T08:00:00Z")
    async with up_to_date(world, world.edda, day, await version(world, day)) as page:
        world.clock.set("2026-12-01T08:00:00Z")
        assert (await page.next(SOON)).states == OPEN
        world.clock.set("2026-12-03T08:00:00Z")
        assert (await page.next(SOON)).states == ["past", *OPEN[1:]]


async def test_what_leaves_is_a_stream_that_nobody_keeps_or_packs(world: World) -> None:
    day = await world.day()
    tagged = {"if_none_match": "*"}
    async with looking(world.app, world.edda, day, **tagged) as page:
        assert page.status == 200
        assert page.headers["content-type"].startswith("text/event-stream")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-accel-buffering"] == "no"
        assert not {"etag", "content-length", "content-encoding"} & page.headers.keys()


async def test_pings_keep_it_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.01)
    day = await world.day()
    async with up_to_date(world, world.edda, day, await version(world, day)) as page:
        await until(lambda: page.pings >= 5, "it is pinged")
        await world.claim(world.emil, (await world.slots(day))[0])
        assert (await page.next(SOON)).states == ONE_TAKEN


async def test_fifty_listeners_cost_one_statement_a_look(
    world: World, statements: Statements
) -> None:
    day, other = await world.day(), await world.day(date="2026-12-10")
    people = await world.employees(50)
    async with crowd(world, day, people) as pages, crowd(world, other, [world.emil]):
        del statements[:]
        begun = asyncio.get_running_loop().time()
        await statements.more_looks(4)
        lasted = asyncio.get_running_loop().time() - begun
        assert len(statements) == statements.looks, "and nothing else while nothing changes"
        assert statements.looks <= lasted / live.EVERY_SECONDS + 2
        await world.claim(world.emil, (await world.slots(day))[0])
        told = [(await page.next()).states for page in pages]
        assert told == [ONE_TAKEN] * 50


async def test_whoever_claims_meanwhile_waits_for_one_board_and_not_for_all(world: World) -> None:
    day = await world.day()
    async with crowd(world, day, await world.employees(20)) as pages:
        await world.claim(world.emil, (await world.slots(day))[0])
        while not any(page.told for page in pages):  # noqa: ASYNC110  (turns are what is counted)
            await asyncio.sleep(0)
        turns = 0
        while not all(page.told for page in pages):
            turns += 1
            await asyncio.sleep(0)
        assert turns >= 19


async def test_nobody_listening_costs_nothing(world: World, statements: Statements) -> None:
    day = await world.day()
    async with looking(world.app, world.edda, day):
        await statements.more_looks(1)
    del statements[:]
    await asyncio.sleep(3 * live.EVERY_SECONDS)
    assert statements == []
    async with looking(world.app, world.edda, day) as page:
        await page.next(SOON)


async def test_a_page_that_takes_nothing_is_told_only_the_newest(world: World) -> None:
    day = await world.day()
    slots, people = await world.slots(day), await world.employees(4)
    known = await version(world, day)
    async with (
        up_to_date(world, world.edda, day, known) as slow,
        up_to_date(world, world.edda, day, known) as page,
    ):
        slow.reading.clear()
        for number, (who, slot) in enumerate(zip(people, slots, strict=False), 1):
            await world.claim(who, slot)
            assert (await page.next(SOON)).states == ["booked"] * number + OPEN[number:]
        slow.reading.set()
        # What it was being told when it stopped reading, drawn after one claim or after more.
        begun = (await slow.next(SOON)).states
        assert begun in [["booked"] * number + OPEN[number:] for number in range(1, 5)]
        newest = await slow.next(SOON)
        assert newest.states == ["booked"] * 4 + OPEN[4:]
        assert newest["id"] == await version(world, day)
        assert not slow.told


async def test_a_page_that_leaves_while_it_takes_nothing_is_forgotten(
    world: World, statements: Statements
) -> None:
    day = await world.day()
    async with up_to_date(world, world.edda, day, await version(world, day)) as slow:
        slow.reading.clear()
        await world.claim(world.emil, (await world.slots(day))[0])
        await statements.more_looks(2)
    del statements[:]
    await asyncio.sleep(3 * live.EVERY_SECONDS)
    assert statements == []


async def test_a_right_that_ends_ends_the_stream(world: World) -> None:
    day = await world.day()
    slots, known = await world.slots(day), await version(world, day)
    async with (
        up_to_date(world, world.edda, day, known) as page,
        up_to_date(world, world.emil, day, known) as other,
    ):
        await write("DELETE FROM token WHERE person = {}", world.edda.caller.id)
        await write("DELETE FROM membership WHERE person = {}", world.emil.caller.id)
        await world.claim(world.hana, slots[0])
        for ending in (page, other):
            gone = await ending.next(SOON)
            assert gone["event"] == "gone"
            assert not gone["data"]
            assert "id" not in gone
            await asyncio.wait_for(ending.ended.wait(), SOON)
            assert not ending.told


async def test_a_board_that_cannot_be_drawn_is_asked_for_later(world: World) -> None:
    day = await world.day()
    with capture_logs() as logs:
        async with looking(world.app, world.edda, day, "bug=yes") as page:
            later = await page.next(SOON)
            await asyncio.wait_for(page.ended.wait(), SOON)
    assert later["event"] == "later"
    assert int(later["retry"]) >= 5000
    assert "id" not in later, "it has not seen what it was not told"
    assert [entry["event"] for entry in logs] == ["board not drawn"]


async def test_nobody_takes_all_the_room(world: World) -> None:
    day = await world.day()
    known = await version(world, day)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(live.LISTENERS_OF_ONE):
            await stack.enter_async_context(up_to_date(world, world.edda, day, known))
        async with looking(world.app, world.edda, day) as page:
            assert (await page.next(2 * SOON)).states == OPEN
            assert (await page.next(2 * SOON))["event"] == "later"
            await asyncio.wait_for(page.ended.wait(), SOON)
        async with up_to_date(world, world.edda, day, known) as page:
            assert (await page.next(2 * SOON))["event"] == "later", "nothing new to tell"
            await asyncio.wait_for(page.ended.wait(), SOON)
        async with looking(world.app, world.emil, day) as page:
            assert (await page.next(SOON)).states == OPEN
            await world.claim(world.emil, (await world.slots(day))[0])
            assert (await page.next(SOON)).states == ONE_TAKEN


async def test_a_full_process_answers_and_lets_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTENERS", 2)
    day = await world.day()
    both = [world.emil, world.hana]
    async with crowd(world, day, both), looking(world.app, world.edda, day) as page:
        assert (await page.next(2 * SOON)).states == OPEN
        assert (await page.next(2 * SOON))["event"] == "later"
    async with looking(world.app, world.edda, day) as page:
        await page.next(SOON)
        await world.claim(world.emil, (await world.slots(day))[0])
        assert (await page.next(SOON)).states == ONE_TAKEN


async def test_streams_end_with_the_application(world: World) -> None:
    day = await world.day()
    async with crowd(world, day, [world.emil, world.edda]) as pages:
        world.app.state.live.end()
        for page in pages:
            await asyncio.wait_for(page.ended.wait(), SOON)
            assert not page.told


class TestDatabaseAway:
    """PostgreSQL lets nobody in for a while, and ends all who are in."""

    @pytest.fixture
    def database_url(self, postgres_url: str) -> str:
        return postgres_url

    async def test_and_back(self, world: World, postgres_server: str) -> None:
        name = world.settings.database_url.partition("?")[0].rpartition("/")[2]
        day = await world.day()
        slots, known = await world.slots(day), await version(world, day)
        with capture_logs() as logs:
            async with crowd(world, day, [world.edda, world.hana]) as pages:
                await self.end_all(postgres_server, name, back="false")
                await until(lambda: len(logs) >= 2, "it was missed twice")
                assert not any(page.told or page.ended.is_set() for page in pages)
                await self.end_all(postgres_server, name, back="true")
                await world.claim(world.emil, slots[0])
                for page in pages:
                    assert (await page.next(live.AT_MOST_SECONDS)).states == ONE_TAKEN
        assert {entry["event"] for entry in logs} == {"boards not read"}
        assert known != await version(world, day)

    async def end_all(self, server: str, name: str, *, back: str) -> None:
        await asyncio.to_thread(
            administrate, server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS {back}"
        )
        await asyncio.to_thread(
            administrate, server,
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )  # fmt: skip
