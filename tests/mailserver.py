"""A mail server that keeps what it is sent, or answers as a test wants it to."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class PostBox:
    """`received` in order of arrival; `attempts` also holds the Message-IDs of what was refused.

    `refusing` is what a recipient's mail is answered instead, or everybody's ("*"). With `delay`
    each message is accepted only so many seconds after it arrived; while `going` is not set no
    message is answered at all.
    """

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refusing: dict[str, str] = {}
        self.attempts: list[str] = []
        self.delay = 0.0
        self.going = asyncio.Event()
        self.going.set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def ids(self) -> Counter[str]:
        return Counter(mail["Message-ID"] for mail in self.received)

    async def handle_DATA(  # noqa: N802  (aiosmtpd's own hook)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        (recipient,) = envelope.rcpt_tos
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.attempts.append(mail["Message-ID"])
        await self.going.wait()
        if answer := self.refusing.get(recipient, self.refusing.get("*")):
            return answer
        self.received.append(mail)
        await asyncio.sleep(self.delay)
        return "250 OK"


@contextlib.asynccontextmanager
async def open_postbox() -> AsyncIterator[PostBox]:
    loop = asyncio.get_running_loop()
    box = PostBox()
    connections: set[SMTP] = set()

    def answer() -> SMTP:
        connection = SMTP(box, loop=loop, hostname="mail.example.org", enable_SMTPUTF8=False)
        connections.add(connection)
        return connection

    server = await loop.create_server(answer, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        box.going.set()
        for connection in connections:
            if connection.transport is not None:
                connection.transport.close()
        await server.wait_closed()
