"""Who gets a time, as staff set it on a page."""

import pytest

from tests.web.forms import tags, words
from tests.world import Browser, World

pytestmark = pytest.mark.anyio

PATH = "/plan/fairness"


async def fields(browser: Browser) -> tuple[str, str, str]:
    page = (await browser.get(PATH)).text
    count, days = (tags(page, "input", id=name)[0]["value"] for name in ("count", "days"))
    [order] = [one for one in tags(page, "input", name="waitlist_order") if "checked" in one]
    return count, days, order["value"]


async def test_the_rules_are_shown_and_changed(world: World) -> None:
    for who in (world.hana, world.ada):
        browser = await world.signed_in(who)
        await browser.post(PATH, {"waitlist_order": "first_come"}, page=PATH)
        assert await fields(browser) == ("", "", "first_come")
        sent = {"count": "1", "days": "28", "waitlist_order": "fairness"}
        page = await browser.follow(await browser.post(PATH, sent, page=PATH))
        assert "Changed. It holds from now on" in words(page.text)
        assert await fields(browser) == ("1", "28", "fairness")
    rules = (await world.hana.get("/organisation/fairness")).json()
    assert rules == {"limit": {"count": 1, "days": 28}, "waitlist_order": "fairness"}
    assert f'href="{PATH}"' in (await (await world.signed_in(world.ada)).get("/admin")).text


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"count": "1"}, "days"),
        ({"days": "28"}, "count"),
        ({"count": "0", "days": "28"}, "count"),
        ({"count": "1", "days": "many"}, "days"),
        ({"waitlist_order": "by name"}, "waitlist_order"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field(
    world: World, sent: dict[str, str], wrong: str
) -> None:
    hana = await world.signed_in(world.hana)
    answer = await hana.post(PATH, sent, page=PATH)
    assert answer.status_code == 422
    assert f'id="{wrong}-wrong"' in answer.text
    assert await fields(hana) == ("", "", "first_come")
