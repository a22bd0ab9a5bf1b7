"""Lists in pages, and answers that are not sent again."""

import httpx
import pytest

from scheduler.domain.person import Role
from tests.web.ladder import invalid
from tests.world import Someone, World

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def pages(who: Someone, path: str, limit: int) -> list[list[str]]:
    """The ids of each page, following `next` to the end."""
    found: list[list[str]] = []
    after = ""
    while True:
        answer = (await who.get(f"{path}?limit={limit}{after}")).json()
        assert set(answer) == {"items", "next"}
        found.append([item["id"] for item in answer["items"]])
        if answer["next"] is None:
            return found
        assert answer["next"] not in after, "a page that follows itself never ends"
        after = f"&after={answer['next']}"


async def test_every_list_comes_in_pages(world: World) -> None:
    day = await world.day(claims_per_person=5)
    for month in (1, 2):
        await world.day(date=f"2027-0{month}-15")
    for slot in (await world.slots(day))[:5]:
        if slot["starts_at"] != "2026-12-03T09:00:00Z" or slot["chair"] == "Chair 1":
            await world.claim(world.emil, slot)
    for who, path, total in (
        (world.emil, "/events", 3),
        (world.emil, f"/events/{day['id']}/slots", 14),
        (world.emil, "/bookings", 4),
        (world.hana, "/people", 6),
    ):
        whole = [item["id"] for item in (await who.get(path)).json()["items"]]
        assert len(whole) == len(set(whole)) == total
        for limit in (1, 2, total - 1, total, total + 1, 200):
            split = await pages(who, path, limit)
            assert [one for page in split for one in page] == whole
            assert [len(page) for page in split[:-1]] == [limit] * (len(split) - 1)
            assert split[-1], "no empty last page"


async def test_a_page_goes_on_where_the_last_one_ended_whatever_came_meanwhile(
    world: World,
) -> None:
    first, second, third = [
        await world.day(date=date) for date in ("2026-12-01", "2026-12-08", "2026-12-15")
    ]
    page = (await world.emil.get("/events?limit=2")).json()
    assert [item["id"] for item in page["items"]] == [first["id"], second["id"]]
    earlier = await world.day(date="2026-11-30")
    rest = (await world.emil.get(f"/events?limit=2&after={page['next']}")).json()
    assert [item["id"] for item in rest["items"]] == [third["id"]]
    assert earlier["id"] not in str(rest)


@on_sqlite
async def test_a_list_has_fifty_items_unless_told(world: World) -> None:
    shifts = [
        {"therapist": f"{name}@hands.example", "chair": name, "starts": "08:00", "ends": "16:00"}
        for name in ("tara", "tom")
    ]
    day = await world.day(shifts=shifts, slot_minutes=10, reset_minutes=5)
    path = f"/events/{day['id']}/slots"
    page = (await world.emil.get(path)).json()
    assert (len(page["items"]), day["counts"]["slots"]) == (50, 64)
    assert page["next"] is not None
    rest = (await world.emil.get(f"{path}?after={page['next']}")).json()
    assert (len(rest["items"]), rest["next"]) == (14, None)


@on_sqlite
async def test_a_limit_and_a_place_that_cannot_be_are_refused(world: World) -> None:
    day = await world.day()
    for path in ("/events", f"/events/{day['id']}/slots", "/bookings", "/people"):
        for limit in ("0", "-1", "201", "ten", "1.5", "99999999999999999999"):
            invalid(await world.hana.get(f"{path}?limit={limit}"), "limit")
        for after in ("nowhere", "x" * 101, world.olga.id):
            invalid(await world.hana.get(f"{path}?after={after}"), "after")


async def test_what_is_read_carries_an_etag_and_is_not_sent_again(world: World) -> None:
    day = await world.day(claims_per_person=2)
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[0])
    reads = [
        (world.emil, "/events"),
        (world.emil, f"/events/{day['id']}"),
        (world.emil, f"/events/{day['id']}/slots"),
        (world.emil, "/bookings"),
        (world.emil, f"/bookings/{booking['id']}"),
        (world.hana, "/people"),
        (world.hana, "/roster?date=2026-12-03"),
        (world.hana, f"/events/{day['id']}/report"),
    ]
    tags = [await unchanged(who, path) for who, path in reads]
    assert len(set(tags)) == len(tags)
    await world.claim(world.emil, slots[1])
    await world.emil.put(f"/bookings/{booking['id']}/slot", {"slot_id": slots[2]["id"]})
    await world.join("new@acme.example", "New Colleague", Role.EMPLOYEE)
    for (who, path), tag in zip(reads, tags, strict=True):
        answer = await who.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200, path
        assert answer.headers["etag"] != tag
        assert answer.json()


async def unchanged(who: Someone, path: str) -> str:
    """Reads twice, the second time with the ETag of the first; answers the ETag."""
    first = await who.get(path)
    tag = first.headers["etag"]
    assert first.status_code == 200
    assert tag.startswith('"')
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await who.get(path, headers={"If-None-Match": condition})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert (await who.get(path, headers={"If-None-Match": '"other"'})).content == first.content
    return str(tag)


async def test_an_etag_opens_nothing(world: World) -> None:
    """Whoever may not read a thing does not learn from its ETag whether it is there."""
    day = await world.day()
    booking = await world.claim(world.emil, (await world.slots(day))[0])
    path = f"/bookings/{booking['id']}"
    tag = (await world.emil.get(path)).headers["etag"]
    answers: list[httpx.Response] = [
        await someone.get(path, headers={"If-None-Match": tag})
        for someone in (world.edda, world.hana, world.otto)
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not any("etag" in answer.headers for answer in answers)
