"""Who may reach which rows, as the WHERE clause that every such query carries.

Scoping in the query, not after it, is what makes another's row the same as a missing one.
"""

from typing import Any, NamedTuple
from uuid import UUID

from scheduler.storage.rows import Caller

STAFF = frozenset({"admin", "coordinator"})


class Scope(NamedTuple):
    sql: str
    values: tuple[Any, ...]


def event_reader(caller: Caller) -> Scope:
    """Staff: all; employees: published; therapists: published, with a shift of theirs."""
    if caller.roles & STAFF:
        return Scope("event.organisation = {}", (caller.organisation,))
    published = "event.organisation = {} AND event.published_at IS NOT NULL"
    if "employee" in caller.roles:
        return Scope(published, (caller.organisation,))
    own_shift = (
        " AND EXISTS (SELECT 1 FROM shift WHERE shift.event = event.id AND shift.therapist = {}"
        "  AND (shift.cancelled_at IS NULL OR shift.cancelled_at = event.cancelled_at))"
    )
    return Scope(published + own_shift, (caller.organisation, caller.id))


def event_writer(caller: Caller) -> Scope:
    return Scope("event.organisation = {}", (caller.organisation,))


def organisation(organisation: UUID) -> Scope:
    """All its events, for what is decided by them and shown to nobody."""
    return Scope("event.organisation = {}", (organisation,))


def event_link() -> Scope:
    """Whoever has a published day's link; that they have it was decided by its seal."""
    return Scope("event.published_at IS NOT NULL", ())


def owner(caller: Caller) -> Scope:
    return Scope(
        "booking.organisation = {} AND booking.person = {}", (caller.organisation, caller.id)
    )


def owner_or_coordinator(caller: Caller) -> Scope:
    if "coordinator" in caller.roles:
        return Scope("booking.organisation = {}", (caller.organisation,))
    return owner(caller)


def therapist_or_coordinator(caller: Caller) -> Scope:
    """A therapist reaches the bookings of their own shifts, on published days."""
    if "coordinator" in caller.roles:
        return Scope("booking.organisation = {}", (caller.organisation,))
    return Scope(
        "booking.organisation = {} AND shift.therapist = {}", (caller.organisation, caller.id)
    )


def offered_to(caller: Caller) -> Scope:
    return Scope("offer.organisation = {} AND offer.person = {}", (caller.organisation, caller.id))


def roster_reader(caller: Caller) -> Scope:
    """The shifts that somebody's roster holds: a therapist's own, all for a coordinator."""
    if "coordinator" in caller.roles:
        return Scope("shift.organisation = {}", (caller.organisation,))
    return Scope(
        "shift.organisation = {} AND shift.therapist = {}", (caller.organisation, caller.id)
    )


def shift_writer(caller: Caller) -> Scope:
    return Scope("shift.organisation = {}", (caller.organisation,))


def system() -> Scope:
    """For the jobs, which serve every organisation."""
    return Scope("1 = 1", ())
