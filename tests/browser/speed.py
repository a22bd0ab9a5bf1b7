"""What a page costs whoever opens it first. The browser must not have been anywhere yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct
from playwright.async_api import CDPSession, Page

BUDGET = 60_000
LARGEST_PAINT_MS = 2500
# A phone on a slow mobile network: 400 ms for each way there and back, 1.6 Mbit/s.
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
    "connectionType": "cellular3g",
}
SLOWER_PROCESSOR = 4
LOADED = "() => document.fonts.ready.then(() => true)"
# Until the time is up something larger may be painted still, and push away what was there.
MEASURED = """(until) => new Promise((resolve) => {
  const measured = { largest_paint_ms: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) measured.largest_paint_ms = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(measured), Math.max(until - performance.now(), 500));
})"""


class Vitals(Struct, frozen=True):
    largest_paint_ms: float
    shift: float


async def budget(page: Page, path: str, most: int = BUDGET) -> int:
    """The bytes that came over the wire for it, headers and compression included."""
    sizes: dict[str, int] = {}
    names: dict[str, str] = {}
    async with _cold(page) as devtools:
        devtools.on("Network.requestWillBeSent", lambda event: names.update(_name(event)))
        devtools.on("Network.loadingFinished", lambda event: sizes.update(_size(event)))
        await page.goto(path)
        await page.evaluate(LOADED)
    total = sum(sizes.values())
    told = [f"{size:7} {names.get(one, '')}" for one, size in sizes.items()]
    assert total <= most, "\n".join([f"{total} bytes, and {most} may be", *told])
    return total


async def vitals(page: Page, path: str) -> Vitals:
    """On a slow phone: the largest paint comes in time, and nothing moves."""
    async with _cold(page), slow(page):
        await page.goto(path)
        await page.evaluate(LOADED)
        measured = Vitals(**await page.evaluate(MEASURED, LARGEST_PAINT_MS + 500))
    assert 0 < measured.largest_paint_ms <= LARGEST_PAINT_MS, measured
    assert measured.shift == 0, measured
    return measured


@asynccontextmanager
async def slow(page: Page) -> AsyncIterator[None]:
    """A slow phone on a slow network, meanwhile."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", SLOW)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    yield
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    await devtools.detach()


@asynccontextmanager
async def _cold(page: Page) -> AsyncIterator[CDPSession]:
    assert page.url == "about:blank", "what has been somewhere has things in its cache"
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    yield devtools
    await devtools.detach()


def _name(event: dict[str, Any]) -> dict[str, str]:
    return {event["requestId"]: event["request"]["url"]}


def _size(event: dict[str, Any]) -> dict[str, int]:
    return {event["requestId"]: int(event["encodedDataLength"])}
