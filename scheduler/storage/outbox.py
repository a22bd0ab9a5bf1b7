"""Messages waiting to be sent: queued in the transaction of the change that they tell of.

A sender leases a row, sends, and marks it done. A row whose lease ran out is leased again, so a
sender may die at any moment; the Message-ID comes from the row, so a second copy is recognisable.
"""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import Statement, execute, fetch, fetch_one, on, together
from scheduler.storage.mail_rows import Letter, MailCount, MailTrouble, Undelivered
from scheduler.storage.rows import Booking, Id

TOGETHER = 50  # messages in one round trip
CHUNK = 500  # values in one statement, of which both engines take so many and no more

# Only the head of each recipient's line is leased, so that nobody hears of a change before hearing
# of the one that came first. A message that waits for its next try lets the others pass. Whoever
# waits for a code to sign in goes first: they look at an empty mailbox.
LEASE = """UPDATE outbox SET lease_until = {}, lease_token = {}, attempts = attempts + 1
 WHERE id IN (
  SELECT id FROM outbox WHERE done_at IS NULL AND due_at <= {}
   AND (lease_until IS NULL OR lease_until <= {})
   AND NOT EXISTS (
    SELECT 1 FROM outbox AS earlier WHERE earlier.recipient = outbox.recipient
     AND earlier.done_at IS NULL AND earlier.id < outbox.id
     AND (earlier.due_at <= {} OR earlier.lease_until > {}))
  ORDER BY recipient IS NOT NULL, due_at LIMIT {}"""
COLUMNS = (
    "id, organisation, kind, booking, sequence, subject, recipient, detail, queued_at, attempts"
)
LEASED = f") RETURNING {COLUMNS}"


def message(
    booking: Booking, kind: str, effect_key: str, now: datetime, detail: str | None = None
) -> Statement:
    """Queues a message to a booking's owner, unless this very effect was queued before."""
    return Statement(
        "INSERT INTO outbox (id, organisation, effect_key, kind, booking, sequence, recipient,"
        " detail, queued_at, due_at, attempts)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 0)"
        " ON CONFLICT (effect_key) DO NOTHING",
        (
            new_id(), booking.organisation, effect_key, kind, booking.id, booking.sequence,
            booking.person, detail, now, now,
        ),
    )  # fmt: skip


def notice(
    kind: str, subject: UUID, effect_key: str, now: datetime,
    *, organisation: UUID | None = None, recipient: UUID | None = None,
) -> Statement:  # fmt: skip
    """Queues a message that is not about a booking; `subject` is the row that it is about."""
    return Statement(
        "INSERT INTO outbox (id, organisation, effect_key, kind, subject, recipient, queued_at,"
        " due_at, attempts) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 0)"
        " ON CONFLICT (effect_key) DO NOTHING",
        (new_id(), organisation, effect_key, kind, subject, recipient, now, now),
    )


async def queue(*messages: Statement) -> None:
    await together(*messages)


async def queue_many(messages: list[Statement]) -> None:
    for start in range(0, len(messages), TOGETHER):
        await together(*messages[start : start + TOGETHER])


async def queued(effect_keys: list[str]) -> set[str]:
    """Which of these effects were queued before."""
    found: set[str] = set()
    for start in range(0, len(effect_keys), CHUNK):
        part = effect_keys[start : start + CHUNK]
        marks = ", ".join("{}" for _ in part)
        rows = await execute(f"SELECT effect_key FROM outbox WHERE effect_key IN ({marks})", *part)
        found.update(row["effect_key"] for row in rows)
    return found


async def told_of(organisation: UUID, kind: str, subject: UUID) -> set[UUID]:
    """Who was told, or is about to be: what was dropped or given up told nobody."""
    rows = await fetch(
        Id,
        "SELECT recipient AS id FROM outbox WHERE organisation = {} AND kind = {} AND subject = {}"
        " AND coalesce(outcome, 'sent') = 'sent'",
        organisation, kind, subject,
    )  # fmt: skip
    return {row.id for row in rows}


async def lease(token: UUID, now: datetime, until: datetime, limit: int) -> list[Letter]:
    lock = on(postgres=" FOR UPDATE SKIP LOCKED")
    return await fetch(Letter, LEASE + lock + LEASED, until, token, now, now, now, now, limit)


async def extend(letter: UUID, token: UUID, until: datetime) -> Letter | None:
    """The row as it is now, leased for longer; None when the lease is ours no more."""
    return await fetch_one(
        Letter,
        "UPDATE outbox SET lease_until = {} WHERE id = {} AND lease_token = {}"
        f" AND done_at IS NULL RETURNING {COLUMNS}",
        until, letter, token,
    )  # fmt: skip


async def release(token: UUID) -> None:
    """Leaves what was leased, but not begun, to the next sender."""
    await execute(
        "UPDATE outbox SET lease_until = NULL, attempts = attempts - 1"
        " WHERE lease_token = {} AND lease_until IS NOT NULL AND done_at IS NULL",
        token,
    )


