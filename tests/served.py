"""The world behind a real server on loopback, for clients that speak HTTP themselves."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import uvicorn

from scheduler import serving
from scheduler.settings import Settings
from tests.world import World, open_world

T = TypeVar("T")


class Served:
    """`world` lives in the server's event loop: `run` is how a test does something in it."""

    def __init__(self, world: World, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self.world, self.port, self.url = world, port, f"http://127.0.0.1:{port}"
        self._loop = loop

    def run(self, action: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(action, self._loop).result()


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[Served]:
    listener = serving.bind("127.0.0.1", 0)
    opened: list[Served] = []
    ready = threading.Event()
    stop: list[uvicorn.Server] = []

    async def serve() -> None:
        async with open_world(settings) as world:
            config = uvicorn.Config(world.app, log_config=None, access_log=False, lifespan="off")
            stop.append(uvicorn.Server(config))
            port = listener.getsockname()[1]
            opened.append(Served(world, port, asyncio.get_running_loop()))
            ready.set()
            await stop[0].serve(sockets=[listener])

    def work() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait()
    try:
        yield opened[0]
    finally:
        if stop:
            stop[0].should_exit = True
        thread.join()
        listener.close()
