"""Signing in with a company's own account: begun in one browser, and finished in the same.

What the provider has to repeat (state, nonce, the verifier of PKCE) is made from the secret in that
browser's cookie. So nobody else's answer counts, and whoever reads the database learns nothing.
"""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import structlog
from msgspec import Struct

from scheduler import ids, sso
from scheduler.domain import identity_provider, signin, text
from scheduler.domain.errors import Conflict, Invalid, NotFound
from scheduler.domain.signin import Asked, Entered, welcomes
from scheduler.sso import Declined, Identity, Misconfigured, NoAnswer, Pending, Provider
from scheduler.storage import identity_providers, people, signins
from scheduler.storage.database import together
from scheduler.storage.rows import Affiliation, CompanyAccount, SignIn
from scheduler.storage.transaction import single_write, transaction

_log = structlog.get_logger()


class CompanySilent(Conflict):
    """Your company's sign-in did not answer. Try again in a moment."""


class CompanyUntrusted(Conflict):
    """Your company's sign-in gave an answer that cannot be trusted, so you are not signed in. Try
    again; if it stays like this, tell whoever looks after Chairtime in your company.
    """


class CompanyDoesNotKnowUs(Conflict):
    """Your company's sign-in does not accept Chairtime. Tell whoever looks after Chairtime in your
    company.
    """


class CompanyDeclined(Conflict):
    """You are not signed in: your company's sign-in said no, or you stopped there."""


class CompanySignInOver(Conflict):
    """This sign-in is over: it counts once, for ten minutes and in the browser where it was begun.
    Begin again.
    """


class AddressUnverified(Conflict):
    """Your company's sign-in does not vouch for your e-mail address, so you are not signed in. Tell
    whoever looks after Chairtime in your company.
    """


class AddressForeign(Conflict):
    """The address of this account is none of this organisation's, so you are not signed in. Choose
    your work account, or ask your coordinator to invite you.
    """


class Ours(Struct, frozen=True):
    """What of ours it takes: the key that secrets are kept under, and where to send people back."""

    key: bytes
    redirect_uri: str


def pending(browser: str, sign_in: UUID) -> Pending:
    """The same each time, and different for every sign-in."""
    state, nonce, verifier = (
        hmac.digest(browser.encode(), f"{purpose}:{sign_in}".encode(), "sha256").hex()
        for purpose in ("state", "nonce", "verifier")
    )
    return Pending(state, nonce, verifier)


def address(identity: Identity) -> str:
    """Raises AddressUnverified."""
    if not identity.email_verified:
        raise AddressUnverified
    try:
        return text.clean_email(identity.email)
    except ValueError:
        raise AddressUnverified from None


def check_welcome(email: str, account: CompanyAccount, known: list[Affiliation]) -> None:
    """Raises AddressForeign."""
    here = any(one.organisation == account.id for one in known)
    if not here and not welcomes(account, text.key(email)):
        raise AddressForeign


def welcoming(email: str, accounts: list[CompanyAccount]) -> list[CompanyAccount]:
    """Whose employees have such an address. What stands before the @ makes no difference."""
    return [one for one in accounts if welcomes(one, text.key(text.trim(email)))]


def demanding(asked: Asked, offered: list[CompanyAccount]) -> CompanyAccount | None:
    wanted = (one for one in offered if asked.organisation in {None, one.id})
    return next((one for one in wanted if one.required), None)


async def offered(email: str) -> list[CompanyAccount]:
    return welcoming(email, await identity_providers.accounts())


async def demanded(asked: Asked) -> CompanyAccount | None:
    """The account without which this address gets nowhere, or not where it wants to go."""
    return demanding(asked, await offered(asked.email))


async def account(organisation: UUID) -> CompanyAccount:
    """Raises NotFound for an organisation without a sign-in of its own."""
    found = await identity_providers.account(organisation)
    if found is None:
        raise NotFound
    return found


async def begin(asked: Asked, browser: str, ours: Ours, now: datetime) -> str:
    """The address at the company to lead this browser to."""
    row = _row(asked, now)
    provider = await _provider(row, ours)
    with _plain_words(row):
        url = await sso.begin(provider, ours.redirect_uri, pending(browser, row.id))
    await _add(row, browser)
    return url


def _row(asked: Asked, now: datetime) -> SignIn:
    """Whose address it is, the company will say."""
    return SignIn(
        id=ids.new_id(),
        organisation=asked.organisation,
        email="",
        email_key="",
        language=asked.language,
        admitted=False,
        destination=asked.destination[: signin.MOST_DESTINATION],
        created_at=now,
        expires_at=now + signin.VALID_FOR,
    )


async def _provider(row: SignIn, ours: Ours) -> Provider:
    stored = row.organisation and await identity_providers.get(row.organisation)
    if not stored:
        raise NotFound
    return identity_provider.unsealed(stored, ours.key)


@single_write
async def _add(row: SignIn, browser: str) -> None:
    await together(signins.addition(row, ids.hash_secret(browser)))


async def under_way(browser: str, now: datetime) -> SignIn | None:
    """What this browser has begun and not finished."""
    row = await signin.under_way(browser, now)
    return None if row is None or row.email else row


async def finish(browser: str, answer: Mapping[str, str], ours: Ours, now: datetime) -> Entered:
    """Begins a session for whom the company names. Raises NameNeeded where it tells no name."""
    row = await under_way(browser, now)
    if row is None:
        raise CompanySignInOver
    begun = pending(browser, row.id)
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise CompanySignInOver
    provider = await _provider(row, ours)
    with _plain_words(row):
        identity = await sso.finish(provider, ours.redirect_uri, begun, answer, now)
    await _prove(row, address(identity), now)
    return await _enter(browser, identity.name, now)


@transaction
async def _prove(row: SignIn, email: str, now: datetime) -> None:
    account = row.organisation and await identity_providers.account(row.organisation)
    if not account:
        raise CompanySignInOver
    key = text.key(email)
    check_welcome(email, account, await people.memberships(key))
    if not await signins.prove_as(row.id, email, key, now):
        raise CompanySignInOver


async def _enter(browser: str, name: str, now: datetime) -> Entered:
    """A name that cannot be used is asked for."""
    try:
        return await signin.enter(browser, now, name=name or None)
    except Invalid:
        return await signin.enter(browser, now)


@contextmanager
def _plain_words(row: SignIn) -> Iterator[None]:
    """The log is told why; the person, what to do."""
    try:
        yield
    except sso.SignInFailed as error:
        _log.warning("company_sign_in", organisation=str(row.organisation), why=str(error))
        raise _sentence(error) from error


def _sentence(error: sso.SignInFailed) -> Conflict:
    match error:
        case NoAnswer():
            return CompanySilent()
        case Misconfigured():
            return CompanyDoesNotKnowUs()
        case Declined():
            return CompanyDeclined()
    return CompanyUntrusted()
