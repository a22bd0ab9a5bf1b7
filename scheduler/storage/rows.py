"""What the queries of this folder return: frozen facts, and nothing that acts."""

from datetime import date, datetime, time
from uuid import UUID

from msgspec import Struct


class Row(Struct, frozen=True, kw_only=True):
    """A row or a join of rows. Instants are aware and in UTC."""


class Id(Row, frozen=True, kw_only=True):
    id: UUID


class KnownPerson(Id, frozen=True, kw_only=True):
    email_key: str


class Person(Row, frozen=True, kw_only=True):
    """Without a `language` they have not chosen one."""

    id: UUID
    email: str
    name: str
    language: str | None = None


class Member(Person, frozen=True, kw_only=True):
    """A person with the roles they have in one organisation."""

    email_key: str
    roles: list[str]


class Affiliation(Row, frozen=True, kw_only=True):
    """A person's belonging to an organisation, `name`."""

    organisation: UUID
    person: UUID
    name: str


class SignIn(Row, frozen=True, kw_only=True):
    """See the table."""

    id: UUID
    organisation: UUID | None
    email: str
    email_key: str
    language: str | None
    admitted: bool
    code_hash: bytes | None = None
    destination: str
    created_at: datetime
    expires_at: datetime
    proven_at: datetime | None = None
    used_at: datetime | None = None


class IdentityProvider(Row, frozen=True, kw_only=True):
    """`client_secret` is encrypted."""

    organisation: UUID
    issuer: str
    client_id: str
    client_secret: bytes
    required: bool


class PersonalLink(Row, frozen=True, kw_only=True):
    """`does_more`: its person is more here than an employee."""

    organisation: UUID
    event: UUID
    person: UUID
    name: str
    does_more: bool
    used_at: datetime | None
    event_ends_at: datetime


class Organisation(Row, frozen=True, kw_only=True):
    id: UUID
    name: str
    domains: list[str]
    timezone: str


class CompanyAccount(Organisation, frozen=True, kw_only=True):
    """An organisation whose people can sign in with its own account, or must."""

    required: bool


class Caller(Person, frozen=True, kw_only=True):
    """Somebody who is asking, in one organisation, with what they may be there.

    `elsewhere` says of somebody whom a code let in whether they belong to other organisations too.
    """

    organisation: UUID
    roles: frozenset[str]
    elsewhere: bool = False


class Event(Row, frozen=True, kw_only=True):
    id: UUID
    organisation: UUID
    title: str
    date: date
    timezone: str
    location_name: str
    location_address: str
    slot_minutes: int
    reset_minutes: int
    claims_open_at: datetime | None
    claims_per_person: int
    cancel_until_minutes: int
    grace_minutes: int = 5
    ends_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    created_at: datetime
    series: UUID | None = None


class EventKey(Row, frozen=True, kw_only=True):
    organisation: UUID
    event: UUID


class EventDay(Row, frozen=True, kw_only=True):
    date: date
    timezone: str


class DaysAround(Row, frozen=True, kw_only=True):
    before: date | None
    after: date | None


class Begin(Row, frozen=True, kw_only=True):
    starts_at: datetime | None


class Shift(Row, frozen=True, kw_only=True):
    """From `out_from` on it has no slots, as its therapist or its chair is missing."""

    id: UUID
    event: UUID
    therapist: UUID
    therapist_name: str
    therapist_email: str
    position: int
    chair: str
    starts: time
    ends: time
    breaks: list[str]
    starts_at: datetime
    ends_at: datetime
    delay_minutes: int = 0
    out_from: datetime | None = None


class ChairOfDay(Row, frozen=True, kw_only=True):
    event: UUID
    chair: str


class Timed(Row, frozen=True, kw_only=True):
    """When something is. The planned times are there only where a delay moved it from them."""

    starts_at: datetime
    ends_at: datetime
    planned_starts_at: datetime | None = None
    planned_ends_at: datetime | None = None

    @property
    def planned(self) -> tuple[datetime, datetime]:
        """What the guards hold, and what a plan is compared with."""
        return self.planned_starts_at or self.starts_at, self.planned_ends_at or self.ends_at

    @property
    def is_delayed(self) -> bool:
        return self.planned_starts_at is not None


