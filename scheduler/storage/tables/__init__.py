"""Every table, with its tenant. Guards that Piccolo cannot express are in the migrations."""

from piccolo.table import Table

from scheduler.storage.tables.access import (
    CalendarFeed,
    IdempotencyKey,
    IdentityProvider,
    Session,
    SignIn,
    Token,
)
from scheduler.storage.tables.day import Booking, Event, Rating, Shift, Slot
from scheduler.storage.tables.draw import Draw, Wish
from scheduler.storage.tables.outage import Outage, Reseating
from scheduler.storage.tables.people import KnownAs, Membership, Organisation, Pacing, Person
from scheduler.storage.tables.telling import (
    Announcement,
    Audit,
    MailChoice,
    MailPause,
    Outbox,
    PersonalLink,
)
from scheduler.storage.tables.waiting import Offer, Standby, WaitlistEntry

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
    Standby,
    PersonalLink,
    Announcement,
    Rating,
    Outbox,
    MailPause,
    MailChoice,
    Audit,
    CalendarFeed,
    IdempotencyKey,
    Draw,
    Wish,
    Pacing,
    Outage,
    Reseating,
]
