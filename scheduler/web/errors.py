"""Every error, domain or framework, to a problem document (RFC 9457). Nowhere else."""

import re
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap, Scope
from msgspec import UNSET, Struct, UnsetType

from scheduler.domain import errors
from scheduler.domain.errors import DomainError, FieldError
from scheduler.domain.people_file import PeopleFileRefused
from scheduler.storage.transaction import Beaten

AnyRequest = Request[Any, Any, State]
PROBLEM_JSON = "application/problem+json"
STATUS: dict[type[DomainError], int] = {
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.Invalid: 400,
    errors.IdempotencyKeyReused: 422,
    errors.RateLimited: 429,
    errors.Conflict: 409,
}
FRAMEWORK_SENTENCES = {
    405: "This address does not know that method.",
    413: "This is more than fits. Send less at once.",
    415: "This kind of content is not understood here.",
}
_log = structlog.get_logger()


class Problem(Struct, frozen=True, kw_only=True):
    """RFC 9457. `errors` says which fields are wrong, `touched` which bookings a change touches."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | UnsetType = UNSET
    touched: list[UUID] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


def problem(status: int, code: str, detail: str, **more: Any) -> Response[Problem]:
    headers = more.pop("headers", {})
    title = HTTPStatus(status).phrase
    body = Problem(title=title, status=status, detail=detail, code=code, **more)
    return Response(body, status_code=status, media_type=PROBLEM_JSON, headers=headers)


def on_domain_error(_request: AnyRequest, error: DomainError) -> Response[Problem]:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return problem(status, error.code, str(error), **_more(error))


def _more(error: DomainError) -> dict[str, Any]:
    match error:
        case errors.Invalid():
            return {"errors": error.errors}
        case errors.TouchesBookings():
            return {"touched": error.touched}
        case errors.RateLimited():
            return {"headers": {"Retry-After": str(error.retry_after_seconds)}}
        case errors.NotSignedIn():
            return {"headers": {"WWW-Authenticate": "Bearer"}}
    return {}


def on_refused_file(request: AnyRequest, error: PeopleFileRefused) -> Response[Problem]:
    fields = [FieldError(f"file:{line}", f"Line {line}: {why}") for line, why in error.problems]
    return on_domain_error(request, errors.Invalid(*fields))


def on_wrong_shape(request: AnyRequest, error: msgspec.ValidationError) -> Response[Problem]:
    return on_domain_error(request, errors.Invalid(explain(str(error))))


def on_framework_error(request: AnyRequest, error: HTTPException) -> Response[Problem]:
    if isinstance(error, ValidationException):
        return on_domain_error(request, errors.Invalid(*_fields(error)))
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return on_domain_error(request, errors.Invalid(_unreadable(error)))
    if error.status_code == HTTPStatus.NOT_FOUND:
        return on_domain_error(request, errors.NotFound())
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_bug(request, error)
    detail = FRAMEWORK_SENTENCES.get(error.status_code, HTTPStatus(error.status_code).description)
    code = HTTPStatus(error.status_code).name.lower()
    return problem(error.status_code, code, detail, headers=dict(error.headers or {}))


def on_contention(request: AnyRequest, _error: Exception) -> Response[Problem]:
    """Ten times somebody was faster. Nothing was changed, and trying again is right."""
    return problem(409, "try_again", "Too many people did this at once. Try again.")


def on_bug(request: AnyRequest, error: Exception) -> Response[Problem]:
    reference = request_id(cast("Scope", request.scope))
    _log.error("bug", request_id=reference, kind=type(error).__name__, exc_info=error)
    sentence = (
        "Something is wrong on our side. Nothing was changed by it. Please tell us this number."
    )
    return problem(500, "internal_error", sentence, request_id=reference)


def request_id(scope: Scope) -> str:
    """The correlation id of this request; made when it is first asked for."""
    state = cast("dict[str, str]", scope.setdefault("state", {}))
    return state.setdefault("request_id", uuid4().hex)


def _fields(error: ValidationException) -> list[FieldError]:
    extra = error.extra if isinstance(error.extra, list) else []
    found = [_field(entry) for entry in extra if isinstance(entry, dict)]
    return found or [explain(error.detail)]


def _field(entry: dict[str, Any]) -> FieldError:
    explained = explain(str(entry.get("message", "")))
    key = str(entry.get("key", "")) or explained.field
    return FieldError(key, explained.message)


def _unreadable(error: HTTPException) -> FieldError:
    _log.debug("unreadable", detail=error.detail)
    return FieldError("", "This is not JSON that can be read.")


EXPECTED = {
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "uuid": "an id",
    "date": "a date such as 2026-12-03",
    "datetime": "an instant such as 2026-12-03T08:00:00Z",
    "float": "a number",
    "null": "nothing",
}


def explain(message: str) -> FieldError:
    """What msgspec says, in the words of whoever reads it."""
    said, _, where = message.partition(" - at `$")
    field = where.rstrip("`").lstrip(".").replace("[...]", "[]")
    return FieldError(field, _plain(said))


def _plain(said: str) -> str:
    if missing := re.fullmatch(r"Object missing required field `(.+)`", said):
        return f"“{missing[1]}” is missing."
    if unknown := re.fullmatch(r"Object contains unknown field `(.+)`", said):
        return f"“{unknown[1]}” is not known here."
    if wrong_type := re.fullmatch(r"Expected `(.+)`, got `.+`", said):
        kinds = [EXPECTED.get(kind.strip(), kind.strip()) for kind in wrong_type[1].split("|")]
        return f"This must be {' or '.join(kinds)}."
    if bound := re.fullmatch(r"Expected `(int|str|array)`(?: of length)? (>=|<=) (\d+)", said):
        return _bounds(*bound.groups())
    if "matching regex" in said:
        return "This must be a time such as 09:00."
    if "timezone" in said or "tzinfo" in said:
        return "This instant needs its offset from UTC, as in 2026-12-03T08:00:00Z."
    if choice := re.fullmatch(r"Invalid enum value '?(.*?)'?", said):
        return f"“{choice[1]}” is none of the choices."
    if said.startswith(("Invalid RFC3339", "Invalid UUID")):
        return "This cannot be read as a date, a time or an id."
    return "This cannot be used."


def _bounds(kind: str, comparison: str, bound: str) -> str:
    unit = {"int": "", "str": " characters", "array": " entries"}[kind]
    word = "at least" if comparison == ">=" else "at most"
    return (
        f"This must be {word} {bound}{unit}."
        if kind == "int"
        else f"This must have {word} {bound}{unit}."
    )


HANDLERS = cast(
    "ExceptionHandlersMap",
    {
        DomainError: on_domain_error,
        PeopleFileRefused: on_refused_file,
        msgspec.ValidationError: on_wrong_shape,
        HTTPException: on_framework_error,
        Beaten: on_contention,
        Exception: on_bug,
    },
)
