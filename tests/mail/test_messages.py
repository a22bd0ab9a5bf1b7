import email
import email.policy
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from msgspec.structs import replace

from scheduler.address import Address
from scheduler.mail import messages
from scheduler.storage.rows import Booking
from tests.mail.cast import (
    DAY_LINK,
    LETTER,
    LINK,
    NOW,
    OFFER_LINK,
    PERSONAL_LINK,
    PRIVATE,
    STARTS,
    booking,
    event_of,
    offer_of,
    opening_of,
    person_of,
)
from tests.test_calendars import TRICKY_DAYS

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
WAS = messages.Was(STARTS - HOUR, "Tara", "Chair 2")


def later(row: Booking) -> Booking:
    """Planned for eight minutes before."""
    early = timedelta(minutes=8)
    return replace(
        row, planned_starts_at=row.starts_at - early, planned_ends_at=row.ends_at - early
    )


ALL: dict[str, Callable[[Booking], EmailMessage]] = {
    "invite": lambda row: messages.invite(LETTER, row, None),
    "invite for somebody": lambda row: messages.invite(LETTER, row, "Cora"),
    "invite of a delay": lambda row: messages.delay(LETTER, later(row), None),
    "invite of a delay with a clash": lambda row: messages.delay(LETTER, later(row), "another"),
    "invite of a delay to the end": lambda row: messages.delay(LETTER, later(row), "end"),
    "invite on time again": lambda row: messages.delay(LETTER, row, None),
    "cancellation": lambda row: messages.cancellation(LETTER, row, "The day is off", "Cora"),
    "cancellation without words": lambda row: messages.cancellation(LETTER, row, None, None),
    "invite by a substitute": lambda row: messages.invite(LETTER, row, None, "Tom"),
    "invite to another time": lambda row: messages.reseated(LETTER, row, WAS, "therapist", None),
    "invite to another chair": lambda row: messages.reseated(LETTER, row, WAS, "chair", "Broken"),
    "cancellation for want of a therapist": lambda row: messages.unseated(
        LETTER, row, "therapist", None
    ),
    "cancellation for want of a chair": lambda row: messages.unseated(LETTER, row, "chair", "Why"),
    "reminder of the day before": lambda row: messages.reminder(LETTER, row, DAY),
    "reminder of the hour before": lambda row: messages.reminder(LETTER, row, HOUR),
    "rating request": lambda row: messages.rating_request(LETTER, row),
    "offer": lambda row: messages.offer(LETTER, offer_of(row)),
    "free now": lambda row: messages.open_now(LETTER, opening_of(row)),
    "word that times are left": lambda row: messages.nudge(
        LETTER, person_of(row), event_of(row), [(row.starts_at, row.ends_at)], "secret"
    ),
    "word that there is no such day": lambda row: messages.day_off(
        LETTER, person_of(row), event_of(row)
    ),
    "message to those who wait": lambda row: messages.to_waiting(
        LETTER, person_of(row), event_of(row), "Cora", "Bring tea."
    ),
}
LINKS = {
    "offer": OFFER_LINK,
    "free now": DAY_LINK,
    "word that times are left": PERSONAL_LINK,
    "word that there is no such day": DAY_LINK,
    "message to those who wait": DAY_LINK,
}
WITH_CALENDAR = {name: make for name, make in ALL.items() if name[0] in "ic"}

every_message = pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())
every_invite = pytest.mark.parametrize("make", WITH_CALENDAR.values(), ids=WITH_CALENDAR.keys())


def received(message: EmailMessage) -> EmailMessage:
    """Return what the other side reads from the bytes."""
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = received(message).get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def texts(message: EmailMessage) -> str:
    return "\n".join([message["Subject"], body(message, "plain"), body(message, "html")])


def parts(message: EmailMessage, kind: str) -> list[EmailMessage]:
    return [
        part
        for part in received(message).walk()
        if part.get_content_type() == kind and isinstance(part, EmailMessage)
    ]


def payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def event_in(message: EmailMessage) -> tuple[icalendar.Calendar, icalendar.Event]:
    (part,) = parts(message, "text/calendar")
    calendar = icalendar.Calendar.from_ical(payload(part))
    assert isinstance(calendar, icalendar.Calendar)
    return calendar, calendar.events[0]


@every_message
def test_the_headers_that_every_message_has(make: Callable[[Booking], EmailMessage]) -> None:
    message = received(make(booking()))
    assert message["From"] == "Chairtime <chairtime@example.org>"
    assert [each.addr_spec for each in message["To"].addresses] == ["edda@example.org"]
    assert message["Message-ID"] == "<one@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert message["MIME-Version"] == "1.0"
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Content-Type"):
        assert len(message.get_all(name, [])) == 1


@every_message
def test_the_bytes_travel_anywhere(make: Callable[[Booking], EmailMessage]) -> None:
    raw = make(booking(therapist_name="Tära " * 60, title="x" * 2000)).as_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


@every_invite
def test_the_tree_of_an_invite(make: Callable[[Booking], EmailMessage]) -> None:
    message = received(make(booking()))
    assert message.get_content_type() == "multipart/mixed"
    alternative, attachment = message.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert [part.get_content_charset() for part in alternative.iter_parts()] == ["utf-8"] * 3
    assert attachment.get_content_type() == "application/ics"
    assert attachment.get_content_disposition() == "attachment"
    assert attachment.get_filename() == "invite.ics"


@every_invite
def test_the_calendar_is_base64_without_a_disposition_and_attached_again(
    make: Callable[[Booking], EmailMessage],
) -> None:
    message = make(booking())
    (calendar,) = parts(message, "text/calendar")
    (attachment,) = parts(message, "application/ics")
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert payload(calendar) == payload(attachment)
    assert b"\n" not in payload(calendar).replace(b"\r\n", b"")


@every_invite
def test_method_organizer_and_attendee_agree_with_the_envelope(
    make: Callable[[Booking], EmailMessage],
) -> None:
    message = received(make(booking(sequence=1)))
    (part,) = parts(message, "text/calendar")
    calendar, event = event_in(message)
    assert part["Content-Type"].params["method"] == calendar.method
    assert event.organizer == f"mailto:{message['From'].addresses[0].addr_spec}"
    assert event.attendees == [f"mailto:{message['To'].addresses[0].addr_spec}"]
    assert event.stamp == NOW


@pytest.mark.parametrize("name", sorted(set(ALL) - set(WITH_CALENDAR)))
def test_other_messages_are_two_plain_alternatives(name: str) -> None:
    message = received(ALL[name](booking()))
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_an_invite_says_where_and_when() -> None:
    message = messages.invite(LETTER, booking(), None)
    assert message["Subject"] == "Your massage on Thursday 3 December 2026, 10:20"
    for kind in ("plain", "html"):
        text = body(message, kind)
        for fact in (
            "Thursday 3 December 2026, 10:20 to 10:35",
            "(Europe/Berlin)",
            "Quiet room, 3rd floor",
            "Hauptstr. 1",
            "Chair 1",
            "Tara",
            "Chair massage",
            "Edda Größer",
            LINK,
        ):
            assert fact in text
        assert "booked it for you" not in text
    assert event_in(message)[0].method == "REQUEST"


def test_a_change_is_told_as_a_change() -> None:
    message = messages.invite(LETTER, booking(sequence=1), None)
    assert message["Subject"] == "Updated: your massage on Thursday 3 December 2026, 10:20"
    assert "Your massage has been updated" in body(message, "plain")
    assert "Your massage has been updated" in body(message, "html")
    assert event_in(message)[1].sequence == 1


def test_who_acted_on_somebodys_behalf_is_named() -> None:
    booked = messages.invite(LETTER, booking(), "Cora <Co>")
    assert "Cora <Co> booked it for you." in body(booked, "plain")
    assert "Cora &lt;Co&gt; booked it for you." in body(booked, "html")
    changed = messages.invite(LETTER, booking(sequence=1), "Cora")
    assert "Cora made this change for you." in body(changed, "plain")


