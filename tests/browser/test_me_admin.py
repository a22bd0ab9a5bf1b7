"""One's own data and the administration, as people see and reach them."""

import pytest
from playwright.async_api import Page, expect

from scheduler.domain import session
from scheduler.domain.person import Role
from scheduler.web import cookies
from tests.browser import look
from tests.browser.site import DESK, PHONE, Site, Visit
from tests.world import Someone

pytestmark = pytest.mark.anyio
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwe-von-und-zu-Hohenlohe"


async def proven(site: Site, page: Page, someone: Someone) -> None:
    """As if a code from their mailbox had let them in."""
    who, world = someone.caller, site.world
    secret = await session.begin(who.organisation, who.id, world.clock(), proven=True)
    cookie = cookies.session(world.settings, secret)
    await page.context.add_cookies([{"name": cookie.key, "value": secret, "url": site.url}])


async def lived(site: Site) -> None:
    """Emil has been massaged, has a time ahead, and works for Other Ltd as well."""
    world = site.world
    slots = await world.slots(await world.day(claims_per_person=3))
    booking = await world.claim(world.emil, slots[0], pressure=3, avoid_areas=["lower_back"])
    await world.claim(world.emil, slots[-1])
    await world.emil_at_other()
    world.clock.set("2026-12-03T08:20:00Z")
    await world.tara.put(f"/bookings/{booking['id']}/attendance", {"status": "completed"})
    await world.emil.put(f"/bookings/{booking['id']}/ratings/before", {"score": 8, "area": "neck"})
    await world.tick()


@pytest.mark.parametrize("path", ["/me", "/me/data", "/me/erasure", "/farewell", "/privacy"])
async def test_ones_own_page_is_for_everybody(site: Site, phone: Page, path: str) -> None:
    await lived(site)
    await site.sign_in(phone, site.world.emil)
    await phone.goto(path)
    await look.at(phone)
    await look.shoot(phone, f"own{path.replace('/', '-')}")


@pytest.mark.parametrize("path", ["/admin", "/admin/sign-in", "/admin/roles", "/admin/log"])
async def test_a_page_of_the_administration_is_for_everybody(
    site: Site, desk: Page, path: str
) -> None:
    await lived(site)
    await site.world.join("long@acme.example", LONG, Role.COORDINATOR)
    await site.sign_in(desk, site.world.ada)
    await desk.goto(path)
    await look.at(desk)
    await look.shoot(desk, path.strip("/").replace("/", "-"))


async def test_a_refusal_has_the_focus_and_leads_to_the_field(site: Site, desk: Page) -> None:
    await site.sign_in(desk, site.world.ada)
    await desk.goto("/admin")
    await desk.get_by_label("Time zone").fill("Vienna")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("alert")).to_be_focused()
    await expect(desk).to_have_title("Error: Administration · Chairtime")
    await look.at(desk)
    await desk.get_by_role("alert").get_by_role("link").click()
    await expect(desk.get_by_label("Time zone")).to_be_focused()
    await expect(desk.get_by_label("Time zone")).to_have_value("Vienna")


async def test_another_name_without_a_script(site: Site, visit: Visit) -> None:
    phone = await visit(PHONE, java_script_enabled=False)
    await site.sign_in(phone, site.world.emil)
    await phone.goto("/me")
    await phone.get_by_text("Change my name").click()
    await phone.get_by_label("What do your colleagues call you?").fill("Emil Gruen")
    await phone.get_by_role("button", name="Save my name").click()
    await expect(phone.get_by_role("status")).to_have_text("Your name is changed.")
    await expect(phone.get_by_role("heading", name="Emil Gruen")).to_be_visible()


async def test_what_the_provider_asks_for_is_copied(site: Site, visit: Visit) -> None:
    desk = await visit(DESK, permissions=["clipboard-read", "clipboard-write"])
    await site.sign_in(desk, site.world.ada)
    await desk.goto("/admin/sign-in")
    await desk.get_by_role("button", name="Copy it").click()
    await expect(desk.get_by_role("button", name="Copied")).to_be_visible()
    copied = await desk.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{site.url}/sign-in/company/callback"


async def test_on_to_another_organisation_by_the_menu(site: Site, desk: Page) -> None:
    await proven(site, desk, site.world.tara)
    await desk.goto("/me")
    await desk.locator(".menu > summary").click()
    await desk.get_by_role("link", name="Go on for another organisation").click()
    await desk.get_by_role("button", name="Go on for Other Ltd").click()
    await desk.wait_for_url(f"{site.url}/roster")
    await desk.goto("/me")
    await expect(desk.get_by_role("button", name="Go on for Acme")).to_be_visible()


async def test_erased_by_keyboard(site: Site, desk: Page) -> None:
    await lived(site)
    await site.sign_in(desk, site.world.emil)
    await desk.goto("/me/erasure")
    await desk.get_by_label("Type your address").focus()
    await desk.keyboard.type("emil@acme.example")
    await desk.keyboard.press("Tab")
    await expect(desk.get_by_role("button", name="Erase my data for good")).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name="Farewell")).to_be_visible()
    await desk.go_back()
    await desk.reload()
    await expect(desk.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_role_given_without_a_script(site: Site, visit: Visit) -> None:
    desk = await visit(DESK, java_script_enabled=False)
    await site.sign_in(desk, site.world.ada)
    await desk.goto("/admin/roles")
    give = desk.locator("form", has_text="Give somebody a role")
    await give.get_by_label("E-mail address").fill("emil@acme.example")
    await give.get_by_label("Coordinator").check()
    await give.get_by_role("button", name="Give the role").click()
    await expect(desk.get_by_role("status")).to_contain_text("The role is given.")
    await expect(desk.get_by_role("heading", name="Emil Grün")).to_be_visible()
    await desk.get_by_label("Change the roles of Emil Grün").click()
    row = desk.locator("li", has=desk.get_by_role("heading", name="Emil Grün"))
    await row.get_by_label("Employee").uncheck()
    await row.get_by_role("button", name="Save the roles").click()
    await expect(desk.get_by_role("status")).to_contain_text("The roles are changed.")
