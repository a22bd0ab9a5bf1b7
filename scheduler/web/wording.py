"""What msgspec says about a body or a parameter, in the words of whoever reads it."""

import re
from typing import Any

from msgspec import inspect

from scheduler.domain.errors import FieldError
from scheduler.domain.text import shown

EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "uuid": "an id",
    "date": "a date such as 2026-12-03",
    "datetime": "an instant such as 2026-12-03T08:00:00Z",
}
FOUND = EXPECTED | {"int": "a number"}
SENTENCES = {
    "Invalid RFC3339 encoded date": "{} must be a day that exists, such as 2026-12-03.",
    "Invalid RFC3339 encoded datetime": (
        "{} must be an instant with its offset from UTC, such as 2026-12-03T08:00:00Z."
    ),
    r"Expected `int( \| null)?`, got `float`": (
        "{} must be a whole number, without a decimal point."
    ),
    "Expected `datetime` with a timezone component": (
        "{} needs its offset from UTC, as in 2026-12-03T08:00:00Z."
    ),
    "Expected `str` matching regex .*": "{} must be a time such as 09:00, at most 23:59.",
    "Invalid UUID": "{} is not an id.",
    "(Integer value|Number) out of range": "{} is too large a number.",
    "Expected `str` of length >= 1": "{} must not be empty.",
    "Expected `array` of length >= 1": "{} must not be an empty list.",
}
BOUNDS = {"int": "be {}", "str": "have {} characters", "array": "have {} entries"}


def unreadable(said: str) -> FieldError:
    """About a body that is no JSON at all."""
    if place := re.search(r"\(byte (\d+)\)", said):
        return FieldError("", f"The body is not JSON: look at byte {int(place[1]) + 1}.")
    return FieldError("", "The body is not JSON: it ends too early.")


def explain(message: str, wanted: Any = Any, parameter: str = "") -> FieldError:
    """`wanted` is the type that was to be read, of the body or of a parameter of the address."""
    parts = re.fullmatch(r"(.*?)(?: - at `\$\.?([^`]*)`)?", message, re.DOTALL)
    said, field = (parts[1], parts[2] or parameter) if parts else (message, parameter)
    if about := re.fullmatch(r"Object (.+) field `(.+)`", said, re.DOTALL):
        return _wrong_key(field, *about.groups())
    return FieldError(field, _plain(said, "This" if field else "The body", field, wanted))


def _wrong_key(parent: str, problem: str, key: str) -> FieldError:
    field = f"{parent}.{shown(key)}".lstrip(".")
    if problem == "missing required":
        return FieldError(field, "This is missing.")
    return FieldError(field, "This is not known here. Check how it is spelled, or leave it out.")


def _plain(said: str, subject: str, field: str, wanted: Any) -> str:
    for pattern, sentence in SENTENCES.items():
        if re.fullmatch(pattern, said):
            return sentence.format(subject)
    if wrong_type := re.fullmatch(r"Expected `([^`]+)`(?:, got `(.+)`)?", said):
        return f"{subject} must be {_kinds(wrong_type[1])}{_instead(wrong_type[2])}."
    if bound := re.fullmatch(r"Expected `(\w+)`(?: of length)? (>=|<=) (-?\d+)", said):
        return f"{subject} must {_bound(*bound.groups())}."
    if choice := re.fullmatch(r"Invalid enum value '?(.*?)'?", said, re.DOTALL):
        choices = ", ".join(_choices(inspect.type_info(wanted), re.findall(r"[a-z_]+", field)))
        return f"“{shown(choice[1])}” is none of the choices: {choices}."
    return f"{subject} cannot be used."


def _kinds(expected: str) -> str:
    return " or ".join(EXPECTED.get(kind, kind) for kind in expected.split(" | "))


def _instead(got: str | None) -> str:
    return f", not {FOUND.get(got, got)}" if got else ""


def _bound(kind: str, comparison: str, bound: str) -> str:
    return BOUNDS[kind].format(f"{'at least' if comparison == '>=' else 'at most'} {bound}")


def _choices(kind: inspect.Type, path: list[str]) -> list[str]:
    """The members of the enumeration at this path in a type."""
    match kind:
        case inspect.EnumType(cls=members):
            return [str(member.value) for member in members]
        case inspect.UnionType(types=kinds):
            return [choice for one in kinds for choice in _choices(one, path)]
        case inspect.ListType(item_type=item):
            return _choices(item, path)
        case inspect.StructType(fields=fields) if path:
            found = [field.type for field in fields if field.encode_name == path[0]]
            return [choice for one in found for choice in _choices(one, path[1:])]
    return []
