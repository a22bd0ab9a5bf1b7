"""Whoever waits for a time of a full day."""

from piccolo.columns import UUID, ForeignKey, Time, Timestamptz, Varchar
from piccolo.table import Table

from scheduler.storage.tables.day import Event, Slot
from scheduler.storage.tables.people import Organisation, Person


class WaitlistEntry(Table, tablename="waitlist_entry"):
    """A place in line on a day, with the times that suit: wall-clock times, and whose chair.

    It counts until `ended_at`; `outcome` says why it ended: served (they have their times), left,
    or off (the day was cancelled, or they are no longer here). Since `headed_at` they come before
    all others, for they had a time that an outage took.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    earliest = Time(null=True, default=None)
    latest = Time(null=True, default=None)
    therapist = ForeignKey(references=Person, null=True, default=None)
    joined_at = Timestamptz(default=None)
    headed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)


class Offer(Table, tablename="offer"):
    """A slot that is held for somebody who waits, until `ended_at`: nobody else takes it.

    `outcome` says how it ended: taken, passed, expired, or off (the slot went, or its person). A
    row that is `returned` never was an offer: its person moved away from that very slot. Without
    an `entry` it was made to somebody on standby.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    slot = ForeignKey(references=Slot, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    entry = ForeignKey(references=WaitlistEntry, null=True, default=None)
    offered_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)


class Standby(Table, tablename="standby"):
    """Somebody who can be at the chair in ten minutes, until `ended_at`.

    `outcome` says why it ended: served (they took something), left, or off (the day is over or was
    cancelled, or they are no longer here).
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    tapped_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)
