"""The world of tests/world.py behind real servers, in the test's own event loop or beside it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import uvicorn
from litestar import Litestar, Response, get
from playwright.async_api import Page

from scheduler import clock, serving
from scheduler.domain import session
from scheduler.domain.person import Role
from scheduler.settings import load
from scheduler.web import access, cookies
from tests import processes
from tests.commands import free_port
from tests.world import Someone, World, open_world

HEAD = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Tried</title><link rel="icon" href="data:,">"""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
}  # fmt: skip
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
ACMES = {
    Role.COORDINATOR: "hana@acme.example",
    Role.EMPLOYEE: "emil@acme.example",
    Role.THERAPIST: "tara@hands.example",
}
GRACE_SECONDS = 1  # for the streams of live boards that are still open


class Visit(Protocol):
    async def __call__(self, device: dict[str, Any], **options: Any) -> Page: ...


class Site:
    """`world` has cast and clock; browsers find it at `urls`, and its mail goes to `mail`."""

    def __init__(self, world: World, *others: str) -> None:
        self.world, self.url = world, world.settings.base_url
        self.urls = [self.url, *others]
        self.mail = Path(world.settings.mail_url.removeprefix("maildir:"))

    async def sign_in(self, page: Page, someone: Someone) -> None:
        """In the browser of this page, without the mail and the code."""
        who = someone.caller
        secret = await session.begin(who.organisation, who.id, self.world.clock())
        cookie = cookies.session(self.world.settings, secret)
        await page.context.add_cookies(
            [{"name": cookie.key, "value": secret, "url": self.url, "httpOnly": True}]
        )

    def show(self, body: str, headers: dict[str, str] | None = None) -> str:
        """The path of a page with this body, to try on it what ours must not be."""
        path = f"/tried/{uuid4().hex}"

        @get(path, guards=[access.anyone])
        async def page() -> Response[str]:
            text = HEAD + body
            return Response(text, media_type="text/html", headers=headers or {})

        self.world.app.register(page)
        return path


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # Ctrl-C is pytest's


@contextlib.asynccontextmanager
async def serving_app(app: Litestar, listener: socket.socket) -> AsyncIterator[None]:
    """Answers meanwhile, in this event loop. The application's lifespan is the caller's."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    server = _Server(config)
    serve = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serve
        listener.close()


@contextlib.asynccontextmanager
async def open_site(database_url: str, folder: Path, *, demo: bool = False) -> AsyncIterator[Site]:
    listener = serving.bind("127.0.0.1", 0)
    settings = load(environ(database_url, folder, listener.getsockname()[1]))
    played = ACMES if demo else None
    async with open_world(settings, demo=played) as world, serving_app(world.app, listener):
        yield Site(world)


@contextlib.asynccontextmanager
async def open_processes(database_url: str, folder: Path) -> AsyncIterator[Site]:
    """Two web processes, by the real clock, and the world beside them: it stands at their now."""
    ports = [free_port(), free_port()]
    given = environ(database_url, folder, ports[0])
    async with contextlib.AsyncExitStack() as stack:
        for port in ports:
            server = processes.serving(folder, given, port, "--no-jobs")
            await stack.enter_async_context(server)
        world = await stack.enter_async_context(open_world(load(given), at=clock.now()))
        yield Site(world, f"http://127.0.0.1:{ports[1]}")


def environ(database_url: str, folder: Path, port: int) -> dict[str, str]:
    return {
        "CHAIRTIME_DATABASE_URL": database_url,
        "CHAIRTIME_MAIL_URL": f"maildir:{folder}/mail",
        "CHAIRTIME_BASE_URL": f"http://127.0.0.1:{port}",
    }
