"""The booking that mail and calendar tests tell stories about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from scheduler.address import Address
from scheduler.mail.mime import Letter
from scheduler.storage.rows import Booking, Event, Person, Place
from scheduler.storage.waitlist_rows import Offer, Opening

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 3, 9, 20, tzinfo=UTC)
CHAIRTIME = Address("Chairtime", "chairtime@example.org")
ID = UUID("019a0000-0000-7000-8000-000000000001")
LINK = f"https://chairtime.example.org/bookings/{ID}"
DAY_LINK = f"https://chairtime.example.org/days/{UUID(int=2)}"
PERSONAL_LINK = "https://chairtime.example.org/i/secret"
OFFER_LINK = f"https://chairtime.example.org/offers/{ID}"
LETTER = Letter(CHAIRTIME, "https://chairtime.example.org", "<one@example.org>", NOW)

# Everything about the body that a row may carry: none of it may ever be written down.
PRIVATE = {
    "pressure": 4,
    "technique": "gua_sha",
    "focus_areas": ["left_neck"],
    "avoid_areas": ["lower_back"],
    "quiet": True,
}

EDDA = Booking(
    id=ID,
    organisation=UUID(int=1),
    event=UUID(int=2),
    slot=UUID(int=3),
    shift=UUID(int=4),
    person=UUID(int=5),
    person_name="Edda Größer",
    person_email="edda@example.org",
    person_language=None,
    therapist=UUID(int=6),
    therapist_name="Tara",
    chair="Chair 1",
    title="Chair massage",
    timezone="Europe/Berlin",
    location_name="Quiet room, 3rd floor",
    location_address="Hauptstr. 1\nBerlin",
    event_ends_at=STARTS + timedelta(hours=6),
    shift_ends_at=STARTS + timedelta(hours=6),
    cancel_until_minutes=240,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=15),
    status="confirmed",
    uid="7c0f1f0e-5f0f-4f6e-9a55-0d3f5e1c2b3a@example.org",
    sequence=0,
    pressure=None,
    technique=None,
    focus_areas=[],
    avoid_areas=[],
    quiet=False,
    placed_at=NOW,
    changed_at=NOW - timedelta(minutes=1),
    completed_at=None,
)


def booking(**changes: Any) -> Booking:
    if "starts_at" in changes:
        changes.setdefault("ends_at", changes["starts_at"] + timedelta(minutes=15))
    return replace(EDDA, **changes)


def person_of(row: Booking) -> Person:
    return Person(
        id=row.person, email=row.person_email, name=row.person_name, language=row.person_language
    )


def event_of(row: Booking) -> Event:
    """The day of it."""
    return Event(
        id=row.event, organisation=row.organisation, title=row.title, date=row.starts_at.date(),
        timezone=row.timezone, location_name=row.location_name,
        location_address=row.location_address, slot_minutes=15, reset_minutes=5,
        claims_open_at=NOW, claims_per_person=1, cancel_until_minutes=row.cancel_until_minutes,
        ends_at=row.event_ends_at, published_at=NOW, cancelled_at=None, cancel_reason=None,
        created_at=NOW,
    )  # fmt: skip


def opening_of(row: Booking) -> Opening:
    """The same time, open to whoever is first, and told to the same person."""
    return Opening(
        **{field: getattr(row, field) for field in Place.__struct_fields__},
        person=row.person,
        person_name=row.person_name,
        person_email=row.person_email,
        person_language=row.person_language,
    )


def offer_of(row: Booking) -> Offer:
    """The same time, held for the same person."""
    return Offer(
        **{field: getattr(row, field) for field in Place.__struct_fields__},
        id=row.id,
        person=row.person,
        person_name=row.person_name,
        person_email=row.person_email,
        person_language=row.person_language,
        expires_at=NOW + timedelta(minutes=30),
        ended_at=None,
        outcome=None,
    )
