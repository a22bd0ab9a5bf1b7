"""Offers. A slot is held for somebody because a row of this table without `ended_at` says so."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch, fetch_one
from scheduler.storage.scope import Scope
from scheduler.storage.shifts import STARTS, TIMES
from scheduler.storage.waitlist_rows import Declined, Offer

SELECT = (
    "SELECT offer.id, offer.organisation, offer.event, offer.slot, slot.shift, offer.person,"
    " owner.name AS person_name, person.email AS person_email,"
    " person.language AS person_language,"
    " shift.therapist, therapist.name AS therapist_name, shift.chair, event.title,"
    " event.timezone, event.location_name, event.location_address,"
    " event.ends_at AS event_ends_at, shift.ends_at AS shift_ends_at,"
    f" event.cancel_until_minutes, {TIMES},"
    " offer.expires_at, offer.ended_at, offer.outcome, offer.entry IS NOT NULL AS in_line"
    " FROM offer JOIN slot ON slot.id = offer.slot JOIN shift ON shift.id = slot.shift"
    " JOIN event ON event.id = offer.event JOIN person ON person.id = offer.person"
    " JOIN known_as AS owner"
    "  ON owner.organisation = offer.organisation AND owner.person = offer.person"
    " JOIN known_as AS therapist"
    "  ON therapist.organisation = shift.organisation AND therapist.person = shift.therapist"
)
# What an offer becomes when something else has decided it: its person took the slot, or the slot
# or the place in line is gone.
TAKEN = (
    "EXISTS (SELECT 1 FROM booking WHERE booking.slot = offer.slot"
    " AND booking.person = offer.person AND booking.status <> 'cancelled')"
)
OFF = (
    "(EXISTS (SELECT 1 FROM slot WHERE slot.id = offer.slot AND slot.cancelled_at IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM waitlist_entry WHERE waitlist_entry.id = offer.entry"
    "  AND waitlist_entry.ended_at IS NOT NULL)"
    " OR (offer.entry IS NULL AND NOT EXISTS (SELECT 1 FROM standby"
    "  WHERE standby.event = offer.event AND standby.person = offer.person"
    "  AND standby.ended_at IS NULL)))"
)
HEARD = (
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.subject = offer.id"
    " AND outbox.recipient = offer.person AND outbox.outcome = 'sent')"
)


async def get(scope: Scope, offer: UUID) -> Offer | None:
    return await fetch_one(
        Offer, f"{SELECT} WHERE {scope.sql} AND offer.id = {{}}", *scope.values, offer
    )


async def live(scope: Scope, now: datetime) -> list[Offer]:
    """By start."""
    return await fetch(
        Offer,
        f"{SELECT} WHERE {scope.sql} AND offer.ended_at IS NULL AND offer.expires_at > {{}}"
        f" ORDER BY {STARTS}, offer.id",
        *scope.values, now,
    )  # fmt: skip


async def held(organisation: UUID, event: UUID, person: UUID, now: datetime) -> Offer | None:
    """What is held for somebody on a day."""
    return await fetch_one(
        Offer,
        f"{SELECT} WHERE offer.organisation = {{}} AND offer.event = {{}} AND offer.person = {{}}"
        " AND offer.ended_at IS NULL AND offer.expires_at > {}",
        organisation, event, person, now,
    )  # fmt: skip


async def add(
    organisation: UUID, entry: UUID, slot: UUID, now: datetime, expires_at: datetime
) -> UUID:
    """The guards refuse it when the slot is taken, or its person was offered another."""
    offer = new_id()
    await execute(
        "INSERT INTO offer (id, organisation, event, slot, person, entry, offered_at, expires_at)"
        " SELECT {}, organisation, event, {}, person, id, {}, {} FROM waitlist_entry"
        " WHERE organisation = {} AND id = {}",
        offer, slot, now, expires_at, organisation, entry,
    )  # fmt: skip
    return offer


async def add_round(
    organisation: UUID, standby: UUID, slot: UUID, now: datetime, expires_at: datetime
) -> UUID:
    """The same for somebody on standby, who may wait in line as well."""
    offer = new_id()
    await execute(
        "INSERT INTO offer (id, organisation, event, slot, person, entry, offered_at, expires_at)"
        " SELECT {}, standby.organisation, standby.event, {}, standby.person, waitlist_entry.id,"
        " {}, {} FROM standby LEFT JOIN waitlist_entry ON waitlist_entry.event = standby.event"
        "  AND waitlist_entry.person = standby.person AND waitlist_entry.ended_at IS NULL"
        " WHERE standby.organisation = {} AND standby.id = {}",
        offer, slot, now, expires_at, organisation, standby,
    )  # fmt: skip
    return offer


async def note_return(
    organisation: UUID, event: UUID, person: UUID, slot: UUID, now: datetime
) -> None:
    """That they moved away from this slot, if they wait for another: it is not offered to them."""
    await execute(
        "INSERT INTO offer (id, organisation, event, slot, person, entry, offered_at, expires_at,"
        " ended_at, outcome) SELECT {}, organisation, event, {}, person, id, {}, {}, {}, 'returned'"
        " FROM waitlist_entry WHERE organisation = {} AND event = {} AND person = {}"
        " AND ended_at IS NULL",
        new_id(), slot, now, now, now, organisation, event, person,
    )  # fmt: skip


async def shorten(organisation: UUID, slot: UUID, expires_at: datetime) -> None:
    """A slot is held until then at the most."""
    await execute(
        "UPDATE offer SET expires_at = {} WHERE organisation = {} AND slot = {}"
        " AND ended_at IS NULL AND expires_at > {}",
        expires_at, organisation, slot, expires_at,
    )  # fmt: skip


async def pass_on(organisation: UUID, offer: UUID, now: datetime) -> None:
    await execute(
        "UPDATE offer SET ended_at = {}, outcome = 'passed'"
        " WHERE organisation = {} AND id = {} AND ended_at IS NULL",
        now, organisation, offer,
    )  # fmt: skip


async def settle(organisation: UUID, event: UUID, now: datetime) -> None:
    """Ends the offers of a day that were taken, are off or have run out."""
    await execute(
        f"UPDATE offer SET ended_at = {{}}, outcome = CASE WHEN {TAKEN} THEN 'taken'"
        f" WHEN {OFF} THEN 'off' ELSE 'expired' END"
        " WHERE organisation = {} AND event = {} AND ended_at IS NULL"
        f" AND (expires_at <= {{}} OR {TAKEN} OR {OFF})",
        now, organisation, event, now,
    )  # fmt: skip


async def declined(organisation: UUID, event: UUID) -> list[Declined]:
    """Who had a slot of this day, or could have had it."""
    return await _declined(
        "offer.outcome IN ('passed', 'expired', 'returned')", organisation, event
    )


async def known(organisation: UUID, event: UUID) -> list[Declined]:
    """The same without those who never heard of it: whose offer ran out before its mail left."""
    return await _declined(
        f"(offer.outcome IN ('passed', 'returned') OR (offer.outcome = 'expired' AND {HEARD}))",
        organisation, event,
    )  # fmt: skip


async def _declined(which: str, organisation: UUID, event: UUID) -> list[Declined]:
    return await fetch(
        Declined,
        "SELECT offer.slot, offer.person FROM offer WHERE offer.organisation = {}"
        f" AND offer.event = {{}} AND {which}"
        " UNION SELECT slot, person FROM booking WHERE organisation = {} AND event = {}"
        " AND status = 'cancelled'",
        organisation, event, organisation, event,
    )  # fmt: skip
