"""Builds the Litestar application."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import Message, Scope

from scheduler import clock as clocks
from scheduler.clock import Clock
from scheduler.domain.delivery import PostOffice
from scheduler.domain.person import Role
from scheduler.jobs import runner
from scheduler.keys import Keys
from scheduler.settings import Settings
from scheduler.storage import database
from scheduler.web import access, errors
from scheduler.web.api import (
    announcements,
    at_the_chair,
    bookings,
    delays,
    demand,
    draws,
    events,
    fairness,
    health,
    me,
    organisation,
    outages,
    pacing,
    people,
    replies,
    roster,
    series,
    waitlist,
)
from scheduler.web.body import JsonRequest
from scheduler.web.etag import ETagMiddleware
from scheduler.web.limiter import Limiter
from scheduler.web.live import Live
from scheduler.web.pages import page, rooms

LARGEST_BODY = 1024 * 1024
# Fonts are compressed already, and a live board's stream goes out word by word. Compression lets an
# attacker guess a secret in a page when they can have its reader's browser ask for it a thousand
# times: the session cookie is SameSite, and goes along with no request that another site makes.
COMPRESSION = CompressionConfig(
    "gzip", gzip_compress_level=6, exclude=[r"\.woff2$", r"/live$"], exclude_opt_key="uncompressed"
)


def create_app(
    settings: Settings, *, clock: Clock = clocks.now, jobs: bool = False,
    demo: Mapping[Role, str] | None = None,
) -> Litestar:  # fmt: skip
    """The whole web side. With `jobs` this process also does the background work.

    `demo` says by whom the roles are played: then there is a mailbox, and everybody may be them.
    """
    api = Router("/api/v1", route_handlers=[
        *events.HANDLERS, *bookings.HANDLERS, *roster.HANDLERS, *people.HANDLERS,
        *announcements.HANDLERS, *waitlist.HANDLERS, *draws.HANDLERS, *me.HANDLERS,
        *organisation.HANDLERS, *pacing.HANDLERS, *series.HANDLERS, *outages.HANDLERS,
        *delays.HANDLERS, *demand.HANDLERS, *fairness.HANDLERS, *at_the_chair.HANDLERS,
    ], security=[{"token": []}], request_class=JsonRequest)  # fmt: skip
    pages = rooms.ALWAYS + rooms.DEMO if demo else rooms.ALWAYS
    return Litestar(
        [api, page.STATIC, roster.get_calendar, *health.HANDLERS, *pages],
        state=begun(settings, clock, demo),
        dependencies={
            "caller": Provide(access.caller, sync_to_thread=False),
            "guest": Provide(access.guest, sync_to_thread=False),
            "now": Provide(_now, sync_to_thread=False),
            "once": Provide(replies.provide_once, sync_to_thread=False),
        },
        exception_handlers=errors.HANDLERS,
        # Outermost: what is tagged is the text, for gzip writes the time into what it makes.
        middleware=[DefineMiddleware(CompressionMiddleware, config=COMPRESSION), ETagMiddleware()],
        before_send=[_add_request_id],
        request_max_body_size=LARGEST_BODY,
        lifespan=[_lifespan(jobs=jobs)],
        openapi_config=_openapi(),
        logging_config=None,
        debug=False,
    )


def begun(settings: Settings, clock: Clock, demo: Mapping[Role, str] | None) -> State:
    """All that an application knows beyond its routes, as it is at the start."""
    return State(
        {
            "settings": settings,
            "clock": clock,
            "limiter": Limiter(),
            "live": Live(clock),
            "demo": demo,
            "keys": Keys(settings.secret_key, settings.health_key),
        }
    )


def _now(state: State) -> datetime:
    instant: datetime = state.clock()
    return instant


async def _add_request_id(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        headers["x-request-id"] = errors.request_id(scope)


def office(settings: Settings) -> PostOffice:
    key = Keys(settings.secret_key, settings.health_key).secret
    return PostOffice(settings.transport(), settings.mail_from, settings.base_url, key)


def _lifespan(*, jobs: bool) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        state = app.state
        async with connected(state.settings.database_url), contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(state.live.watching())
            if jobs:
                working = runner.running(office(state.settings), state.clock)
                await stack.enter_async_context(working)
            yield

    return lifespan


@contextlib.asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[None]:
    """Binds this process to the database meanwhile."""
    engine = database.make_engine(database_url)
    database.bind(engine)
    await engine.start()
    try:
        yield
    finally:
        await engine.stop()


def _openapi() -> OpenAPIConfig:
    bearer = SecurityScheme(
        type="http", scheme="bearer", description="as `chairtime token add` prints it"
    )
    return OpenAPIConfig(
        title="Chairtime",
        version="1",
        description="Office massage days: plan, claim, invite, attend, rate.",
        path="/api",
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
        components=Components(security_schemes={"token": bearer}),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    )
