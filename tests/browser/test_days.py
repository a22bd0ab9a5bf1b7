"""Everybody's day, from the first click to the last, in one world: what one does, the next sees."""

from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser import errands
from tests.browser.errands import said
from tests.browser.keys import tab_to
from tests.browser.site import DESK, PHONE, Site, Visit
from tests.world import calendar_part

pytestmark = pytest.mark.anyio


async def hana_plans(site: Site, desk: Page) -> str:
    """A day by keyboard alone; its address, as she copies it."""
    await desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/")
    await tab_to(desk, desk.get_by_role("link", name="New massage day"))
    await desk.keyboard.press("Enter")
    await desk.wait_for_url("**/plan/new")
    await expect(desk.locator("#date")).to_be_focused()
    await desk.keyboard.type("12032026")
    for field, typed in (("#starts", "0900AM"), ("#ends", "1200PM")):
        await tab_to(desk, desk.locator(field))
        await desk.keyboard.type(typed)
    await tab_to(desk, desk.get_by_role("checkbox", name="Tara"))
    await desk.keyboard.press("Space")
    await expect(desk.locator("#count")).to_contain_text("places")
    await desk.keyboard.press("Enter")
    await desk.wait_for_url("**/plan/*said=created")
    copy = desk.get_by_role("button", name="Copy the link")
    await tab_to(desk, copy)
    await desk.keyboard.press("Enter")
    await expect(desk.locator("[data-copy-status]")).to_have_text("Copied")
    link: str = await desk.evaluate("navigator.clipboard.readText()")
    return link


async def emil_comes_by_link(site: Site, phone: Page, link: str) -> None:
    await errands.take_by_link(site, phone, link, "09:00", "emil@acme.example")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You’re booked")
    await site.world.tick()
    invite = calendar_part(site.world.mails("emil@acme.example")[-1])
    assert "METHOD:REQUEST" in invite
    assert "DTSTART:20261203T080000Z" in invite


async def edda_uses_her_invitation(site: Site, phone: Page, event: str) -> None:
    world = site.world
    body = {"people": [world.edda.id]}
    assert (await world.hana.put(f"/events/{event}/invitations", body)).is_success
    await phone.goto(await errands.address_in_mail(site, world.edda.email, "/i/"))
    await errands.time(phone, "09:40").tap()
    await errands.book(phone).tap()
    await errands.is_booked(phone, "09:40")


async def emil_moves(site: Site, phone: Page) -> None:
    await phone.goto("/")
    await phone.get_by_role("link", name="Thursday 3 December").click()
    await phone.get_by_role("link", name="Change time").tap()
    await errands.time(phone, "10:00").tap()
    await phone.get_by_role("button", name="Move to 10:00").tap()
    await errands.is_booked(phone, "10:00")
    await site.world.tick()
    invite = calendar_part(site.world.mails("emil@acme.example")[-1])
    assert "SEQUENCE:1" in invite


async def emil_gives_back_and_thinks_again(phone: Page) -> None:
    await phone.get_by_role("button", name="Give my time back").tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("You gave it back")
    await phone.get_by_role("button", name="Take 10:00 again").tap()
    await errands.is_booked(phone, "10:00")


async def tara_marks(phone: Page, name: str, status: str) -> None:
    """One tap on a line of her day."""
    line = phone.get_by_role("listitem").filter(has_text=name)
    await line.get_by_role("button", name=status).tap()
    await expect(phone.locator("#told")).to_contain_text(name)


async def emil_rates(phone: Page, score: str, moment: str) -> None:
    await phone.reload()
    await phone.get_by_role("button", name=score, exact=True).first.tap()
    await phone.wait_for_url(f"**said=rated-{moment}")
    await expect(phone.get_by_text(f"You said {score}.")).to_be_visible()


async def hana_reads_the_report(site: Site, desk: Page, event: str) -> None:
    await desk.goto("/plan")
    await desk.get_by_role("link", name="Report of Thursday 3 December").click()
    await desk.wait_for_url(f"**/plan/{event}/report")
    figures = desk.locator("main")
    report = (await site.world.hana.get(f"/events/{event}/report")).json()
    assert report["closed"]
    assert report["attendance"] == {"completed": 2, "no_show": 1, "cancelled": 1}
    assert report["utilisation"]["used"] == 2
    await expect(figures).to_contain_text("Not shown")


