"""Every error, domain or framework, to a problem document (RFC 9457) or a page. Nowhere else."""

import re
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap, Scope
from msgspec import UNSET, Struct, UnsetType

from scheduler.domain import errors
from scheduler.domain.errors import DomainError, FieldError, NotSignedIn
from scheduler.domain.people_file import PeopleFileRefused
from scheduler.i18n import say, words
from scheduler.storage.transaction import RUN_AGAIN
from scheduler.web import access
from scheduler.web.pages import page
from scheduler.web.wording import explain

AnyRequest = Request[Any, Any, State]
PROBLEM_JSON = "application/problem+json"
STATUS: dict[type[DomainError], int] = {
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.Invalid: 400,
    errors.IdempotencyKeyReused: 422,
    errors.RateLimited: 429,
    access.ForeignPage: 400,
    errors.Conflict: 409,
}
# Codes and titles of our own where Python's names for them have changed: clients hold them.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
FRAMEWORK_REFUSALS = {
    405: ("method_not_allowed", say("This address does not know that method.")),
    413: ("too_large", say("This is more than fits. Send less at once.")),
    415: ("unsupported_media_type", say("This kind of content is not understood here.")),
}
OTHER_REFUSAL = ("refused", say("This cannot be done here."))
UNREADABLE = {"Invalid host header": FieldError("Host", "This is not the name of a host.")}
NOT_A_FORM = FieldError("", "The body is not a form that can be read. Send multipart/form-data.")
CONTENTION = say("Too many people did this at once. Try again.")
BUG = say(
    "Something is wrong on our side. Look before you try again, and please tell us this number."
)
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


def problem(request: AnyRequest, status: int, code: str, detail: str, **more: Any) -> Response[Any]:
    """A page for whoever looks at pages; for programs, and below /api for everybody, JSON."""
    headers = more.pop("headers", {})
    if reads_pages(request):
        return page.failure(request, status, detail, more.get("request_id", ""), headers)
    title = TITLES.get(status, HTTPStatus(status).phrase)
    body = Problem(title=title, status=status, detail=detail, code=code, **more)
    return Response(body, status_code=status, media_type=PROBLEM_JSON, headers=headers)


def reads_pages(request: AnyRequest) -> bool:
    below_api = request.url.path.startswith("/api/")
    return not below_api and "text/html" in request.headers.get("accept", "")


def on_sign_in_first(request: AnyRequest, error: access.SignInFirst) -> Response[Any]:
    """Whoever looks at a page is led to sign in, and back."""
    if not reads_pages(request):
        return on_domain_error(request, NotSignedIn())
    return page.see_other(request, f"/sign-in?{urlencode({'next': error.destination})}")


def on_domain_error(request: AnyRequest, error: DomainError) -> Response[Any]:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return problem(request, status, error.code, words(error), **_more(error))


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


def on_refused_file(request: AnyRequest, error: PeopleFileRefused) -> Response[Any]:
    fields = [_line(line, why) for line, why in error.problems]
    return on_domain_error(request, errors.Invalid(*fields))


def _line(line: int, why: str) -> FieldError:
    if not line:
        return FieldError("file", why)
    return FieldError(f"file:{line}", say("Line {line}: {why}", line=line, why=why))


def on_wrong_shape(request: AnyRequest, error: msgspec.ValidationError) -> Response[Any]:
    return on_domain_error(request, errors.Invalid(explain(str(error))))


def on_framework_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return on_domain_error(request, errors.Invalid(UNREADABLE.get(error.detail, NOT_A_FORM)))
    if error.status_code == HTTPStatus.NOT_FOUND:
        return on_domain_error(request, errors.NotFound())
    if error.detail == "client disconnected prematurely":
        return problem(request, 400, "disconnected", "The connection was closed.")  # read by nobody
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_bug(request, error)
    refusal = FRAMEWORK_REFUSALS.get(error.status_code, OTHER_REFUSAL)
    return problem(request, error.status_code, *refusal, headers=dict(error.headers or {}))


def on_contention(request: AnyRequest, _error: Exception) -> Response[Any]:
    """Ten times somebody was faster. Nothing was changed, and trying again is right."""
    return problem(request, 409, "try_again", CONTENTION)


def on_bug(request: AnyRequest, error: Exception) -> Response[Any]:
    reference = request_id(cast("Scope", request.scope))
    _log.error("bug", request_id=reference, kind=type(error).__name__, exc_info=error)
    return problem(request, 500, "internal_error", BUG, request_id=reference)


def request_id(scope: Scope) -> str:
    """The correlation id of this request; made when it is first asked for."""
    state = cast("dict[str, str]", scope.setdefault("state", {}))
    return state.setdefault("request_id", uuid4().hex)


def on_wrong_value(request: AnyRequest, error: ValidationException) -> Response[Any]:
    if missing := re.match(r"Missing required \w+ parameter '(.+?)' for ", error.detail):
        wrong = FieldError(missing[1], "This is missing from the address.")
        return on_domain_error(request, errors.Invalid(wrong))
    entries = cast("list[dict[str, Any]]", error.extra or [])
    if any(entry.get("source") == "path" for entry in entries):
        return on_domain_error(request, errors.NotFound())
    return on_domain_error(request, errors.Invalid(*(_field(request, one) for one in entries)))


def _field(request: AnyRequest, entry: dict[str, Any]) -> FieldError:
    name, said = entry.get("key", ""), entry["message"]
    if entry.get("source") == "body":
        return _part_of_body(name, said)
    parameter = request.route_handler.parsed_fn_signature.parameters[name]
    alias = getattr(parameter.kwarg_definition, "name", None) or name
    # In an address everything is text: that it is text is not what is wrong.
    return explain(said.removesuffix(", got `str`"), parameter.annotation, alias)


def _part_of_body(name: str, said: str) -> FieldError:
    if said == "'data'":
        return FieldError("", "The body is missing. Send a JSON object.")
    field = explain(said).field if name == "data" else name
    return FieldError(field, "This must be one file, in a form sent as multipart/form-data.")


HANDLERS = cast(
    "ExceptionHandlersMap",
    {
        access.SignInFirst: on_sign_in_first,
        DomainError: on_domain_error,
        PeopleFileRefused: on_refused_file,
        msgspec.ValidationError: on_wrong_shape,
        ValidationException: on_wrong_value,
        HTTPException: on_framework_error,
        **dict.fromkeys(RUN_AGAIN, on_contention),
        Exception: on_bug,
    },
)
