"""One tap before and one after."""

import pytest

from tests.web.ladder import climb, essence, invalid, nowhere, refused
from tests.world import World

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_rating_is_kept_and_may_be_changed(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0], pressure=3)
    path = f"/bookings/{booking['id']}"
    world.clock.set("2026-12-03T08:15:00Z")
    first = await world.emil.put(f"{path}/ratings/before", {"score": 8, "area": "left_neck"})
    assert first.status_code == 200
    before = {"score": 8, "area": "left_neck"}
    assert first.json() == booking | {"ratings": {"before": before, "after": None}}
    for score in (0, 10, 3, 3):
        answer = await world.emil.put(f"{path}/ratings/after", {"score": score})
        after = {"score": score, "area": None}
        assert answer.json() == booking | {"ratings": {"before": before, "after": after}}
    assert (await world.emil.get(path)).json() == answer.json()
    assert (await world.emil.get("/bookings")).json()["items"] == [answer.json()]


@on_sqlite
@pytest.mark.parametrize(
    ("moment", "status", "instant", "code"),
    [
        ("before", None, "2026-12-03T07:59:59Z", "not_yet"),
        ("before", None, "2026-12-03T08:00:00Z", ""),
        ("before", "checked_in", "2026-12-03T07:30:00Z", ""),
        ("after", None, "2026-12-03T08:14:59Z", "not_yet"),
        ("after", None, "2026-12-03T08:15:00Z", ""),
        ("after", "checked_in", "2026-12-03T07:30:00Z", "not_yet"),
        ("after", "completed", "2026-12-03T07:30:00Z", ""),
        # The last slot of the day ends at 10:55Z.
        ("after", None, "2026-12-10T10:54:59Z", ""),
        ("after", None, "2026-12-10T10:55:00Z", "rating_closed"),
        ("before", None, "2026-12-10T10:55:00Z", "rating_closed"),
        ("after", "no_show", "2026-12-03T09:00:00Z", "rating_closed"),
        ("after", "cancelled", "2026-12-03T09:00:00Z", "rating_closed"),
    ],
)
async def test_ratings_have_their_hours(
    world: World, moment: str, status: str | None, instant: str, code: str
) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    path = f"/bookings/{booking['id']}"
    world.clock.set("2026-12-03T07:30:00Z")
    if status == "cancelled":
        await world.hana.delete(path)
    elif status:
        await world.tara.put(f"{path}/attendance", {"status": status})
    world.clock.set(instant)
    answer = await world.emil.put(f"{path}/ratings/{moment}", {"score": 5})
    if code:
        refused(answer, 409, code)
        assert (await world.emil.get(path)).json()["ratings"] == {"before": None, "after": None}
    else:
        assert answer.json()["ratings"][moment] == {"score": 5, "area": None}


async def test_rating_has_its_ladder(world: World) -> None:
    booking = await world.claim(world.emil, (await world.slots(await world.day()))[0])
    world.clock.set("2026-12-03T09:00:00Z")
    strangers = [
        world.edda, world.hana, world.tara, world.tom, world.ada,
        world.olga, world.otto, world.tara_elsewhere,
    ]  # fmt: skip
    for moment in ("before", "after"):
        path = f"/bookings/{booking['id']}/ratings/{moment}"
        await climb(world, "PUT", path, {"score": 5}, world.emil, strangers)
        for body, field in (
            ({}, "score"),
            ({"score": -1}, "score"),
            ({"score": 11}, "score"),
            ({"score": 5.5}, "score"),
            ({"score": "5"}, "score"),
            ({"score": True}, "score"),
            ({"score": 5, "area": "knee"}, "area"),
            ({"score": 5, "note": "ouch"}, "note"),
        ):
            invalid(await world.emil.put(path, body), field)
    assert (await world.emil.get(f"/bookings/{booking['id']}")).json() == booking
    unknown = await world.anonymous.put(f"/api/v1/bookings/{booking['id']}/rating", json={})
    assert essence(unknown) == await nowhere(world)
