"""Every refusal of a plan that contract.md names, and what is taken as it is."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from scheduler.domain import event as events
from scheduler.domain import plan as planning
from scheduler.domain.errors import Invalid
from scheduler.domain.plan import EventPlan, PlannedShift
from scheduler.storage.rows import Event, Person
from tests import world

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def shift(**changes: Any) -> dict[str, Any]:
    return {
        "therapist": "tara@hands.example",
        "chair": "Chair 1",
        "starts": "09:00",
        "ends": "12:00",
    } | changes


def pause(starts: str, ends: str) -> dict[str, str]:
    return {"starts": starts, "ends": ends}


def plan(*shifts: dict[str, Any], **changes: Any) -> EventPlan:
    body = world.plan(shifts=list(shifts) or [shift()], **changes)
    return msgspec.convert(body, EventPlan)


def check(wanted: EventPlan, *, new_date: bool = True) -> list[PlannedShift]:
    return planning.check(wanted, NOW, new_date=new_date)


def refusals(wanted: EventPlan) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check(wanted)
    return {error.field: error.message for error in refused.value.errors}


def test_a_good_plan_becomes_instants() -> None:
    first, second = check(
        plan(
            shift(breaks=[pause("10:20", "10:40")]),
            shift(chair="Chair 2", therapist="tom@hands.example"),
        )
    )
    day = datetime(2026, 12, 3, tzinfo=UTC)
    assert first.time == (day + timedelta(hours=8), day + timedelta(hours=11))
    assert first.breaks == [(day.replace(hour=9, minute=20), day.replace(hour=9, minute=40))]
    assert (second.plan.chair, second.breaks) == ("Chair 2", [])


@pytest.mark.parametrize(
    ("shifts", "changes", "field", "message"),
    [
        ([shift()], {"date": "2026-11-22"}, "date", "in the past"),
        ([shift()], {"date": "0001-01-01", "timezone": "Asia/Tokyo"}, "date", "in the past"),
        ([shift()], {"date": "2101-01-01"}, "date", "before the year 2101"),
        ([shift(ends="23:59")], {"date": "9999-12-31", "timezone": "America/New_York"}, "date",
         "before the year 2101"),
        ([shift()], {"timezone": "Europe/Bonn"}, "timezone", "“Europe/Bonn” is not a time zone"),
        ([shift()], {"timezone": "localtime"}, "timezone", "not a time zone"),
        ([shift()], {"timezone": "../etc/passwd"}, "timezone", "not a time zone"),
        ([shift(starts="02:30")], {"date": "2027-03-28"}, "shifts[0].starts", "skip"),
        ([shift(starts="01:00", ends="02:30")], {"date": "2027-03-28"}, "shifts[0].ends", "skip"),
        ([shift(starts="02:30")], {"date": "2027-10-31"}, "shifts[0].starts", "comes twice"),
        ([shift(starts="02:10")], {"date": "2027-10-03", "timezone": "Australia/Lord_Howe"},
         "shifts[0].starts", "skip"),
        ([shift(starts="01:45")], {"date": "2027-04-04", "timezone": "Australia/Lord_Howe"},
         "shifts[0].starts", "comes twice"),
        ([shift(starts="02:30")], {"date": "2027-03-14", "timezone": "America/New_York"},
         "shifts[0].starts", "skip"),
        ([shift(starts="01:00", breaks=[pause("02:30", "03:30")])], {"date": "2027-03-28"},
         "shifts[0].breaks[0].starts", "skip"),
        ([shift(ends="09:00")], {}, "shifts[0].ends", "later than “starts”"),
        ([shift(ends="08:00")], {}, "shifts[0].ends", "later than “starts”"),
        ([shift(ends="00:00")], {}, "shifts[0].ends", "on the same day"),
        ([shift(ends="09:14")], {}, "shifts[0].ends", "shorter than one massage"),
        ([shift(breaks=[pause("10:00", "10:00")])], {}, "shifts[0].breaks[0].ends", "later than"),
        ([shift(breaks=[pause("08:50", "09:10")])], {}, "shifts[0].breaks[0]", "outside its shift"),
        ([shift(breaks=[pause("11:50", "12:01")])], {}, "shifts[0].breaks[0]", "outside its shift"),
        ([shift(breaks=[pause("10:00", "10:30"), pause("10:29", "10:40")])], {},
         "shifts[0].breaks[1]", "overlaps another"),
        ([shift(), shift(therapist="tom@hands.example", starts="11:59", ends="13:00")], {},
         "shifts[1].chair", "has this chair"),
        ([shift(), shift(therapist="tom@hands.example", chair="CHAIR 1")], {},
         "shifts[1].chair", "has this chair"),
        ([shift(), shift(chair="Chair 2")], {}, "shifts[1].therapist", "has another shift"),
        ([shift(), shift(chair="Chair 2", therapist="TARA@Hands.example")], {},
         "shifts[1].therapist", "has another shift"),
    ],
)  # fmt: skip
def test_refusals_name_their_field(
    shifts: list[dict[str, Any]], changes: dict[str, Any], field: str, message: str
) -> None:
    found = refusals(plan(*shifts, **changes))
    assert list(found) == [field]
    assert message in found[field]


def test_all_that_is_wrong_is_named_at_once() -> None:
    found = refusals(
        plan(
            shift(ends="08:00"),
            shift(starts="10:00", chair="Chair 2", breaks=[pause("09:00", "09:30")]),
            shift(starts="11:00", chair="Chair 2", therapist="tom@hands.example"),
        )
    )
    assert list(found) == ["shifts[0].ends", "shifts[1].breaks[0]", "shifts[2].chair"]


@pytest.mark.parametrize(
    ("shifts", "changes"),
    [
        ([shift()], {"date": "2026-11-23"}),
        ([shift()], {"date": "2100-12-31"}),
        ([shift(ends="09:15")], {}),
        ([shift(starts="00:00", ends="23:59")], {}),
        ([shift(breaks=[pause("09:00", "09:30"), pause("11:30", "12:00")])], {}),
        ([shift(breaks=[pause("10:30", "11:00"), pause("10:00", "10:30")])], {}),
        ([shift(), shift(starts="12:00", ends="13:00")], {}),
        ([shift(), shift(chair="Chair 2", therapist="tom@hands.example")], {}),
        ([shift(starts="01:00", ends="04:00")], {"date": "2027-03-28"}),
        ([shift(starts="01:00", ends="04:00")], {"date": "2027-10-31"}),
        ([shift()], {"timezone": "Asia/Kolkata"}),
        ([shift()], {"timezone": "Pacific/Apia"}),
    ],
)
def test_what_is_taken(shifts: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    assert len(check(plan(*shifts, **changes))) == len(shifts)


def test_today_is_today_in_the_zone_of_the_day() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    berlin = plan(date="2026-11-23")
    with pytest.raises(Invalid):
        planning.check(berlin, late, new_date=True)
    assert planning.check(plan(date="2026-11-23", timezone="UTC"), late, new_date=True)


def test_a_day_that_keeps_its_date_may_be_past() -> None:
    assert check(plan(date="2020-01-07"), new_date=False)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"shifts": []}, "$.shifts"),
        ({"shifts": [shift()] * 51}, "$.shifts"),
        ({"shifts": [shift(starts="9:00")]}, "$.shifts[0].starts"),
        ({"shifts": [shift(ends="24:00")]}, "$.shifts[0].ends"),
        ({"shifts": [shift(ends="12:00:00")]}, "$.shifts[0].ends"),
        ({"shifts": [shift(surprise=1)]}, "$.shifts[0]"),
        ({"date": "2026-02-30"}, "$.date"),
        ({"date": "3.12.2026"}, "$.date"),
        ({"slot_minutes": 4}, "$.slot_minutes"),
        ({"slot_minutes": 121}, "$.slot_minutes"),
        ({"slot_minutes": 15.5}, "$.slot_minutes"),
        ({"reset_minutes": -1}, "$.reset_minutes"),
        ({"reset_minutes": 61}, "$.reset_minutes"),
        ({"claims_per_person": 0}, "$.claims_per_person"),
        ({"cancel_until_minutes": -1}, "$.cancel_until_minutes"),
        ({"claims_open_at": "2026-11-26T08:00:00"}, "$.claims_open_at"),
        ({"title": ""}, "$.title"),
        ({"status": "published"}, "$"),
    ],
)
def test_wrong_shapes(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(world.plan(**changes), EventPlan)
    assert where == "$" or f"`{where}`" in str(refused.value)


# What people typed


def test_texts_are_normalised_once() -> None:
    typed = plan(
        shift(chair=" Stuhl\u00a01 "),
        title="  Mas\u0065\u0301sage ",
        timezone=None,
        location={"name": " Raum\t", "address": "\nHauptstr. 1 \r\nBerlin\r\n"},
    )
    cleaned = planning.clean(typed, "Europe/Vienna")
    assert cleaned.title == unicodedata.normalize("NFC", "Mas\u0065\u0301sage")
    assert cleaned.shifts[0].chair == "Stuhl\u00a01"
    assert (cleaned.location.name, cleaned.location.address) == ("Raum", "Hauptstr. 1\nBerlin")
    assert cleaned.timezone == "Europe/Vienna"


def test_each_text_that_cannot_be_used_is_named() -> None:
    typed = plan(
        shift(chair="Chair\u20281"),
        title="Chair\nmassage",
        location={"name": "\u202eRoom", "address": "Hauptstr. 1\x07"},
    )
    with pytest.raises(Invalid) as refused:
        planning.clean(typed, "UTC")
    assert {(error.field, error.message[-18:]) for error in refused.value.errors} == {
        ("title", "U+000A. Remove it."),
        ("location.name", "U+202E. Remove it."),
        ("location.address", "U+0007. Remove it."),
        ("shifts[0].chair", "U+2028. Remove it."),
    }


def test_a_text_of_blanks_is_empty() -> None:
    with pytest.raises(Invalid) as refused:
        planning.clean(plan(title=" \u00a0 "), "UTC")
    assert refused.value.errors[0].message == "It must not be empty."


# Rows


def person(email: str) -> Person:
    return Person(id=uuid4(), email=email, name="Tara")


def test_a_plan_survives_its_rows() -> None:
    wanted = plan(
        shift(breaks=[pause("10:00", "10:30")]),
        shift(chair="Chair 2", therapist="tom@hands.example"),
        claims_open_at="2026-11-26T09:00:00+01:00",
    )
    therapists = [person("tom@hands.example"), person("tara@hands.example")]
    planned = check(wanted)
    row = planning.to_event(wanted, planned, blank())
    assigned = events.assign(planned, therapists)
    rows = [
        events.to_shift(row.id, position, block, who)
        for position, (block, who) in enumerate(zip(planned, assigned, strict=True))
    ]
    again = planning.of_event(row, rows)
    kept = [msgspec.structs.replace(one, id=None) for one in again.shifts]
    assert msgspec.structs.replace(again, shifts=kept) == wanted
    assert row.claims_open_at == datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert row.ends_at == datetime(2026, 12, 3, 10, 55, tzinfo=UTC)  # when the last slot ends


def blank(**changes: Any) -> Event:
    row = Event(
        id=uuid4(), organisation=uuid4(), title="", date=date(2026, 12, 3), timezone="UTC",
        location_name="", location_address="", slot_minutes=15, reset_minutes=5,
        claims_open_at=None, claims_per_person=1, cancel_until_minutes=0, ends_at=NOW,
        published_at=None, cancelled_at=None, cancel_reason=None, created_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(row, **changes)


def test_a_therapist_nobody_knows_is_named() -> None:
    planned = check(plan(shift(), shift(chair="Chair 2", therapist="nobody@hands.example")))
    with pytest.raises(Invalid) as refused:
        events.assign(planned, [person("Tara@hands.example")])
    [error] = refused.value.errors
    assert (error.field, error.message) == (
        "shifts[1].therapist",
        "No therapist here has this address.",
    )


@pytest.mark.parametrize(
    ("published", "cancelled", "hours_left", "expected"),
    [
        (False, False, 1, events.Status.DRAFT),
        (False, False, -1, events.Status.DRAFT),
        (True, False, 1, events.Status.PUBLISHED),
        (True, False, 0, events.Status.FINISHED),
        (True, False, -1, events.Status.FINISHED),
        (False, True, 1, events.Status.CANCELLED),
        (True, True, 1, events.Status.CANCELLED),
        (True, True, -1, events.Status.CANCELLED),
    ],
)
def test_status(
    *, published: bool, cancelled: bool, hours_left: int, expected: events.Status
) -> None:
    row = blank(
        published_at=NOW if published else None,
        cancelled_at=NOW if cancelled else None,
        ends_at=NOW + timedelta(hours=hours_left),
    )
    assert events.status(row, NOW) is expected
