"""An organisation's own sign-in: which provider it is, and the secret that it knows us by."""

import re
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduler import cipher, sso
from scheduler.domain import text
from scheduler.domain.errors import Conflict, FieldError, Invalid
from scheduler.i18n import say
from scheduler.sso import Provider, SignInFailed
from scheduler.storage import audit, identity_providers
from scheduler.storage.rows import IdentityProvider
from scheduler.storage.transaction import transaction

PURPOSE = "identity provider"
WELL_KNOWN = "/.well-known/openid-configuration"
LIMITS = {"issuer": 500, "client_id": 300, "client_secret": 1000}
_printable = re.compile(r"[\x20-\x7e]+")  # RFC 6749, appendix A


class SecretUnreadable(Conflict):
    """The company's sign-in cannot be used: its secret was stored under another
    CHAIRTIME_SECRET_KEY. Whoever looks after Chairtime must set that key again, or enter the secret
    anew.
    """


class Draft(Struct, frozen=True, kw_only=True):
    """Without a `client_secret` the one that is stored stays."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    required: bool = False


def unsealed(stored: IdentityProvider, key: bytes) -> Provider:
    """Raises SecretUnreadable."""
    try:
        secret = cipher.decrypt(key, PURPOSE, stored.organisation.bytes, stored.client_secret)
    except cipher.CannotDecrypt:
        raise SecretUnreadable from None
    return Provider(stored.issuer, stored.client_id, secret)


def merged(draft: Draft, stored: IdentityProvider | None, key: bytes) -> Provider:
    """What is to be tried and stored. A secret is never sent to another provider than its own."""
    issuer = text.trim(draft.issuer).removesuffix(WELL_KNOWN)
    secret = text.trim(draft.client_secret)
    if not secret and stored and stored.issuer == issuer:
        secret = unsealed(stored, key).client_secret
    given = {
        "issuer": issuer,
        "client_id": text.trim(draft.client_id),
        "client_secret": secret,
    }
    if wrong := [error for field, value in given.items() for error in _wrong(field, value)]:
        raise Invalid(*wrong)
    return Provider(**given)


def _wrong(field: str, value: str) -> list[FieldError]:
    if not value:
        return [FieldError(field, say("This is missing."))]
    if len(value) > LIMITS[field] or not _printable.fullmatch(value):
        return [FieldError(field, say("This is not as a provider writes it. Copy it once more."))]
    return []


def draft(stored: IdentityProvider | None) -> Draft:
    """What may be shown of it, to be changed. The secret never is."""
    if stored is None:
        return Draft()
    return Draft(issuer=stored.issuer, client_id=stored.client_id, required=stored.required)


async def current(organisation: UUID) -> IdentityProvider | None:
    return await identity_providers.get(organisation)


async def set_up(
    organisation: UUID, actor: UUID | None, draft: Draft, key: bytes, now: datetime
) -> None:
    """The provider is asked first: what does not work is not stored. Raises Invalid."""
    provider = merged(draft, await identity_providers.get(organisation), key)
    try:
        await sso.check(provider)
    except SignInFailed as error:
        sentence = say(
            "No company's sign-in answers there as it should: {reason}", reason=str(error)
        )
        raise Invalid(FieldError("issuer", sentence)) from error
    sealed = cipher.encrypt(key, PURPOSE, organisation.bytes, provider.client_secret)
    row = IdentityProvider(
        organisation=organisation,
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=sealed,
        required=draft.required,
    )
    await _store(row, actor, now)


@transaction
async def _store(row: IdentityProvider, actor: UUID | None, now: datetime) -> None:
    await identity_providers.put(row, now)
    await audit.record(row.organisation, actor, "identity_provider.set_up", row.organisation, now)


@transaction
async def remove(organisation: UUID, actor: UUID | None, now: datetime) -> None:
    """From now on a code by e-mail lets everybody in. A repeat changes nothing."""
    if await identity_providers.remove(organisation):
        await audit.record(organisation, actor, "identity_provider.remove", organisation, now)
