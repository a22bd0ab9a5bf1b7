"""What all pages share: templates, files of their own, and headers that fence them in."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import CacheControlHeader, State
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from scheduler import i18n
from scheduler.web import access

AnyRequest = Request[Any, Any, State]
WEB = Path(__file__).parents[1]
NO_SNIFFING = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
HEADERS = NO_SNIFFING | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}


async def _forbid_sniffing(response: Response[Any]) -> Response[Any]:
    response.headers.update(NO_SNIFFING)
    return response


_environment = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
i18n.install(_environment)
TEMPLATES = TemplateConfig(instance=JinjaTemplateEngine.from_environment(_environment))
STATIC = create_static_files_router(
    "/static",
    [WEB / "static"],
    guards=[access.anyone],
    cache_control=CacheControlHeader(max_age=3600),
    after_request=_forbid_sniffing,
)


def render(request: AnyRequest, template: str, **facts: Any) -> Template:
    """A page. Its links start with `root`: the path, if any, that the base URL ends in."""
    state = request.app.state
    base_url: str = state.settings.base_url
    shared = {"base_url": base_url, "root": urlsplit(base_url).path, "demo": state.demo}
    return Template(template, context=shared | facts, headers=HEADERS)
