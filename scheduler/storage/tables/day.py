"""A massage day, from the event down to what was felt after it."""

from piccolo.columns import (
    UUID,
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Text,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from scheduler.storage.tables.people import Organisation, Person


class Event(Table, tablename="event"):
    """One massage day. Wall-clock times are what people chose; `ends_at` is computed from them.

    `revision` rises with each change of the day or its shifts. The days of one `series` share it.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    title = Varchar(length=200)
    date = Date(default=None)
    timezone = Varchar(length=64)
    location_name = Varchar(length=200)
    location_address = Text()
    slot_minutes = Integer(default=None)
    reset_minutes = Integer(default=None)
    claims_open_at = Timestamptz(null=True, default=None)
    claims_per_person = Integer(default=None)
    cancel_until_minutes = Integer(default=None)
    grace_minutes = Integer(default=5)
    ends_at = Timestamptz(default=None)
    published_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    revision = Integer(default=0)
    series = UUID(null=True, default=None)


class Shift(Table, tablename="shift"):
    """A therapist's working block at a chair. `breaks` are wall-clock intervals, "12:00/12:30".

    `delay_minutes` is how late its therapist last said to be.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    therapist = ForeignKey(references=Person, null=False, default=None)
    position = Integer(default=None)
    chair = Varchar(length=100)
    chair_key = Varchar(length=400)
    starts = Time(default=None)
    ends = Time(default=None)
    breaks = Array(base_column=Varchar(length=11), default=list)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    delay_minutes = Integer(default=0)


class Slot(Table, tablename="slot"):
    """A bookable interval. Whether it is taken is said by a booking, and by nothing here.

    The times are the planned ones, which the guards hold; the actual ones are there as long as a
    delay moves it. One that nobody took and that a delay takes up is `absorbed`. `instead_of` is a
    booking whose person did not come: this is what is left of its time.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    shift = ForeignKey(references=Shift, null=False, default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    actual_starts_at = Timestamptz(null=True, default=None)
    actual_ends_at = Timestamptz(null=True, default=None)
    absorbed = Boolean(default=False)
    instead_of = UUID(null=True, default=None)


class Booking(Table, tablename="booking"):
    """A slot taken by a person. Times are copied from the slot for the guard against two places.

    `ordinal` numbers a person's active bookings of an event from 1 up; the guard on it is what
    holds `claims_per_person`. `placed_at` is the last claim or move. `kept_at` is when its owner
    chose to keep it though a delay made it clash.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    slot = ForeignKey(references=Slot, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    ordinal = Integer(default=None)
    status = Varchar(length=20)
    uid = Varchar(length=300)
    sequence = Integer(default=None)
    pressure = Integer(null=True, default=None)
    technique = Varchar(length=40, null=True, default=None)
    focus_areas = Array(base_column=Varchar(length=40), default=list)
    avoid_areas = Array(base_column=Varchar(length=40), default=list)
    quiet = Boolean(default=False)
    created_at = Timestamptz(default=None)
    placed_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)
    completed_at = Timestamptz(null=True, default=None)
    cancelled_late = Boolean(default=False)
    kept_at = Timestamptz(null=True, default=None)


class Rating(Table, tablename="rating"):
    """Tension from 0 to 10 at one moment, `before` or `after`."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    booking = ForeignKey(references=Booking, null=False, default=None)
    moment = Varchar(length=10)
    score = Integer(default=None)
    area = Varchar(length=40, null=True, default=None)
    rated_at = Timestamptz(default=None)