def test_a_cancellation_says_why_and_by_whom_where_that_is_known() -> None:
    told = messages.cancellation(LETTER, booking(sequence=1), "The day is off", "Cora")
    assert told["Subject"] == "Cancelled: your massage on Thursday 3 December 2026, 10:20"
    for kind in ("plain", "html"):
        assert "Cora cancelled this massage:" in body(told, kind)
        assert "Why: The day is off" in body(told, kind)
    calendar, event = event_in(told)
    assert (calendar.method, event.status, event.sequence) == ("CANCEL", "CANCELLED", 1)
    silent = messages.cancellation(LETTER, booking(sequence=1), None, None)
    assert "This massage is cancelled:" in body(silent, "plain")
    assert "Why" not in texts(silent)
    assert "None" not in texts(silent)


def reminded(lead: timedelta, before: timedelta) -> str:
    letter = replace(LETTER, now=STARTS - before)
    return str(messages.reminder(letter, booking(), lead)["Subject"])


def test_a_reminder_says_how_near_it_is_even_when_it_is_late() -> None:
    day = "Thursday 3 December 2026"
    assert reminded(DAY, DAY) == f"Tomorrow: your massage at 10:20, {day}"
    assert reminded(DAY, timedelta(hours=5)) == f"Your massage on {day}, 10:20"
    assert reminded(HOUR, HOUR) == f"Soon: your massage at 10:20, {day}"


def test_tomorrow_is_the_day_after_today_where_the_chair_is() -> None:
    assert reminded(DAY, timedelta(hours=10, minutes=50)).startswith("Tomorrow")
    # Twenty past midnight in Berlin, where it is today; the day before in UTC.
    assert reminded(DAY, timedelta(hours=10)).startswith("Your massage")


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value for name, value in attrs if name in {"href", "src", "background"}]


def links(html: str) -> Links:
    parser = Links()
    parser.feed(html)
    return parser


@every_message
def test_one_link_in_each_part_and_nothing_loaded_from_afar(
    make: Callable[[Booking], EmailMessage],
) -> None:
    (name,) = (one for one in ALL if ALL[one] is make)
    message, link = make(booking()), LINKS.get(name, LINK)
    assert re.findall(r"\w+://\S+", body(message, "plain")) == [link]
    html = body(message, "html")
    parsed = links(html)
    assert parsed.found == [link]
    assert not {"img", "script", "link", "form", "iframe"} & set(parsed.tags)
    assert re.findall(r"\w+://[^\"\s]+", html) == [link]
    assert "url(" not in html


@pytest.mark.parametrize("length", [20, 70, 400])
def test_the_address_that_ends_a_kind_is_never_written_as_something_else(length: int) -> None:
    """A mail program reads it from the raw header, and there an encoded word is no address."""
    link = f"https://chairtime.example.org/unsubscribe/{'A-_9' * (length // 4)}"
    letter = replace(LETTER, unsubscribe=link)
    hours = STARTS, STARTS + DAY
    for message in (
        messages.rating_request(letter, booking()),
        messages.nudge(letter, person_of(booking()), event_of(booking()), [hours], "secret"),
        messages.invitation(letter, person_of(booking()), event_of(booking()), hours, "secret"),
    ):
        head = message.as_bytes().partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
        assert f"List-Unsubscribe: <{link}>" in head
        assert head.count("List-Unsubscribe-Post: List-Unsubscribe=One-Click") == 1
        assert link in body(message, "plain")
        assert link in links(body(message, "html")).found
    assert messages.rating_request(LETTER, booking())["List-Unsubscribe"] is None


@every_message
def test_the_page_is_readable_by_every_means(make: Callable[[Booking], EmailMessage]) -> None:
    html = body(make(booking()), "html")
    assert html.startswith("<!doctype html>\n<html lang=")
    assert links(html).tags.count("h1") == 1
    assert re.search(r"<h1>[^<]+</h1>", html)
    assert re.search(r"<title>[^<]+</title>", html)
    assert "prefers-color-scheme: dark" in html


