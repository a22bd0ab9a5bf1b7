"""What needs a look, and when it does."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from scheduler.domain import event as events
from scheduler.domain.attention import Concern, is_ahead, worries
from scheduler.domain.event import EventDetails
from scheduler.storage.mail_rows import Undelivered
from scheduler.storage.rows import Counts, Event, Shift

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def day(
    *, slots: int = 10, booked: int = 0, begins: datetime = NOW + timedelta(days=3), **facts: Any
) -> EventDetails:
    row: dict[str, Any] = {
        "id": uuid4(), "organisation": uuid4(), "title": "Chair massage", "date": date(2026, 12, 3),
        "timezone": "Europe/Berlin", "location_name": "Room", "location_address": "",
        "slot_minutes": 15, "reset_minutes": 5, "claims_open_at": None, "claims_per_person": 1,
        "cancel_until_minutes": 0, "ends_at": begins + timedelta(hours=3), "published_at": NOW,
        "cancelled_at": None, "cancel_reason": None, "created_at": NOW,
    }  # fmt: skip
    event = Event(**row | facts)
    shift = Shift(
        id=uuid4(), event=event.id, therapist=uuid4(), therapist_name="Tara", therapist_email="t",
        position=0, chair="1", starts=time(9), ends=time(12), breaks=[], starts_at=begins,
        ends_at=event.ends_at,
    )  # fmt: skip
    counts = Counts(event=event.id, slots=slots, open=slots - booked, booked=booked)
    return EventDetails(event, events.status(event, NOW), [shift], counts)


def concern(one: EventDetails) -> Concern | None:
    found = worries([one], [], {}, NOW)
    assert len(found) <= 1
    return found[0].concern if found else None


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (day(booked=5), None),
        (day(booked=4), Concern.HALF_EMPTY),
        (day(booked=4, begins=NOW + timedelta(days=7)), Concern.HALF_EMPTY),
        (day(booked=4, begins=NOW + timedelta(days=7, seconds=1)), None),
        (day(booked=4, claims_open_at=NOW), Concern.HALF_EMPTY),
        (day(booked=4, claims_open_at=NOW + timedelta(seconds=1)), None),
        (day(published_at=None), Concern.DRAFT),
        (day(published_at=None, begins=NOW + timedelta(days=35)), Concern.DRAFT),
        (day(published_at=None, begins=NOW + timedelta(days=35, seconds=1)), None),
        (day(slots=0), Concern.NO_TIMES),
        (day(slots=0, published_at=None), Concern.NO_TIMES),
        (day(slots=0, cancelled_at=NOW), None),
    ],
)
def test_a_day_needs_a_look(one: EventDetails, found: Concern | None) -> None:
    assert concern(one) == found


def test_days_stay_in_their_order() -> None:
    first, second, third = day(published_at=None), day(booked=9), day()
    assert [worry.day for worry in worries([first, second, third], [], {}, NOW)] == [first, third]


def test_whom_a_message_did_not_reach_is_named_on_their_day() -> None:
    full, empty, gone = day(booked=9), day(), day(cancelled_at=NOW)
    untold = [Undelivered(event=one.event.id, name=name) for one, name in (
        (full, "Edda"), (empty, "Emil"), (full, "Otto"), (gone, "Hana"),
    )]  # fmt: skip
    found = [(one.concern, one.names) for one in worries([full, empty, gone], untold, {}, NOW)]
    assert found == [
        (Concern.UNTOLD, ["Edda", "Otto"]), (Concern.UNTOLD, ["Emil"]),
        (Concern.HALF_EMPTY, ["Emil"]),
    ]  # fmt: skip


def test_a_day_is_ahead_until_its_last_massage_ends() -> None:
    assert is_ahead(day(ends_at=NOW + timedelta(seconds=1)), NOW)
    assert not is_ahead(day(ends_at=NOW), NOW)
