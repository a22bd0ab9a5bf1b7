"""The ladder that every resource climbs: who is kept out, and what that looks like."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import httpx

from tests.world import API, Someone, World

MALFORMED = ("7", "not-an-id", "00000000-0000-0000-0000-00000000000g", "%F0%9F%92%86", "' OR 1=1")
VARYING = ("x-request-id", "date")
NOT_THERE = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "There is nothing here, or nothing that you may see.",
    "code": "not_found",
}


def essence(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All of an answer but what differs each time: to compare two to the byte."""
    headers = [(name, value) for name, value in answer.headers.items() if name not in VARYING]
    return answer.status_code, answer.content, sorted(headers)


async def nowhere(world: World) -> tuple[int, bytes, list[tuple[str, str]]]:
    """What an address answers that does not exist."""
    answer = await world.anonymous.get(f"{API}/nowhere")
    assert answer.json() == NOT_THERE
    return essence(answer)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, checked against RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert {"type", "title", "detail"} <= set(problem)
    assert "request_id" not in problem
    return problem


def invalid(answer: httpx.Response, *fields: str) -> None:
    """Refused as bad input, with exactly these fields named, each with a sentence."""
    errors = refused(answer, 400, "invalid")["errors"]
    assert [error["field"] for error in errors] == list(fields)
    assert all(error["message"] for error in errors)


async def climb(
    world: World, method: str, path: str, body: Any, insider: Someone, outsiders: Iterable[Someone]
) -> None:
    """`path` holds the id after its first word. Closed to outsiders, to nobody in particular, and
    to whoever gets the id wrong: to all of them the same bytes.
    """
    missing = await nowhere(world)
    for someone in outsiders:
        answer = await someone.http.request(method, API + path, json=body)
        assert essence(answer) == missing, f"{method} {path} as {someone.email}"
    for wrong in (str(uuid4()), *MALFORMED):
        answer = await insider.http.request(method, API + with_id(path, wrong), json=body)
        assert essence(answer) == missing, f"{method} {path} with the id {wrong}"
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic YTpi"}):
        answer = await world.anonymous.request(method, API + path, json=body, headers=headers)
        assert refused(answer, 401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"


def with_id(path: str, wrong: str) -> str:
    parts = path.split("/")
    return "/".join([*parts[:2], wrong, *parts[3:]])
