import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject  # it ships no types
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler import calendars
from scheduler.address import Address
from scheduler.calendars import FeedEntry
from scheduler.storage.rows import Booking
from tests.mail.cast import CHAIRTIME, LINK, NOW, PRIVATE, STARTS, booking

NAMES = [
    "Edda Größer",
    "山田 太郎",
    "Ada 👩🏽‍💻 Lovelace",
    "O'Neil; Pat, Jr.: the 3rd",
    "Zoë " + "Ångström-" * 12,
    "",
]
TRICKY_DAYS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2026, 7, 1)),
    ("Pacific/Apia", date(2026, 12, 31)),
]


def request(row: Booking, stamped_at: datetime = NOW) -> bytes:
    return calendars.request(row, CHAIRTIME, stamped_at, LINK)


def cancel(row: Booking, stamped_at: datetime = NOW, reason: str | None = None) -> bytes:
    return calendars.cancel(row, CHAIRTIME, stamped_at, reason)


def read(ics: bytes) -> tuple[icalendar.Calendar, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(ics)
    assert isinstance(calendar, icalendar.Calendar)
    assert not calendar.errors
    return calendar, calendar.events[0]


def lines(ics: bytes) -> list[str]:
    return ics.decode().replace("\r\n ", "").split("\r\n")


def instants(ics: bytes) -> list[tuple[datetime, datetime]]:
    """Start and end as two independent readers see them."""
    _, ours = read(ics)
    theirs = vobject.readOne(ics.decode()).vevent
    return [(ours.start, ours.end), (theirs.dtstart.value, theirs.dtend.value)]


def assert_well_folded(ics: bytes) -> None:
    assert b"\n" not in ics.replace(b"\r\n", b"")
    assert b"\r" not in ics.replace(b"\r\n", b"")
    assert ics.endswith(b"END:VCALENDAR\r\n")
    for line in ics.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two


def test_a_request_says_everything_that_clients_look_for() -> None:
    written = lines(request(booking(sequence=3)))
    for line in (
        "VERSION:2.0",
        "PRODID:-//Chairtime//Chairtime//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "SUMMARY:Chair massage",
        "LOCATION:Quiet room\\, 3rd floor\\, Hauptstr. 1\\, Berlin",
        "DTSTART:20261203T092000Z",
        "DTEND:20261203T093500Z",
        "DTSTAMP:20261201T080000Z",
        "LAST-MODIFIED:20261201T075900Z",
        "UID:7c0f1f0e-5f0f-4f6e-9a55-0d3f5e1c2b3a@example.org",
        "SEQUENCE:3",
        "ORGANIZER;CN=Chairtime:mailto:chairtime@example.org",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
    ):
        assert written.count(line) == 1, line


def test_there_is_one_attendee_who_is_asked_to_answer() -> None:
    calendar, event = read(request(booking()))
    (attendee,) = event.attendees
    assert attendee == "mailto:edda@example.org"
    assert dict(attendee.params) == {
        "CN": "Edda Größer",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert len(calendar.events) == 1


def test_nothing_is_said_that_some_client_reads_wrongly() -> None:
    for ics in (request(booking()), cancel(booking(sequence=1))):
        text = ics.decode()
        assert "VTIMEZONE" not in text
        assert "TZID" not in text
        assert "X-MICROSOFT" not in text
        assert "SENT-BY" not in text
        assert text.count("UID:") == 1
        assert text.count("METHOD:") == 1


def test_the_alarm_follows_all_properties_and_rings_before_the_start() -> None:
    written = lines(request(booking()))
    start = written.index("BEGIN:VALARM")
    assert written[start + 1 :] == [
        "ACTION:DISPLAY",
        "DESCRIPTION:Chair massage",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_request_links_to_the_page_where_it_can_be_changed() -> None:
    _, event = read(request(booking()))
    assert event.description == (f"With Tara, Chair 1\nMove it or give your time back: {LINK}")


def test_a_cancel_names_the_same_entry_and_rings_no_more() -> None:
    row = booking(sequence=2)
    written = lines(cancel(row, NOW + timedelta(minutes=5), "The day is off"))
    for line in (
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
        f"UID:{row.uid}",
        "SEQUENCE:2",
        "DTSTART:20261203T092000Z",
        "DTSTAMP:20261201T080500Z",
        "ORGANIZER;CN=Chairtime:mailto:chairtime@example.org",
        "DESCRIPTION:The day is off",
    ):
        assert written.count(line) == 1, line
    assert "BEGIN:VALARM" not in written
    _, asked = read(request(row))
    _, cancelled = read(cancel(row))
    assert cancelled.attendees == asked.attendees


@pytest.mark.parametrize("name", NAMES)
def test_any_name_survives_folding_and_quoting(name: str) -> None:
    row = booking(person_name=name, therapist_name=name, title=name or "x", location_name=name)
    for ics in (request(row), cancel(row, reason=name)):
        assert_well_folded(ics)
        _, event = read(ics)
        assert event.attendees[0].params["CN"] == (name or row.person_email)
        assert event.summary == row.title
        other = vobject.readOne(ics.decode()).vevent
        assert other.summary.value == row.title
        assert other.attendee.params["CN"] == [name or row.person_email]
        assert other.attendee.value == "mailto:edda@example.org"


def test_double_quotes_in_a_name_are_written_as_rfc_6868_says() -> None:
    organizer = Address('The "Chair" team', "chairtime@example.org")
    row = booking(person_name='Edda "Eddi" Groß')
    ics = calendars.request(row, organizer, NOW, LINK)
    assert_well_folded(ics)
    assert "ORGANIZER;CN=\"The ^'Chair^' team\":mailto:chairtime@example.org" in lines(ics)
    _, event = read(ics)
    assert event.attendees[0].params["CN"] == row.person_name
    assert vobject.readOne(ics.decode()).vevent.attendee.value == "mailto:edda@example.org"


def test_line_ends_and_separators_in_texts_start_no_property() -> None:
    row = booking(title="a;b,c\\d:e", location_address="One\r\nTwo\n\n Three ")
    ics = request(row)
    assert_well_folded(ics)
    _, event = read(ics)
    assert event.summary == row.title
    assert event.location == "Quiet room, 3rd floor, One, Two, Three"


def test_an_address_cannot_bring_a_line_of_its_own() -> None:
    with pytest.raises(ValueError, match="mailto"):
        request(booking(person_email="edda@example.org\r\nX-EVIL:1"))


def test_nothing_about_the_body_is_written() -> None:
    row = booking(**PRIVATE)
    assert request(row) == request(booking())
    assert cancel(row) == cancel(booking())


@pytest.mark.parametrize(("zone", "day"), TRICKY_DAYS)
def test_two_readers_see_the_same_instants_around_every_clock_change(zone: str, day: date) -> None:
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    for quarter in range(0, 26 * 4, 3):
        starts_at = midnight + timedelta(minutes=15 * quarter)
        row = booking(starts_at=starts_at, timezone=zone)
        for starts, ends in instants(request(row)):
            assert starts.utcoffset() == timedelta(0)
            assert starts == starts_at
            assert ends - starts == timedelta(minutes=15)


def test_rows_in_another_zone_are_still_written_in_utc() -> None:
    berlin = STARTS.astimezone(ZoneInfo("Europe/Berlin"))
    assert request(booking(starts_at=berlin)) == request(booking())


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=300)
)
def test_no_text_breaks_a_line(text: str) -> None:
    assume("\\N" not in text)  # icalendar takes these two characters for a line feed
    row = booking(person_name=text, title=text, location_name=text)
    ics = request(row)
    assert_well_folded(ics)
    _, event = read(ics)
    assert event.summary == text


class Store:
    """A calendar as RFC 5546 wants it: the higher SEQUENCE wins, then the later DTSTAMP."""

    def __init__(self) -> None:
        self.seen: dict[str, tuple[tuple[int, datetime], str, date]] = {}

    def deliver(self, messages: Iterable[bytes]) -> None:
        for ics in messages:
            calendar, event = read(ics)
            version = (event.sequence, event.stamp)
            if event.uid not in self.seen or version > self.seen[event.uid][0]:
                self.seen[event.uid] = (version, calendar.method, event.start)

    def entries(self) -> dict[str, date]:
        return {uid: at for uid, (_, method, at) in self.seen.items() if method != "CANCEL"}


def test_whatever_the_order_of_delivery_the_last_state_stays() -> None:
    later = STARTS + timedelta(hours=2)
    booked = request(booking(sequence=0), NOW)
    moved = request(booking(sequence=1, starts_at=later), NOW + timedelta(hours=1))
    cancelled = cancel(booking(sequence=2, starts_at=later), NOW + timedelta(hours=2))
    again = request(booking(uid="another@example.org", sequence=0), NOW + timedelta(hours=3))
    for order in permutations([booked, moved]):
        store = Store()
        store.deliver(order)
        assert store.entries() == {booking().uid: later}
    for order in permutations([booked, moved, cancelled, again]):
        store = Store()
        store.deliver(order)
        assert store.entries() == {"another@example.org": STARTS}


def entry(**changes: Any) -> FeedEntry:
    facts: dict[str, Any] = {
        "uid": "day-1@example.org",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(minutes=15),
        "summary": "Chair massage",
        "location": "Quiet room",
        "description": "Chair 1",
        "changed_at": NOW,
        "transparent": False,
    }
    return FeedEntry(**facts | changes)


def test_a_feed_says_how_it_is_called_and_when_to_come_back() -> None:
    written = lines(calendars.feed("Massage, Größer", [entry()]))
    for line in (
        "METHOD:PUBLISH",
        "NAME:Massage\\, Größer",
        "X-WR-CALNAME:Massage\\, Größer",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "DTSTAMP:20261201T080000Z",
        "LAST-MODIFIED:20261201T080000Z",
        "TRANSP:OPAQUE",
    ):
        assert written.count(line) == 1, line
    assert not [each for each in written if re.match("ATTENDEE|ORGANIZER|BEGIN:VALARM", each)]


def test_a_feed_is_the_same_bytes_each_time() -> None:
    entries = [entry(), entry(uid="day-2@example.org", transparent=True)]
    assert calendars.feed("Days", entries) == calendars.feed("Days", list(entries))
    assert calendars.feed("Days", entries) != calendars.feed("Days", entries[:1])


def test_a_feed_keeps_every_entry_for_both_readers() -> None:
    starts = [STARTS + timedelta(minutes=20 * place) for place in range(30)]
    entries = [
        entry(uid=f"{place}@example.org", starts_at=at, ends_at=at + timedelta(minutes=15))
        for place, at in enumerate(starts)
    ]
    ics = calendars.feed("Täglich " * 20, entries)
    assert_well_folded(ics)
    calendar, _ = read(ics)
    assert [event.start for event in calendar.events] == starts
    other = vobject.readOne(ics.decode())
    assert [event.dtstart.value for event in other.vevent_list] == starts


def test_a_transparent_entry_leaves_its_reader_free() -> None:
    _, event = read(calendars.feed("Days", [entry(transparent=True)]))
    assert event.transparency == "TRANSPARENT"


def test_an_empty_feed_is_still_a_calendar() -> None:
    ics = calendars.feed("Days", [])
    assert_well_folded(ics)
    assert vobject.readOne(ics.decode()).name == "VCALENDAR"
