"""The ways out: a folder on this machine or a mail server. Only module that knows aiosmtplib."""

import asyncio
import mailbox
import os
import re
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

TIMEOUT = 30.0
_SHAPE = "write smtp://user:password@host:port, with / ? # in a password as %2F %3F %23"
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class DeliveryFailed(Exception):
    """Mail did not get out. The text is the server's own words, or the system's in plain ones."""


class Sender(Protocol):
    async def send(self, message: EmailMessage) -> None: ...


class Transport(Protocol):
    def open(self) -> AbstractAsyncContextManager[Sender]:
        """Connect once for any number of messages; one that fails leaves the others to try."""
        ...

    async def check(self) -> str:
        """Say in a short sentence that mail would get out, or raise DeliveryFailed."""
        ...


def parse(url: str, tls_context: ssl.SSLContext | None = None) -> Transport:
    """Read CHAIRTIME_MAIL_URL. The errors never repeat it: it may hold a password."""
    if url.startswith("maildir:"):
        return _parse_maildir(url.removeprefix("maildir:"))
    parts, port = _parse_server(url)
    return SmtpTransport(
        host=parts.hostname or "",
        port=port,
        security=parts.scheme,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_context=tls_context,
    )


def _parse_maildir(path: str) -> "MaildirTransport":
    if not path or "\0" in path:
        raise ValueError("names no folder: write maildir:PATH")
    return MaildirTransport(Path(path))


def _parse_server(url: str) -> tuple[SplitResult, int]:
    if url.partition(":")[0].lower() not in PORTS:
        raise ValueError(f"must start with maildir:, {'://, '.join(PORTS)}://")
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ValueError(f"is not readable: {_SHAPE}") from None
    # Where a password holds an unescaped / ? or #, its rest ends up behind the host.
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"is not readable: {_SHAPE}")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("needs both a name and a password, or neither")
    return parts, port


@dataclass(frozen=True)
class MaildirTransport:
    path: Path

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Sender]:
        with _plain_words(str(self.path)):
            await asyncio.to_thread(_make_folders, self.path)
        yield MaildirSender(self.path)

    async def check(self) -> str:
        with _plain_words(str(self.path)):
            await asyncio.to_thread(_try_writing, self.path)
        return f"mail is kept in the folder {self.path}"


@dataclass(frozen=True)
class MaildirSender:
    path: Path

    async def send(self, message: EmailMessage) -> None:
        with _plain_words(str(self.path)):
            # As bytes: given the message, mailbox would write it with line ends of its own.
            await asyncio.to_thread(_deliver, self.path, message.as_bytes())


def _deliver(path: Path, message: bytes) -> None:
    mailbox.Maildir(path, create=False).add(message)


def _make_folders(path: Path) -> None:
    # Not left to mailbox: it makes no parents, and takes an empty folder for a finished Maildir.
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("tmp", "new", "cur"):
        (path / name).mkdir(mode=0o700, exist_ok=True)


def _try_writing(path: Path) -> None:
    _make_folders(path)
    for name in ("tmp", "new"):
        tempfile.TemporaryFile(dir=path / name).close()


@dataclass(frozen=True)
class SmtpTransport:
    """`security` is the scheme: smtp (none), smtps (TLS at once) or smtp+starttls (required)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)
    timeout: float = TIMEOUT

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SmtpSender"]:
        client = await self._connect()
        try:
            yield SmtpSender(client)
            # Only now: in the middle of a message QUIT would be part of it.
            await _say_goodbye(client)
        finally:
            client.close()

    async def check(self) -> str:
        async with self.open() as sender:
            await sender.greet()
        encrypted = "" if self.security == "smtp" else ", encrypted"
        signed_in = f", signed in as {self.user}" if self.user else ""
        return f"{self.host}:{self.port} answers{encrypted}{signed_in}"

    async def _connect(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            use_tls=self.security == "smtps",
            start_tls=self.security == "smtp+starttls",
            tls_context=self.tls_context,
            timeout=self.timeout,
        )
        with _plain_words(f"{self.host}:{self.port}"):
            await client.connect()
        return client


@dataclass(frozen=True)
class SmtpSender:
    client: aiosmtplib.SMTP

    async def send(self, message: EmailMessage) -> None:
        with _plain_words(f"{self.client.hostname}:{self.client.port}"):
            await self.client.send_message(message)

    async def greet(self) -> None:
        with _plain_words(f"{self.client.hostname}:{self.client.port}"):
            await self.client.noop()  # says EHLO first, if that was not needed before


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    # The mail is accepted by now; how the server takes its leave changes nothing.
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit()


@contextmanager
def _plain_words(where: str) -> Iterator[None]:
    try:
        yield
    except (aiosmtplib.SMTPException, OSError, ValueError, MessageError, mailbox.Error) as error:
        raise DeliveryFailed(_words(error, where)) from error


def _words(error: BaseException, where: str) -> str:
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _words(first, where)
        case aiosmtplib.SMTPResponseException(code=code, message=message):
            return f"{code} {' '.join(message.split())}"
        case aiosmtplib.SMTPConnectError(__cause__=OSError() as cause) if cause.args:
            return f"{where}: {_system_words(cause)}"
        case OSError() if not isinstance(error, aiosmtplib.SMTPException):
            return f"{where}: {_system_words(error)}"
    return f"{where}: {error}"


def _system_words(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    # A host with several addresses fails with several errors in one text.
    numbers = dict.fromkeys(re.findall(r"\[Errno (\d+)\]", str(error)))
    return ", ".join(os.strerror(int(number)) for number in numbers) or error.strerror or str(error)
