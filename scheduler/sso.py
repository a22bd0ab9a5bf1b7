"""A company's own sign-in, by OpenID Connect. The only module that knows Authlib.

Authorization code with PKCE (S256). What the provider says of itself is read anew each time, so a
new key or address counts at once. Nothing it sends is believed before its signature, issuer,
audience, times and nonce are checked.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from msgspec import Struct

T = TypeVar("T")
SCOPE = "openid email profile"
# Only those whose key to verify is public: whoever knows that cannot sign.
ALGORITHMS = tuple(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))
KEY_TYPES = ("RSA", "EC")
PATIENCE = 10.0  # seconds, for all that a provider is asked at once
LARGEST = 256 * 1024
UNCOMPRESSED = {"Accept-Encoding": "identity"}
LEEWAY = 60
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
VERIFIED = (True, "true")
# Microsoft's name for it: Entra ID has no `email_verified`.
ENTRA_VERIFIED = (*VERIFIED, "1")
# RFC 6749: it is our registration there that is wrong, not this sign-in.
NOT_REGISTERED = {"invalid_client", "unauthorized_client"}


class SignInFailed(Exception):
    """The text is the technical reason, for the log or for whoever sets the provider up."""


class NoAnswer(SignInFailed):
    pass


class Untrusted(SignInFailed):
    pass


class Misconfigured(SignInFailed):
    pass


class Declined(SignInFailed):
    pass


class Provider(Struct, frozen=True):
    """`issuer` is pinned: whatever calls itself otherwise is refused."""

    issuer: str
    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"Provider(issuer={self.issuer!r}, …)"


class Pending(Struct, frozen=True):
    """What must be known again when the browser comes back; `code_verifier` has 43 to 128 of RFC
    7636's characters.
    """

    state: str
    nonce: str
    code_verifier: str


class Identity(Struct, frozen=True):
    """Whom the provider vouches for. `email` and `name` are empty when it does not say."""

    subject: str
    email: str
    email_verified: bool
    name: str


class _Metadata(Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Tokens(Struct, frozen=True):
    id_token: str
    access_token: str = ""


class _OAuthError(Struct, frozen=True):
    error: str = "no reason"
    error_description: str = ""


class _Keys(Struct, frozen=True):
    keys: list[dict[str, Any]]


async def check(provider: Provider) -> None:
    """Raises SignInFailed unless the provider answers, is who it is said to be, and has keys."""
    async with _asking() as http:
        metadata = await _discover(http, provider.issuer)
        await _keys(http, metadata)


async def begin(provider: Provider, redirect_uri: str, pending: Pending) -> str:
    """The address to send the browser to. Raises SignInFailed."""
    async with _asking() as http:
        metadata = await _discover(http, provider.issuer)
    client = OAuth2Client(
        None, provider.client_id, scope=SCOPE, redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )  # fmt: skip
    url, _state = client.create_authorization_url(
        metadata.authorization_endpoint,
        state=pending.state, nonce=pending.nonce, code_verifier=pending.code_verifier,
    )  # fmt: skip
    return str(url)


async def finish(
    provider: Provider, redirect_uri: str, pending: Pending, answer: Mapping[str, str],
    now: datetime,
) -> Identity:  # fmt: skip
    """Whom the provider's answer, the query of the callback, speaks of. Raises SignInFailed."""
    async with _asking() as http:
        metadata = await _discover(http, provider.issuer)
        code = _code(answer, pending, metadata)
        tokens = await _exchange(http, provider, redirect_uri, pending, metadata, code)
        claims = _verified(tokens, await _keys(http, metadata), provider, pending, now)
        if "email" not in claims and metadata.userinfo_endpoint and tokens.access_token:
            claims |= await _userinfo(http, metadata.userinfo_endpoint, tokens, claims["sub"])
    return _identity(claims)


