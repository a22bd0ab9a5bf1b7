"""Requests that must be refused, each with all that its answer says."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.world import plan

INVALID = "Some of what you sent cannot be used. Nothing was changed."
NOTHING_HERE = "There is nothing here, or nothing that you may see."
Fields = list[tuple[str, str]]


class Bad(NamedTuple):
    """`{slot}` and the like, in paths and bodies, stand for the ids of the stage that is set."""

    title: str
    who: str
    request: str
    options: Mapping[str, Any]
    status: int
    code: str
    detail: str
    fields: Fields

    @property
    def method(self) -> str:
        return self.request.split()[0]

    @property
    def path(self) -> str:
        return self.request.split(maxsplit=1)[1]


def invalid(title: str, who: str, request: str, fields: Fields, **options: Any) -> Bad:
    return Bad(title, who, request, options, 400, "invalid", INVALID, fields)


def missing(title: str, who: str, request: str, **options: Any) -> Bad:
    return Bad(title, who, request, options, 404, "not_found", NOTHING_HERE, [])


def refused(
    title: str, who: str, request: str, answer: tuple[int, str, str], **options: Any
) -> Bad:
    return Bad(title, who, request, options, *answer, [])


def bad_plan(title: str, field: str, sentence: str, /, **changes: Any) -> Bad:
    """A day that Hana plans, with one thing wrong."""
    return invalid(title, "hana", "POST /events", [(field, sentence)], json=plan(**changes))


def bad_shift(title: str, field: str, sentence: str, /, **changes: Any) -> Bad:
    """The same, with something wrong about its only shift."""
    shifts = [shift(**changes)]
    return bad_plan(title, f"shifts[0]{field}", sentence, shifts=shifts)


def shift(**changes: Any) -> dict[str, Any]:
    usual = {"therapist": "tara@hands.example", "chair": "Chair 1", "starts": "09:00"}
    return usual | {"ends": "12:00"} | changes


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}
