"""What an honest provider never sends is refused, whatever it is, and never an error of ours."""

import hmac
import socket
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from scheduler import sso
from scheduler.sso import Identity, Misconfigured, NoAnswer, Pending, Provider, Untrusted
from tests.oidc.company import REDIRECT_URI
from tests.oidc.liar import Liar, liar

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
BEGUN = Pending("state", "nonce", "verifier" * 6)
ANSWER = {"state": "state", "code": "code"}
WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture
def other() -> Iterator[Liar]:
    with liar() as opened:
        yield opened


def claims(other: Liar, **changes: Any) -> dict[str, Any]:
    honest = {
        "iss": other.issuer,
        "aud": "chairtime",
        "sub": "emil",
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "nonce": "nonce",
        "email": "emil@acme.example",
        "email_verified": True,
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def hmac_signed(body: dict[str, Any], secret: bytes) -> str:
    """By hand: the library refuses to misuse a public key like that."""
    parts = [msgspec.json.encode(part) for part in ({"alg": "HS256", "kid": "1"}, body)]
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + mac).decode()


async def finish(other: Liar) -> Identity:
    return await sso.finish(other.provider, REDIRECT_URI, BEGUN, ANSWER, NOW)


async def test_what_is_well_made_is_believed(other: Liar) -> None:
    """The control: so that all that follows is refused for what it says."""
    other.hand_out(other.sign(claims(other)))
    assert (await finish(other)).email == "emil@acme.example"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["chairtime", "another"]}, "azp"),
        ({"aud": ["chairtime", "another"], "azp": "another"}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"exp": None}, "exp"),
        ({"exp": SECONDS - 61}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"iat": None}, "iat"),
        ({"iat": SECONDS + 61}, "in the future"),
        ({"nbf": SECONDS + 61}, "not yet valid"),
        ({"nonce": None}, "nonce"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": ["nonce"]}, "nonce"),
        ({"at_hash": "another"}, "at_hash"),
    ],
    ids=str,
)
async def test_every_claim_is_checked(other: Liar, change: dict[str, Any], why: str) -> None:
    other.hand_out(other.sign(claims(other, **change)))
    with pytest.raises(Untrusted, match=why):
        await finish(other)


@pytest.mark.parametrize(
    "change",
    [
        {"exp": SECONDS - 59},
        {"iat": SECONDS + 59},
        {"aud": ["chairtime"]},
        {"aud": ["chairtime", "another"], "azp": "chairtime"},
    ],
    ids=str,
)
async def test_some_differences_are_honest(other: Liar, change: dict[str, Any]) -> None:
    other.hand_out(other.sign(claims(other, **change)))
    assert (await finish(other)).subject == "emil"


@pytest.mark.parametrize("said", [None, False, "false", "", 0, [], {}, "yes", [True]], ids=repr)
async def test_only_true_means_verified(other: Liar, said: Any) -> None:
    other.hand_out(other.sign(claims(other, email_verified=said)))
    assert not (await finish(other)).email_verified


async def test_an_address_that_is_no_text_is_none(other: Liar) -> None:
    other.hand_out(other.sign(claims(other, email=["emil@acme.example"], name=7)))
    identity = await finish(other)
    assert (identity.email, identity.name) == ("", "")


async def test_the_public_key_is_not_a_password(other: Liar) -> None:
    """HS256 with the public key as its secret, in both of the forms that it is known in."""
    for known in (other.key.as_pem(private=False), other.key.as_der(private=False)):
        other.hand_out(hmac_signed(claims(other), known))
        with pytest.raises(Untrusted, match="HS256"):
            await finish(other)


async def test_nor_is_a_shared_key_or_our_own_secret(other: Liar) -> None:
    shared = OctKey.import_key("secret" * 8, {"kid": "1"})
    other.say("/keys", {"keys": [shared.as_dict(private=True), other.key.as_dict(private=False)]})
    other.hand_out(other.sign(claims(other), shared, alg="HS256"))
    with pytest.raises(Untrusted, match="HS256"):
        await finish(other)


async def test_a_token_without_a_signature_is_none(other: Liar) -> None:
    _header, payload, _signature = other.sign(claims(other)).split(".")
    unsigned = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    for token in (f"{unsigned}.{payload}.", f"{unsigned}.{payload}", f"{_header}.{payload}."):
        other.hand_out(token)
        with pytest.raises(Untrusted):
            await finish(other)


