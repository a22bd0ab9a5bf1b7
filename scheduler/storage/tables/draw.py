"""The times of a day that are drawn."""

from piccolo.columns import UUID, ForeignKey, Integer, Text, Time, Timestamptz, Varchar
from piccolo.table import Table

from scheduler.storage.tables.day import Event, Slot
from scheduler.storage.tables.people import Organisation, Person


class Draw(Table, tablename="draw"):
    """The times of a day are given out at once, to those who wished; until then none is claimed.

    `seed` decides the lot. `record` is what was published when it was drawn.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    seed = Varchar(length=64)
    wishes_close_at = Timestamptz(default=None)
    created_at = Timestamptz(default=None)
    drawn_at = Timestamptz(null=True, default=None)
    record = Text(null=True, default=None)


class Wish(Table, tablename="wish"):
    """When somebody could come, wall-clock, and to whom.

    Their standing is kept as it was when they took part; without it they did not. `slot` is what
    they drew.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    earliest = Time(null=True, default=None)
    latest = Time(null=True, default=None)
    therapist = ForeignKey(references=Person, null=True, default=None)
    wished_at = Timestamptz(default=None)
    missed = Integer(null=True, default=None)
    late = Integer(null=True, default=None)
    no_shows = Integer(null=True, default=None)
    slot = ForeignKey(references=Slot, null=True, default=None)
