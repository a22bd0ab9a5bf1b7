"""A day that is drawn: announced, wished for, drawn at its moment, and explained."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from scheduler.domain import drawing
from tests.browser import look
from tests.browser.keys import tab_to
from tests.browser.site import DESK, PHONE, Site, Visit
from tests.web.test_board_by_link import shared
from tests.web.test_draws import CLOSES, ONE_SLOT, announced, outcome, wish

pytestmark = pytest.mark.anyio


async def press(page: Page, name: str, role: Any = "button") -> None:
    """By keyboard alone."""
    await tab_to(page, page.get_by_role(role, name=name))
    await page.keyboard.press("Enter")


async def choose(page: Page, label: str, option: str) -> None:
    field = page.get_by_label(label)
    await tab_to(page, field)
    await page.keyboard.type(option)
    await expect(field.locator("option:checked")).to_have_text(option)


async def test_a_day_is_drawn_by_keyboard_from_the_plan_to_the_reason(
    site: Site, phone: Page, visit: Visit
) -> None:
    day = await site.world.day(published=False, shifts=ONE_SLOT)
    coordinator = await visit(PHONE)
    await site.sign_in(coordinator, site.world.hana)
    await coordinator.goto(f"/plan/{day['id']}")
    await press(coordinator, "Draw the times instead", "link")
    await expect(coordinator.get_by_role("heading", level=1)).to_have_text("Draw the times")
    await coordinator.get_by_label("Until when people can wish").fill("2026-11-30T13:00")
    await look.at(coordinator)
    await press(coordinator, "Announce the draw")
    await expect(coordinator.get_by_role("status")).to_contain_text("Announced.")
    await look.at(coordinator)
    await press(coordinator, "Chair massage", "link")
    await press(coordinator, "Publish it")
    await expect(coordinator.get_by_text("Published.")).to_be_visible()

    await site.sign_in(phone, site.world.emil)
    await phone.goto(f"/days/{day['id']}")
    await look.at(phone)
    await choose(phone, "Not before", "09:00")
    await press(phone, "Put in my wish")
    await expect(phone.get_by_role("status")).to_contain_text("Your wish is in.")
    await expect(phone.get_by_label("Not before")).to_have_value("09:00")
    await look.at(phone)
    await press(phone, "Take my wish back")
    await expect(phone.get_by_role("status")).to_contain_text("taken back")
    await press(phone, "Put in my wish")
    await expect(phone.get_by_role("status")).to_contain_text("Your wish is in.")
    await look.shoot(phone, "wish")
    await wish(day, site.world.edda)

    site.world.clock.set(CLOSES)
    await drawing.run_due(site.world.clock())
    title = phone.get_by_role("heading", name=re.compile("^The draw"))
    await expect(title).to_be_visible()  # the page shows it by itself
    won = (await outcome(day, site.world.emil))["slot_id"] is not None
    await expect(title).to_have_text(
        "The draw gave you a time" if won else "The draw had no time for you"
    )
    await expect(
        phone.get_by_role("listitem").filter(has_text="Your place in the draw")
    ).to_be_visible()
    await tab_to(phone, phone.get_by_text("Check the draw"))
    await phone.keyboard.press("Enter")
    await look.at(phone)
    await look.shoot(phone, "drawn")
    await coordinator.goto(f"/plan/{day['id']}/draw")
    await expect(coordinator.get_by_text("1 person got a time")).to_be_visible()
    await tab_to(coordinator, coordinator.get_by_text("Check the draw"))
    await coordinator.keyboard.press("Enter")
    await look.at(coordinator)
    await look.shoot(coordinator, "draw-result")
    async with coordinator.expect_download() as started:
        await press(coordinator, "Download the file of the draw", "link")
    assert (await started.value).suggested_filename == "draw.json"


async def test_a_wish_by_link_is_for_everybody(site: Site, phone: Page, visit: Visit) -> None:
    day = await announced(site.world)
    await phone.goto(shared(site.world, day))
    await look.at(phone)
    await phone.get_by_role("button", name="Put in my wish").click()
    await expect(phone).to_have_title(re.compile("^Error: "))
    await expect(phone.get_by_role("alert")).to_be_focused()
    await look.at(phone)
    plain = await visit(DESK, java_script_enabled=False)
    await site.sign_in(plain, site.world.emil)
    await plain.goto(f"/days/{day['id']}")
    await plain.get_by_label("With").select_option(label="Tom Okafor")
    await plain.get_by_role("button", name="Put in my wish").click()
    await expect(plain.get_by_role("status")).to_contain_text("Your wish is in.")
    site.world.clock.set(CLOSES)
    await plain.reload()
    await expect(plain.get_by_text("the times are being drawn")).to_be_visible()


async def test_the_rules_are_for_everybody(site: Site, phone: Page) -> None:
    await site.sign_in(phone, site.world.hana)
    await phone.goto("/plan/fairness")
    await phone.get_by_label("At most so many massages").fill("1")
    await press(phone, "Save")
    await expect(phone.get_by_role("alert")).to_be_focused()
    await look.at(phone)
    await phone.get_by_label("in so many days").fill("28")
    await press(phone, "Save")
    await expect(phone.get_by_role("status")).to_contain_text("Changed.")
    await look.at(phone)