@asynccontextmanager
async def _asking() -> AsyncIterator[httpx.AsyncClient]:
    """Follows no redirect: a provider that moved is entered anew, by a person."""
    try:
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(timeout=PATIENCE, verify=_trust(), headers=UNCOMPRESSED) as http,
        ):
            yield http
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whose certificates count; to read them takes longer than all the rest."""
    return httpx.create_ssl_context()


async def _discover(http: httpx.AsyncClient, issuer: str) -> _Metadata:
    _check_address(issuer, issuer)
    url = get_well_known_url(issuer, external=True)
    metadata = _read(await _fetch(http, "GET", url), _Metadata)
    if metadata.issuer != issuer:
        raise Untrusted(f"it calls itself {metadata.issuer[:300]!r}, not {issuer!r}")
    for endpoint in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
        _check_address(endpoint, issuer)
    if metadata.userinfo_endpoint is not None:
        _check_address(metadata.userinfo_endpoint, issuer)
    return metadata


def _check_address(url: str, issuer: str) -> None:
    """https; on this machine, for trying out, http where the issuer is such an address itself."""
    try:
        parts, home = urlsplit(url), urlsplit(issuer)
        _ = parts.port
    except ValueError:
        raise Untrusted(f"{url[:300]!r} is not an address") from None
    here = parts.scheme == home.scheme == "http" and {parts.hostname, home.hostname} <= LOOPBACK
    plain = url.isascii() and url.isprintable() and " " not in url and not parts.username
    if not parts.hostname or not plain or not (parts.scheme == "https" or here):
        raise Untrusted(f"{url[:300]!r} is not an https address")


async def _fetch(http: httpx.AsyncClient, method: str, url: str, **options: Any) -> bytes:
    """The body of a 200. Raises Untrusted for anything else, or for more than fits."""
    async with http.stream(method, url, **options) as response:
        body = b""
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST:
                raise Untrusted(f"{url} sent more than {LARGEST} bytes")
    if response.status_code == httpx.codes.OK:
        return body
    raise _refusal(url, response.status_code, body)


def _refusal(url: str, status: int, body: bytes) -> SignInFailed:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS:
        return NoAnswer(f"{url} answered {status}")
    try:
        said = msgspec.json.decode(body, type=_OAuthError)
    except ValueError:
        return Untrusted(f"{url} answered {status}")
    kind = Misconfigured if said.error in NOT_REGISTERED else Untrusted
    return kind(f"{url} answered {status} {said.error[:100]}: {said.error_description[:300]}")


def _read(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except ValueError as error:
        raise Untrusted(f"{shape.__name__}: {error}") from error


def _code(answer: Mapping[str, str], pending: Pending, metadata: _Metadata) -> str:
    """From the query of the callback; RFC 9207's `iss` tells answers of two providers apart."""
    if answer.get("state") != pending.state:
        raise Untrusted("the state is another sign-in's")
    announced = metadata.authorization_response_iss_parameter_supported
    if answer.get("iss", "" if announced else metadata.issuer) != metadata.issuer:
        raise Untrusted("the answer names another issuer")
    if error := answer.get("error"):
        raise Declined(f"{error[:100]}: {answer.get('error_description', '')[:300]}")
    if not answer.get("code"):
        raise Untrusted("the answer holds no code")
    return answer["code"]


async def _exchange(
    http: httpx.AsyncClient, provider: Provider, redirect_uri: str, pending: Pending,
    metadata: _Metadata, code: str,
) -> _Tokens:  # fmt: skip
    body = prepare_token_request(
        "authorization_code",
        code=code, redirect_uri=redirect_uri, code_verifier=pending.code_verifier,
    )  # fmt: skip
    url, headers, body = ClientAuth(
        provider.client_id, provider.client_secret, _auth_method(metadata)
    ).prepare("POST", metadata.token_endpoint, {"Accept": "application/json"}, body)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return _read(await _fetch(http, "POST", url, headers=headers, content=body), _Tokens)


def _auth_method(metadata: _Metadata) -> str:
    """In the body where possible: providers disagree on how a header's secret is escaped."""
    in_body = "client_secret_post"
    supported = metadata.token_endpoint_auth_methods_supported
    return in_body if in_body in supported else "client_secret_basic"


async def _keys(http: httpx.AsyncClient, metadata: _Metadata) -> KeySet:
    found = _read(await _fetch(http, "GET", metadata.jwks_uri), _Keys).keys
    signing = [
        key for key in found if key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": signing})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Untrusted(f"its keys cannot be read: {error}") from error


def _verified(
    tokens: _Tokens, keys: KeySet, provider: Provider, pending: Pending, now: datetime
) -> dict[str, Any]:
    """The claims of the ID token: OpenID Connect Core 1.0, 3.1.3.7."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
    }
    about = {
        "nonce": pending.nonce,
        "client_id": provider.client_id,
        "access_token": tokens.access_token,
    }
    try:
        token = jwt.decode(tokens.id_token, keys, registry=registry)
        claims = CodeIDToken(token.claims, token.header, options, about)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise Untrusted(f"its token is not to be trusted: {error}") from error
    return dict(claims)


async def _userinfo(
    http: httpx.AsyncClient, url: str, tokens: _Tokens, subject: str
) -> dict[str, Any]:
    """What a provider with thin ID tokens says of the same subject over its own connection."""
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    claims = _read(await _fetch(http, "GET", url, headers=headers), dict[str, Any])
    if claims.get("sub") != subject:
        raise Untrusted("its user info is about somebody else")
    return claims


def _identity(claims: Mapping[str, Any]) -> Identity:
    email, name = claims.get("email"), claims.get("name")
    if "email_verified" in claims:
        verified = claims["email_verified"] in VERIFIED
    else:
        verified = claims.get("xms_edov") in ENTRA_VERIFIED
    return Identity(
        subject=claims["sub"],
        email=email if isinstance(email, str) else "",
        email_verified=verified,
        name=name if isinstance(name, str) else "",
    )