@every_message
@pytest.mark.parametrize("sequence", [0, 1])
def test_the_words_are_ours(make: Callable[[Booking], EmailMessage], sequence: int) -> None:
    for word in ("appointment", "reservation", "user", "schedule", "{{", "{%"):
        assert word not in texts(make(booking(sequence=sequence))).lower()


@every_message
def test_nothing_about_the_body_is_said(make: Callable[[Booking], EmailMessage]) -> None:
    assert texts(make(booking(**PRIVATE))) == texts(make(booking()))
    for word in ("health", "screen", "pain", "tension", "pressure", "neck", "gua"):
        assert word not in texts(make(booking(**PRIVATE))).lower()


@every_message
def test_texts_are_escaped_where_they_would_be_markup(
    make: Callable[[Booking], EmailMessage],
) -> None:
    evil = "<b>&{{ link }}</b>"
    row = booking(title=evil, person_name=evil, therapist_name=evil, chair=evil, location_name=evil)
    html = body(make(row), "html")
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;{{ link }}&lt;/b&gt;" in html
    assert evil in body(make(row), "plain")


def test_a_place_without_an_address_is_one_line() -> None:
    message = messages.invite(LETTER, booking(location_address=" \n"), None)
    assert "Where: Quiet room, 3rd floor\nChair: Chair 1\n" in body(message, "plain")
    assert "<dd>Quiet room, 3rd floor</dd>" in body(message, "html")


def test_somebody_without_a_name_is_still_greeted() -> None:
    message = messages.invite(LETTER, booking(person_name=""), None)
    assert body(message, "plain").startswith("Hello,\n\n")
    assert received(message)["To"] == "edda@example.org"


def test_a_template_that_misses_a_fact_says_so() -> None:
    with pytest.raises(UndefinedError):
        messages._wording("invite", {"day": "today"})  # noqa: SLF001 - no public way to forget one


def test_a_base_address_may_end_in_a_slash() -> None:
    letter = replace(LETTER, base_url="https://chairtime.example.org/")
    assert LINK in body(messages.rating_request(letter, booking()), "plain")


def test_a_message_id_is_the_same_with_and_without_brackets() -> None:
    bare = messages.rating_request(replace(LETTER, message_id="one@example.org"), booking())
    assert received(bare)["Message-ID"] == "<one@example.org>"


@pytest.mark.parametrize(("zone", "day"), TRICKY_DAYS)
def test_the_text_says_the_local_time_around_every_clock_change(zone: str, day: date) -> None:
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    for step in range(0, 26 * 4, 5):
        starts_at = midnight + timedelta(minutes=15 * step)
        local = starts_at.astimezone(ZoneInfo(zone))
        message = messages.invite(LETTER, booking(starts_at=starts_at, timezone=zone), None)
        said = re.search(r"(\d+) (\w+) (\d{4}), (\d\d:\d\d) to .*\((.*)\)", body(message, "plain"))
        assert said is not None
        spoken = datetime.strptime(" ".join(said.groups()[:4]), "%d %B %Y %H:%M")  # noqa: DTZ007 - local
        assert spoken == local.replace(tzinfo=None, fold=0)
        assert said[5] == zone
        assert event_in(message)[1].start == starts_at


