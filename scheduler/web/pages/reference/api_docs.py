"""The reference of the API, written from the OpenAPI document that the application makes itself."""

import json
import shlex
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from litestar import Litestar, get
from litestar.routes import HTTPRoute
from msgspec import Struct

from scheduler.domain.errors import DomainError
from scheduler.domain.person import Role
from scheduler.web import access
from scheduler.web.errors import PROBLEM_JSON, STATUS
from scheduler.web.pages.page import AnyRequest, Page, render
from scheduler.web.pages.reference.shapes import Field, Json, Shapes

EVERYBODY = "everybody, without a token"
MEMBERS = "every member of the organisation"
DONE = {200: "Done.", 201: "Created.", 204: "Done. The answer is empty."}
FORM = "multipart/form-data"


class Answer(Struct, frozen=True):
    """`media` is empty when there is no body; `refused` when that is a problem document."""

    status: str
    words: str
    media: str
    kind: str
    fields: list[Field]
    refused: bool


class Body(Struct, frozen=True):
    media: str
    required: bool
    fields: list[Field]


class Operation(Struct, frozen=True):
    anchor: str
    method: str
    path: str
    summary: str
    who: str
    parameters: list[tuple[str, Field]]
    body: Body | None
    answers: list[Answer]
    curl: str


class Reference(Struct, frozen=True):
    """`groups` are by tag, in the document's order; `problem` is the body of every refusal."""

    groups: dict[str, list[Operation]]
    problem: list[Field]
    refusals: list[tuple[int, str, str]]


@get("/api/docs", guards=[access.anyone], include_in_schema=False)
async def show_reference(request: AnyRequest) -> Page:
    return render(
        request,
        "reference/api_docs.html",
        reference=_reference(request.app, request.app.state.settings.base_url),
    )


@lru_cache(maxsize=1)
def _reference(app: Litestar, base_url: str) -> Reference:
    document = app.openapi_schema.to_schema()
    components = document["components"]["schemas"]
    writer = _Writer(Shapes(components), base_url, _callers(app))
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["Other"])[0]
            groups.setdefault(tag, []).append(writer.operation(method.upper(), path, operation))
    problem = writer.shapes.fields(components["Problem"])
    return Reference(groups, problem, sorted(_refusals(DomainError)))


def _callers(app: Litestar) -> dict[tuple[str, str], str]:
    """Method and path to who may call it, as the guard of the route says."""
    return {
        (method, route.path_format): _who(handler.resolve_guards())
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
    }


def _who(guards: list[Any]) -> str:
    roles = next((guard.roles for guard in guards if isinstance(guard, access.Only)), None)
    if roles is None:
        return EVERYBODY
    names = [f"{role.value}s" for role in Role if role in roles]
    return MEMBERS if len(names) == len(Role) else " and ".join(names)


def _refusals(kind: type[DomainError]) -> Iterator[tuple[int, str, str]]:
    """Status, code and sentence of everything that can be refused."""
    for one in kind.__subclasses__():
        if one.__subclasses__():
            yield from _refusals(one)
        else:
            status = next(STATUS[base] for base in one.__mro__ if base in STATUS)
            yield status, one.code, " ".join((one.__doc__ or "").split())


class _Writer:
    def __init__(self, shapes: Shapes, base_url: str, callers: dict[tuple[str, str], str]) -> None:
        self.shapes, self.base_url, self.callers = shapes, base_url, callers

    def operation(self, method: str, path: str, operation: Json) -> Operation:
        return Operation(
            anchor=operation["operationId"],
            method=method,
            path=path,
            summary=operation.get("summary", path),
            who=self.callers.get((method, path), EVERYBODY),
            parameters=[self._parameter(one) for one in operation.get("parameters", [])],
            body=self._body(operation),
            answers=[self._answer(*one) for one in operation["responses"].items()],
            curl=self._curl(method, path, operation),
        )

    def _parameter(self, one: Json) -> tuple[str, Field]:
        field = self.shapes.field(one["name"], one["schema"], required=one["required"])
        return one["in"], field

    def _body(self, operation: Json) -> Body | None:
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            schema = content["schema"]
            may_be_left_out = {"type": "null"} in schema.get("oneOf", [])
            return Body(media, not may_be_left_out, self.shapes.fields(schema))
        return None

    def _answer(self, status: str, response: Json) -> Answer:
        media, content = next(iter(response.get("content", {}).items()), ("", {"schema": {}}))
        own_words = response["description"] != HTTPStatus(int(status)).description
        return Answer(
            status=status,
            words=response["description"] if own_words else DONE.get(int(status), "Refused."),
            media=media.partition(";")[0],
            kind=self.shapes.kind(content["schema"]),
            fields=self.shapes.fields(content["schema"]),
            refused=media == PROBLEM_JSON,
        )

    def _curl(self, method: str, path: str, operation: Json) -> str:
        words = ["curl"] if method == "GET" else ["curl", "-X", method]
        lines = [" ".join([*words, shlex.quote(self._address(path, operation))])]
        if operation.get("security"):
            lines.append('-H "Authorization: Bearer $TOKEN"')
        return " \\\n  ".join([*lines, *self._data(operation)])

    def _address(self, path: str, operation: Json) -> str:
        query = []
        for one in operation.get("parameters", []):
            name, value = one["name"], self.shapes.example(one["schema"])
            path = path.replace(f"{{{name}}}", name.upper() if value == "text" else str(value))
            if one["in"] == "query" and one["required"]:
                query.append(f"{name}={value}")
        return f"{self.base_url}{path}{'?' if query else ''}{'&'.join(query)}"

    def _data(self, operation: Json) -> list[str]:
        content = operation.get("requestBody", {}).get("content", {})
        if FORM in content:
            return [f"-F {name}=@people.csv" for name in self._example(content[FORM])]
        return [
            part
            for media, one in content.items()
            for part in (
                f'-H "Content-Type: {media}"',
                f"-d {shlex.quote(json.dumps(self._example(one), ensure_ascii=False))}",
            )
        ]

    def _example(self, content: Json) -> Any:
        return self.shapes.example(content["schema"])


HANDLERS = [show_reference]
