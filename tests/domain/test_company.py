"""Who has to come with a company's account, and what a browser's secret becomes on the way."""

from uuid import UUID, uuid4

import pytest

from scheduler.domain import company
from scheduler.domain.signin import Asked
from scheduler.storage.rows import CompanyAccount

ACME, FREE, ELSEWHERE = uuid4(), uuid4(), uuid4()


def account(organisation: UUID, *, required: bool) -> CompanyAccount:
    return CompanyAccount(
        id=organisation, name="", domains=["acme.example"], timezone="UTC", required=required
    )


OFFERED = [account(FREE, required=False), account(ACME, required=True)]


@pytest.mark.parametrize(
    ("wanted", "demanded"), [(None, ACME), (ACME, ACME), (FREE, None), (ELSEWHERE, None)]
)
def test_only_the_organisation_that_somebody_wants_to_enter_demands(
    wanted: UUID | None, demanded: UUID | None
) -> None:
    asked = Asked("emil@acme.example", "/", "en", wanted)
    found = company.demanding(asked, OFFERED)
    assert (found.id if found else None) == demanded


@pytest.mark.parametrize(
    ("email", "count"),
    [
        ("emil@acme.example", 2), (" EMIL@Acme.Example ", 2), ("emil@sub.acme.example", 0),
        ("emil@xacme.example", 0), ("emil", 0), ("", 0),
    ],
)  # fmt: skip
def test_the_domain_alone_tells_whose_address_it_is(email: str, count: int) -> None:
    assert len(company.welcoming(email, OFFERED)) == count


def test_every_sign_in_and_every_browser_has_its_own_secrets() -> None:
    one, other = uuid4(), uuid4()
    made = [company.pending(browser, row) for browser in ("a", "b") for row in (one, other)]
    assert made[0] == company.pending("a", one)
    values = [value for each in made for value in (each.state, each.nonce, each.code_verifier)]
    assert len(set(values)) == len(values)
    assert all(43 <= len(value) <= 128 for value in values)
