"""kill -9 at any moment loses no acknowledged claim and no invite."""

import asyncio
import random
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest

from benchmarks.client import Connection
from benchmarks.seed import Seeded, Wanted, seed
from scheduler import clock
from scheduler.app import connected
from tests.commands import free_port
from tests.jobs.work import all_sent, invites, two_at_work
from tests.mailserver import PostBox, open_postbox
from tests.processes import asking, serving, until
from tests.world import calendar_part, rows, write

pytestmark = pytest.mark.anyio

KILLS = 5
SLOTS, CLIENTS = 600, 12
LETTERS = 60


async def test_no_acknowledged_claim_is_lost(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(20_261_123)  # noqa: S311  (a repeatable misfortune)
    seeded = seed(database_url, Wanted(SLOTS, 1, {"day": SLOTS}))
    environ, port = {"CHAIRTIME_DATABASE_URL": database_url}, free_port()
    waiting = enumerate(seeded.rounds[0]["day"].slots)
    won: list[str] = []
    for _ in range(KILLS):
        async with (
            serving(tmp_path, environ, port, "--no-jobs") as server,
            asyncio.TaskGroup() as clients,
        ):
            for _ in range(CLIENTS):
                clients.create_task(hammer(port, seeded, waiting, won))
            await more_than(len(won) + 3, won)
            await asyncio.sleep(chance.uniform(0, 0.2))
            server.kill()
    assert len(won) > KILLS * 3
    async with connected(database_url):
        await check(won)


async def more_than(number: int, won: list[str]) -> None:
    await until(lambda: len(won) > number, "claims are acknowledged")


async def hammer(
    port: int, seeded: Seeded, waiting: Iterator[tuple[int, str]], won: list[str]
) -> None:
    """One claim after the other until the server is gone."""
    connection = Connection(port)
    for person, slot in waiting:
        try:
            answer = await connection.ask(asking(seeded, person, slot))
        except OSError:
            return
        if answer.status == 0:
            return
        assert answer.status == 201, answer.body
        won.append(msgspec.json.decode(answer.body)["id"])


async def check(won: list[str]) -> None:
    found = await rows(
        "SELECT booking.id, outbox.effect_key, audit.action FROM booking"
        " LEFT JOIN outbox ON outbox.booking = booking.id"
        " LEFT JOIN audit ON audit.subject = booking.id"
    )
    whole = {str(row["id"]) for row in found if row["effect_key"] and row["action"]}
    assert set(won) <= whole
    assert len(whole) == len(found), "what was not acknowledged is there as a whole or not at all"


async def test_no_invite_is_lost(bound: str, tmp_path: Path) -> None:
    chance = random.Random(11_232_026)  # noqa: S311  (a repeatable misfortune)
    made = await invites(bound, LETTERS)
    async with open_postbox() as box:
        box.delay = 0.01
        for _ in range(2):
            await work_for_a_while(bound, tmp_path, box, chance)
            await leases_run_out()
        box.delay = 0
        async with two_at_work(bound, tmp_path, box):
            await all_sent(box, LETTERS)
        messages = {mail["Message-ID"] for mail in box.received}
        uids = {uid(mail) for mail in box.received}
    assert len(messages) == LETTERS, "a copy has the Message-ID of the first"
    assert uids == {booking.uid for booking in made}


async def work_for_a_while(url: str, folder: Path, box: PostBox, chance: random.Random) -> None:
    """Two processes, killed one after the other at any moment."""
    before = len(box.received)
    async with two_at_work(url, folder, box) as (first, second):
        await until(lambda: len(box.received) > before + 3, "mail arrives")
        await asyncio.sleep(chance.uniform(0, 0.2))
        first.kill()
        await asyncio.sleep(chance.uniform(0, 0.2))
        second.kill()


async def leases_run_out() -> None:
    """As they do five minutes later."""
    await write("UPDATE outbox SET lease_until = {} WHERE done_at IS NULL", clock.now())


def uid(mail: EmailMessage) -> str:
    (line,) = [line for line in calendar_part(mail).splitlines() if line.startswith("UID:")]
    return line.removeprefix("UID:")
