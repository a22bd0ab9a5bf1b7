"""Being let in without a password: a code, or a link, that only the owner of an address receives.

Both count only in the browser that asked. So whoever opens other people's mail, scanners above all,
gets nowhere; and whether an address is known here shows in nothing that the browser is told.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from scheduler import ids
from scheduler.domain import person, session, text
from scheduler.domain.errors import Conflict, FieldError, Invalid, RateLimited
from scheduler.domain.person import Role
from scheduler.i18n import words
from scheduler.storage import identity_providers, organisations, outbox, people, signins
from scheduler.storage.database import together
from scheduler.storage.rows import Affiliation, CompanyAccount, Organisation, SignIn
from scheduler.storage.transaction import single_write, transaction

KIND = "sign_in"
VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
A_DAY = timedelta(days=1)
MOST_WRONG_A_DAY = 30  # for one address, however often a code is asked for
MOST_ASKED = 6  # messages to one address within VALID_FOR
MOST_DESTINATION = 500


class CodeWrong(Conflict):
    """This is not the code from your latest message. Check it and try again."""


class SignInOver(Conflict):
    """This sign-in is over: a code counts for ten minutes, for five tries and in one browser.
    Ask for a new one.
    """


class TooManyWrongCodes(Conflict):
    """Too many wrong codes were typed for this address since yesterday. Ask for a new message, and
    press the button in it.
    """


class NameNeeded(Conflict):
    """Say what your colleagues call you."""


class OrganisationNeeded(Conflict):
    """Choose for which of them you sign in."""

    def __init__(self, choices: list[Affiliation]) -> None:
        super().__init__()
        self.choices = choices


class CompanyAccountNeeded(Conflict):
    """Your company wants you to sign in with its own account."""

    def __init__(self, organisation: UUID, destination: str) -> None:
        super().__init__()
        self.organisation, self.destination = organisation, destination


class Asked(Struct, frozen=True):
    """What somebody who wants to be let in says, and where they want to go then."""

    email: str
    destination: str
    language: str
    organisation: UUID | None = None


class Question(Struct, frozen=True):
    """`choices` are the organisations that know the address, when they are several."""

    email: str
    choices: list[Affiliation]
    needs_name: bool


class Entered(Struct, frozen=True):
    """The cookie's secret of a new session, and where to go."""

    secret: str
    destination: str


def welcomes(organisation: Organisation, email_key: str) -> bool:
    """Whether an address is one that this organisation's employees have."""
    domain = email_key.rpartition("@")[2]
    return domain in {text.key(one) for one in organisation.domains}


def affiliation(asked: SignIn, known: list[Affiliation], chosen: UUID | None) -> Affiliation | None:
    """For whom they enter; None for a new colleague. Raises OrganisationNeeded."""
    wanted = asked.organisation or chosen
    if wanted:
        return next((one for one in known if one.organisation == wanted), None)
    if len(known) > 1:
        raise OrganisationNeeded(known)
    return known[0] if known else None


def insists(account: CompanyAccount, email_key: str) -> bool:
    """Whether a code is not enough. Therapists and guests have no account there."""
    return account.required and welcomes(account, email_key)


def check_way(asked: SignIn, account: CompanyAccount | None) -> None:
    """Raises CompanyAccountNeeded for a colleague who came with a code where that is not enough.

    A sign-in that the company itself proved never had one.
    """
    if account and asked.code_hash and insists(account, asked.email_key):
        raise CompanyAccountNeeded(account.id, asked.destination)


