"""To a company's own sign-in and back: a real browser, a real provider, and our strict CSP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from scheduler import clock
from scheduler.domain import identity_provider
from scheduler.domain.identity_provider import Draft
from tests.browser import look
from tests.browser.guard import Guard
from tests.browser.site import PHONE, Site, Visit
from tests.oidc.company import CLIENT_ID, CLIENT_SECRET, company

pytestmark = pytest.mark.anyio


@pytest.fixture
async def door(site: Site, guard: Guard, tmp_path: Path) -> AsyncIterator[str]:
    """The path to Acme's own sign-in, which is on another port."""
    site.world.clock.instant = clock.now()
    with company(tmp_path, redirect_uri=f"{site.url}/sign-in/company/callback") as there:
        guard.allow(f"another host: {there.issuer}/")
        draft = Draft(issuer=there.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        key = site.world.app.state["keys"].secret
        await identity_provider.set_up(site.world.acme, None, draft, key, site.world.clock())
        yield f"/sign-in/company/{site.world.acme}"


async def test_there_and_back(site: Site, phone: Page, door: str) -> None:
    await phone.goto(f"{door}?next=/sign-in/link/x")
    await look.at(phone)
    await phone.get_by_role("button", name="Go to my company").click()
    await phone.get_by_role("button", name="emil", exact=True).click()
    await phone.wait_for_url(f"{site.url}/sign-in/link/x")
    await expect(phone.get_by_text("Emil Grün")).to_have_count(1)


async def test_without_a_script(site: Site, visit: Visit, door: str) -> None:
    phone = await visit(PHONE, java_script_enabled=False)
    await phone.goto(f"{door}?next=/sign-in/link/x")
    await phone.get_by_role("button", name="Go to my company").click()
    await phone.get_by_role("button", name="nora").click()
    await phone.wait_for_url(f"{site.url}/sign-in/link/x")


async def test_back_from_the_company_is_the_page_before(phone: Page, door: str) -> None:
    """And not the one that leads there by itself, which nobody could leave."""
    await phone.goto(door)
    await phone.get_by_role("button", name="Go to my company").click()
    await expect(phone.get_by_role("heading", name="Acme sign-in")).to_be_visible()
    await phone.go_back()
    await expect(phone.get_by_role("button", name="Go to my company")).to_be_visible()


async def test_stopping_there_is_said_calmly(phone: Page, door: str) -> None:
    await phone.goto(door)
    await phone.get_by_role("button", name="Go to my company").click()
    await phone.get_by_role("button", name="cancel").click()
    await expect(phone.get_by_role("alert")).to_contain_text("you stopped there")
    await expect(phone).to_have_title("Error: Sign in · Chairtime")
    await look.at(phone)
    await phone.get_by_role("button", name="Go to my company").click()
    await expect(phone.get_by_role("heading", name="Acme sign-in")).to_be_visible()
