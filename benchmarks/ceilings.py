"""What a claim is measured against. Each is an application of its own for uvicorn.

`bare`: a route that does nothing. `ref`: one conditional UPDATE and nothing else, no token, no
rules, no transaction. `unsafe`: looks first and inserts then, with nothing to stop the second.
"""

import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg  # no types are published with it
from litestar import Litestar, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath

SCHEMA = """
CREATE TABLE slot (id integer PRIMARY KEY, person integer);
CREATE TABLE booking (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, slot integer, person integer
);
CREATE INDEX ON booking (slot);
"""
FREE_SLOTS = "INSERT INTO slot (id) SELECT generate_series(1, $1::integer)"
UPDATE = "UPDATE slot SET person = $1 WHERE id = $2 AND person IS NULL RETURNING id"
CHECK = "SELECT 1 FROM booking WHERE slot = $1"
INSERT = "INSERT INTO booking (slot, person) VALUES ($1, $2)"
TAKEN = {"code": "slot_taken"}


@get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@post("/slots/{slot:int}/people/{person:int}")
async def claim(state: State, slot: FromPath[int], person: FromPath[int]) -> Response[Any]:
    if await state.pool.fetchval(UPDATE, person, slot) is None:
        return Response(TAKEN, status_code=409)
    return Response({"slot": slot}, status_code=201)


@post("/slots/{slot:int}/people/{person:int}")
async def claim_unsafely(state: State, slot: FromPath[int], person: FromPath[int]) -> Response[Any]:
    if await state.pool.fetchval(CHECK, slot) is not None:
        return Response(TAKEN, status_code=409)
    await state.pool.execute(INSERT, slot, person)
    return Response({"slot": slot}, status_code=201)


@contextlib.asynccontextmanager
async def pool(app: Litestar) -> AsyncIterator[None]:
    # No reset when a connection is returned: one claim is one round trip, as good as it gets.
    async with asyncpg.create_pool(
        os.environ["CEILINGS_DSN"], min_size=2, max_size=10, reset=_keep
    ) as app.state.pool:
        yield


async def _keep(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    pass


bare = Litestar([live], openapi_config=None)
ref = Litestar([live, claim], lifespan=[pool], openapi_config=None)
unsafe = Litestar([live, claim_unsafely], lifespan=[pool], openapi_config=None)
