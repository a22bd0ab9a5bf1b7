"""What msgspec says about a body or a parameter, in the words of whoever reads it."""

import re
from typing import Any

from msgspec import inspect

from scheduler.domain.errors import FieldError
from scheduler.domain.text import shown
from scheduler.i18n import Sentence, say

EXPECTED = {
    "int": say("a whole number"),
    "float": say("a number"),
    "str": say("text"),
    "bool": say("true or false"),
    "array": say("a list"),
    "object": say("an object"),
    "uuid": say("an id"),
    "date": say("a date such as 2026-12-03"),
    "datetime": say("an instant such as 2026-12-03T08:00:00Z"),
}
FOUND = EXPECTED | {"int": say("a number")}
SENTENCES = {
    "Invalid RFC3339 encoded date": say("{subject} must be a day that exists, such as 2026-12-03."),
    "Invalid RFC3339 encoded datetime": say(
        "{subject} must be an instant with its offset from UTC, such as 2026-12-03T08:00:00Z."
    ),
    r"Expected `int( \| null)?`, got `float`": say(
        "{subject} must be a whole number, without a decimal point."
    ),
    "Expected `datetime` with a timezone component": say(
        "{subject} needs its offset from UTC, as in 2026-12-03T08:00:00Z."
    ),
    "Expected `str` matching regex .*": say(
        "{subject} must be a time such as 09:00, at most 23:59."
    ),
    "Invalid UUID": say("{subject} is not an id."),
    "(Integer value|Number) out of range": say("{subject} is too large a number."),
    "Expected `str` of length >= 1": say("{subject} must not be empty."),
    "Expected `array` of length >= 1": say("{subject} must not be an empty list."),
}
BOUNDS = {
    ("int", ">="): say("{subject} must be at least {bound}."),
    ("int", "<="): say("{subject} must be at most {bound}."),
    ("str", ">="): say("{subject} must have at least {bound} characters."),
    ("str", "<="): say("{subject} must have at most {bound} characters."),
    ("array", ">="): say("{subject} must have at least {bound} entries."),
    ("array", "<="): say("{subject} must have at most {bound} entries."),
}
THIS, BODY = say("This"), say("The body")


def unreadable(said: str) -> FieldError:
    """About a body that is no JSON at all."""
    if place := re.search(r"\(byte (\d+)\)", said):
        byte = int(place[1]) + 1
        return FieldError("", say("The body is not JSON: look at byte {byte}.", byte=byte))
    return FieldError("", "The body is not JSON: it ends too early.")


def explain(message: str, wanted: Any = Any, parameter: str = "") -> FieldError:
    """`wanted` is the type that was to be read, of the body or of a parameter of the address."""
    parts = re.fullmatch(r"(.*?)(?: - at `\$\.?([^`]*)`)?", message, re.DOTALL)
    said, field = (parts[1], parts[2] or parameter) if parts else (message, parameter)
    if about := re.fullmatch(r"Object (.+) field `(.+)`", said, re.DOTALL):
        return _wrong_key(field, *about.groups())
    return FieldError(field, _plain(said, THIS if field else BODY, field, wanted))


def _wrong_key(parent: str, problem: str, key: str) -> FieldError:
    field = f"{parent}.{shown(key)}".lstrip(".")
    if problem == "missing required":
        return FieldError(field, "This is missing.")
    return FieldError(field, "This is not known here. Check how it is spelled, or leave it out.")


def _plain(said: str, subject: Sentence, field: str, wanted: Any) -> Sentence:
    for pattern, sentence in SENTENCES.items():
        if re.fullmatch(pattern, said):
            return sentence.fill(subject=subject)
    if wrong_type := re.fullmatch(r"Expected `([^`]+)`(?:, got `(.+)`)?", said):
        return _wrong_type(subject, *wrong_type.groups())
    if bound := re.fullmatch(r"Expected `(\w+)`(?: of length)? (>=|<=) (-?\d+)", said):
        return BOUNDS[bound[1], bound[2]].fill(subject=subject, bound=bound[3])
    if choice := re.fullmatch(r"Invalid enum value '?(.*?)'?", said, re.DOTALL):
        choices = ", ".join(_choices(inspect.type_info(wanted), re.findall(r"[a-z_]+", field)))
        return say(
            "“{choice}” is none of the choices: {choices}.",
            choice=shown(choice[1]),
            choices=choices,
        )
    return say("{subject} cannot be used.", subject=subject)


def _wrong_type(subject: Sentence, expected: str, got: str | None) -> Sentence:
    kinds = _kinds(expected.split(" | "))
    if got is None:
        return say("{subject} must be {kinds}.", subject=subject, kinds=kinds)
    found = FOUND.get(got, got)
    return say("{subject} must be {kinds}, not {found}.", subject=subject, kinds=kinds, found=found)


def _kinds(expected: list[str]) -> Sentence | str:
    first, *others = expected
    kind = EXPECTED.get(first, first)
    return say("{kind} or {others}", kind=kind, others=_kinds(others)) if others else kind


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
