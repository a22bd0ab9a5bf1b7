"""For whoever runs it: alive, ready, and figures for Prometheus."""

from ipaddress import ip_address
from typing import Any

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from scheduler.domain.errors import NotFound
from scheduler.storage import migrations, outbox
from scheduler.web import access
from scheduler.web.api.replies import AnyRequest

FORWARDING = ("forwarded", "x-forwarded-for", "x-real-ip")


class Health(Struct, frozen=True):
    status: str


@get("/health/live", guards=[access.anyone], summary="The process runs", tags=["Operation"])
async def live() -> Health:
    return Health("ok")


@get(
    "/health/ready",
    guards=[access.anyone],
    summary="It can do its work",
    tags=["Operation"],
    responses={503: ResponseSpec(Health, generate_examples=False, description="It cannot.")},
)
async def ready() -> Response[Health]:
    if await _is_ready():
        return Response(Health("ok"))
    return Response(Health("database or migrations are not right"), status_code=503)


async def _is_ready() -> bool:
    try:
        return not await migrations.pending()
    except Exception:  # noqa: BLE001  # whatever it is that the database says, we are not ready
        return False


@get("/metrics", guards=[access.anyone], include_in_schema=False)
async def metrics(request: AnyRequest) -> Response[bytes]:
    _require_scraper(request)
    registry = CollectorRegistry()
    waiting = Gauge("chairtime_outbox_messages", "by outcome", ["outcome"], registry=registry)
    for count in await outbox.counts():
        waiting.labels(count.outcome).set(count.messages)
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


def _require_scraper(request: AnyRequest) -> None:
    """Only from the networks that settings name, and never through a proxy."""
    networks: Any = request.app.state.settings.metrics_networks
    if any(name in request.headers for name in FORWARDING) or request.client is None:
        raise NotFound
    address = ip_address(request.client.host)  # ours to trust: what was forwarded is out already
    if not any(address in network for network in networks):
        raise NotFound


HANDLERS = [live, ready, metrics]
