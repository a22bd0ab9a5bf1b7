"""What the database refuses at the chair, whoever writes and however."""

from uuid import UUID

import pytest

from scheduler.ids import new_id
from tests.storage.days import Day, Days, add_booking, at, two_organisations
from tests.storage.test_guards import become, refuses
from tests.world import write

pytestmark = pytest.mark.anyio


@pytest.fixture
async def days(bound: str) -> Days:
    assert bound
    return await two_organisations()


async def rest_of(day: Day, booking: UUID) -> UUID:
    rest = new_id()
    await write(
        "INSERT INTO slot (id, organisation, event, shift, starts_at, ends_at, instead_of)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        rest, day.organisation, day.event, day.shift, at(5), at(15), booking,
    )  # fmt: skip
    return rest


async def take(day: Day, rest: UUID, person: UUID, status: str = "confirmed") -> UUID:
    return await add_booking(
        Day(day.organisation, day.event, day.shift, [rest]), 0, person, 0, status=status
    )


async def test_a_missed_time_has_one_rest(days: Days) -> None:
    missed = await add_booking(days.acme, 0, days.people[0], 0, status="no_show")
    first = await rest_of(days.acme, missed)
    await refuses(rest_of(days.acme, missed), "slot_instead_once|slot.instead_of")
    await write("UPDATE slot SET cancelled_at = {} WHERE id = {}", at(6), first)
    await rest_of(days.acme, missed)


async def test_nobody_lives_on_the_time_of_somebody_who_came(days: Days) -> None:
    day, (emil, edda, *_) = days.acme, days.people
    missed = await add_booking(day, 0, emil, 0, status="no_show")
    rest = await rest_of(day, missed)
    taken = await take(day, rest, edda)
    for status in ("confirmed", "checked_in", "completed", "cancelled"):
        await refuses(become(missed, status), "booking_not_given")
    await become(taken, "cancelled")
    await become(missed, "checked_in")
    await refuses(take(day, rest, edda), "booking_of_no_show")
    await refuses(become(taken, "confirmed"), "booking_of_no_show")


async def test_one_person_stands_by_once(days: Days) -> None:
    async def stand_by() -> None:
        await write(
            "INSERT INTO standby (id, organisation, event, person, tapped_at)"
            " VALUES ({}, {}, {}, {}, {})",
            new_id(), days.acme.organisation, days.acme.event, days.people[0], at(0),
        )  # fmt: skip

    await stand_by()
    await refuses(stand_by(), "standby_once|standby.event, standby.person")
    await write("UPDATE standby SET ended_at = {}", at(1))
    await stand_by()
