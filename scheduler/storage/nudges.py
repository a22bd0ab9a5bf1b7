"""Whom to tell that times are left: who asked for it, has none, and was not told of the day."""

from datetime import datetime
from uuid import UUID

from scheduler.storage.database import fetch
from scheduler.storage.nudge_rows import Asking, DayAhead

# A wish that was not drawn yet waits, too. Whoever waits is offered what suits them.
ASKED = """SELECT person.id, person.email, person.language, known_as.name
 FROM mail_choice JOIN person ON person.id = mail_choice.person
 JOIN known_as ON known_as.organisation = mail_choice.organisation
 AND known_as.person = mail_choice.person
 WHERE mail_choice.organisation = {} AND mail_choice.kind = 'nudge' AND mail_choice.wanted
 AND EXISTS (SELECT 1 FROM membership WHERE membership.organisation = mail_choice.organisation
  AND membership.person = mail_choice.person AND membership.role = 'employee')
 AND NOT EXISTS (SELECT 1 FROM booking WHERE booking.event = {}
  AND booking.person = mail_choice.person AND booking.status <> 'cancelled')
 AND NOT EXISTS (SELECT 1 FROM waitlist_entry WHERE waitlist_entry.event = {}
  AND waitlist_entry.person = mail_choice.person AND waitlist_entry.ended_at IS NULL)
 AND NOT EXISTS (SELECT 1 FROM wish JOIN draw ON draw.event = wish.event
  AND draw.drawn_at IS NULL WHERE wish.event = {} AND wish.person = mail_choice.person)"""
# What was dropped told nobody of anything.
NOT_TOLD = """ AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.recipient = mail_choice.person
  AND outbox.kind = 'nudge' AND outbox.subject = {})
 AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.recipient = mail_choice.person
  AND outbox.kind = 'invitation' AND outbox.subject = {}
  AND outbox.queued_at > {} AND coalesce(outbox.outcome, 'sent') = 'sent')
 AND NOT EXISTS (SELECT 1 FROM wish JOIN outbox ON outbox.subject = wish.id
  AND outbox.kind = 'draw_missed' WHERE wish.event = {} AND wish.person = mail_choice.person
  AND outbox.queued_at > {} AND coalesce(outbox.outcome, 'sent') = 'sent')"""


async def days_ahead(now: datetime, until: datetime) -> list[DayAhead]:
    """The days of every organisation that begin by then and whose times can be taken."""
    return await fetch(
        DayAhead,
        "SELECT event.organisation, event.id AS event, event.timezone,"
        " min(slot.starts_at) AS begins_at FROM event JOIN slot ON slot.event = event.id"
        " AND slot.cancelled_at IS NULL"
        " WHERE event.published_at IS NOT NULL AND event.cancelled_at IS NULL"
        " AND event.claims_open_at <= {} AND event.ends_at > {}"
        " GROUP BY event.organisation, event.id, event.timezone"
        " HAVING min(slot.starts_at) > {} AND min(slot.starts_at) <= {}",
        now, now, now, until,
    )  # fmt: skip


async def to_tell(organisation: UUID, event: UUID, since: datetime) -> list[Asking]:
    """Who was neither told that times are left nor asked to the day otherwise since then."""
    return await fetch(
        Asking, f"{ASKED}{NOT_TOLD} ORDER BY person.id",
        organisation, event, event, event, event, event, since, event, since,
    )  # fmt: skip


async def still_asking(organisation: UUID, event: UUID, person: UUID) -> Asking | None:
    found = await fetch(
        Asking, f"{ASKED} AND person.id = {{}}", organisation, event, event, event, person
    )
    return found[0] if found else None
