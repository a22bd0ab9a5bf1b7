"""Every table, with its tenant. Guards that Piccolo cannot express are in the migrations."""

from piccolo.columns import (
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Text,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """A tenant. `domains` are the e-mail domains that its employees have."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200, unique=True)
    domains = Array(base_column=Varchar(length=253), default=list)
    timezone = Varchar(length=64)
    created_at = Timestamptz(default=None)


class Person(Table, tablename="person"):
    """Somebody with an address; what they may do stands in their memberships.

    An address is one person everywhere, so that nobody is booked in two places at once.
    `email` is kept as given, `email_key` is what addresses are compared by. Without a `language`
    they read what their browser asks for.
    """

    id = UUID(primary_key=True, default=None)
    email = Varchar(length=254)
    email_key = Varchar(length=254, unique=True)
    language = Varchar(length=20, null=True, default=None)
    created_at = Timestamptz(default=None)


class KnownAs(Table, tablename="known_as"):
    """What an organisation calls a person: no organisation learns a name from another."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    name = Varchar(length=200)


class Membership(Table, tablename="membership"):
    """A role of a person in an organisation."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    role = Varchar(length=20)
    created_at = Timestamptz(default=None)


class Token(Table, tablename="token"):
    """An API token; only the SHA-256 of it is kept."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="session"):
    """A browser that is signed in; only the SHA-256 of its cookie is kept.

    `proven` says that a code from the person's own mailbox let them in. What one company vouches
    for is not enough to go on to another.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    proven = Boolean(default=False)


class SignIn(Table, tablename="sign_in"):
    """Somebody asked to be let in, and proves by a code or a link that the address is theirs.

    `browser_hash` is of the cookie of the browser that asked: nobody else can answer.
    `organisation` is set when they came by a day's link: there a colleague may be new. Code and
    link exist, hashed, once the message is written; `admitted` says that it may be written at all.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=True, default=None)
    email = Varchar(length=254)
    email_key = Varchar(length=254)
    language = Varchar(length=20, null=True, default=None)
    admitted = Boolean(default=False)
    browser_hash = Bytea(default=None)
    code_hash = Bytea(null=True, default=None)
    link_hash = Bytea(null=True, default=None)
    tries = Integer(default=0)
    destination = Varchar(length=500)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    proven_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class IdentityProvider(Table, tablename="identity_provider"):
    """An organisation's own sign-in, by OpenID Connect. The client's secret is encrypted."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    issuer = Varchar(length=500)
    client_id = Varchar(length=300)
    client_secret = Bytea(default=None)
    required = Boolean(default=False)
    created_at = Timestamptz(default=None)


class Event(Table, tablename="event"):
    """One massage day. Wall-clock times are what people chose; `ends_at` is computed from them.

    `revision` rises with each change of the day or its shifts.
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
    ends_at = Timestamptz(default=None)
    published_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text(null=True, default=None)
    created_at = Timestamptz(default=None)
    revision = Integer(default=0)


class Shift(Table, tablename="shift"):
    """A therapist's working block at a chair. `breaks` are wall-clock intervals, "12:00/12:30"."""

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


class Slot(Table, tablename="slot"):
    """A bookable interval. Whether it is taken is said by a booking, and by nothing here."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    shift = ForeignKey(references=Shift, null=False, default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    cancelled_at = Timestamptz(null=True, default=None)


class Booking(Table, tablename="booking"):
    """A slot taken by a person. Times are copied from the slot for the guard against two places.

    `ordinal` numbers a person's active bookings of an event from 1 up; the guard on it is what
    holds `claims_per_person`. `placed_at` is the last claim or move.
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


class WaitlistEntry(Table, tablename="waitlist_entry"):
    """A place in line on a day, with the times that suit: wall-clock times, and whose chair.

    It counts until `ended_at`; `outcome` says why it ended: served (they have their times), left,
    or off (the day was cancelled, or they are no longer here).
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    earliest = Time(null=True, default=None)
    latest = Time(null=True, default=None)
    therapist = ForeignKey(references=Person, null=True, default=None)
    joined_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)


class Offer(Table, tablename="offer"):
    """A slot that is held for somebody who waits, until `ended_at`: nobody else takes it.

    `outcome` says how it ended: taken, passed, expired, or off (the slot went, or its person). A
    row that is `returned` never was an offer: its person moved away from that very slot.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    slot = ForeignKey(references=Slot, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    entry = ForeignKey(references=WaitlistEntry, null=False, default=None)
    offered_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)


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
    """What a coordinator tells everybody who is booked; `shift` narrows it to one of them."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    event = ForeignKey(references=Event, null=False, default=None)
    shift = ForeignKey(references=Shift, null=True, default=None)
    author = ForeignKey(references=Person, null=False, default=None)
    text = Text()
    created_at = Timestamptz(default=None)


class Rating(Table, tablename="rating"):
    """Tension from 0 to 10 at one moment, `before` or `after`."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    booking = ForeignKey(references=Booking, null=False, default=None)
    moment = Varchar(length=10)
    score = Integer(default=None)
    area = Varchar(length=40, null=True, default=None)
    rated_at = Timestamptz(default=None)


class Outbox(Table, tablename="outbox"):
    """A message waiting to be sent, leased by a sender, or sent.

    `effect_key` is unique: queueing the same effect twice queues it once. `done_at` is set when it
    was sent (`outcome` sent), was no longer wanted (dropped) or was given up (failed). It tells of
    a booking, or of `subject`, a row of the table that its kind knows. Without a `recipient`
    the address stands in that row.
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
    queued_at = Timestamptz(default=None)
    due_at = Timestamptz(default=None)
    attempts = Integer(default=0)
    lease_until = Timestamptz(null=True, default=None)
    lease_token = UUID(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=20, null=True, default=None)
    error = Text(null=True, default=None)


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


class CalendarFeed(Table, tablename="calendar_feed"):
    """A secret subscription of one's own days; only the SHA-256 of the secret is kept."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)


class IdempotencyKey(Table, tablename="idempotency_key"):
    """The answer that a key's first request got, for a day."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    key = Varchar(length=255)
    route = Varchar(length=300)
    fingerprint = Bytea(default=None)
    status = Integer(null=True, default=None)
    answer = Bytea(null=True, default=None)
    created_at = Timestamptz(default=None)


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


TABLES: list[type[Table]] = [
    Organisation,
    Person,
    KnownAs,
    Membership,
    Token,
    Session,
    SignIn,
    IdentityProvider,
    Event,
    Shift,
    Slot,
    Booking,
    WaitlistEntry,
    Offer,
    PersonalLink,
    Announcement,
    Rating,
    Outbox,
    MailPause,
    Audit,
    CalendarFeed,
    IdempotencyKey,
    Draw,
    Wish,
]
