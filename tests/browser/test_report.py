"""The report and the poster, looked at and printed."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import look, paper
from tests.browser.site import DESK, Site, Visit
from tests.rated import pairs, rated_day

pytestmark = pytest.mark.anyio
WORST = "<b>W</b>" + "W" * 190


async def finished(site: Site) -> str:
    people = [site.world.emil, site.world.edda, *await site.world.employees(9)]
    await rated_day(site.world, people, pairs(9), missed=1, date="2026-12-03")
    day = await rated_day(site.world, people, pairs(10), missed=1, date="2027-01-14")
    site.world.clock.set("2027-02-01T09:00:00Z")
    return f"/plan/{day['id']}"


async def test_a_report_is_for_everybody(site: Site, desk: Page) -> None:
    path = await finished(site)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"{path}/report")
    await expect(desk.get_by_role("heading", level=1)).to_have_text("How the day went")
    await look.at(desk)
    for summary in await desk.get_by_text("Show as table").all():
        await summary.click()
    await expect(desk.get_by_role("table")).to_have_count(3)
    await look.at(desk)
    await look.shoot(desk, "report")


async def test_a_report_that_hides_says_so_to_everybody(site: Site, phone: Page) -> None:
    day = await site.world.day(title=WORST)
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}/report")
    await expect(phone.get_by_text("Not shown")).to_have_count(2)
    await look.at(phone)


async def test_a_report_is_printed_with_its_tables(site: Site, desk: Page) -> None:
    path = await finished(site)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"{path}/report")
    await desk.emulate_media(media="print")
    await expect(desk.get_by_role("columnheader", name="Hour")).to_be_visible()
    await expect(desk.get_by_role("link", name="Download CSV")).to_be_hidden()
    assert await paper.pages(desk) <= 2


async def test_a_sheet_is_downloaded(site: Site, desk: Page) -> None:
    path = await finished(site)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"{path}/report")
    async with desk.expect_download() as download:
        await desk.get_by_role("link", name="Download CSV").click()
    assert (await download.value).suggested_filename == "chairtime-2027-01-14.csv"


@pytest.mark.parametrize("title", ["Chair massage", WORST])
async def test_a_poster_is_one_sheet(site: Site, desk: Page, title: str) -> None:
    day = await site.world.day(title=title, location={"name": title})
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}/poster")
    # The paper keeps its colours, and its letters are parts of its width, in no mode of the reader.
    await look.at(desk, allowed=[".poster"])
    await look.shoot(desk, "poster")
    await desk.emulate_media(media="print")
    poster = desk.get_by_role("article")
    cut = await poster.evaluate("(sheet) => sheet.scrollHeight - sheet.clientHeight")
    assert cut <= 1
    await expect(desk.get_by_role("heading", level=1)).to_be_hidden()
    assert await paper.pages(desk) == 1


@pytest.mark.parametrize("mode", ["dark", "forced"])
async def test_paper_stays_white(site: Site, visit: Visit, mode: str) -> None:
    day = await site.world.day()
    options = {"color_scheme": "dark"} if mode == "dark" else {"forced_colors": "active"}
    desk = await visit(DESK, **options)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}/poster")
    for part in (".poster", ".code"):
        await expect(desk.locator(part)).to_have_css("background-color", "rgb(255, 255, 255)")
    await expect(desk.locator(".modules")).to_have_css("stroke", "rgb(15, 31, 27)")


async def test_printing_is_offered_where_it_works(site: Site, visit: Visit) -> None:
    day = await site.world.day()
    for script in (True, False):
        desk = await visit(DESK, java_script_enabled=script)
        await site.sign_in(desk, site.world.hana)
        await desk.goto(f"/plan/{day['id']}/poster")
        button = desk.get_by_role("button", name="Print the poster")
        await expect(button).to_have_count(1 if script else 0)