async def done(
    letter: UUID, token: UUID, outcome: str, now: datetime, error: str | None = None
) -> None:
    await execute(
        "UPDATE outbox SET done_at = {}, outcome = {}, error = {}, lease_until = NULL,"
        " detail = CASE WHEN {} = 'failed' THEN detail END"
        " WHERE id = {} AND lease_token = {} AND done_at IS NULL",
        now, outcome, error, outcome, letter, token,
    )  # fmt: skip


async def drop(letter: UUID, now: datetime) -> None:
    """Whether leased or not: nobody needs it any more."""
    await execute(
        "UPDATE outbox SET done_at = {}, outcome = 'dropped', detail = NULL, error = NULL,"
        " lease_until = NULL WHERE id = {} AND done_at IS NULL",
        now, letter,
    )  # fmt: skip


async def note(letter: UUID, told: str) -> None:
    """What it is about to say, to be told apart from what the next one would."""
    await execute("UPDATE outbox SET told = {} WHERE id = {}", told, letter)


async def last_told(booking: UUID) -> str | None:
    rows = await execute(
        "SELECT told FROM outbox WHERE booking = {} AND told IS NOT NULL AND outcome = 'sent'"
        " ORDER BY id DESC LIMIT 1",
        booking,
    )
    return rows[0]["told"] if rows else None


async def put_detail(letter: UUID, detail: str) -> None:
    await execute("UPDATE outbox SET detail = {} WHERE id = {}", detail, letter)


async def try_later(letter: UUID, token: UUID, due_at: datetime, error: str) -> None:
    await execute(
        "UPDATE outbox SET due_at = {}, error = {}, lease_until = NULL"
        " WHERE id = {} AND lease_token = {} AND done_at IS NULL",
        due_at, error, letter, token,
    )  # fmt: skip


async def retry(now: datetime) -> int:
    """Makes everything that failed, or waits for its next try, due now."""
    rows = await execute(
        "UPDATE outbox SET due_at = {}, queued_at = CASE WHEN done_at IS NULL THEN queued_at"
        " ELSE {} END, done_at = NULL, outcome = NULL"
        " WHERE outcome = 'failed' OR (done_at IS NULL AND due_at > {}) RETURNING id",
        now, now, now,
    )  # fmt: skip
    return len(rows)


async def counts() -> list[MailCount]:
    """By outcome, `waiting` for what is not done."""
    return await fetch(
        MailCount,
        "SELECT coalesce(outcome, 'waiting') AS outcome, count(*) AS messages,"
        " min(queued_at) AS oldest FROM outbox GROUP BY coalesce(outcome, 'waiting')",
    )


async def counts_of(organisation: UUID) -> list[MailCount]:
    """The same of one organisation. Messages with a code to sign in belong to none."""
    return await fetch(
        MailCount,
        "SELECT coalesce(outcome, 'waiting') AS outcome, count(*) AS messages,"
        " min(queued_at) AS oldest FROM outbox WHERE organisation = {}"
        " GROUP BY coalesce(outcome, 'waiting')",
        organisation,
    )


async def troubles(limit: int) -> list[MailTrouble]:
    """What failed or has to wait for another try, with the mail server's words; newest first."""
    return await fetch(
        MailTrouble,
        "SELECT outbox.kind, coalesce(person.email, 'somebody who signs in') AS email,"
        " outbox.attempts, outbox.queued_at, outbox.error,"
        " outbox.done_at IS NOT NULL AS failed"
        " FROM outbox LEFT JOIN person ON person.id = outbox.recipient"
        " WHERE outbox.error IS NOT NULL AND (outbox.done_at IS NULL OR outcome = 'failed')"
        " ORDER BY outbox.queued_at DESC LIMIT {}",
        limit,
    )


async def undelivered(organisation: UUID, events: list[UUID]) -> list[Undelivered]:
    """Whom messages about bookings of these events did not reach, each once."""
    if not events:
        return []
    marks = ", ".join("{}" for _ in events)
    return await fetch(
        Undelivered,
        "SELECT DISTINCT booking.event, known_as.name FROM outbox"
        " JOIN booking ON booking.id = outbox.booking JOIN known_as"
        " ON known_as.organisation = booking.organisation AND known_as.person = booking.person"
        f" WHERE booking.organisation = {{}} AND booking.event IN ({marks})"
        " AND outbox.outcome = 'failed' AND booking.status <> 'cancelled' ORDER BY known_as.name",
        organisation, *events,
    )  # fmt: skip


async def pause(reason: str, now: datetime) -> None:
    await execute(
        "INSERT INTO mail_pause (id, since, reason) VALUES ({}, {}, {})", new_id(), now, reason
    )


async def resume() -> None:
    await execute("DELETE FROM mail_pause")


async def pause_reason() -> str | None:
    rows = await execute("SELECT reason FROM mail_pause ORDER BY since LIMIT 1")
    return rows[0]["reason"] if rows else None
