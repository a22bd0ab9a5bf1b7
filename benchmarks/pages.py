"""What the pages of an employee cost whoever opens one first: bytes, the largest paint, and shifts.

    python -m benchmarks.pages

On a phone, emulated with a network of 400 ms and 1.6 Mbit/s and a processor four times as slow, in
a browser that has been nowhere. Needs the tests' browser. Writes what it measured as Markdown.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

from playwright.async_api import Browser, Page, async_playwright

from benchmarks import servers
from scheduler.app import connected
from scheduler.domain import link
from scheduler.storage import migrations
from tests.browser import install, speed
from tests.browser.site import PHONE, Site, open_site

OUTPUT = servers.ROOT / "docs" / "benchmarks" / "pages.md"
HEAD = """# The pages of an employee

`python -m benchmarks.pages`

Each is opened in a browser that has been nowhere, with fonts, scripts and styles. Bytes are those
on the wire, headers included. The largest paint is on an emulated slow phone: 400 ms for each way
there and back, 1.6 Mbit/s, a processor four times as slow.
{browser} on {platform}; the board is of a day with 38 places.

| page | bytes | of | largest paint | of | shift |
| --- | ---: | ---: | ---: | ---: | ---: |
"""


class Measured(NamedTuple):
    name: str
    bytes: int
    vitals: speed.Vitals

    def row(self) -> str:
        bytes_sent = f"{self.bytes:,} | {speed.BUDGET:,}"
        paint = f"{self.vitals.largest_paint_ms:.0f} ms | {speed.LARGEST_PAINT_MS:,} ms"
        return f"| {self.name} | {bytes_sent} | {paint} | {self.vitals.shift:g} |"


async def prepare(site: Site) -> dict[str, str]:
    """The addresses to open, by name."""
    world = site.world
    chairs = [
        {"therapist": one, "chair": f"Chair {number}", "starts": "09:00", "ends": "16:00",
         "breaks": [{"starts": "12:00", "ends": "12:40"}]}
        for number, one in enumerate(("tara@hands.example", "tom@hands.example"), 1)
    ]  # fmt: skip
    day = await world.day(shifts=chairs)
    booked = await world.claim(world.edda, (await world.slots(day))[3])
    shared = link.share(UUID(day["id"]), world.app.state["keys"].secret)
    return {
        "Start": "/",
        "Board by the day’s link": f"/e/{shared}",
        "Board": f"/days/{day['id']}",
        "Booked": f"/bookings/{booked['id']}",
        "Change time": f"/bookings/{booked['id']}/move",
        "My times": "/bookings",
        "Sign in": "/sign-in",
        "Code": "/sign-in/code",
    }


async def measure(browser: Browser, site: Site, name: str, path: str) -> Measured:
    """In a new browser each time, where Edda is signed in if the page needs it."""
    opened = [await _cold(browser, site, name, path) for _ in range(2)]
    cost = Measured(name, await speed.budget(opened[0], path), await speed.vitals(opened[1], path))
    for page in opened:
        await page.context.close()
    return cost


async def _cold(browser: Browser, site: Site, name: str, path: str) -> Page:
    context = await browser.new_context(base_url=site.url, locale="en-GB", **PHONE)
    page = await context.new_page()
    if path.startswith(("/days", "/bookings")):
        await site.sign_in(page, site.world.edda)
    if name == "Code":
        ours = {"sec-fetch-site": "same-origin"}
        await context.request.post(
            "/sign-in", form={"email": "edda@acme.example"}, headers=ours, max_redirects=0
        )
    return page


async def run() -> str:
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/pages.db"
        async with connected(database):
            await migrations.migrate()
        async with open_site(database, Path(folder)) as site, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=install.found())
            head = HEAD.format(browser=f"Chromium {browser.version}", platform=sys.platform)
            rows = []
            for name, path in (await prepare(site)).items():
                rows.append((await measure(browser, site, name, path)).row())
                print(rows[-1], flush=True)
            await browser.close()
    return head + "\n".join(rows) + "\n"


def main() -> None:
    OUTPUT.write_text(asyncio.run(run()))
    print(f"Written to {OUTPUT}")


if __name__ == "__main__":
    main()
