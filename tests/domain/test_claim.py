"""The order of a claim's refusals, and the part of a day that a wish means."""

from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import pytest

from scheduler.domain.booking import check_claim, lowest_free
from scheduler.domain.errors import Conflict, Invalid
from scheduler.domain.wish import Wishes, window
from scheduler.storage.rows import ClaimFacts
from tests.domain.test_plan import blank

NOW = datetime(2026, 12, 3, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)

# What is wrong with a claim, in the order in which contract.md has it refused.
WRONG: dict[str, dict[str, Any]] = {
    "event_cancelled": {"event_cancelled_at": NOW},
    "event_not_open": {"claims_open_at": LATER},
    "slot_past": {"starts_at": NOW},
    "already_booked": {"claimed": 1},
    "overlaps_own_booking": {"overlaps": True},
    "slot_taken": {"taken": True},
}


def facts(**changes: Any) -> ClaimFacts:
    """An open slot of a published day, but for these changes."""
    fields: dict[str, Any] = dict.fromkeys(ClaimFacts.__struct_fields__)
    fields |= {"starts_at": LATER, "ends_at": LATER + timedelta(minutes=15), "published_at": NOW}
    fields |= {"claims_per_person": 1, "claimed": 0, "overlaps": False, "taken": False}
    return ClaimFacts(**(fields | changes))


def code(found: ClaimFacts, *, early: bool = False) -> str | None:
    try:
        check_claim(found, NOW, early=early)
    except Conflict as refused:
        return refused.code
    return None


SETS = list(chain.from_iterable(combinations(WRONG, size) for size in range(len(WRONG) + 1)))


@pytest.mark.parametrize("wrong", SETS, ids=lambda wrong: "+".join(wrong) or "nothing")
def test_the_first_reason_is_the_one_that_is_told(wrong: tuple[str, ...]) -> None:
    changes = {field: value for name in wrong for field, value in WRONG[name].items()}
    assert code(facts(**changes)) == (wrong[0] if wrong else None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"published_at": None}, "event_not_open"),
        ({"claims_open_at": NOW}, None),
        ({"claims_open_at": NOW + timedelta.resolution}, "event_not_open"),
        ({"starts_at": NOW + timedelta.resolution}, None),
        ({"starts_at": NOW - timedelta(days=1)}, "slot_past"),
        ({"claims_per_person": 2, "claimed": 1}, None),
        ({"claims_per_person": 2, "claimed": 2}, "already_booked"),
    ],
)
def test_edges(changes: dict[str, Any], expected: str | None) -> None:
    assert code(facts(**changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"claims_open_at": LATER}, None),
        ({"published_at": None}, "event_not_open"),
        ({"event_cancelled_at": NOW}, "event_cancelled"),
        ({"claimed": 1}, "already_booked"),
        ({"starts_at": NOW}, "slot_past"),
    ],
)
def test_on_behalf_only_the_opening_is_ignored(
    changes: dict[str, Any], expected: str | None
) -> None:
    assert code(facts(**changes), early=True) == expected


@pytest.mark.parametrize(("taken", "expected"), [(set(), 1), ({1}, 2), ({2}, 1), ({1, 2, 4}, 3)])
def test_the_lowest_free_number(taken: set[int], expected: int) -> None:
    assert lowest_free(taken) == expected


# Wishes


@pytest.mark.parametrize(
    ("zone", "day", "earliest", "latest", "since", "until"),
    [
        ("Europe/Berlin", "2026-12-03", None, None, "2026-12-02T23:00Z", "2026-12-03T23:00Z"),
        ("Europe/Berlin", "2026-12-03", "09:00", None, "2026-12-03T08:00Z", "2026-12-03T23:00Z"),
        ("Europe/Berlin", "2026-12-03", None, "12:00", "2026-12-02T23:00Z", "2026-12-03T11:00Z"),
        ("Asia/Kolkata", "2026-12-03", "09:00", "09:30", "2026-12-03T03:30Z", "2026-12-03T04:00Z"),
        ("Pacific/Apia", "2026-12-03", "00:00", "23:59", "2026-12-02T11:00Z", "2026-12-03T10:59Z"),
        ("Europe/Berlin", "2026-10-25", "01:00", "04:00", "2026-10-24T23:00Z", "2026-10-25T03:00Z"),
        ("Europe/Berlin", "2026-03-29", None, None, "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
    ],
)
def test_window(
    zone: str, day: str, earliest: str | None, latest: str | None, since: str, until: str
) -> None:
    event = blank(timezone=zone, date=datetime.fromisoformat(day).date())
    found = window(event, Wishes(earliest=earliest, latest=latest))
    assert found == (datetime.fromisoformat(since), datetime.fromisoformat(until))


@pytest.mark.parametrize(
    ("day", "wishes", "field"),
    [
        ("2026-03-29", Wishes(earliest="02:30"), "earliest"),
        ("2026-10-25", Wishes(latest="02:30"), "latest"),
    ],
)
def test_a_wished_time_that_is_skipped_or_repeated(day: str, wishes: Wishes, field: str) -> None:
    event = blank(timezone="Europe/Berlin", date=datetime.fromisoformat(day).date())
    with pytest.raises(Invalid) as refused:
        window(event, wishes)
    assert [error.field for error in refused.value.errors] == [field]
