"""Answers travel compressed to whoever asks so, and streams do not wait to be."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import get
from litestar.response import ServerSentEvent

from scheduler.web import access
from tests.world import World

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STYLES = "/static/chairtime-2.css"


async def fetch(world: World, path: str, encoding: str, **headers: str) -> httpx.Response:
    return await world.anonymous.get(path, headers={"accept-encoding": encoding} | headers)


def size(answer: httpx.Response) -> int:
    return answer.num_bytes_downloaded


@on_sqlite
@pytest.mark.parametrize("path", ["/", "/api/docs", "/api/openapi.json", STYLES])
async def test_what_is_text_is_compressed_when_asked(world: World, path: str) -> None:
    plain, small = await fetch(world, path, "identity"), await fetch(world, path, "br, gzip")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["vary"] == "Accept-Encoding"
    assert small.text == plain.text
    assert size(small) < size(plain) / 2


@on_sqlite
async def test_a_tag_is_that_of_the_text_and_outlives_its_compression(world: World) -> None:
    plain, small = await fetch(world, "/", "identity"), await fetch(world, "/", "gzip")
    assert small.headers["etag"] == plain.headers["etag"]
    again = await fetch(world, "/", "gzip", **{"if-none-match": small.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in again.headers


@on_sqlite
async def test_fonts_and_short_answers_stay_as_they_are(world: World) -> None:
    for path in ("/static/vendor/figtree-5.3.0-latin.woff2", "/health/live"):
        assert "content-encoding" not in (await fetch(world, path, "gzip")).headers


@on_sqlite
async def test_a_stream_is_not_compressed(world: World) -> None:
    @get("/days/today/live", guards=[access.anyone])
    async def live() -> ServerSentEvent:
        return ServerSentEvent(words())

    async def words() -> AsyncIterator[str]:
        for _ in range(500):
            yield "10:20 is taken"

    world.app.register(live)
    answer = await fetch(world, "/days/today/live", "gzip")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in answer.headers
    assert answer.text.count("10:20 is taken") == 500