@pytest.mark.parametrize(
    ("zone", "instant", "told"),
    [
        ("Europe/Berlin", "2026-03-29T00:45Z", "Sunday 29 March 2026, 01:45"),
        ("Europe/Berlin", "2026-03-29T01:00Z", "Sunday 29 March 2026, 03:00"),
        ("Europe/Berlin", "2026-10-25T09:00Z", "Sunday 25 October 2026, 10:00"),
        ("America/New_York", "2026-11-01T14:00Z", "Sunday 1 November 2026, 09:00"),
        ("Australia/Lord_Howe", "2026-10-03T22:00Z", "Sunday 4 October 2026, 09:00"),
        ("Australia/Lord_Howe", "2026-07-01T22:00Z", "Thursday 2 July 2026, 08:30"),
        ("Asia/Kolkata", "2026-07-01T04:30Z", "Wednesday 1 July 2026, 10:00"),
        ("Pacific/Apia", "2026-12-31T20:00Z", "Friday 1 January 2027, 09:00"),
    ],
)
def test_local_times_known_by_heart(zone: str, instant: str, told: str) -> None:
    row = booking(starts_at=datetime.fromisoformat(instant), timezone=zone)
    subject = messages.invite(LETTER, row, None)["Subject"]
    assert subject == f"Your massage on {told}"


NAMES = [
    "Größer, Edda",
    'Edda "Eddi" Größer',
    "José María del Carmen Fernández-Castellanos y Rodríguez de la Sierra Nevada",
    "山田 太郎 " * 8 + "x",
    "Ada 👩🏽‍💻 Lovelace",
    "Anna-Lena Schmidt (HR)",
    "back\\slash",
    "a@b.example",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_arrives_in_the_to_header(name: str) -> None:
    raw = messages.rating_request(LETTER, booking(person_name=name)).as_bytes()
    # The older parser: the newer one puts spaces between long encoded words.
    header = email.message_from_bytes(raw)["To"]
    shown, address = email.utils.parseaddr(header)
    assert str(make_header(decode_header(shown))) == name
    assert address == "edda@example.org"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120))
def test_no_name_disturbs_the_headers(name: str) -> None:
    message = received(messages.rating_request(LETTER, booking(person_name=name)))
    assert [each.addr_spec for each in message["To"].addresses] == ["edda@example.org"]
    assert message["Message-ID"] == "<one@example.org>"


@pytest.mark.parametrize(
    "name",
    ["=?utf-8?q?x=0D=0ABcc:_evil@example.net?=", "=?utf-8?b?eA0KQmNjOiBldmlsQGV4YW1wbGUubmV0?="],
)
def test_an_encoded_word_in_a_name_is_not_decoded(name: str) -> None:
    raw = messages.rating_request(LETTER, booking(person_name=name)).as_bytes()
    assert email.message_from_bytes(raw)["Bcc"] is None
    assert b"evil@" not in raw.partition(b"\r\n\r\n")[0].replace(b"=0D=0ABcc:_evil@", b"")


@pytest.mark.parametrize("bad", ["edda@example.org\r\nBcc: x@example.net", "a\nb@example.org"])
def test_an_address_cannot_bring_a_header_of_its_own(bad: str) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        messages.rating_request(LETTER, booking(person_email=bad))


def test_a_mailbox_outside_ascii_is_written_as_it_is() -> None:
    raw = messages.rating_request(LETTER, booking(person_email="jörg@exämple.org")).as_bytes()
    assert "To: Edda Größer <jörg@exämple.org>\r\n".encode() in raw


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Chairtime <chairtime@localhost>", "Chairtime", "chairtime@localhost"),
        ("chairtime@example.org", "", "chairtime@example.org"),
        ("<chairtime@example.org>", "", "chairtime@example.org"),
        ('"Chairtime, Berlin" <c@example.org>', "Chairtime, Berlin", "c@example.org"),
        ("Größer GmbH <jörg@exämple.org>", "Größer GmbH", "jörg@exämple.org"),
        ("  Dr. Who  <who+tardis@example.org> ", "Dr. Who", "who+tardis@example.org"),
    ],
)
def test_an_address_is_read(text: str, name: str, address: str) -> None:
    assert Address.parse(text) == Address(name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Chairtime",
        "chairtime@",
        "@example.org",
        "a@example.org, b@example.org",
        "a@@example.org",
        "Chairtime <a b@example.org>",
        "Chairtime <a@example.org>\r\nBcc: b@example.org",
        "Chairtime\x00 <a@example.org>",
    ],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be one address"):
        Address.parse(text)
