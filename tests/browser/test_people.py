"""The coordinator and the people: added, imported, invited, written to."""

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser import look
from tests.browser.site import DESK, Site, Visit

pytestmark = pytest.mark.anyio
WORST = "<b>Anna</b> " + "Donaudampfschifffahrtsgesellschaftskapitän " * 4
EXPORT = "E-Mail;Name\nnina@acme.example;Nina Neu\nemil@acme.example;Emil Gruen\n"


def file(content: str) -> FilePayload:
    return {"name": "staff.csv", "mimeType": "text/csv", "buffer": content.encode()}


async def test_people_are_found_added_and_taken_out(site: Site, desk: Page) -> None:
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/people")
    await look.at(desk)
    await desk.get_by_label("Name", exact=True).fill(WORST[:190])
    await desk.get_by_label("E-mail address", exact=True).fill("anna")
    await desk.get_by_role("button", name="Add them").click()
    await expect(desk).to_have_title("Error: People · Chairtime")
    await expect(desk.get_by_role("alert")).to_be_focused()
    await look.at(desk, allowed=["input"])  # a long name moves along in its field
    await desk.get_by_label("E-mail address", exact=True).fill("anna@hands.example")
    await desk.get_by_label("Therapist").check()
    await desk.get_by_role("button", name="Add them").click()
    await expect(desk.get_by_role("status")).to_contain_text("Added.")
    await look.at(desk)
    await desk.get_by_label("Find by name or e-mail").fill("kapitän anna")
    await desk.get_by_role("button", name="Find").click()
    await expect(desk.get_by_role("heading", name="1 person found")).to_be_visible()
    await desk.get_by_role("link", name="Anna").click()
    await look.at(desk)
    await look.shoot(desk, "person")
    await desk.get_by_role("button", name="Take").click()
    await expect(desk.get_by_role("status")).to_contain_text("Taken out.")


@pytest.mark.parametrize("script", [True, False])
async def test_a_list_is_looked_at_and_imported(site: Site, visit: Visit, *, script: bool) -> None:
    desk = await visit(DESK, java_script_enabled=script)
    await site.sign_in(desk, site.world.hana)
    await desk.goto("/people/import")
    await desk.get_by_label("CSV file").set_input_files(file("E-Mail\nnobody\n"))
    await desk.get_by_role("button", name="Look at it first").click()
    await expect(desk.get_by_role("alert")).to_contain_text("Line 2: ")
    if script:
        await look.at(desk)
    await desk.get_by_label("CSV file").set_input_files(file(EXPORT))
    await desk.get_by_role("button", name="Look at it first").click()
    await expect(desk.get_by_role("heading", level=1)).to_have_text("Does this look right?")
    await expect(desk.get_by_role("listitem").filter(has_text="is new")).to_contain_text("1")
    if script:
        await look.at(desk)
        await look.shoot(desk, "preview")
    await desk.get_by_role("button", name="Import 2 people").click()
    await expect(desk.get_by_role("status")).to_contain_text("2 people are new or renamed")
    await expect(desk.get_by_role("link", name="Nina Neu")).to_be_visible()


async def test_colleagues_are_invited(site: Site, phone: Page) -> None:
    day = await site.world.day(title=WORST[:190])
    await site.world.claim(site.world.emil, (await site.world.slots(day))[0])
    await site.sign_in(phone, site.world.hana)
    await phone.goto(f"/plan/{day['id']}/invitations")
    await phone.get_by_text("Who that is").click()
    await look.at(phone)
    await phone.get_by_role("button", name="Invite 1 person").click()
    await expect(phone.get_by_role("status")).to_have_text("1 invitation is on its way.")
    await look.at(phone)
    await phone.reload()
    await site.world.tick()
    assert len(site.world.mails("edda@acme.example")) == 1


async def test_a_message_is_sent_once_by_keyboard(site: Site, desk: Page) -> None:
    day = await site.world.day()
    for one, slot in zip(
        [site.world.emil, site.world.edda], await site.world.slots(day), strict=False
    ):
        await site.world.claim(one, slot)
    await site.sign_in(desk, site.world.hana)
    await desk.goto(f"/plan/{day['id']}/message")
    await look.at(desk)
    await desk.get_by_role("radio", name="Everybody").focus()
    await desk.keyboard.press("Tab")
    await desk.keyboard.type("Bring tea.")
    await desk.get_by_role("button", name="Send it").dblclick()
    await expect(desk.get_by_role("status")).to_have_text("On its way to 2 people.")
    await look.at(desk)
    await desk.go_back()
    await desk.reload()
    await site.world.tick()
    told = [mail for mail in site.world.mails() if "About your massage" in mail["Subject"]]
    assert len(told) == 2
