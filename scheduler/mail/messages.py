"""One function per message. None of them knows anything about anybody's health."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scheduler import calendars, i18n
from scheduler.address import Address
from scheduler.mail import mime
from scheduler.mail.mime import Invite, Letter, Wording
from scheduler.storage.rows import Booking, Event, Person
from scheduler.storage.waitlist_rows import Offer, Opening

P = ParamSpec("P")
SOON = timedelta(hours=2)

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    undefined=StrictUndefined,
    autoescape=select_autoescape(["html"], default=False),
    trim_blocks=True,
    lstrip_blocks=True,
)
i18n.install(_templates)


def _in_their_language(
    write: Callable[Concatenate[Letter, P], EmailMessage],
) -> Callable[Concatenate[Letter, P], EmailMessage]:
    @wraps(write)
    def spoken(letter: Letter, /, *args: P.args, **kwargs: P.kwargs) -> EmailMessage:
        with i18n.speaking(letter.language):
            return write(letter, *args, **kwargs)

    return spoken


@_in_their_language
def invite(
    letter: Letter, booking: Booking, booked_by: str | None, was_with: str | None = None
) -> EmailMessage:
    """Tell where and when; `booked_by` names a coordinator who did it on somebody's behalf, and
    `was_with` the therapist whose shift another has taken over.
    """
    facts = _facts(letter, booking) | {
        "updated": booking.sequence > 0,
        "booked_by": booked_by,
        "was_with": was_with,
    }
    ics = calendars.request(booking, letter.sender, letter.now, _link(letter, booking))
    return mime.build(letter, _owner(booking), _wording("invite", facts), Invite("REQUEST", ics))


@_in_their_language
def delay(letter: Letter, booking: Booking, clash: str | None) -> EmailMessage:
    """Tell somebody that it begins later than planned, or as planned again.

    `clash` is what is in the way: "another" massage of theirs, or the "end" of the shift.
    """
    planned = booking.planned_starts_at
    facts = _facts(letter, booking) | {
        "planned": planned and i18n.clock(planned, booking.timezone),
        "clash": clash,
    }
    ics = calendars.request(booking, letter.sender, letter.now, _link(letter, booking))
    return mime.build(letter, _owner(booking), _wording("delay", facts), Invite("REQUEST", ics))


@_in_their_language
def cancellation(
    letter: Letter, booking: Booking, reason: str | None, cancelled_by: str | None
) -> EmailMessage:
    facts = _facts(letter, booking) | {"reason": reason, "cancelled_by": cancelled_by}
    ics = calendars.cancel(booking, letter.sender, letter.now, reason)
    wording = _wording("cancellation", facts)
    return mime.build(letter, _owner(booking), wording, Invite("CANCEL", ics))


class Was(NamedTuple):
    """A booking before it had to move."""

    at: datetime
    therapist: str
    chair: str


@_in_their_language
def reseated(
    letter: Letter, booking: Booking, was: Was, cause: str | None, reason: str | None
) -> EmailMessage:
    """Tell whose shift is out where their booking went, and that they may give it back."""
    facts = _facts(letter, booking) | {
        "cause": cause,
        "reason": reason,
        "was": was,
        "was_at": i18n.when(was.at, booking.timezone),
    }
    ics = calendars.request(booking, letter.sender, letter.now, _link(letter, booking))
    return mime.build(letter, _owner(booking), _wording("reseated", facts), Invite("REQUEST", ics))


@_in_their_language
def unseated(
    letter: Letter, booking: Booking, cause: str | None, reason: str | None
) -> EmailMessage:
    """Tell whose shift is out that no other time was left, and that they are first in line."""
    facts = _facts(letter, booking) | {"cause": cause, "reason": reason}
    ics = calendars.cancel(booking, letter.sender, letter.now, reason)
    return mime.build(letter, _owner(booking), _wording("unseated", facts), Invite("CANCEL", ics))


@_in_their_language
def reminder(letter: Letter, booking: Booking, lead: timedelta) -> EmailMessage:
    """Remind; `lead` is how long before the start this reminder was meant to go out."""
    facts = _facts(letter, booking) | {
        "soon": lead <= SOON,
        "days_away": _days_away(letter.now, booking),
    }
    return mime.build(letter, _owner(booking), _wording("reminder", facts))


@_in_their_language
def rating_request(letter: Letter, booking: Booking) -> EmailMessage:
    """Ask how it was, with one link to a page: scanners follow links and would give scores."""
    facts = _facts(letter, booking) | {"unsubscribe": letter.unsubscribe}
    wording = _wording("rating_request", facts)
    return mime.build(letter, _owner(booking), wording)


@_in_their_language
def sign_in(letter: Letter, recipient: Address, code: str, secret: str) -> EmailMessage:
    """Let somebody in; the link opens a page with a button, in the browser that asked."""
    facts = {"name": "", "code": code, "link": f"{_base(letter)}/sign-in/link/{secret}"}
    return mime.build(letter, recipient, _wording("sign_in", facts))


@_in_their_language
def announcement(letter: Letter, booking: Booking, author: str, text: str) -> EmailMessage:
    """Pass on what a coordinator wrote to those who are booked."""
    facts = _facts(letter, booking) | {"author": author, "text": text}
    return mime.build(letter, _owner(booking), _wording("announcement", facts))


@_in_their_language
def day_off(letter: Letter, person: Person, event: Event) -> EmailMessage:
    """Tell somebody who waited that there is no such day any more."""
    facts = {
        "name": person.name,
        "title": event.title,
        "day": i18n.full_day(event.date),
        "reason": event.cancel_reason,
        "link": f"{_base(letter)}/days/{event.id}",
    }
    return mime.build(letter, Address(person.name, person.email), _wording("day_off", facts))


@_in_their_language
def to_waiting(
    letter: Letter, person: Person, event: Event, author: str, text: str
) -> EmailMessage:
    """Pass on what a coordinator wrote to those who wait for a time."""
    facts = {
        "name": person.name,
        "title": event.title,
        "day": i18n.full_day(event.date),
        "author": author,
        "text": text,
        "link": f"{_base(letter)}/days/{event.id}",
    }
    recipient = Address(person.name, person.email)
    return mime.build(letter, recipient, _wording("to_waiting", facts))


@_in_their_language
def invitation(
    letter: Letter, person: Person, event: Event, hours: tuple[datetime, datetime], secret: str
) -> EmailMessage:
    """Ask somebody to a day; the link says who opens it."""
    opens = event.claims_open_at if (event.claims_open_at or letter.now) > letter.now else None
    facts = {
        "name": person.name,
        "title": event.title,
        "zone": event.timezone,
        "place": calendars.place(event),
        "opens": opens and i18n.when(opens, event.timezone),
        "link": f"{_base(letter)}/i/{secret}",
        "unsubscribe": letter.unsubscribe,
    }
    wording = _wording("invitation", facts | _time(*hours, event.timezone))
    return mime.build(letter, Address(person.name, person.email), wording)


@_in_their_language
def nudge(
    letter: Letter, person: Person, event: Event, times: Sequence[tuple[datetime, datetime]],
    secret: str,
) -> EmailMessage:  # fmt: skip
    """Tell somebody who asked for it how many times they could still take, and from when to when;
    the link says who opens it.
    """
    facts = {
        "name": person.name,
        "title": event.title,
        "zone": event.timezone,
        "place": calendars.place(event),
        "free": len(times),
        "link": f"{_base(letter)}/i/{secret}",
        "unsubscribe": letter.unsubscribe,
    }
    since, until = min(one for one, _ in times), max(one for _, one in times)
    wording = _wording("nudge", facts | _time(since, until, event.timezone))
    return mime.build(letter, Address(person.name, person.email), wording)


@_in_their_language
def offer(letter: Letter, held: Offer) -> EmailMessage:
    """Tell somebody who waits what is held for them, and until when."""
    facts = _time(held.starts_at, held.ends_at, held.timezone) | {
        "name": held.person_name,
        "title": held.title,
        "zone": held.timezone,
        "place": calendars.place(held),
        "chair": held.chair,
        "therapist": held.therapist_name,
        "until": i18n.when(held.expires_at, held.timezone),
        "in_line": held.in_line,
        "link": f"{_base(letter)}/offers/{held.id}",
    }
    recipient = Address(held.person_name, held.person_email)
    return mime.build(letter, recipient, _wording("offer", facts))


@_in_their_language
def open_now(letter: Letter, found: Opening) -> EmailMessage:
    """Tell somebody on standby, or in line, what is there for whoever takes it first."""
    facts = _time(found.starts_at, found.ends_at, found.timezone) | {
        "name": found.person_name,
        "title": found.title,
        "zone": found.timezone,
        "place": calendars.place(found),
        "chair": found.chair,
        "therapist": found.therapist_name,
        "link": f"{_base(letter)}/days/{found.event}",
    }
    recipient = Address(found.person_name, found.person_email)
    return mime.build(letter, recipient, _wording("open_now", facts))


@_in_their_language
def draw_missed(letter: Letter, person: Person, event: Event, why: Sequence[str]) -> EmailMessage:
    """Tell somebody that the draw gave them no time, and how that came about."""
    facts = {
        "name": person.name,
        "title": event.title,
        "day": i18n.full_day(event.date),
        "why": [i18n.translate(sentence) for sentence in why],
        "link": f"{_base(letter)}/days/{event.id}",
    }
    recipient = Address(person.name, person.email)
    return mime.build(letter, recipient, _wording("draw_missed", facts))


def _wording(name: str, facts: dict[str, Any]) -> Wording:
    """Render both parts; like a mail, the text template is a subject, a blank line and a body."""
    subject, _, text = _templates.get_template(f"{name}.txt").render(facts).partition("\n\n")
    html = _templates.get_template(f"{name}.html").render(facts, subject=subject)
    return Wording(subject, f"{text.rstrip()}\n", f"{html.rstrip()}\n")


def _facts(letter: Letter, booking: Booking) -> dict[str, Any]:
    return _time(booking.starts_at, booking.ends_at, booking.timezone) | {
        "name": booking.person_name,
        "title": booking.title,
        "zone": booking.timezone,
        "place": calendars.place(booking),
        "chair": booking.chair,
        "therapist": booking.therapist_name,
        "link": _link(letter, booking),
        "sender": letter.sender.name or letter.sender.address,
    }


def _time(since: datetime, until: datetime, zone: str) -> dict[str, str]:
    day, starts, ends = i18n.full_day(since, zone), i18n.clock(since, zone), i18n.clock(until, zone)
    time = i18n.gettext("{day}, {starts} to {ends}", day=day, starts=starts, ends=ends)
    return {"day": day, "starts": starts, "time": time}


def _local(instant: datetime, booking: Booking) -> datetime:
    return instant.astimezone(ZoneInfo(booking.timezone))


def _days_away(now: datetime, booking: Booking) -> int:
    return (_local(booking.starts_at, booking).date() - _local(now, booking).date()).days


def _owner(booking: Booking) -> Address:
    return Address(booking.person_name, booking.person_email)


def _link(letter: Letter, booking: Booking) -> str:
    return f"{_base(letter)}/bookings/{booking.id}"


def _base(letter: Letter) -> str:
    return letter.base_url.rstrip("/")
