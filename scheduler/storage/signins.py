"""Who asked to be let in, and how far they got."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.database import Statement, execute, fetch_one
from scheduler.storage.rows import SignIn

COLUMNS = (
    "id, organisation, email, email_key, language, admitted, code_hash, destination, created_at,"
    " expires_at, proven_at, used_at"
)
OPEN = "used_at IS NULL AND expires_at > {}"


def addition(asked: SignIn, browser_hash: bytes) -> Statement:
    return Statement(
        "INSERT INTO sign_in (id, organisation, email, email_key, language, admitted,"
        " browser_hash, tries, destination, created_at, expires_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, 0, {}, {}, {})",
        (
            asked.id, asked.organisation, asked.email, asked.email_key, asked.language,
            asked.admitted, browser_hash, asked.destination, asked.created_at, asked.expires_at,
        ),
    )  # fmt: skip


async def asked_since(email_key: str, since: datetime) -> int:
    rows = await execute(
        "SELECT count(*) AS asked FROM sign_in WHERE email_key = {} AND created_at > {}",
        email_key, since,
    )  # fmt: skip
    return int(rows[0]["asked"])


async def wrong_since(email_key: str, since: datetime) -> int:
    """How many codes were tried in vain for this address."""
    rows = await execute(
        "SELECT coalesce(sum(tries), 0) AS wrong FROM sign_in"
        " WHERE email_key = {} AND created_at > {} AND proven_at IS NULL",
        email_key, since,
    )  # fmt: skip
    return int(rows[0]["wrong"])


async def get(sign_in: UUID) -> SignIn | None:
    return await fetch_one(SignIn, f"SELECT {COLUMNS} FROM sign_in WHERE id = {{}}", sign_in)


async def latest(browser_hash: bytes) -> SignIn | None:
    """The last one that this browser began."""
    return await fetch_one(
        SignIn,
        f"SELECT {COLUMNS} FROM sign_in WHERE browser_hash = {{}}"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        browser_hash,
    )


async def seal(sign_in: UUID, code_hash: bytes, link_hash: bytes) -> None:
    """What the message will hold. A message that is written again holds new ones."""
    await execute(
        "UPDATE sign_in SET code_hash = {}, link_hash = {} WHERE id = {}",
        code_hash, link_hash, sign_in,
    )  # fmt: skip


async def count_try(sign_in: UUID, most: int, now: datetime) -> bool:
    """Whether another code may be tried."""
    rows = await execute(
        "UPDATE sign_in SET tries = tries + 1 WHERE id = {} AND tries < {} AND proven_at IS NULL"
        f" AND {OPEN} RETURNING id",
        sign_in, most, now,
    )  # fmt: skip
    return bool(rows)


async def prove(sign_in: UUID, now: datetime) -> bool:
    rows = await execute(
        f"UPDATE sign_in SET proven_at = {{}} WHERE id = {{}} AND proven_at IS NULL AND {OPEN}"
        " RETURNING id",
        now, sign_in, now,
    )  # fmt: skip
    return bool(rows)


async def prove_by_link(link_hash: bytes, browser_hash: bytes, now: datetime) -> bool:
    """Only in the browser that asked."""
    rows = await execute(
        "UPDATE sign_in SET proven_at = {} WHERE link_hash = {} AND browser_hash = {}"
        f" AND proven_at IS NULL AND {OPEN} RETURNING id",
        now, link_hash, browser_hash, now,
    )  # fmt: skip
    return bool(rows)


async def prove_as(sign_in: UUID, email: str, email_key: str, now: datetime) -> bool:
    """By a company's own sign-in, which says whose address it is."""
    rows = await execute(
        "UPDATE sign_in SET email = {}, email_key = {}, proven_at = {} WHERE id = {}"
        f" AND proven_at IS NULL AND {OPEN} RETURNING id",
        email, email_key, now, sign_in, now,
    )  # fmt: skip
    return bool(rows)


async def use(sign_in: UUID, now: datetime) -> bool:
    """Whether this one was proven and is used now, for the first time."""
    rows = await execute(
        f"UPDATE sign_in SET used_at = {{}} WHERE id = {{}} AND proven_at IS NOT NULL AND {OPEN}"
        " RETURNING id",
        now, sign_in, now,
    )  # fmt: skip
    return bool(rows)


async def forget(before: datetime) -> None:
    await execute("DELETE FROM sign_in WHERE expires_at <= {}", before)


async def forget_address(email_key: str) -> None:
    await execute("DELETE FROM sign_in WHERE email_key = {}", email_key)