async def ada_changes_a_setting_and_a_role(site: Site, desk: Page) -> None:
    await site.sign_in(desk, site.world.ada)
    await desk.goto("/")
    await desk.wait_for_url("**/admin")
    await desk.locator("#name").fill("Acme and Daughters")
    await desk.get_by_role("button", name="Save the settings").click()
    await expect(desk.get_by_role("heading", level=1)).to_have_text("Acme and Daughters")
    await desk.get_by_role("link", name="Roles").click()
    await desk.locator("#email").fill("emil@acme.example")
    form = desk.get_by_role("form", name="Give somebody a role")
    await form.get_by_label("Coordinator").check()
    await form.get_by_role("button", name="Give the role").click()
    await expect(desk.get_by_text("The role is given.")).to_be_visible()


async def emil_plans_now(phone: Page) -> None:
    """With his next request, without signing in again."""
    await phone.goto("/plan")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Massage days")
    await phone.goto("/")
    await expect(phone.get_by_role("link", name="Days", exact=True)).to_be_visible()


async def test_one_day_of_everybody(site: Site, desk: Page, visit: Visit) -> None:
    world = site.world
    emils, noras, eddas, taras = [await visit(PHONE) for _ in range(4)]

    link = await hana_plans(site, desk)
    event = desk.url.partition("/plan/")[2].partition("?")[0]
    await emil_comes_by_link(site, emils, link)
    await errands.take_by_link(site, noras, link, "09:20", "nora@acme.example", name="Nora Neu")
    await edda_uses_her_invitation(site, eddas, event)
    await emil_moves(site, emils)
    await emil_gives_back_and_thinks_again(emils)
    await desk.reload()
    for name in ("Nora Neu", "Edda Okoye", "Emil Grün"):
        await expect(desk.get_by_text(name)).to_be_visible()

    world.clock.set("2026-12-03T07:55:00Z")
    await site.sign_in(taras, world.tara)
    await taras.goto("/")
    world.clock.set("2026-12-03T08:25:00Z")
    await taras.reload()
    await tara_marks(taras, "Nora", "No-show")
    await taras.locator("#told").get_by_role("button", name="Undo").tap()
    await expect(taras.get_by_text("0 no-shows")).to_be_visible()
    await tara_marks(taras, "Nora", "No-show")
    world.clock.set("2026-12-03T08:42:00Z")
    await taras.reload()
    await tara_marks(taras, "Edda", "Arrived")
    world.clock.set("2026-12-03T08:56:00Z")
    await taras.reload()
    await tara_marks(taras, "Edda", "Finished")
    await tara_marks(taras, "Emil", "Arrived")
    await emil_rates(emils, "7", "before")
    world.clock.set("2026-12-03T09:16:00Z")
    await taras.reload()
    await tara_marks(taras, "Emil", "Finished")
    await emil_rates(emils, "3", "after")
    await noras.reload()
    await expect(noras.get_by_role("heading", level=1)).to_have_text("We missed you")
    await expect(noras.get_by_text("is yours")).to_have_count(0)

    world.clock.set("2026-12-11T09:00:00Z")
    await hana_reads_the_report(site, desk, event)
    await ada_changes_a_setting_and_a_role(site, await visit(DESK))
    await emil_plans_now(emils)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_an_employees_path(site: Site, visit: Visit, language: str, *, script: bool) -> None:
    """From the poster to giving the time back, in both languages, also without scripts."""

    def words(text: str, **values: object) -> str:
        return said(text, language, **values)

    day = await site.world.day()
    link = errands.link_of(site, day)
    locale = "de-DE" if language == "de" else "en-GB"
    phone = await visit(PHONE, locale=locale, java_script_enabled=script)
    await errands.take_by_link(site, phone, link, "09:20", "nora@acme.example", name="Nora Neu")
    await expect(phone.locator("html")).to_have_attribute("lang", language)
    heading = phone.get_by_role("heading", level=1)
    await expect(heading).to_have_text(words("You’re booked"))
    await phone.get_by_role("link", name=words("Change time")).tap()
    await errands.time(phone, "09:40").check()
    await errands.book(phone).click()
    await errands.is_booked(phone, "09:40")
    await phone.get_by_role("button", name=words("Give my time back")).tap()
    await expect(heading).to_have_text(words("You gave it back"))
    await phone.get_by_role("button", name=words("Take {time} again", time="09:40")).tap()
    await errands.is_booked(phone, "09:40")
    site.world.clock.set("2026-12-03T08:41:00Z")
    await rate(phone, "8", words)
    site.world.clock.set("2026-12-03T09:00:00Z")
    await rate(phone, "2", words)
    await phone.get_by_role("link", name=words("All my times")).tap()
    await expect(heading).to_have_text(words("My times"))
    if language == "de":
        await expect(phone.get_by_text("Donnerstag").first).to_be_visible()


async def rate(phone: Page, score: str, words: Callable[..., str]) -> None:
    await phone.reload()
    await phone.get_by_role("button", name=score, exact=True).first.tap()
    await expect(phone.get_by_text(words("You said {score}.", score=score))).to_be_visible()
