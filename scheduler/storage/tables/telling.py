"""What people are told, and what was done."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from scheduler.storage.tables.day import Booking, Event, Shift
from scheduler.storage.tables.people import Organisation, Person


class PersonalLink(Table, tablename="personal_link"):
    """The address in an invitation to a day, which says who opens it; hashed, used once."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class Announcement(Table, tablename="announcement"):
    """What a coordinator tells people of a day. `audience` is waiting or all; without it, it is for
    those who are booked, whom `shift` narrows to one of them.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    shift = ForeignKey(references=Shift, null=True, default=None)
    author = ForeignKey(references=Person, null=False, default=None)
    audience = Varchar(length=20, null=True, default=None)
    text = Text()
    created_at = Timestamptz(default=None)


class Outbox(Table, tablename="outbox"):
    """A message waiting to be sent, leased by a sender, or sent.

    `effect_key` is unique: queueing the same effect twice queues it once. `done_at` is set when it
    was sent (`outcome` sent), was no longer wanted (dropped) or was given up (failed). It tells of
    a booking, or of `subject`, a row of the table that its kind knows. Without a `recipient`
    the address stands in that row. `told` is a fingerprint of what an invite said.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=True, default=None)
    effect_key = Varchar(length=200, unique=True)
    kind = Varchar(length=40)
    booking = ForeignKey(references=Booking, null=True, default=None)
    sequence = Integer(null=True, default=None)
    subject = UUID(null=True, default=None)
    recipient = ForeignKey(references=Person, null=True, default=None)
    detail = Text(null=True, default=None)
    told = Varchar(length=64, null=True, default=None)
    queued_at = Timestamptz(default=None)
    due_at = Timestamptz(default=None)
    attempts = Integer(default=0)
    lease_until = Timestamptz(null=True, default=None)
    lease_token = UUID(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)
    error = Text(null=True, default=None)


class MailChoice(Table, tablename="mail_choice"):
    """Whether somebody wants messages of a kind that they can do without, in one organisation.

    Without a row it is as domain/mail_choice.py says for that kind.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    kind = Varchar(length=40)
    wanted = Boolean(default=False)
    chosen_at = Timestamptz(default=None)


class MailPause(Table, tablename="mail_pause"):
    """While a row is here no mail leaves."""

    id = UUID(primary_key=True, default=None)
    since = Timestamptz(default=None)
    reason = Text()


class Audit(Table, tablename="audit"):
    """Who did what to which row. Never what it said."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    at = Timestamptz(default=None)
    actor = UUID(null=True, default=None)
    action = Varchar(length=60)
    subject = UUID(default=None)
