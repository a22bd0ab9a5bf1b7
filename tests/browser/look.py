"""Looking at a page as it stands: with axe in every mode, on 320 pixels, with text spread out.

Each leaves the page as it found it, but for the focus. They need scripts, and fail in a browser
that was opened without.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Page

HERE = Path(__file__).parent
AXE = (HERE / "vendor/axe-4.14.1.min.js").read_text()
SMALL = (HERE / "small.js").read_text()
LOST = (HERE / "lost.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES: list[dict[str, Any]] = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"forced_colors": "active"},
]
PHONE_SIZE, DESK_SIZE = (390, 844), (1280, 900)
SIZES = [PHONE_SIZE, DESK_SIZE]
FINGER = 44
PATIENCE = 60
SMALLEST = (320, 640)
# WCAG 1.4.12, with a style sheet that the CSP has nothing against
SPREAD = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
  } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
GATHER = "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); }"


async def at(page: Page, *, allowed: Sequence[str] = ()) -> None:
    """All of it: axe on phone and desktop in light, dark and forced colours; targets; 320 px;
    spacing.
    """
    for size in SIZES:
        for mode in MODES:
            async with sized(page, size), emulated(page, **mode):
                await axe(page)
    await targets(page)
    await reflow(page, allowed=allowed)
    await text_spacing(page, allowed=allowed)


async def axe(page: Page) -> None:
    """No violation of WCAG 2.2 AA nor of axe's best practice, as the page is just now."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(f"() => {{ {AXE}; }}")
    run = "(tags) => axe.run({ runOnly: tags, resultTypes: ['violations'] })"
    async with asyncio.timeout(PATIENCE):  # without scripts nothing would ever come
        violations = (await page.evaluate(run, RULES))["violations"]
    assert not violations, "\n".join([page.url, *map(_told, violations)])


def _told(violation: dict[str, Any]) -> str:
    places = [f"    {node['html'][:160]}\n    {_why(node)}" for node in violation["nodes"]]
    return "\n".join([f"{violation['id']}: {violation['help']}", *places])


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


async def targets(page: Page) -> None:
    """On a phone everything to tap is 44 pixels high and wide, but for links in a sentence."""
    async with sized(page, PHONE_SIZE):
        small = await page.evaluate(SMALL, FINGER)
    assert not small, "\n".join([page.url, *small])


async def reflow(page: Page, *, allowed: Sequence[str] = ()) -> None:
    """Nothing is lost 320 pixels wide: no sideways scrolling, nothing cut off or overlapping.

    `allowed` are selectors of what may hide a part of itself.
    """
    async with sized(page, SMALLEST):
        await _nothing_lost(page, allowed)


async def text_spacing(page: Page, *, allowed: Sequence[str] = ()) -> None:
    """The same with the distances of WCAG 1.4.12, on the smallest and on a large page."""
    for size in (SMALLEST, DESK_SIZE):
        async with sized(page, size):
            await page.evaluate(SPREAD)
            await _nothing_lost(page, allowed)
            await page.evaluate(GATHER)


async def _nothing_lost(page: Page, allowed: Sequence[str]) -> None:
    lost = await page.evaluate(LOST, list(allowed))
    assert not lost, "\n".join([page.url, *lost])


@contextlib.asynccontextmanager
async def sized(page: Page, size: tuple[int, int]) -> AsyncIterator[None]:
    before = page.viewport_size
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    yield
    if before:
        await page.set_viewport_size(before)


@contextlib.asynccontextmanager
async def emulated(page: Page, **mode: Any) -> AsyncIterator[None]:
    """Without motion, so that nothing is looked at on its way."""
    dark = await page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
    await page.emulate_media(**mode, reduced_motion="reduce")
    yield
    await page.emulate_media(
        color_scheme="dark" if dark else "light", forced_colors="none", reduced_motion="null"
    )


async def shoot(page: Page, name: str) -> None:
    """A picture for whoever wants to look: into the folder that `TEST_PICTURES` names, if any."""
    if folder := os.environ.get("TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
