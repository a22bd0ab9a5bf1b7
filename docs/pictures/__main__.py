"""Pictures of the real pages, in the demo's story and at its time of day.

    python -m docs.pictures [NAME …]

The story, its clock included, is the same each time: a picture changes when its page does.
"""

import asyncio
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar import Litestar
from playwright.async_api import Browser, Page, async_playwright

from docs.pictures.pages import DAY, NOW, PICTURES, Picture
from scheduler import demo, serving
from scheduler.app import connected, create_app, office
from scheduler.domain import booking, event, offer, organisation, person, session
from scheduler.settings import Settings, load
from scheduler.storage import migrations
from scheduler.storage.rows import Caller
from scheduler.web import cookies
from tests.browser import install
from tests.browser.site import environ, serving_app

FOLDER = Path(__file__).parent


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def take(wanted: list[Picture], folder: Path) -> None:
    with TemporaryDirectory() as story:
        listener = serving.bind("127.0.0.1", 0)
        port = listener.getsockname()[1]
        settings = load(environ(f"sqlite:///{story}/story.db", Path(story), port))
        await _tell(settings)
        clock = Clock()
        app = create_app(settings, clock=clock, demo=demo.PLAYED_BY)
        async with app.lifespan(), serving_app(app, listener), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=install.found())
            for picture in wanted:
                if picture.after:
                    clock.now = await picture.after(await _caller(picture.who), clock.now)
                await _take(browser, app, picture, folder)
            await browser.close()


async def _tell(settings: Settings) -> None:
    async with connected(settings.database_url):
        await migrations.migrate()
        await demo.tell_story(office(settings), DAY, NOW)


async def _take(browser: Browser, app: Litestar, picture: Picture, folder: Path) -> None:
    settings: Settings = app.state.settings
    width, height = picture.size
    page = await browser.new_page(
        base_url=settings.base_url, locale="en-GB", timezone_id=demo.ZONE,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light", reduced_motion="reduce",
    )  # fmt: skip
    await page.goto(await _address(page, settings, picture))
    if picture.link:
        await page.get_by_role("link", name=picture.link).first.click()
        await page.wait_for_load_state()
    await page.evaluate("() => document.fonts.ready.then(() => true)")
    await page.screenshot(path=folder / f"{picture.name}.png")
    await page.close()


async def _address(page: Page, settings: Settings, picture: Picture) -> str:
    """Where the picture is taken, having signed in whoever is to be."""
    if not picture.who:
        return picture.path
    caller = await _caller(picture.who)
    secret = await session.begin(caller.organisation, caller.id, NOW)
    name = cookies.session(settings, secret).key
    await page.context.add_cookies([{"name": name, "value": secret, "url": settings.base_url}])
    return picture.path.format_map(await _ids(caller))


async def _caller(email: str) -> Caller:
    tenant = (await organisation.named(demo.COMPANY)).id
    return await person.caller(await person.add_token(tenant, email, 1, NOW), NOW)


async def _ids(caller: Caller) -> dict[str, object]:
    hana = await _caller(demo.HANA)
    before, today = await event.listed(hana, DAY - timedelta(days=60), DAY, None, NOW)
    full, drawn = await event.listed(hana, DAY + timedelta(days=1), date.max, None, NOW)
    own = [one.id for one in await booking.listed(caller) if one.event == today.id]
    held = [one.id for one in await offer.live_of(caller, NOW)]
    return {
        "last_month": before.id, "today": today.id, "full": full.id, "drawn": drawn.id,
        "booking": own[0] if own else "", "offer": held[0] if held else "",
    }  # fmt: skip


def main() -> None:
    names = sys.argv[1:]
    if unknown := set(names) - {picture.name for picture in PICTURES}:
        sys.exit(f"There is no picture called {min(unknown)}.")
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    asyncio.run(take(wanted, FOLDER))


if __name__ == "__main__":
    main()
