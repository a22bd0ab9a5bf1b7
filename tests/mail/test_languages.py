"""Every message in every language; and a German one, opened and read."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from msgspec.structs import replace

from scheduler.address import Address
from scheduler.domain.change import NO_PLACE_NEAR
from scheduler.i18n import LANGUAGES, language
from scheduler.mail import messages
from scheduler.mail.mime import Letter
from tests.mail.cast import (
    DAY_LINK,
    LETTER,
    LINK,
    OFFER_LINK,
    STARTS,
    booking,
    offer_of,
    opening_of,
)
from tests.mail.test_messages import body, event_in, received

DAY = timedelta(days=1)
EDDA = Address("", "edda@example.org")
GERMAN = replace(LETTER, language="de")
MOVED = booking(sequence=1)
WRITERS: dict[str, Callable[[Letter], EmailMessage]] = {
    "invite": lambda letter: messages.invite(letter, booking(), "Cora"),
    "change": lambda letter: messages.invite(letter, MOVED, "Cora"),
    "cancellation": lambda letter: messages.cancellation(letter, MOVED, str(NO_PLACE_NEAR), None),
    "cancellation by": lambda letter: messages.cancellation(letter, MOVED, "Krank", "Cora"),
    "two days before": lambda letter: messages.reminder(letter, booking(), DAY),
    "day before": lambda letter: messages.reminder(
        replace(letter, now=STARTS - DAY), booking(), DAY
    ),
    "hour before": lambda letter: messages.reminder(letter, booking(), timedelta(hours=1)),
    "sign-in": lambda letter: messages.sign_in(letter, EDDA, "123456", "secret"),
    "rating request": lambda letter: messages.rating_request(letter, booking()),
    "free now": lambda letter: messages.open_now(letter, opening_of(booking())),
    "offer": lambda letter: messages.offer(letter, offer_of(booking())),
}
every_message = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
SIGN_IN = f"{LETTER.base_url}/sign-in/link/secret"
# What stays the same, whichever language is spoken.
FACTS = {
    "", "Chair massage", "Quiet room, 3rd floor", "Hauptstr. 1", "Berlin", "Chair 1", "Tara",
    "(Europe/Berlin)", DAY_LINK, LINK, OFFER_LINK, "123456", SIGN_IN,
}  # fmt: skip


def lines(message: EmailMessage) -> set[str]:
    words = re.sub(r"<style>.*?</style>|<[^>]+>", "\n", body(message, "html"), flags=re.DOTALL)
    text = f"{message['Subject']}\n{body(message, 'plain')}\n{words}"
    return {line.strip() for line in text.splitlines()}


@every_message
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_message_says_which_language_it_is_in(
    write: Callable[[Letter], EmailMessage], code: str
) -> None:
    message = write(replace(LETTER, language=code))
    assert f'<html lang="{code}">' in body(message, "html")
    assert all(len(line) <= 90 for line in body(message, "plain").splitlines())
    assert language() == "en"


@every_message
@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_no_line_of_a_message_is_left_in_english(
    write: Callable[[Letter], EmailMessage], code: str
) -> None:
    said, english = lines(write(replace(LETTER, language=code))), lines(write(LETTER))
    assert said & english <= FACTS


def test_a_german_invite_as_its_reader_sees_it() -> None:
    message = received(messages.invite(GERMAN, booking(), "Cora"))
    assert message["Subject"] == "Ihre Massage am Donnerstag, 3. Dezember 2026, 10:20 Uhr"
    assert (
        body(message, "plain")
        == f"""\
Guten Tag Edda Größer,

Ihr Termin ist gebucht:

Chair massage
Donnerstag, 3. Dezember 2026, 10:20 bis 10:35 Uhr (Europe/Berlin)

Ort:   Quiet room, 3rd floor
       Hauptstr. 1
       Berlin
Stuhl: Chair 1
Bei:   Tara

Cora hat ihn für Sie gebucht.

Öffnen Sie die Einladung, und der Termin steht in Ihrem Kalender.

Es ist etwas dazwischengekommen? Verschieben Sie Ihren Termin oder geben
Sie ihn frei, dann kann ihn jemand anders nehmen.
{LINK}
"""
    )


def test_a_german_invite_as_a_calendar_reads_it() -> None:
    calendar, event = event_in(messages.invite(GERMAN, booking(), None))
    assert calendar.method == "REQUEST"
    assert str(event["SUMMARY"]) == "Chair massage"
    assert event["DESCRIPTION"] == f"Bei Tara, Chair 1\nVerschieben oder freigeben: {LINK}"
    assert [str(alarm["DESCRIPTION"]) for alarm in event.walk("VALARM")] == ["Chair massage"]
    cancelled = event_in(messages.cancellation(GERMAN, MOVED, None, None))[1]
    assert cancelled["DESCRIPTION"] == "Diese Massage ist abgesagt."


def test_a_reason_of_ours_is_translated_and_one_of_theirs_is_not() -> None:
    ours = messages.cancellation(GERMAN, MOVED, str(NO_PLACE_NEAR), None)
    assert "Grund: Der Tag wurde geändert und hat" in body(ours, "plain")
    assert str(event_in(ours)[1]["DESCRIPTION"]).startswith("Der Tag wurde geändert")
    theirs = messages.cancellation(GERMAN, MOVED, "Tara is ill {today}", "Cora")
    assert "Cora hat diese Massage abgesagt:" in body(theirs, "plain")
    assert "Grund: Tara is ill {today}" in body(theirs, "html")
