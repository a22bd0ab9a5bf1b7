"""What an organisation keeps about one person, and how it forgets them."""

from uuid import UUID

from scheduler.storage.database import execute, fetch
from scheduler.storage.draw_rows import OwnWish
from scheduler.storage.mail_rows import WaitingLetter
from scheduler.storage.outage_rows import OwnReseating
from scheduler.storage.own_rows import OwnAnnouncement, OwnKey, OwnMessage, OwnRole, OwnShift
from scheduler.storage.rows import LogEntry
from scheduler.storage.shifts import STARTS
from scheduler.storage.waitlist_rows import OwnOffer, OwnPlaceInLine, OwnStandby

SUBJECTS = "SELECT id FROM booking WHERE booking.organisation = {} AND booking.person = {}"


async def roles(organisation: UUID, person: UUID) -> list[OwnRole]:
    return await fetch(
        OwnRole,
        "SELECT role, created_at AS since FROM membership WHERE organisation = {} AND person = {}"
        " ORDER BY role",
        organisation, person,
    )  # fmt: skip


async def tokens(organisation: UUID, person: UUID) -> list[OwnKey]:
    return await _keys("token", "expires_at", organisation, person)


async def sessions(organisation: UUID, person: UUID) -> list[OwnKey]:
    return await _keys("session", "expires_at", organisation, person)


async def feeds(organisation: UUID, person: UUID) -> list[OwnKey]:
    return await _keys("calendar_feed", "NULL", organisation, person)


async def invitations(organisation: UUID, person: UUID) -> list[OwnKey]:
    return await _keys("personal_link", "NULL", organisation, person)


async def _keys(table: str, until: str, organisation: UUID, person: UUID) -> list[OwnKey]:
    return await fetch(
        OwnKey,
        f"SELECT created_at, {until} AS expires_at FROM {table}"
        " WHERE organisation = {} AND person = {} ORDER BY created_at",
        organisation, person,
    )  # fmt: skip


async def shifts(organisation: UUID, person: UUID) -> list[OwnShift]:
    return await fetch(
        OwnShift,
        "SELECT event.title, event.timezone, shift.chair, shift.starts_at, shift.ends_at,"
        " shift.cancelled_at"
        " FROM shift JOIN event ON event.id = shift.event"
        " WHERE shift.organisation = {} AND shift.therapist = {} ORDER BY shift.starts_at",
        organisation, person,
    )  # fmt: skip


async def announcements(organisation: UUID, person: UUID) -> list[OwnAnnouncement]:
    return await fetch(
        OwnAnnouncement,
        "SELECT created_at, text FROM announcement WHERE organisation = {} AND author = {}"
        " ORDER BY created_at",
        organisation, person,
    )  # fmt: skip


async def places_in_line(organisation: UUID, person: UUID) -> list[OwnPlaceInLine]:
    return await fetch(
        OwnPlaceInLine,
        "SELECT event.title, waitlist_entry.earliest, waitlist_entry.latest,"
        " known_as.name AS therapist, waitlist_entry.joined_at, waitlist_entry.ended_at,"
        " waitlist_entry.outcome FROM waitlist_entry"
        " JOIN event ON event.id = waitlist_entry.event LEFT JOIN known_as"
        " ON known_as.organisation = waitlist_entry.organisation"
        " AND known_as.person = waitlist_entry.therapist"
        " WHERE waitlist_entry.organisation = {} AND waitlist_entry.person = {}"
        " ORDER BY waitlist_entry.joined_at",
        organisation, person,
    )  # fmt: skip


async def offers(organisation: UUID, person: UUID) -> list[OwnOffer]:
    return await fetch(
        OwnOffer,
        f"SELECT event.title, {STARTS} AS starts_at, offer.offered_at, offer.expires_at,"
        " offer.ended_at, offer.outcome FROM offer JOIN slot ON slot.id = offer.slot"
        " JOIN event ON event.id = offer.event"
        " WHERE offer.organisation = {} AND offer.person = {} ORDER BY offer.offered_at, offer.id",
        organisation, person,
    )  # fmt: skip


async def reseatings(organisation: UUID, person: UUID) -> list[OwnReseating]:
    return await fetch(
        OwnReseating,
        f"SELECT event.title, reseating.was_at, {STARTS} AS starts_at,"
        " reseating.created_at AS moved_at, reseating.answered_at, reseating.outcome"
        " FROM reseating JOIN booking ON booking.id = reseating.booking"
        " JOIN event ON event.id = reseating.event LEFT JOIN slot ON slot.id = reseating.slot"
        " WHERE reseating.organisation = {} AND booking.person = {}"
        " ORDER BY reseating.created_at, reseating.id",
        organisation, person,
    )  # fmt: skip


