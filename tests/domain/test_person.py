"""What an import makes of the people there are."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.people_file import PersonRow
from scheduler.domain.person import ImportPreview, compare
from scheduler.domain.text import key
from scheduler.storage.rows import Member


def row(email: str, name: str = "Edda Grün") -> PersonRow:
    return PersonRow(email, name, line=2)


def members(*people: tuple[str, str, str]) -> dict[str, Member]:
    """By key: address, name, roles."""
    return {
        key(email): Member(
            id=uuid4(), email=email, name=name, email_key=key(email), roles=roles.split()
        )
        for email, name, roles in people
    }


@pytest.mark.parametrize(
    ("name", "roles", "expected"),
    [
        ("Edda Grün", "employee", "unchanged"),
        ("Edda Grün", "employee coordinator", "unchanged"),
        ("Edda Okoye", "employee", "updated"),
        ("edda grün", "employee", "updated"),  # a name is written as its owner writes it
        ("Edda Grün", "coordinator", "added"),
        ("Edda Okoye", "therapist", "added"),
        ("Edda Grün", "", "added"),
    ],
)
def test_one_row_against_a_member(name: str, roles: str, expected: str) -> None:
    found = compare([row("edda@acme.example")], members(("edda@acme.example", name, roles)))
    nothing = {"added": 0, "updated": 0, "unchanged": 0}
    assert found == ImportPreview(**(nothing | {expected: 1}))


@pytest.mark.parametrize("written", ["EDDA@acme.example", "edda@ACME.example", "Edda@Acme.Example"])
def test_addresses_are_the_same_however_they_are_written(written: str) -> None:
    known = members(("edda@acme.example", "Edda Grün", "employee"))
    assert compare([row(written)], known) == ImportPreview(0, 0, 1)


def test_who_is_not_in_the_file_is_left_alone() -> None:
    known = members(("emil@acme.example", "Emil", "employee"))
    assert compare([row("edda@acme.example")], known) == ImportPreview(1, 0, 0)
    assert compare([], known) == ImportPreview(0, 0, 0)


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_every_row_is_counted_once(rows: set[int], known: set[int], renamed: set[int]) -> None:
    there = members(
        *(
            (f"p{number}@acme.example", "Other" if number in renamed else "Name", "employee")
            for number in known
        )
    )
    found = compare([row(f"p{number}@acme.example", "Name") for number in rows], there)
    assert found == ImportPreview(
        len(rows - known), len(rows & known & renamed), len((rows & known) - renamed)
    )