@single_write
async def ask(asked: Asked, browser: str, now: datetime) -> None:
    """Begins, and queues a message; for an address that is not known it is never written."""
    email = check_asked(asked.email)
    key = text.key(email)
    if await signins.asked_since(key, now - VALID_FOR) >= MOST_ASKED:
        raise RateLimited(int(VALID_FOR.total_seconds()))
    row = SignIn(
        id=ids.new_id(),
        organisation=asked.organisation,
        email=email,
        email_key=key,
        language=asked.language,
        admitted=await _admits(asked.organisation, key),
        destination=asked.destination[:MOST_DESTINATION],
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    message = outbox.notice(KIND, row.id, f"{KIND}:{row.id}", now)
    await together(signins.addition(row, ids.hash_secret(browser)), message)


def check_asked(email: str, field: str = "email") -> str:
    """Where a code is sent, cleaned. Raises Invalid, naming this field, for what is no address."""
    try:
        return text.clean_email(email)
    except ValueError as error:
        raise Invalid(FieldError(field, words(error))) from None


async def _admits(organisation: UUID | None, email_key: str) -> bool:
    known = await people.memberships(email_key)
    if organisation is None:
        return bool(known)
    found = await organisations.get(organisation)
    here = any(one.organisation == organisation for one in known)
    return found is not None and (here or welcomes(found, email_key))


@transaction
async def seal(sign_in: UUID, now: datetime) -> tuple[SignIn, str, str] | None:
    """For the message that is about to leave: the row, its code and its link's secret."""
    found = await signins.get(sign_in)
    if found is None or not found.admitted or found.proven_at or found.expires_at <= now:
        return None
    code, secret = f"{secrets.randbelow(1_000_000):06}", ids.new_secret()
    await signins.seal(found.id, _hash(found.id, code), ids.hash_secret(secret))
    return found, code, secret


def _hash(sign_in: UUID, code: str) -> bytes:
    return ids.hash_secret(f"{sign_in}:{code}")


async def prove(browser: str, code: str, now: datetime) -> None:
    """Raises CodeWrong, SignInOver or TooManyWrongCodes. A wrong code is counted, so this is two
    transactions.
    """
    found = await signins.latest(ids.hash_secret(browser))
    if found is None or not await _count_try(found, now):
        raise SignInOver
    typed = _hash(found.id, "".join(code.split()))
    if not hmac.compare_digest(typed, found.code_hash or b""):
        raise CodeWrong
    if not await _prove(found.id, now):
        raise SignInOver


@transaction
async def _count_try(asked: SignIn, now: datetime) -> bool:
    if await signins.wrong_since(asked.email_key, now - A_DAY) >= MOST_WRONG_A_DAY:
        raise TooManyWrongCodes
    return await signins.count_try(asked.id, MOST_TRIES, now)


@transaction
async def _prove(sign_in: UUID, now: datetime) -> bool:
    return await signins.prove(sign_in, now)


@transaction
async def prove_by_link(browser: str, secret: str, now: datetime) -> None:
    if not await signins.prove_by_link(ids.hash_secret(secret), ids.hash_secret(browser), now):
        raise SignInOver


async def email_of(browser: str, now: datetime) -> str | None:
    """The address that this browser has just asked for; None when nothing is under way."""
    found = await under_way(browser, now)
    return found.email if found else None


async def question(browser: str, now: datetime) -> Question | None:
    """What is left to ask somebody who has proven their address; None when they have not."""
    found = await under_way(browser, now)
    if found is None or not found.proven_at:
        return None
    try:
        here = affiliation(found, await people.memberships(found.email_key), None)
    except OrganisationNeeded as error:
        return Question(found.email, error.choices, needs_name=False)
    return Question(found.email, [], needs_name=here is None)


async def under_way(browser: str, now: datetime) -> SignIn | None:
    found = await signins.latest(ids.hash_secret(browser))
    return None if found is None or found.used_at or found.expires_at <= now else found


@transaction
async def enter(
    browser: str, now: datetime, *, name: str | None = None, organisation: UUID | None = None
) -> Entered:
    """Begins a session, once. Raises NameNeeded or OrganisationNeeded: call again with it."""
    asked = await under_way(browser, now)
    if asked is None or not asked.proven_at:
        raise SignInOver
    chosen = affiliation(asked, await people.memberships(asked.email_key), organisation)
    chosen = chosen or await _join(asked, name, now)
    check_way(asked, await identity_providers.account(chosen.organisation))
    if not await signins.use(asked.id, now):
        raise SignInOver
    if asked.language:
        await people.speak_first(chosen.person, asked.language)
    proven = asked.code_hash is not None
    secret = await session.begin(chosen.organisation, chosen.person, now, proven=proven)
    return Entered(secret, asked.destination)


async def _join(asked: SignIn, name: str | None, now: datetime) -> Affiliation:
    """A colleague who is here for the first time."""
    found = await organisations.get(asked.organisation) if asked.organisation else None
    if found is None or not welcomes(found, asked.email_key):
        raise SignInOver  # whoever was welcome as a member is none any more
    if name is None:
        raise NameNeeded
    added = await person.add(found.id, asked.email, name, Role.EMPLOYEE, now)
    return Affiliation(organisation=found.id, person=added, name=found.name)


@transaction
async def forget_outlived(now: datetime) -> None:
    await signins.forget(now - timedelta(days=1))
