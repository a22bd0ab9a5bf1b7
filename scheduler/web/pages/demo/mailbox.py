"""The demo's mailbox: every message that would have left, to look at."""

import asyncio
import mailbox
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any, cast

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from scheduler import calendars
from scheduler.domain.errors import NotFound
from scheduler.i18n import say
from scheduler.web import access
from scheduler.web.pages.page import NO_SNIFFING, AnyRequest, Page, render

MAILDIR = "maildir:"
KINDS = {"REQUEST": say("Invite"), "CANCEL": say("Cancellation")}
SHOWN_HEADERS = (say("From"), say("To"), say("Date"), "Message-ID", "Auto-Submitted")
UNDATED = datetime.min.replace(tzinfo=UTC)
# A mail brings its own styles, and nothing else: no script, no form, no picture from elsewhere.
# Its links leave the frame, which the page that they lead to would refuse to be shown in.
MAIL_HEADERS = NO_SNIFFING | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation"
    )
}
FILE_HEADERS = NO_SNIFFING | {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": 'attachment; filename="invite.ics"',
}


class Entry(Struct, frozen=True):
    """A line of the list; `kind` is empty for a message without an invite."""

    key: str
    addresses: list[str]
    to: str
    subject: str
    sent_at: datetime
    kind: str

    @property
    def cancels(self) -> bool:
        return self.kind == KINDS["CANCEL"]


@get("/demo/mailbox", guards=[access.anyone], include_in_schema=False)
async def list_messages(request: AnyRequest, to: FromQuery[str] = "") -> Page:
    entries = await asyncio.to_thread(_entries, _folder(request))
    people = sorted(Counter(one for entry in entries for one in entry.addresses).items())
    shown = [entry for entry in entries if not to or to.casefold() in entry.addresses]
    return render(request, "demo/mailbox.html", entries=shown, people=people, to=to.casefold())


@get("/demo/mailbox/{key:str}", guards=[access.anyone], include_in_schema=False)
async def show_message(request: AnyRequest, key: FromPath[str]) -> Page:
    raw = await asyncio.to_thread(_raw, _folder(request), key)
    mail = _parse(raw)
    calendar = _calendar(mail)
    return render(
        request,
        "demo/message.html",
        entry=_entry(key, mail),
        headers=[(name, mail[name]) for name in SHOWN_HEADERS if name in mail],
        text=_body(mail, "plain"),
        has_html=_body(mail, "html") is not None,
        facts=calendars.summary(_content(calendar)) if calendar else [],
        ics=_content(calendar).decode(errors="replace") if calendar else None,
        raw=raw.decode(errors="replace"),
    )


@get("/demo/mailbox/{key:str}/html", guards=[access.anyone], include_in_schema=False)
async def show_html(request: AnyRequest, key: FromPath[str]) -> Response[str]:
    html = _body(_parse(await asyncio.to_thread(_raw, _folder(request), key)), "html")
    if html is None:
        raise NotFound
    out_of_the_frame = html.replace("<head>", '<head><base target="_top">', 1)
    return Response(out_of_the_frame, media_type="text/html", headers=MAIL_HEADERS)


@get("/demo/mailbox/{key:str}/invite.ics", guards=[access.anyone], include_in_schema=False)
async def download_invite(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    calendar = _calendar(_parse(await asyncio.to_thread(_raw, _folder(request), key)))
    if calendar is None:
        raise NotFound
    kind = f"text/calendar; method={_method(calendar)}"
    return Response(_content(calendar), media_type=kind, headers=FILE_HEADERS)


def _folder(request: AnyRequest) -> Path:
    url: str = request.app.state.settings.mail_url
    if not url.startswith(MAILDIR):
        raise NotFound
    return Path(url.removeprefix(MAILDIR))


def _entries(folder: Path) -> list[Entry]:
    """Newest first."""
    found = [_entry(key, mail) for key, mail in _mails(folder)]
    return sorted(found, key=lambda entry: (entry.sent_at, entry.key), reverse=True)


def _mails(folder: Path) -> Iterator[tuple[str, EmailMessage]]:
    if (folder / "new").is_dir():  # made with the first message
        box = mailbox.Maildir(folder, create=False)
        yield from ((key, _parse(box.get_bytes(key))) for key in box.keys())  # noqa: SIM118  (not a dict)


def _raw(folder: Path, key: str) -> bytes:
    """One message. The key is looked up among those that are there, never made into a path."""
    try:
        return mailbox.Maildir(folder, create=False).get_bytes(key)
    except (KeyError, mailbox.NoSuchMailboxError):
        raise NotFound from None


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _entry(key: str, mail: EmailMessage) -> Entry:
    calendar = _calendar(mail)
    to: Any = mail["To"]
    date: Any = mail["Date"]
    return Entry(
        key=key,
        addresses=[one.addr_spec.casefold() for one in to.addresses] if to else [],
        to=str(to or ""),
        subject=str(mail["Subject"] or ""),
        sent_at=date.datetime.astimezone(UTC) if date and date.datetime else UNDATED,
        kind=KINDS.get(_method(calendar), "") if calendar else "",
    )


def _body(mail: EmailMessage, subtype: str) -> str | None:
    part = mail.get_body((subtype,))
    return part.get_content() if part else None


def _calendar(mail: EmailMessage) -> "Message[str, str] | None":
    return next((part for part in mail.walk() if part.get_content_type() == "text/calendar"), None)


def _method(calendar: "Message[str, str]") -> str:
    return str(calendar.get_param("method", ""))


def _content(part: "Message[str, str]") -> bytes:
    return cast("bytes", part.get_payload(decode=True))


HANDLERS = [list_messages, show_message, show_html, download_invite]
