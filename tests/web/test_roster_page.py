"""The therapist's pages: who comes, who is here, and what a tap does."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from scheduler.domain.person import Role
from tests.world import Browser, World, rows

pytestmark = pytest.mark.anyio
DAY = "/roster/2026-12-03"
WISHES: dict[str, Any] = {
    "pressure": 4,
    "technique": "deep_tissue",
    "focus_areas": ["neck", "shoulders"],
    "avoid_areas": ["left_lower_back"],
    "quiet": True,
}
WORDS = ("Very firm pressure", "Focus: neck and shoulders", "Technique: deep tissue",
         "Quiet, please", "Leave alone: lower back on the left")  # fmt: skip


async def booked(world: World, number: int = 1, **wishes: Any) -> str:
    """Edda, at 09:20 with Tara; the id of her booking."""
    slots = [slot for slot in await world.slots(await world.day()) if slot["chair"] == "Chair 1"]
    return str((await world.claim(world.edda, slots[number], **wishes))["id"])


async def tap(browser: Browser, booking: str, status: str, page: str = DAY) -> httpx.Response:
    form = {"booking": booking, "status": status}
    return await browser.post(f"/bookings/{booking}/attendance", form, page=page)


def body(answer: httpx.Response) -> str:
    """What is read of a page, in one line."""
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


def line(answer: httpx.Response, time: str) -> str:
    found = [one for one in re.findall(r"<li class=\"line.*?</li>", answer.text, re.DOTALL)
             if f">{time}</time>" in one]  # fmt: skip
    (only,) = found
    return str(only)


def buttons(html: str) -> list[str]:
    return re.findall(r'name="status" value="(\w+)"', html)


async def status_of(booking: str) -> str:
    (row,) = await rows("SELECT status FROM booking WHERE id = {}", booking)
    return str(row["status"])


async def test_the_day_at_the_chair(world: World) -> None:
    await booked(world, **WISHES)
    world.clock.set("2026-12-03T08:05:00Z")
    tara = await world.signed_in(world.tara)
    page = await tara.get("/roster")
    text = body(page)
    assert "Thursday 3 December · Acme, Chair 1 Good morning, Tara" in text
    assert "Up next 09:20 Edda O." in text
    assert "0 of 1 seen · 0 no-shows" in text
    assert "10:20 Break until 10:40" in text
    assert text.count("Free") == 7
    assert all(word in line(page, "09:20") for word in WORDS)
    assert "Okoye" not in text
    assert "edda@" not in text
    assert (await tara.get(DAY)).text.count("Edda O.") == page.text.count("Edda O.")


async def test_arrived_finished_and_counted(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    said = await tara.follow(await tap(tara, booking, "checked_in"))
    assert "In your chair now 09:20 Edda O." in body(said)
    assert "09:20 Edda O.: here." in body(said)
    said = await tara.follow(await tap(tara, booking, "completed"))
    assert "09:20 Edda O.: done." in body(said)
    assert "1 of 1 seen" in body(said)
    assert "Nobody is waiting" in body(said)
    assert await status_of(booking) == "completed"


async def test_undo_sends_what_it_was_before(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    for status, before in (("checked_in", "confirmed"), ("completed", "checked_in"),
                           ("no_show", "completed")):  # fmt: skip
        said = await tara.follow(await tap(tara, booking, status))
        bar = said.text.partition('id="told"')[2].partition("</form>")[0]
        assert buttons(bar) == [before]
    undone = await tara.follow(await tap(tara, booking, "completed"))
    assert "09:20 Edda O.: done." in body(undone)
    undone = await tara.follow(await tap(tara, booking, "confirmed"))
    assert "not marked any more" in body(undone)
    assert await status_of(booking) == "confirmed"


async def test_a_second_tap_changes_nothing_and_can_still_be_undone(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    await tap(tara, booking, "checked_in")
    said = await tara.follow(await tap(tara, booking, "checked_in"))
    bar = said.text.partition('id="told"')[2].partition("</form>")[0]
    assert buttons(bar) == ["confirmed"]
    marks = await rows("SELECT 1 AS mark FROM audit WHERE action = 'booking.checked_in'")
    assert len(marks) == 1


async def test_what_is_said_is_true_or_is_not_said(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    said = (await tap(tara, booking, "checked_in")).headers["location"]
    await world.hana.put(f"/bookings/{booking}/attendance", {"status": "no_show"})
    for told in (said, f"{DAY}?said=nonsense&booking={booking}", f"{DAY}?said=completed&booking=7",
                 f"{DAY}?refused=nonsense", f"{DAY}?was=x&status=y&booking={booking}"):  # fmt: skip
        assert 'id="told"' not in (await tara.get(told)).text


@pytest.mark.parametrize(
    ("instant", "sentence"),
    [
        ("2026-12-03T07:19:00Z", "It is too early for that."),
        ("2026-12-04T11:01:00Z", "Attendance for this time can no longer be changed."),
    ],
)
async def test_a_refusal_is_said_calmly(world: World, instant: str, sentence: str) -> None:
    booking = await booked(world)
    world.clock.set(instant)
    tara = await world.signed_in(world.tara)
    assert not buttons((await tara.get(DAY)).text)
    said = await tara.follow(await tap(tara, booking, "checked_in"))
    assert sentence in line(said, "09:20")
    assert sentence in body(said).partition("Your day")[0]
    assert await status_of(booking) == "confirmed"


async def test_a_time_that_was_given_back_meanwhile(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    assert "checked_in" in buttons((await tara.get(DAY)).text)
    await world.hana.delete(f"/bookings/{booking}")
    said = await tara.follow(await tap(tara, booking, "checked_in"))
    assert "This time was given back." in body(said)
    assert "Free" in line(said, "09:20")


async def test_an_expired_session_keeps_what_was_tapped(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    lost = await tap(world.browser(), booking, "checked_in", page=f"{DAY}?said=no_show&booking=1")
    assert lost.status_code == 303
    back = httpx.URL(lost.headers["location"]).params["next"]
    page = await (await world.signed_in(world.tara)).get(back)
    bar = page.text.partition('id="told"')[2].partition("</form>")[0]
    assert "09:20 Edda O.: You had to sign in first" in body(page)
    assert buttons(bar) == ["checked_in"]
    assert await status_of(booking) == "confirmed"


@pytest.mark.parametrize(
    ("instant", "named"),
    [
        ("2026-12-02T08:19:00Z", False),
        ("2026-12-02T08:20:00Z", True),
        ("2026-12-04T08:35:00Z", True),
        ("2026-12-04T08:36:00Z", False),
    ],
)
async def test_a_name_from_a_day_before_to_a_day_after(
    world: World, instant: str, *, named: bool
) -> None:
    await booked(world, **WISHES)
    world.clock.set(instant)
    page = await (await world.signed_in(world.tara)).get(DAY)
    shown = line(page, "09:20")
    assert ("Edda O." in shown) is named
    assert ("Booked" in shown) is not named
    assert all((word in shown) is named for word in WORDS)


async def test_the_coordinator_sees_every_chair_with_names_and_nobodys_wishes(world: World) -> None:
    booking = await booked(world, **WISHES)
    world.clock.set("2026-12-03T08:19:00Z")
    hana = await world.signed_in(world.hana)
    text = body(await hana.get(DAY))
    assert "Edda Okoye" in text
    assert "Tara Lindqvist, Chair 1 Up next" in text
    assert "Tom Okafor, Chair 2 Nobody is waiting" in text
    assert not any(word in text for word in WORDS)
    said = await hana.follow(await tap(hana, booking, "checked_in"))
    assert "In the chair now 09:20 Edda Okoye" in body(said)


async def test_a_therapist_sees_their_own_chair_only(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tom = await world.signed_in(world.tom)
    text = body(await tom.get(DAY))
    assert "Chair 2" in text
    assert "Edda" not in text
    assert "Tara" not in text
    refused = await tap(tom, booking, "checked_in")
    missing = await tap(tom, str(uuid4()), "checked_in")
    assert (refused.status_code, refused.content) == (404, missing.content)
    assert await status_of(booking) == "confirmed"


async def test_the_roster_opens_on_today_or_on_the_next_day(world: World) -> None:
    tara = await world.signed_in(world.tara)
    assert "Monday 23 November" in body(await tara.get("/roster"))  # no day at all
    await world.day()
    await world.day(date="2026-12-10")
    assert "Thursday 3 December" in body(await tara.get("/roster"))
    world.clock.set("2026-12-03T22:59:00Z")
    assert "Good evening, Tara" in body(await tara.get("/roster"))
    world.clock.set("2026-12-03T23:00:00Z")  # midnight in Berlin
    assert "Thursday 10 December" in body(await tara.get("/roster"))
    world.clock.set("2026-12-11T09:00:00Z")
    text = body(await tara.get("/roster"))
    assert "Friday 11 December" in text
    assert "No shift on this day" in text
    assert "Thu 10 Dec" in text


async def test_today_is_the_days_local_date(world: World) -> None:
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "06:00", "ends": "07:00"}
    await world.day(timezone="Pacific/Apia", shifts=[block])  # UTC+13
    world.clock.set("2026-12-02T17:05:00Z")
    assert "Good morning, Tara" in body(await (await world.signed_in(world.tara)).get("/roster"))


async def test_the_days_around(world: World) -> None:
    for date in ("2026-12-03", "2026-12-10", "2026-12-17"):
        await world.day(date=date)
    await world.day(date="2026-12-11", published=False)
    cancelled = await world.day(date="2026-12-09")
    await world.hana.put(f"/events/{cancelled['id']}/cancellation", {"reason": "Storm"})
    tara = await world.signed_in(world.tara)
    page = (await tara.get("/roster/2026-12-10")).text
    assert set(re.findall(r'href="(/roster/[^"]+)"', page)) == {DAY, "/roster/2026-12-17"}
    empty = await tara.get("/roster/2026-12-11")
    assert "The next one is on Thursday 17 December." in body(empty)
    for calm in ("0001-01-01", "9999-12-31"):
        assert "No shift on this day" in body(await tara.get(f"/roster/{calm}"))


@pytest.mark.parametrize("date", ["2027-03-28", "2027-10-31"])
async def test_days_on_which_the_clocks_change(world: World, date: str) -> None:
    """23 and 25 hours: the day is as long as it is, and its page is kept until it is over."""
    block = {"therapist": "tara@hands.example", "chair": "1", "starts": "01:00", "ends": "04:00"}
    await world.day(date=date, shifts=[block], slot_minutes=60, reset_minutes=0)
    world.clock.set(f"{date}T06:00:00Z")
    page = await (await world.signed_in(world.tara)).get("/roster")
    times = re.findall(r"(\d\d:\d\d)</time>(.*?)</p>", page.text)
    if date == "2027-03-28":
        assert [time for time, _ in times] == ["01:00", "03:00"]
        assert 'data-until="2027-03-28T22:00:00+00:00"' in page.text
    else:
        assert [time for time, _ in times] == ["01:00", "02:00", "02:00", "03:00"]
        assert ["after the clocks" in more for _, more in times] == [False, False, True, False]
        assert 'data-until="2027-10-31T23:00:00+00:00"' in page.text


async def test_two_shifts_on_one_day(world: World) -> None:
    tara = {"therapist": "tara@hands.example"}
    await world.day(shifts=[
        tara | {"chair": "Window", "starts": "09:00", "ends": "10:00"},
        tara | {"chair": "Door", "starts": "13:00", "ends": "14:00"},
    ])  # fmt: skip
    world.clock.set("2026-12-03T08:05:00Z")
    text = body(await (await world.signed_in(world.tara)).get("/roster"))
    assert "Acme, Window, Door" in text
    assert text.count("Your day") == 1
    assert re.findall(r"(09:00|09:40|13:00|Window|Door) (?=Free|\d\d)", text) == [
        "Window", "09:00", "09:40", "Door", "13:00",
    ]  # fmt: skip


async def test_another_company_is_a_tap_away(world: World) -> None:
    theirs = await world.olga_day(therapist="tara@hands.example", starts="12:00", ends="13:00")
    tara = await world.signed_in(world.tara)
    page = await tara.get("/roster")
    assert "You also work for Other Ltd. Those days are not in here" in body(page)
    assert theirs["title"] not in page.text
    there = {"organisation": str(world.other), "next": "/roster"}
    opened = await tara.follow(await tara.post("/me/organisation", there, page="/roster"))
    assert "Other Ltd" in body(opened)
    assert "You also work for Acme." in body(opened)
    assert "You also work" not in (await (await world.signed_in(world.tom)).get("/roster")).text


async def test_the_roster_has_its_ladder(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    for someone in (world.emil, world.ada, world.otto):
        browser = await world.signed_in(someone)
        for path in ("/roster", DAY):
            assert (await browser.get(path)).status_code == 404
        assert (await tap(browser, booking, "checked_in")).status_code == 404
    nobody = await world.browser().get(DAY)
    assert nobody.headers["location"] == f"/sign-in?next={DAY.replace('/', '%2F')}"
    tara = await world.signed_in(world.tara)
    for wrong in ("tomorrow", "2026-02-30", "03.12.2026"):
        assert (await tara.get(f"/roster/{wrong}")).status_code == 404
    for nonsense in ("cancelled", "", "CONFIRMED"):
        assert (await tap(tara, booking, nonsense)).status_code == 400
    assert (await tap(tara, "7", "confirmed")).status_code == 404
    for someone in (world.tara_elsewhere, world.olga):
        stranger = await tap(await world.signed_in(someone), booking, "checked_in")
        assert stranger.status_code == 404
    assert await status_of(booking) == "confirmed"


async def test_a_foreign_page_marks_nobody(world: World) -> None:
    booking = await booked(world)
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    tara.http.headers["sec-fetch-site"] = "cross-site"
    assert (await tap(tara, booking, "checked_in")).status_code == 400
    assert await status_of(booking) == "confirmed"


async def test_only_todays_page_may_be_kept(world: World) -> None:
    await world.day()
    await world.day(date="2026-12-10")
    world.clock.set("2026-12-03T08:19:00Z")
    tara = await world.signed_in(world.tara)
    assert 'data-until="2026-12-03T23:00:00+00:00"' in (await tara.get("/roster")).text
    assert "data-until" not in (await tara.get("/roster/2026-12-10")).text
    assert "data-until" not in (await tara.get("/roster/2026-12-04")).text
    worker = await world.anonymous.get("/roster/worker.js")
    assert worker.headers["service-worker-allowed"] == "/roster"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["x-content-type-options"] == "nosniff"


async def test_what_people_write_is_text(world: World) -> None:
    payload = "<img src=x onerror=alert(1)>"
    block = {"therapist": "tara@hands.example", "chair": payload, "starts": "09:00",
             "ends": "10:00"}  # fmt: skip
    mallory = await world.join("mallory@acme.example", payload, Role.EMPLOYEE)
    await world.join("tara@hands.example", payload, Role.THERAPIST)
    await world.claim(mallory, (await world.slots(await world.day(shifts=[block])))[1])
    world.clock.set("2026-12-03T08:05:00Z")
    for someone in (world.tara, world.hana):
        page = await (await world.signed_in(someone)).get(DAY)
        assert "<img" not in page.text
        assert "&lt;img" in page.text
