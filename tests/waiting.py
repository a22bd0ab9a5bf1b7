"""A small full day, and people in line for it."""

from email.message import EmailMessage
from typing import Any

from tests.world import Someone, World


async def full_day(world: World, places: int = 2, **changes: Any) -> dict[str, Any]:
    """One chair by Tara from 09:00, all of it taken by colleagues; `bookings` are theirs."""
    ends = f"{9 + (places * 20 - 5) // 60:02}:{(places * 20 - 5) % 60:02}"
    shift = {"therapist": "tara@hands.example", "chair": "1", "starts": "09:00", "ends": ends}
    day = await world.day(**({"shifts": [shift]} | changes))
    slots = await world.slots(day)
    assert len(slots) == places
    holders = await world.employees(places)
    bookings = [await world.claim(who, slot) for who, slot in zip(holders, slots, strict=True)]
    return day | {"slots": slots, "bookings": bookings, "holders": holders}


async def offered_to_the_first(world: World) -> dict[str, Any]:
    """Full, with Emil and then Edda in line; the first of its times was given back."""
    found = await full_day(world)
    await join(world.emil, found)
    world.clock.advance(minutes=1)
    await join(world.edda, found)
    await give_back(found, 0)
    return found


async def join(who: Someone, day: dict[str, Any], **wishes: Any) -> dict[str, Any]:
    answer = await who.post(f"/events/{day['id']}/waitlist", wishes or None)
    assert answer.status_code == 201, answer.text
    joined: dict[str, Any] = answer.json()
    return joined


async def give_back(day: dict[str, Any], number: int) -> None:
    answer = await day["holders"][number].delete(f"/bookings/{day['bookings'][number]['id']}")
    assert answer.status_code == 204, answer.text


async def offers(who: Someone) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await who.get("/offers")).json()["items"]
    return items


async def offered(who: Someone) -> list[str]:
    return [offer["slot_id"] for offer in await offers(who)]


def told(world: World, who: Someone) -> list[EmailMessage]:
    """The messages about offers that have left for somebody."""
    return [mail for mail in world.mails(who.email) if "A time for you" in mail["Subject"]]
