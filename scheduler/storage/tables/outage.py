"""What was planned and cannot be, and where its people went."""

from piccolo.columns import UUID, ForeignKey, Text, Timestamptz, Varchar
from piccolo.table import Table

from scheduler.storage.tables.day import Booking, Event, Shift, Slot
from scheduler.storage.tables.people import Organisation, Person


class Outage(Table, tablename="outage"):
    """A shift has no slots from `starts_at` on, until `ended_at`; `cause` is what is missing, the
    therapist or the chair.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    shift = ForeignKey(references=Shift, null=False, default=None)
    cause = Varchar(length=20)
    reason = Text(null=True, default=None)
    starts_at = Timestamptz(default=None)
    created_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)


class Reseating(Table, tablename="reseating"):
    """Where a booking went when its shift had an outage: to `slot`, or without one nowhere.

    `was_at` and `was_with` are how it was before. The move stands unless its person declines it;
    `outcome` is what they said, kept or declined.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    outage = ForeignKey(references=Outage, null=False, default=None)
    booking = ForeignKey(references=Booking, null=False, default=None)
    was_at = Timestamptz(default=None)
    was_with = ForeignKey(references=Person, null=False, default=None)
    slot = ForeignKey(references=Slot, null=True, default=None)
    created_at = Timestamptz(default=None)
    answered_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)