class Place(Timed, frozen=True, kw_only=True):
    """A slot with all that an invite says of it."""

    organisation: UUID
    event: UUID
    slot: UUID
    shift: UUID
    therapist: UUID
    therapist_name: str
    chair: str
    title: str
    timezone: str
    location_name: str
    location_address: str
    event_ends_at: datetime
    shift_ends_at: datetime
    cancel_until_minutes: int


class Booking(Place, frozen=True, kw_only=True):
    """A booking with all that its owner needs to know of it."""

    id: UUID
    person: UUID
    person_name: str
    person_email: str
    person_language: str | None
    status: str
    uid: str
    sequence: int
    pressure: int | None
    technique: str | None
    focus_areas: list[str]
    avoid_areas: list[str]
    quiet: bool
    placed_at: datetime
    changed_at: datetime
    completed_at: datetime | None
    kept_at: datetime | None = None


class Slot(Timed, frozen=True, kw_only=True):
    """`holder` has it, or it is held for whom it was `offered_to`, or a delay has `absorbed` it.
    `instead_of` is the booking of somebody who did not come: this slot is the rest of its time.
    """

    id: UUID
    event: UUID
    shift: UUID
    position: int
    chair: str
    therapist: UUID
    therapist_name: str
    holder: UUID | None
    offered_to: UUID | None = None
    absorbed: bool = False
    instead_of: UUID | None = None


class SlotUse(Row, frozen=True, kw_only=True):
    """A slot and what became of it: the status of its booking if there is one, or an offer."""

    starts_at: datetime
    status: str | None
    held: bool = False


class Counts(Row, frozen=True, kw_only=True):
    event: UUID
    slots: int
    open: int
    booked: int
    waiting: int = 0


class BoardFacts(Row, frozen=True, kw_only=True):
    """What changes with the board of an event; `passed` counts its opening and its end."""

    event: UUID
    revision: int
    changes: int
    begun: int
    passed: int


class ClaimFacts(Place, frozen=True, kw_only=True):
    """All that decides whether a person may take a slot, read in one statement.

    `had_on` are the days on which they have one in this organisation, where there is a limit.
    """

    slot_cancelled_at: datetime | None
    published_at: datetime | None
    event_cancelled_at: datetime | None
    claims_open_at: datetime | None
    claims_per_person: int
    domains: list[str]
    claimed: int
    overlaps: bool
    taken: bool
    instead_of: UUID | None = None
    waiting: bool = False
    undrawn: bool = False
    date: date
    limit_count: int | None = None
    limit_days: int | None = None
    had_on: str | None = None


class Days(Row, frozen=True, kw_only=True):
    """On which days somebody has a booking, as one text."""

    person: UUID
    days: str


class Fairness(Row, frozen=True, kw_only=True):
    """An organisation's rules about who gets a time; see the table."""

    limit_count: int | None
    limit_days: int | None
    waitlist_order: str | None


class Busy(Row, frozen=True, kw_only=True):
    """When somebody has a massage, or is at a chair, wherever it is."""

    person: UUID
    starts_at: datetime
    ends_at: datetime


class Rating(Row, frozen=True, kw_only=True):
    moment: str
    score: int
    area: str | None


class RatingPair(Row, frozen=True, kw_only=True):
    """One massage rated before and after, and by whom."""

    event: UUID
    person: UUID
    before: int
    after: int


class Announcement(Row, frozen=True, kw_only=True):
    """What an author tells those who are booked, with this `shift` or on the whole day; with an
    `audience` those who wait, or all.
    """

    id: UUID
    organisation: UUID
    event: UUID
    shift: UUID | None
    author: UUID
    author_name: str
    text: str
    audience: str | None = None


class LogEntry(Row, frozen=True, kw_only=True):
    """What was done, never what it said; without `by` nobody here did it."""

    at: datetime
    action: str
    by: str | None


class Deed(Row, frozen=True, kw_only=True):
    """A row of the audit log. `whom` is a person, `day` an event's, where it was about one.

    `private` is what somebody did about themselves only. Without `done_here` it was a command.
    """

    id: UUID
    at: datetime
    action: str
    done_here: bool
    by: str | None
    whom: str | None
    day: date | None
    private: bool


class Feed(Row, frozen=True, kw_only=True):
    organisation: UUID
    person: UUID
    language: str | None


class StoredAnswer(Row, frozen=True, kw_only=True):
    route: str
    fingerprint: bytes
    status: int | None
    answer: bytes | None
    created_at: datetime
