"""The API is what its document says: for people, for programs, and for a tool that tries it all."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig

from scheduler.app import create_app
from scheduler.settings import DEFAULTS, load
from scheduler.web.limiter import Limiter
from tests.served import Served, served

EXAMPLES = 25
WHO = ("hana", "emil", "tara")


def document() -> dict[str, Any]:
    app = create_app(load(DEFAULTS))
    known: dict[str, Any] = json.loads(json.dumps(app.openapi_schema.to_schema()))
    return known


DOCUMENT = document()
OPERATIONS = {
    operation["operationId"]: operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}


def test_the_document_is_valid() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_no_two_operations_share_an_id() -> None:
    assert len(OPERATIONS) == sum(len(item) for item in DOCUMENT["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_it_does_and_how_it_may_end(name: str) -> None:
    operation = OPERATIONS[name]
    assert name.replace("_", "").isalpha()
    assert operation["summary"]
    assert operation["tags"]
    assert all(answer["description"] for answer in operation["responses"].values())
    if operation.get("security"):
        assert {"401", "404"} <= set(operation["responses"])


def test_schemas_are_named_for_readers() -> None:
    assert not [name for name in DOCUMENT["components"]["schemas"] if "." in name]


class Unlimited(Limiter):
    def count(self, *_: object) -> None:
        """The tool sends more in a minute than a person may."""


@pytest.fixture
def office(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    mail = tmp_path_factory.mktemp("mail")
    environ = {"CHAIRTIME_DATABASE_URL": database_url, "CHAIRTIME_MAIL_URL": f"maildir:{mail}"}
    with served(load(environ)) as running:
        running.world.app.state.limiter = Unlimited()
        yield running


async def known_ids(office: Served) -> dict[str, str]:
    """What an example needs to reach a row: Emil was massaged this morning, Tara has a feed."""
    world = office.world
    day = await world.day()
    slots = await world.slots(day)
    booking = await world.claim(world.emil, slots[0])
    feed = (await world.tara.post("/calendar-feeds")).json()["url"]
    world.clock.set("2026-12-03T08:20:00+00:00")
    await world.tara.put(f"/bookings/{booking['id']}/attendance", {"status": "completed"})
    return {
        "event_id": day["id"],
        "slot_id": slots[-1]["id"],
        "booking_id": booking["id"],
        "person_id": world.edda.id,
        "name": feed.rpartition("/")[2],
    }


def aim(case: Case[Any], ids: dict[str, str]) -> None:
    """Puts known ids in place of made-up ones, and plans what can be planned."""
    parameters = case.path_parameters or {}
    case.path_parameters = {key: ids.get(key, value) for key, value in parameters.items()}
    if not isinstance(case.body, dict):
        return
    if "slot_id" in case.body:
        case.body["slot_id"] = ids["slot_id"]
    if isinstance(case.body.get("shifts"), list):
        shift: Any = {
            "therapist": "tom@hands.example",
            "chair": "7",
            "starts": "14:00",
            "ends": "15:00",
        }
        case.body |= {"shifts": [shift], "date": "2027-01-07", "timezone": "Asia/Kolkata"}


load_all_checks()
CHECKS: Any = schemathesis.checks.CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_nothing_that_is_sent_gets_an_answer_the_document_does_not_know(
    office: Served, name: str
) -> None:
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig())
    schema.config.update(base_url=office.url)
    schema.config.generation.update(allow_extra_parameters=False)
    operation = schema.find_operation_by_id(name)
    fitting, unfitting = (operation.as_strategy(mode) for mode in GenerationMode)
    tokens = [getattr(office.world, who).token for who in WHO]
    ids = office.run(known_ids(office))

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(fitting | unfitting, st.sampled_from(tokens), st.sampled_from([True, True, False]))
    def run(case: Case[Any], token: str, aimed: bool) -> None:  # noqa: FBT001
        if aimed:
            aim(case, ids)
        headers = {"Authorization": f"Bearer {token}"}
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=10)

    run()
