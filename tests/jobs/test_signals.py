"""How processes end, and what becomes of the work that is under way."""

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from benchmarks.client import connections, request
from benchmarks.seed import Seeded, Wanted, seed
from tests.commands import free_port
from tests.jobs.work import all_sent, environment, invites, jobs, two_at_work
from tests.mailserver import open_postbox
from tests.processes import TO_END, answers, asking, count, serving, until
from tests.world import API

pytestmark = pytest.mark.anyio
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

LETTERS = 60


async def test_two_at_once_send_nothing_twice(bound: str, tmp_path: Path) -> None:
    await invites(bound, LETTERS)
    async with open_postbox() as box:
        box.delay = 0.01
        async with two_at_work(bound, tmp_path, box) as both:
            await all_sent(box, LETTERS)
            for process in both:
                assert (await process.stop())[0] == 0
        assert len(box.received) == len(box.ids()) == LETTERS


async def test_jobs_that_are_told_to_end_finish_the_message_at_hand(
    bound: str, tmp_path: Path
) -> None:
    await invites(bound, LETTERS)
    async with open_postbox() as box:
        box.delay = 0.2  # all of them would take twelve seconds
        async with jobs(bound, tmp_path, box) as process:
            await until(lambda: len(box.received) > 2, "mail arrives")
            code, seconds = await process.stop()
        assert code == 0
        assert seconds < TO_END
        assert len(box.received) < LETTERS
        box.delay = 0
        async with jobs(bound, tmp_path, box):
            await all_sent(box, LETTERS)  # nothing has to wait for a lease to run out
        assert len(box.received) == LETTERS, "nothing was sent twice"


async def test_jobs_do_not_wait_for_a_mail_server_that_is_stuck(bound: str, tmp_path: Path) -> None:
    await invites(bound, 3)
    async with open_postbox() as box:
        box.going.clear()
        async with jobs(bound, tmp_path, box) as process:
            await until(lambda: bool(box.attempts), "a message arrives")
            code, seconds = await process.stop()
        assert code == 0
        assert seconds < TO_END
        assert await count("SELECT count(*) AS number FROM outbox WHERE done_at IS NULL") == 3


@pytest.mark.parametrize("options", [(), ("--no-jobs",)])
async def test_a_server_ends_while_it_is_at_work(
    bound: str, tmp_path: Path, options: tuple[str, ...]
) -> None:
    seeded = seed(bound, Wanted(200, 1, {"day": 200}))
    async with open_postbox() as box:
        box.delay = 0.2
        await hurry_and_stop(seeded, environment(bound, box), tmp_path, *options)
    won = await count("SELECT count(*) AS number FROM booking")
    assert won >= 10
    assert await count("SELECT count(*) AS number FROM outbox") == won


async def hurry_and_stop(
    seeded: Seeded, environ: dict[str, str], folder: Path, *options: str
) -> None:
    """Every request that was begun is answered, and then the process ends well."""
    port, slots = free_port(), seeded.rounds[0]["day"].slots
    async with (
        serving(folder, environ, port, *options) as server,
        connections(port, 20) as opened,
    ):
        first = [one.ask(asking(seeded, n, slots[n])) for n, one in enumerate(opened[:10])]
        assert {answer.status for answer in await asyncio.gather(*first)} == {201}
        rest = [
            asyncio.ensure_future(one.ask(asking(seeded, 10 + n, slots[10 + n])))
            for n, one in enumerate(opened)
        ]
        code, seconds = await server.stop()
        assert code == 0
        assert seconds < TO_END
        assert {answer.status for answer in await asyncio.gather(*rest)} <= {201, 0}


@on_postgres
async def test_several_workers_end_together(bound: str, tmp_path: Path) -> None:
    seeded = seed(bound, Wanted(40, 1, {"day": 40}))
    environ = {"CHAIRTIME_DATABASE_URL": bound}
    await hurry_and_stop(seeded, environ, tmp_path, "--workers", "2")


@on_postgres
async def test_workers_are_replaced_and_end_with_their_supervisor(
    bound: str, tmp_path: Path
) -> None:
    environ, port = {"CHAIRTIME_DATABASE_URL": bound}, free_port()
    async with serving(tmp_path, environ, port, "--workers", "2") as server:
        await until(lambda: len(server.children()) == 2, "both are there")
        first, second = server.children()
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(set(server.children()) - {first}) == 2, "another takes its place")
        assert second in server.children()
        assert await answers(port)
        workers = server.children()
        server.tell(signal.SIGKILL)
        await until(lambda: not any(map(alive, workers)), "they end as well", patience=TO_END)
        with pytest.raises(ConnectionRefusedError):
            async with connections(port, 1) as [connection]:
                await connection.ask(request("GET", f"{API}/events"))


def alive(pid: int) -> bool:
    try:
        found: bool = psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    return found
