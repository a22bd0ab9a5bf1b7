"""Rows to iCalendar bytes.

Every time is written in UTC and no VTIMEZONE is sent: the reader's calendar shows UTC in local
time by itself, while zone definitions are read an hour off by more than one client.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from icalendar import Alarm, Calendar, Event, vCalAddress, vDuration, vText
from icalendar.enums import STATUS, TRANSP
from msgspec import Struct

from scheduler.address import Address
from scheduler.i18n import gettext, translate
from scheduler.storage import rows
from scheduler.storage.rows import Booking

PRODID = "-//Chairtime//Chairtime//EN"
ALARM_BEFORE = timedelta(minutes=15)
REFRESH_EVERY = timedelta(hours=1)
SUMMARISED = (
    "SUMMARY", "STATUS", "SEQUENCE", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION", "ORGANIZER",
    "ATTENDEE", "UID",
)  # fmt: skip


class FeedEntry(Struct, frozen=True, kw_only=True):
    """One line of a subscribed calendar; `transparent` leaves its reader free at that time."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    changed_at: datetime
    transparent: bool


def request(booking: Booking, organizer: Address, stamped_at: datetime, manage_url: str) -> bytes:
    """Put a booking into its owner's calendar, or change what is there."""
    seat = gettext(
        "With {therapist}, {chair}", therapist=booking.therapist_name, chair=booking.chair
    )
    manage = gettext("Move it or give your time back: {link}", link=manage_url)
    entry = _entry(booking, organizer, stamped_at, f"{seat}\n{manage}")
    entry.status = STATUS.CONFIRMED
    entry.add_component(Alarm.new_display(booking.title, -ALARM_BEFORE))
    return _bytes(_calendar("REQUEST", [entry]))


def cancel(booking: Booking, organizer: Address, stamped_at: datetime, reason: str | None) -> bytes:
    """Take a booking out of its owner's calendar."""
    why = translate(reason) if reason else gettext("This massage is cancelled.")
    entry = _entry(booking, organizer, stamped_at, why)
    entry.status = STATUS.CANCELLED
    return _bytes(_calendar("CANCEL", [entry]))


def feed(name: str, entries: Sequence[FeedEntry]) -> bytes:
    """Write a subscribed calendar: the same bytes for the same entries, whenever it is asked."""
    calendar = _calendar("PUBLISH", [_feed_entry(entry) for entry in entries])
    calendar.add("NAME", vText(name))
    calendar.add("X-WR-CALNAME", vText(name))
    # Not icalendar's own properties: they neither escape a name nor say VALUE, which is mandatory.
    calendar.add("REFRESH-INTERVAL", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH_EVERY))
    return _bytes(calendar)


def summary(data: bytes) -> list[tuple[str, str]]:
    """Read back what we wrote: property by property, as whoever looks at it wants to see it."""
    calendar = Calendar.from_ical(data)
    entry = calendar.events[0]
    facts = [(name, _readable(entry[name])) for name in SUMMARISED if name in entry]
    return [("METHOD", str(calendar["METHOD"])), *facts]


def place(of: rows.Place | rows.Event) -> list[str]:
    """Name the place and its address, line by line."""
    lines = [of.location_name, *of.location_address.splitlines()]
    return [line.strip() for line in lines if line.strip()]


def _readable(value: Any) -> str:
    return f"{value.dt:%Y-%m-%d %H:%M %Z}" if hasattr(value, "dt") else str(value)


def _bytes(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical()
    return written


def _calendar(method: Literal["REQUEST", "CANCEL", "PUBLISH"], events: list[Event]) -> Calendar:
    calendar = Calendar.new(
        calscale="GREGORIAN", method=method, prodid=PRODID, subcomponents=events
    )
    # A random UID of the calendar itself: it would make two writings of one feed differ.
    del calendar["UID"]
    return calendar


def _entry(booking: Booking, organizer: Address, stamped_at: datetime, description: str) -> Event:
    return Event.new(
        uid=booking.uid,
        sequence=booking.sequence,
        stamp=stamped_at.astimezone(UTC),
        last_modified=booking.changed_at.astimezone(UTC),
        start=booking.starts_at.astimezone(UTC),
        end=booking.ends_at.astimezone(UTC),
        summary=booking.title,
        location=", ".join(place(booking)),
        description=description,
        organizer=vCalAddress.new(organizer.address, cn=organizer.name or organizer.address),
        attendees=[_attendee(booking)],
        transparency=TRANSP.OPAQUE,
    )


def _attendee(booking: Booking) -> vCalAddress:
    return vCalAddress.new(
        booking.person_email,
        cn=booking.person_name or booking.person_email,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="NEEDS-ACTION",
        rsvp=True,
    )


def _feed_entry(entry: FeedEntry) -> Event:
    return Event.new(
        uid=entry.uid,
        # When it was last changed, not when it was asked for: else no ETag would ever match.
        stamp=entry.changed_at.astimezone(UTC),
        last_modified=entry.changed_at.astimezone(UTC),
        start=entry.starts_at.astimezone(UTC),
        end=entry.ends_at.astimezone(UTC),
        summary=entry.summary,
        location=entry.location,
        description=entry.description,
        transparency=TRANSP.TRANSPARENT if entry.transparent else TRANSP.OPAQUE,
    )
