"""What no page may do, watched in every browser that a test opens."""

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response, WebError

REPORT_CSP = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`The CSP refuses ${event.violatedDirective}: ${event.blockedURI}`));
"""
# A refusal is an answer like any other, and Chromium complains of each.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
ASKED_FOR = {"document", "fetch", "xhr", "eventsource"}


class Guard:
    """`troubles` must be empty when the test is over."""

    def __init__(self, urls: list[str]) -> None:
        self._ours = (*(f"{url}/" for url in urls), "data:", "blob:", "about:")
        self.troubles: list[str] = []
        self._allowed: list[re.Pattern[str]] = [REFUSED]

    def allow(self, pattern: str) -> None:
        """For what a test brings about itself, such as a connection that drops."""
        self._allowed.append(re.compile(pattern))

    async def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        await context.add_init_script(REPORT_CSP)

    def _add(self, trouble: str) -> None:
        if not any(pattern.search(trouble) for pattern in self._allowed):
            self.troubles.append(trouble)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            page = message.page.url if message.page else message.location["url"]
            self._add(f"console {message.type} on {page}: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self._add(f"error in a script: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self._ours):
            self._add(f"request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        refused = 400 if response.request.resource_type not in ASKED_FOR else 500
        if response.status >= refused:
            self._add(f"{response.status} for {response.url}")