@pytest.mark.parametrize(
    "header",
    [{}, {"kid": "2"}, {"alg": "ES256"}, {"jwk": {}}, {"jku": "https://evil.example"}],
    ids=str,
)
async def test_a_key_that_the_provider_does_not_publish_signs_nothing(
    other: Liar, header: dict[str, Any]
) -> None:
    """Whatever the token itself says about where its key is."""
    forged: RSAKey | ECKey = RSAKey.generate_key(2048, {"kid": "1"})
    if header.get("alg") == "ES256":
        forged = ECKey.generate_key("P-256", {"kid": "1"})
    elif "jwk" in header:
        header = {"jwk": forged.as_dict(private=False)}
    other.hand_out(other.sign(claims(other), forged, **header))
    with pytest.raises(Untrusted):
        await finish(other)


async def test_a_key_to_encrypt_with_signs_nothing(other: Liar) -> None:
    other.say("/keys", {"keys": [other.key.as_dict(private=False) | {"use": "enc"}]})
    other.hand_out(other.sign(claims(other)))
    with pytest.raises(Untrusted):
        await finish(other)


async def test_user_info_about_somebody_else_is_refused(other: Liar) -> None:
    other.discover(userinfo_endpoint=f"{other.issuer}/me")
    other.hand_out(other.sign(claims(other, email=None)))
    other.say("/me", {"sub": "otto", "email": "emil@acme.example", "email_verified": True})
    with pytest.raises(Untrusted, match="somebody else"):
        await finish(other)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"<html>", b"[]", b"null", b'"text"', b'{"issuer": 7}', b"\xff", b"[" * 10000],
    ids=lambda body: repr(body[:10]),
)
@pytest.mark.parametrize("path", [WELL_KNOWN, "/token", "/keys"])
async def test_what_cannot_be_read_is_refused(other: Liar, path: str, body: bytes) -> None:
    other.hand_out(other.sign(claims(other)))
    other.say(path, body)
    with pytest.raises(Untrusted):
        await finish(other)


@pytest.mark.parametrize(
    "key",
    [
        {}, {"kty": "RSA"}, {"kty": "RSA", "n": "x", "e": ""}, {"kty": "RSA", "n": 7, "e": []},
        {"kty": "EC", "crv": "none", "x": "", "y": ""}, {"kty": ["RSA"]}, {"kty": "oct", "k": "eA"},
    ],
    ids=str,
)  # fmt: skip
async def test_keys_that_are_none_are_refused(other: Liar, key: dict[str, Any]) -> None:
    other.say("/keys", {"keys": [key]})
    other.hand_out(other.sign(claims(other)))
    with pytest.raises(Untrusted):
        await sso.check(other.provider)
    with pytest.raises(Untrusted):
        await finish(other)


@pytest.mark.parametrize("path", [WELL_KNOWN, "/token", "/keys"])
async def test_more_than_fits_is_not_read(other: Liar, path: str) -> None:
    other.hand_out(other.sign(claims(other)))
    other.say(path, b" " * (sso.LARGEST + 1))
    with pytest.raises(Untrusted, match="bytes"):
        await finish(other)


@pytest.mark.parametrize("path", [WELL_KNOWN, "/token", "/keys"])
async def test_no_redirect_is_followed(other: Liar, path: str) -> None:
    other.hand_out(other.sign(claims(other)))
    other.location = f"{other.issuer}/elsewhere"
    other.say(path, b"", 302)
    with pytest.raises(Untrusted, match="302"):
        await finish(other)
    assert "/elsewhere" not in other.asked


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_provider_in_trouble_does_not_answer(other: Liar, status: int) -> None:
    other.say("/token", b"Sorry", status)
    with pytest.raises(NoAnswer):
        await finish(other)


async def test_a_client_that_it_does_not_know_is_told_apart(other: Liar) -> None:
    other.say("/token", {"error": "unauthorized_client"}, 400)
    with pytest.raises(Misconfigured):
        await finish(other)


@pytest.mark.parametrize(
    "endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/", "http://192.168.0.1/", "javascript:alert(1)", "/auth", "",
        "https:///auth", "https://somebody@evil.example/", "https://[", "https://a.example:x/",
        "ftp://127.0.0.1/", "http://127.0.0.1.evil.example/", "https://a.example/\r\nx: y",
        "https://a.example/ü", "https://a.example/ b",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_safe_is_refused(other: Liar, endpoint: str, url: str) -> None:
    other.discover(**{endpoint: url})
    with pytest.raises(Untrusted):
        await sso.check(other.provider)
    assert other.asked == [WELL_KNOWN]


@pytest.mark.parametrize(
    "issuer", ["http://idp.example", "ftp://127.0.0.1", "idp.example", "", "https://", "https://["]
)
async def test_an_issuer_that_is_not_safe_is_not_asked(issuer: str) -> None:
    with pytest.raises(Untrusted):
        await sso.check(Provider(issuer, "chairtime", "secret"))


async def test_one_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sso, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        silent = Provider(f"http://127.0.0.1:{deaf.getsockname()[1]}", "chairtime", "secret")
        with pytest.raises(NoAnswer, match="Timeout"):
            await sso.check(silent)
