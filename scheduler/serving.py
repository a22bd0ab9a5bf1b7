"""Web processes, and the process that only does the background work."""

import asyncio
import contextlib
import functools
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from litestar import Litestar
from uvicorn.supervisors import Multiprocess

from scheduler import clock, logs
from scheduler.app import connected, create_app, office
from scheduler.domain.person import Role
from scheduler.jobs import runner
from scheduler.settings import Settings, load

PORTS_TRIED = 50
GRACE_SECONDS = 3  # for a client that takes no more of its answer


def bind(host: str, port: int) -> socket.socket:
    """Raises OSError when the port is taken, before anything else has started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def free_port(host: str, first: int) -> int:
    """The first port from here on that nobody listens on; `first` itself when all are taken."""
    for port in range(first, first + PORTS_TRIED):
        with contextlib.suppress(OSError):
            bind(host, port).close()
            return port
    return first


def serve(
    settings: Settings,
    listener: socket.socket,
    *,
    workers: int,
    jobs: bool,
    demo: Mapping[Role, str] | None = None,
) -> None:
    """Until a signal ends it."""
    if workers == 1:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _end)  # uvicorn ends well first, and then raises it once more
        app = _ending_streams(create_app(settings, jobs=jobs, demo=demo))
        uvicorn.Server(_config(settings, app)).run(sockets=[listener])
        return
    # The children read the settings again: what the command line said travels as environment.
    os.environ["CHAIRTIME_BASE_URL"] = settings.base_url
    config = _config(settings, "scheduler.serving:make_worker", workers=workers)
    Multiprocess(config, sockets=[listener]).run()


def _end(_number: int, _frame: object) -> None:
    sys.exit(0)


def _config(settings: Settings, app: Litestar | str, workers: int = 1) -> uvicorn.Config:
    proxies = [str(network) for network in settings.trusted_proxies]
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def make_worker() -> Litestar:
    """What each of several web processes runs."""
    settings = load()
    logs.configure(settings.log)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return _ending_streams(create_app(settings))


def _ending_streams(app: Litestar) -> Litestar:
    app.on_startup.append(_end_streams_first)
    return app


async def _end_streams_first(app: Litestar) -> None:
    """With the signal: uvicorn, whose handlers stand by now, waits for them before all else."""
    end = functools.partial(asyncio.get_running_loop().call_soon_threadsafe, app.state.live.end)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, functools.partial(_first, end, signal.getsignal(number)))


def _first(first: Callable[[], Any], then: Any, number: int, frame: object) -> None:
    first()
    then(number, frame)


def _end_with_parent() -> None:
    # A supervisor that is killed cannot end its children, and they would go on serving unseen.
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


async def work(settings: Settings) -> None:
    """The background jobs alone, until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with connected(settings.database_url), runner.running(office(settings), clock.now):
        await stop.wait()
