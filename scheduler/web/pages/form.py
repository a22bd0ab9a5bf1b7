"""What a page's form holds, read into the type that its handler names."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from scheduler.domain.errors import FieldError, Invalid
from scheduler.web.pages.page import AnyRequest
from scheduler.web.wording import explain

T = TypeVar("T", bound=msgspec.Struct)
DEEPEST = 6


async def read(request: AnyRequest, wanted: type[T]) -> T:
    """Empty fields count as left out; a field of type list takes all values of its name.

    Raises Invalid, with the first field that cannot be used.
    """
    return _convert((await request.form()).multi_items(), wanted)


def asked(request: AnyRequest, wanted: type[T]) -> T:
    """The same from the query of the address."""
    return _convert(request.query_params.multi_items(), wanted)


def kept(request: AnyRequest, wanted: type[T]) -> T | None:
    """What somebody had filled in before they had to sign in: it came back in the address."""
    names = {field.encode_name for field in msgspec.structs.fields(wanted)}
    if not names & {*request.query_params}:
        return None
    try:
        return asked(request, wanted)
    except Invalid:
        return None


def _convert(sent: Iterable[tuple[str, Any]], wanted: type[T]) -> T:
    lists = {field.encode_name for field in msgspec.structs.fields(wanted) if _is_list(field.type)}
    values: dict[str, Any] = {}
    for name, value in sent:
        if name in lists:
            values.setdefault(name, []).append(value)
        elif value != "":
            values[name] = value
    try:
        return msgspec.convert(values, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(explain(str(error), wanted)) from None


def fit(values: Mapping[str, Any], wanted: type[T]) -> T:
    """What several fields make together. Raises Invalid with all of them that cannot be used."""
    if found := problems(values, wanted):
        raise Invalid(*found)
    return msgspec.convert(values, wanted, strict=False)


def problems(values: Mapping[str, Any], wanted: type[msgspec.Struct]) -> list[FieldError]:
    """One for each field that cannot be used."""
    fields = msgspec.structs.fields(wanted)
    return [problem for field in fields if (problem := _problem(values, field))]


def _problem(values: Mapping[str, Any], field: msgspec.structs.FieldInfo) -> FieldError | None:
    name = field.encode_name
    if name not in values:
        return FieldError(name, "This is missing.") if field.required else None
    try:
        msgspec.convert(values[name], field.type, strict=False)
    except msgspec.ValidationError as error:
        problem = explain(str(error), field.type, name)
        return problem if problem.field.startswith(name) else _below(name, problem)
    return None


def _below(name: str, problem: FieldError) -> FieldError:
    dot = "" if problem.field.startswith("[") else "."
    return FieldError(f"{name}{dot}{problem.field}", problem.message)


def nest(sent: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Names such as `shifts[0].starts` as objects and lists, whose gaps close."""
    tree: dict[str, Any] = {}
    for name, value in sent:
        *path, last = re.findall(r"[^.\[\]]+", name)[:DEEPEST] or [name]
        branch = tree
        for key in path:
            if not isinstance(branch.get(key), dict):
                branch[key] = {}
            branch = branch[key]
        if isinstance(value, str):
            branch[last] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    if all(re.fullmatch(r"[0-9]{1,4}", key) for key in branch):
        return [_listed(branch[key]) for key in sorted(branch, key=int)]
    return {key: _listed(value) for key, value in branch.items()}


def _is_list(kind: Any) -> bool:
    return isinstance(msgspec.inspect.type_info(kind), msgspec.inspect.ListType)
