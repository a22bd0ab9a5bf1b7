"""How forms are read: names that nest, and every field that cannot be used."""

from typing import Any

import pytest

from scheduler.domain.errors import Invalid
from scheduler.domain.plan import EventPlan
from scheduler.web.pages import form
from tests.world import plan


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ([], {}),
        ([("title", "Back")], {"title": "Back"}),
        ([("location.name", "Roof")], {"location": {"name": "Roof"}}),
        ([("a[0].b", "1"), ("a[0].c", "2")], {"a": [{"b": "1", "c": "2"}]}),
        ([("a[7].b", "2"), ("a[3].b", "1")], {"a": [{"b": "1"}, {"b": "2"}]}),
        ([("a[0].b[0].c", "1")], {"a": [{"b": [{"c": "1"}]}]}),
        ([("a", "1"), ("a[0]", "2")], {"a": ["2"]}),
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[x].b", "1")], {"a": {"x": {"b": "1"}}}),
        ([("a", b"no text")], {}),
    ],
)  # fmt: skip
def test_names_nest(sent: list[tuple[str, Any]], found: dict[str, Any]) -> None:
    assert form.nest(sent) == found


def test_every_field_that_cannot_be_used_is_named_with_its_path() -> None:
    shifts = [{"therapist": "x", "chair": "1", "starts": "9", "ends": "10:00"}]
    wrong = {"title": "", "location": {"address": ""}, "slot_minutes": "x", "shifts": shifts}
    with pytest.raises(Invalid) as refused:
        form.fit(plan() | wrong, EventPlan)
    assert [error.field for error in refused.value.errors] == [
        "title", "location.name", "slot_minutes", "shifts[0].starts",
    ]  # fmt: skip
    below = plan() | {"location": {"name": ""}}
    assert [one.field for one in form.problems(below, EventPlan)] == ["location.name"]
