"""The coordinator's home: the days ahead, what needs a look, the days that were."""

import re

import pytest

from tests.world import Browser, World, write

pytestmark = pytest.mark.anyio


def words(html: str) -> str:
    """What a page says in its main part, without markup."""
    main = re.sub(r"<(svg|script).*?</\1>", "", html.partition("<main")[2], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


async def home(browser: Browser) -> str:
    answer = await browser.get("/plan")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_new_organisation_is_told_what_to_do_first(world: World) -> None:
    page = await home(await world.signed_in(world.olga))
    assert "Your first massage day is three steps away" in page
    assert 'href="/plan/new"' in page
    assert 'href="/people"' in page
    assert "Next days" not in page


async def test_days_ahead_say_how_full_they_are(world: World) -> None:
    day = await world.day()
    await world.claim(world.emil, (await world.slots(day))[0])
    page = await home(await world.signed_in(world.hana))
    assert f'href="/plan/{day["id"]}"' in page
    said = words(page)
    assert "Thursday 3 December Published Chair massage" in said
    assert "Quiet room, 3rd floor 09:00 to 12:00 2 chairs 1 of 14 taken" in said
    assert "Needs a look" not in said


async def test_what_needs_a_look_comes_first(world: World) -> None:
    draft = await world.day(published=False)
    empty = await world.day(date="2026-11-27", title="Tomorrow")
    page = await home(await world.signed_in(world.hana))
    said = words(page)
    assert said.index("Needs a look") < said.index("Next days")
    assert "Thursday 3 December is a draft: nobody can take a time yet." in said
    assert "Friday 27 November is not half full yet: 0 of 14 places taken." in said
    assert f'href="/plan/{draft["id"]}"' in page
    assert f'href="/plan/{empty["id"]}#share"' in page


async def test_whom_mail_did_not_reach_is_named(world: World) -> None:
    day = await world.day()
    slots = await world.slots(day)
    await world.claim(world.emil, slots[0])
    await world.claim(world.edda, slots[1])
    await write("UPDATE outbox SET done_at = {}, outcome = 'failed'", world.clock())
    hana = await world.signed_in(world.hana)
    said = "Thursday 3 December: mail to Edda Okoye, Emil Grün could not be delivered."
    assert said in words(await home(hana))
    [booking] = (await world.emil.get("/bookings")).json()["items"]
    await world.emil.delete(f"/bookings/{booking['id']}")
    assert "mail to Edda Okoye could not" in words(await home(hana))


async def test_earlier_days_have_a_report_and_can_be_copied(world: World) -> None:
    day = await world.day()
    world.clock.set("2026-12-04T09:00:00Z")
    page = await home(await world.signed_in(world.hana))
    assert "No day is planned" in page
    assert f'href="/plan/{day["id"]}/report"' in page
    assert f'href="/plan/new?from={day["id"]}"' in page
    assert "0 of 14 taken" in words(page)


async def test_a_cancelled_day_says_so_and_worries_nobody(world: World) -> None:
    day = await world.day(date="2026-11-27")
    await world.hana.put(f"/events/{day['id']}/cancellation", {"reason": "Storm"})
    said = words(await home(await world.signed_in(world.hana)))
    assert "Friday 27 November Cancelled" in said
    assert "Needs a look" not in said


async def test_days_of_others_are_not_there(world: World) -> None:
    await world.olga_day()
    assert "Their day" not in await home(await world.signed_in(world.hana))
    assert "Their day" in await home(await world.signed_in(world.olga))


async def test_many_earlier_days_wait_behind_a_click(world: World) -> None:
    shift = {"therapist": "tom@hands.example", "chair": "1", "starts": "09:00", "ends": "09:20"}
    for number in range(12):
        await world.day(date=f"2026-12-{number + 1:02}", shifts=[shift])
    world.clock.set("2026-12-31T09:00:00Z")
    page = await home(await world.signed_in(world.hana))
    assert "2 older days" in page
    assert page.index("Saturday 12 December") < page.index("2 older days")
    assert page.index("2 older days") < page.index("Tuesday 1 December")
