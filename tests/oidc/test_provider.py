"""The whole flow against a real provider: what it vouches for, and what it is refused for."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scheduler import clock, sso
from scheduler.sso import Declined, Identity, Misconfigured, NoAnswer, Pending, Provider, Untrusted
from tests.commands import free_port
from tests.oidc.company import REDIRECT_URI, Company, company, sign_in

pytestmark = pytest.mark.anyio
AN_HOUR = timedelta(hours=1)


def pending() -> Pending:
    return Pending(*(secrets.token_urlsafe(32) for _ in range(3)))


async def come_back(provider: Provider, account: str) -> tuple[Pending, dict[str, str]]:
    begun = pending()
    url = await sso.begin(provider, REDIRECT_URI, begun)
    return begun, await sign_in(url, account)


async def finish(
    provider: Provider, begun: Pending, answer: dict[str, str], later: timedelta = timedelta()
) -> Identity:
    return await sso.finish(provider, REDIRECT_URI, begun, answer, clock.now() + later)


async def enter(provider: Provider, account: str) -> Identity:
    return await finish(provider, *await come_back(provider, account))


async def test_somebody_signs_in(acme: Company) -> None:
    identity = await enter(acme.provider, "emil")
    assert identity == Identity("emil", "emil@acme.example", email_verified=True, name="Emil Grün")


async def test_the_code_is_bound_to_us_by_pkce(acme: Company) -> None:
    url = await sso.begin(acme.provider, REDIRECT_URI, pending())
    assert "code_challenge_method=S256" in url
    begun, answer = await come_back(acme.provider, "emil")
    other = Pending(begun.state, begun.nonce, pending().code_verifier)
    with pytest.raises(Untrusted, match="invalid_grant"):
        await finish(acme.provider, other, answer)


@pytest.mark.parametrize(
    "options",
    [{"thin": True}, {"method": "client_secret_basic"}],
    ids=["the address is asked for apart", "the secret travels in a header"],
)
async def test_providers_differ(options: dict[str, Any], tmp_path: Path) -> None:
    with company(tmp_path, **options) as other:
        assert (await enter(other.provider, "nora")).email == "nora@acme.example"


@pytest.mark.parametrize(
    ("account", "email", "verified"),
    [
        ("unverified", "emil@acme.example", False),
        ("silent", "emil@acme.example", False),
        ("nomail", "", False),
        ("entra", "enno@acme.example", True),
        ("denied", "emil@acme.example", False),
    ],
)
async def test_an_address_is_verified_only_where_that_is_said(
    acme: Company, account: str, email: str, *, verified: bool
) -> None:
    identity = await enter(acme.provider, account)
    assert (identity.email, identity.email_verified) == (email, verified)


async def test_whoever_stops_there_is_declined(acme: Company) -> None:
    with pytest.raises(Declined, match="access_denied"):
        await enter(acme.provider, "cancel")


async def test_a_code_counts_once(acme: Company) -> None:
    begun, answer = await come_back(acme.provider, "emil")
    await finish(acme.provider, begun, answer)
    with pytest.raises(Untrusted, match="invalid_grant"):
        await finish(acme.provider, begun, answer)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "another"}, "state"),
        ({"state": None}, "state"),
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"code": None}, "no code"),
        ({"code": "made-up"}, "invalid_grant"),
    ],
    ids=str,
)
async def test_another_answer_is_refused(
    acme: Company, change: dict[str, str | None], why: str
) -> None:
    begun, answer = await come_back(acme.provider, "emil")
    changed = {key: value for key, value in (answer | change).items() if value is not None}
    with pytest.raises(Untrusted, match=why):
        await finish(acme.provider, begun, changed)


async def test_another_nonce_is_refused(acme: Company) -> None:
    begun, answer = await come_back(acme.provider, "emil")
    other = Pending(begun.state, pending().nonce, begun.code_verifier)
    with pytest.raises(Untrusted, match="nonce"):
        await finish(acme.provider, other, answer)


@pytest.mark.parametrize(
    ("later", "why"), [(2 * AN_HOUR, "expired"), (-AN_HOUR, "issued in the future")]
)
async def test_a_token_counts_in_its_time(acme: Company, later: timedelta, why: str) -> None:
    begun, answer = await come_back(acme.provider, "emil")
    with pytest.raises(Untrusted, match=why):
        await finish(acme.provider, begun, answer, later)


async def test_an_answer_of_another_provider_is_refused(acme: Company, tmp_path: Path) -> None:
    """The same client, with the same secret: only the issuer differs."""
    with company(tmp_path) as other:
        begun, answer = await come_back(other.provider, "emil")
        with pytest.raises(Untrusted, match="another issuer"):
            await finish(acme.provider, begun, answer)
        with pytest.raises(Untrusted, match="invalid_grant"):
            await finish(acme.provider, begun, answer | {"iss": acme.issuer})


async def test_whoever_calls_itself_otherwise_is_refused(tmp_path: Path) -> None:
    with company(tmp_path, issuer="http://127.0.0.1:9") as other:
        for asked in (sso.check(other.provider), come_back(other.provider, "emil")):
            with pytest.raises(Untrusted, match="calls itself"):
                await asked


async def test_it_may_change_its_keys(tmp_path: Path) -> None:
    with company(tmp_path) as before:
        await enter(before.provider, "emil")
    with company(tmp_path, port=before.port) as after:
        assert (await enter(after.provider, "emil")).subject == "emil"


async def test_one_that_is_down_does_not_answer(tmp_path: Path) -> None:
    with company(tmp_path) as other:
        begun, answer = await come_back(other.provider, "emil")
        other.stop()
        for asked in (
            sso.check(other.provider),
            sso.begin(other.provider, REDIRECT_URI, begun),
            finish(other.provider, begun, answer),
        ):
            with pytest.raises(NoAnswer):
                await asked


async def test_where_nobody_ever_was_is_no_answer() -> None:
    nowhere = Provider(f"http://127.0.0.1:{free_port()}", "chairtime", "secret")
    with pytest.raises(NoAnswer):
        await sso.check(nowhere)


async def test_a_wrong_secret_is_told_apart(acme: Company) -> None:
    begun, answer = await come_back(acme.provider, "emil")
    wrong = msgspec.structs.replace(acme.provider, client_secret="wrong")
    with pytest.raises(Misconfigured, match="invalid_client"):
        await finish(wrong, begun, answer)


async def test_its_name_hides_the_secret(acme: Company) -> None:
    assert acme.provider.client_secret not in repr(acme.provider)
    assert acme.provider.client_secret not in str(acme.provider)
