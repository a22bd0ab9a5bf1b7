"""The tree of parts that mail clients agree on.

Old Outlook looks for the calendar nowhere but in the first child of the mixed part; clients that
know neither show the attachment, which holds the same bytes.
"""

import email.policy
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from typing import Literal

from msgspec import Struct

from scheduler.address import Address
from scheduler.i18n import ENGLISH


class _Unfolded(UnstructuredHeader, BaseHeader):
    """A header that is an address: folding would write a long one as an encoded word."""

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", _Unfolded)


class Letter(Struct, frozen=True):
    """What every message needs besides its subject matter.

    `message_id` is fixed before the first attempt, so that a repeated delivery can be recognised;
    `language` is one that scheduler.i18n knows. At `unsubscribe` its reader ends messages of this
    kind; it is empty where they cannot.
    """

    sender: Address
    base_url: str
    message_id: str
    now: datetime
    language: str = ENGLISH
    unsubscribe: str = ""


class Wording(Struct, frozen=True):
    subject: str
    text: str
    html: str


class Invite(Struct, frozen=True):
    method: Literal["REQUEST", "CANCEL"]
    ics: bytes


def build(
    letter: Letter, recipient: Address, wording: Wording, invite: Invite | None = None
) -> EmailMessage:
    message = EmailMessage(policy=_policy(letter.sender, recipient))
    _set_headers(message, letter, recipient, wording.subject)
    # Quoted-printable keeps every part 7-bit: no relay has a reason to rewrite a signed message.
    message.set_content(wording.text, cte="quoted-printable")
    message.add_alternative(wording.html, subtype="html", cte="quoted-printable")
    if invite is not None:
        _add_invite(message, invite)
    return message


def _policy(*addresses: Address) -> "email.policy.EmailPolicy[EmailMessage]":
    # SMTP would write a mailbox outside ASCII as an encoded word, which is nobody's address.
    ascii_only = all(each.address.isascii() for each in addresses)
    chosen = email.policy.SMTP if ascii_only else email.policy.SMTPUTF8
    return chosen.clone(header_factory=HEADERS)


def _set_headers(message: EmailMessage, letter: Letter, recipient: Address, subject: str) -> None:
    message["From"] = letter.sender.header()
    message["To"] = recipient.header()
    message["Subject"] = subject
    message["Date"] = letter.now
    message["Message-ID"] = f"<{letter.message_id.strip('<>')}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:  # RFC 8058
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _add_invite(message: EmailMessage, invite: Invite) -> None:
    parameters = {"charset": "utf-8", "method": invite.method}
    # As bytes: they are sent base64 and exactly as they are, with no Content-Disposition.
    message.add_alternative(invite.ics, maintype="text", subtype="calendar", params=parameters)
    message.add_attachment(invite.ics, maintype="application", subtype="ics", filename="invite.ics")