async def standby(organisation: UUID, person: UUID) -> list[OwnStandby]:
    return await fetch(
        OwnStandby,
        "SELECT event.title, standby.tapped_at, standby.ended_at, standby.outcome"
        " FROM standby JOIN event ON event.id = standby.event"
        " WHERE standby.organisation = {} AND standby.person = {} ORDER BY standby.tapped_at",
        organisation, person,
    )  # fmt: skip


async def wishes(organisation: UUID, person: UUID) -> list[OwnWish]:
    return await fetch(
        OwnWish,
        "SELECT event.title, event.date, wish.earliest, wish.latest,"
        " known_as.name AS therapist, wish.wished_at, wish.slot IS NOT NULL AS served,"
        " wish.missed, wish.late, wish.no_shows FROM wish JOIN event ON event.id = wish.event"
        " LEFT JOIN known_as ON known_as.organisation = wish.organisation"
        " AND known_as.person = wish.therapist"
        " WHERE wish.organisation = {} AND wish.person = {} ORDER BY wish.wished_at",
        organisation, person,
    )  # fmt: skip


async def messages(organisation: UUID, person: UUID) -> list[OwnMessage]:
    return await fetch(
        OwnMessage,
        "SELECT kind, queued_at, CASE WHEN outcome = 'sent' THEN done_at END AS sent_at"
        " FROM outbox WHERE organisation = {} AND recipient = {} ORDER BY queued_at, id",
        organisation, person,
    )  # fmt: skip


async def log(organisation: UUID, person: UUID) -> list[LogEntry]:
    """What they did, and what was done to them or to a booking of theirs, by whom."""
    return await fetch(
        LogEntry,
        'SELECT audit.at, audit.action, known_as.name AS "by" FROM audit LEFT JOIN known_as'
        " ON known_as.organisation = audit.organisation AND known_as.person = audit.actor"
        " WHERE audit.organisation = {} AND (audit.actor = {} OR audit.subject = {}"
        f"  OR audit.subject IN ({SUBJECTS})) ORDER BY audit.at, audit.id",
        organisation, person, person, organisation, person,
    )  # fmt: skip


async def belongs_elsewhere(organisation: UUID, person: UUID) -> bool:
    rows = await execute(
        "SELECT 1 AS elsewhere FROM membership WHERE organisation <> {} AND person = {} LIMIT 1",
        organisation, person,
    )  # fmt: skip
    return bool(rows)


async def forget(organisation: UUID, person: UUID) -> None:
    """Ratings, preferences, wishes, stored answers, which messages they want, and what the mail
    server said about them.
    """
    await execute(
        f"DELETE FROM rating WHERE organisation = {{}} AND booking IN ({SUBJECTS})",
        organisation, organisation, person,
    )  # fmt: skip
    await execute(
        "UPDATE booking SET pressure = NULL, technique = NULL, focus_areas = {}, avoid_areas = {},"
        " quiet = false WHERE organisation = {} AND person = {}",
        [], [], organisation, person,
    )  # fmt: skip
    for table in ("wish", "mail_choice"):
        await execute(
            f"DELETE FROM {table} WHERE organisation = {{}} AND person = {{}}", organisation, person
        )
    await execute(
        "UPDATE waitlist_entry SET earliest = NULL, latest = NULL, therapist = NULL"
        " WHERE organisation = {} AND person = {}",
        organisation, person,
    )  # fmt: skip
    await execute(
        "DELETE FROM idempotency_key WHERE organisation = {} AND person = {}", organisation, person
    )
    await execute(
        "UPDATE outbox SET detail = NULL, error = NULL,"
        " outcome = CASE WHEN outcome = 'failed' THEN 'dropped' ELSE outcome END"
        " WHERE organisation = {} AND recipient = {} AND done_at IS NOT NULL",
        organisation, person,
    )  # fmt: skip


async def waiting(person: UUID) -> list[WaitingLetter]:
    """The messages of every organisation to this person that have not left yet."""
    return await fetch(
        WaitingLetter,
        "SELECT id, organisation, kind, detail FROM outbox"
        " WHERE recipient = {} AND done_at IS NULL",
        person,
    )


async def rename_address(person: UUID, email: str) -> None:
    await execute(
        "UPDATE person SET email = {}, email_key = {}, language = NULL WHERE id = {}",
        email, email, person,
    )  # fmt: skip
