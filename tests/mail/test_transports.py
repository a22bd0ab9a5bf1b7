import asyncio
import email
import mailbox
import socket
import ssl
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from scheduler.mail import messages, transports
from scheduler.mail.transports import DeliveryFailed, MaildirTransport, SmtpTransport
from tests.mail.cast import LETTER, LINK, booking

pytestmark = pytest.mark.anyio

USER, PASSWORD = "ada@example.org", "p@ss:w/ö?#%"
QUOTED = "ada%40example.org:p%40ss%3Aw%2F%C3%B6%3F%23%25"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="module")
def certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


class Office:
    """What a mail server took in, and how it answers."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.signed_in: list[Any] = []
        self.connections = 0
        self.goodbyes = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's own hook
        self, _server: SMTP, session: Session, _: Envelope, host: str, replies: list[str]
    ) -> list[str]:
        session.host_name = host
        return replies

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own hook
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 There is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's own hook
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self.signed_in.append(session.auth_data)
        return "250 OK"

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's own hook
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        self.goodbyes += 1
        return "221 Bye"


def only_ada(*arguments: Any) -> AuthResult:
    data = arguments[-1]
    assert isinstance(data, LoginPassword)
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False, auth_data=data.login.decode())


@asynccontextmanager
async def listening(
    factory: Callable[[], asyncio.BaseProtocol], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def mail_server(
    office: Office, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()

    def answer() -> SMTP:
        office.connections += 1
        return SMTP(office, loop=loop, hostname="mail.example.org", **options)

    async with listening(answer, tls) as port:
        yield port


async def send(url: str, context: ssl.SSLContext | None = None, **changes: Any) -> None:
    async with transports.parse(url, context).open() as sender:
        await sender.send(messages.invite(LETTER, booking(**changes), None))


async def test_a_plain_server_gets_the_very_bytes() -> None:
    office = Office()
    async with mail_server(office) as port:
        await send(f"smtp://127.0.0.1:{port}")
    (envelope,) = office.envelopes
    assert envelope.mail_from == "chairtime@example.org"
    assert envelope.rcpt_tos == ["edda@example.org"]
    assert isinstance(envelope.content, bytes)
    assert b"\n" not in envelope.content.replace(b"\r\n", b"")
    message = email.message_from_bytes(envelope.content)
    assert message["Message-ID"] == "<one@example.org>"
    (calendar,) = [part for part in message.walk() if part.get_content_subtype() == "calendar"]
    assert b"METHOD:REQUEST\r\n" in calendar.get_payload(decode=True)
    assert office.encrypted == [False]


async def test_one_connection_carries_many_messages_and_survives_a_refusal() -> None:
    office = Office()
    welcome = messages.invite(LETTER, booking(), None)
    astray = messages.invite(LETTER, booking(person_email="nobody@example.org"), None)
    async with (
        mail_server(office) as port,
        transports.parse(f"smtp://127.0.0.1:{port}").open() as out,
    ):
        await out.send(welcome)
        with pytest.raises(DeliveryFailed) as failure:
            await out.send(astray)
        await out.send(messages.rating_request(LETTER, booking()))
    assert str(failure.value) == "550 5.1.1 There is nobody of that name"
    assert len(office.envelopes) == 2
    assert (office.connections, office.goodbyes) == (1, 1)


async def test_starttls_encrypts_and_signs_in(
    certified: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    office = Office()
    options: dict[str, Any] = {
        "tls_context": certified,
        "require_starttls": True,
        "auth_required": True,
    }
    async with mail_server(office, authenticator=only_ada, **options) as port:
        await send(f"smtp+starttls://{QUOTED}@127.0.0.1:{port}", trusting)
    assert office.encrypted == [True]
    assert office.signed_in == [USER]


async def test_tls_from_the_first_byte(certified: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    office = Office()
    async with mail_server(office, certified) as port:
        await send(f"smtps://localhost:{port}", trusting)
    assert office.encrypted == [True]


async def test_starttls_is_never_given_up_for_plain_text(trusting: ssl.SSLContext) -> None:
    office = Office()
    async with mail_server(office) as port:
        with pytest.raises(DeliveryFailed, match="STARTTLS extension not supported"):
            await send(f"smtp+starttls://127.0.0.1:{port}", trusting)
    assert office.envelopes == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_of_an_unknown_authority_is_refused(
    scheme: str, certified: ssl.SSLContext
) -> None:
    office = Office()
    tls, options = (certified, {}) if scheme == "smtps" else (None, {"tls_context": certified})
    async with mail_server(office, tls, **options) as port:
        with pytest.raises(DeliveryFailed, match="its certificate is not trusted"):
            await send(f"{scheme}://127.0.0.1:{port}")
    assert office.envelopes == []


async def test_a_certificate_for_another_host_is_refused(
    authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    elsewhere = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example.org").configure_cert(elsewhere)
    async with mail_server(Office(), elsewhere) as port:
        with pytest.raises(DeliveryFailed, match="certificate is not trusted"):
            await send(f"smtps://localhost:{port}", trusting)


async def test_a_wrong_password_fails_in_the_servers_own_words(
    certified: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    options: dict[str, Any] = {"tls_context": certified, "authenticator": only_ada}
    async with mail_server(Office(), **options) as port:
        transport = transports.parse(f"smtp+starttls://ada:no@127.0.0.1:{port}", trusting)
        with pytest.raises(DeliveryFailed) as failure:
            await transport.check()
    assert str(failure.value) == "535 5.7.8 Authentication credentials invalid"


async def test_credentials_for_a_server_that_wants_none() -> None:
    async with mail_server(Office()) as port:
        with pytest.raises(DeliveryFailed, match="AUTH extension is not supported"):
            await send(f"smtp://ada:secret@127.0.0.1:{port}")


async def test_a_mailbox_outside_ascii_is_sent_where_the_server_can() -> None:
    office = Office()
    async with mail_server(office, enable_SMTPUTF8=True) as port:
        await send(f"smtp://127.0.0.1:{port}", person_email="jörg@example.org")
    (envelope,) = office.envelopes
    assert envelope.rcpt_tos == ["jörg@example.org"]
    assert isinstance(envelope.content, bytes)
    assert "To: Edda Größer <jörg@example.org>\r\n".encode() in envelope.content


async def test_a_mailbox_outside_ascii_fails_where_the_server_cannot() -> None:
    office = Office()
    async with mail_server(office) as port:
        with pytest.raises(DeliveryFailed, match="SMTPUTF8 is not supported"):
            await send(f"smtp://127.0.0.1:{port}", person_email="jörg@example.org")
    assert office.envelopes == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_server_that_is_not_there() -> None:
    port = free_port()
    with pytest.raises(DeliveryFailed) as failure:
        await send(f"smtp://127.0.0.1:{port}")
    assert str(failure.value) == f"127.0.0.1:{port}: Connection refused"


async def test_a_name_with_several_addresses_gives_one_reason() -> None:
    port = free_port()
    with pytest.raises(DeliveryFailed, match=rf"^localhost:{port}: Connection refused"):
        await send(f"smtp://localhost:{port}")


class Script(asyncio.Protocol):
    """A server that says its lines, one per thing it hears, and then hangs up or falls silent."""

    def __init__(self, *lines: str, hang_up: bool = False) -> None:
        self.lines, self.hang_up = list(lines), hang_up
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.data_received(b"")

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - whatever is said
        if self.lines:
            self.transport.write(f"{self.lines.pop(0)}\r\n".encode())
        elif self.hang_up:
            self.transport.close()


async def test_a_silent_server_is_given_up() -> None:
    async with listening(lambda: Script("220 hello")) as port:
        transport = SmtpTransport("127.0.0.1", port, "smtp", timeout=0.2)
        async with asyncio.timeout(2):
            with pytest.raises(DeliveryFailed, match=rf"127.0.0.1:{port}: Timed out"):
                await transport.check()


async def test_a_server_that_hangs_up() -> None:
    async with listening(lambda: Script("220 hello", hang_up=True)) as port:
        with pytest.raises(DeliveryFailed, match=rf"^127.0.0.1:{port}: "):
            await send(f"smtp://127.0.0.1:{port}")


async def test_a_busy_server_is_quoted_on_one_line() -> None:
    async with listening(lambda: Script("421-Too busy\r\n421 come back later")) as port:
        with pytest.raises(DeliveryFailed, match=r"^421 Too busy come back later$"):
            await send(f"smtp://127.0.0.1:{port}")


async def test_a_server_that_takes_no_leave_has_still_taken_the_mail() -> None:
    lines = ("220 hi", "250 hi", "250 sender", "250 recipient", "354 go on", "250 taken")
    async with listening(lambda: Script(*lines, hang_up=True)) as port:
        await send(f"smtp://127.0.0.1:{port}")


async def test_an_error_of_the_caller_is_not_taken_for_a_failed_delivery() -> None:
    async with mail_server(Office()) as port:
        with pytest.raises(ValueError, match="ours"):
            async with transports.parse(f"smtp://127.0.0.1:{port}").open():
                raise ValueError("ours")


async def test_the_check_says_what_it_found(
    certified: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    office = Office()
    async with mail_server(office, tls_context=certified, authenticator=only_ada) as port:
        plain = await transports.parse(f"smtp://127.0.0.1:{port}").check()
        signed = f"smtp+starttls://{QUOTED}@127.0.0.1:{port}"
        secure = await transports.parse(signed, trusting).check()
    assert plain == f"127.0.0.1:{port} answers"
    assert secure == f"127.0.0.1:{port} answers, encrypted, signed in as {USER}"
    assert office.envelopes == []


async def test_a_maildir_keeps_the_very_bytes(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "mail"
    message = messages.invite(LETTER, booking(), None)
    async with transports.parse(f"maildir:{place}").open() as sender:
        await sender.send(message)
        await sender.send(messages.rating_request(LETTER, booking()))
    assert sorted(each.name for each in place.iterdir()) == ["cur", "new", "tmp"]
    assert list((place / "tmp").iterdir()) == []
    assert message.as_bytes() in [each.read_bytes() for each in (place / "new").iterdir()]
    assert len(mailbox.Maildir(place, create=False)) == 2
    assert LINK in str(mailbox.Maildir(place, create=False).values()[0].get_payload(0))


async def test_a_maildir_is_for_its_owner_only(tmp_path: Path) -> None:
    await MaildirTransport(tmp_path / "mail").check()
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700


async def test_an_empty_folder_becomes_a_maildir(tmp_path: Path) -> None:
    await send(f"maildir:{tmp_path}")
    assert len(list((tmp_path / "new").iterdir())) == 1


async def test_many_at_once_are_all_kept(tmp_path: Path) -> None:
    await asyncio.gather(*(send(f"maildir:{tmp_path}") for _ in range(40)))
    assert len(list((tmp_path / "new").iterdir())) == 40


async def test_the_check_of_a_maildir_leaves_nothing_behind(tmp_path: Path) -> None:
    said = await transports.parse(f"maildir:{tmp_path}").check()
    assert said == f"mail is kept in the folder {tmp_path}"
    assert [each for name in ("tmp", "new", "cur") for each in (tmp_path / name).iterdir()] == []


@pytest.mark.parametrize("act", [MaildirTransport.check, lambda box: send(f"maildir:{box.path}")])
async def test_a_maildir_that_cannot_be(
    act: Callable[[MaildirTransport], Awaitable[object]], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    box = MaildirTransport(tmp_path / "file")
    with pytest.raises(DeliveryFailed, match=f"^{box.path}: File exists$"):
        await act(box)


def test_the_urls_of_the_contract() -> None:
    parse = transports.parse
    assert parse("maildir:chairtime-mail") == MaildirTransport(Path("chairtime-mail"))
    assert parse("maildir:/var/mail/c%20t") == MaildirTransport(Path("/var/mail/c%20t"))
    assert parse("smtp://localhost:1025") == SmtpTransport("localhost", 1025, "smtp")
    assert parse("smtps://mail.example.org") == SmtpTransport("mail.example.org", 465, "smtps")
    assert parse("smtp://[::1]:25/") == SmtpTransport("::1", 25, "smtp")
    assert parse(f"smtp+starttls://{QUOTED}@mail.example.org:587") == SmtpTransport(
        "mail.example.org", 587, "smtp+starttls", USER, PASSWORD
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must start with"),
        ("mail.example.org", "must start with"),
        ("http://ada:secret@host", "must start with"),
        ("maildir:", "names no folder"),
        ("smtp://", "is not readable"),
        ("smtp:host:25", "is not readable"),
        ("smtp://ada:secret@:25", "is not readable"),
        ("smtp://ada:secret@host:0x19", "is not readable"),
        ("smtp://ada:secret@host:99999", "is not readable"),
        ("smtp://ada:secret@[host", "is not readable"),
        ("smtp://ada:sec/secret@host:25", "is not readable"),
        ("smtp://ada:1#secret@host:25", "is not readable"),
        ("smtp://host:25?secret=1", "is not readable"),
        ("smtp://ada@host:25", "both a name and a password"),
        ("smtp://:secret@host:25", "both a name and a password"),
    ],
)
def test_a_wrong_url_is_refused_in_one_sentence_without_its_secrets(
    url: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        transports.parse(url)
    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_transport_shows_no_password() -> None:
    assert "secret" not in repr(transports.parse("smtp://ada:secret@host:25"))
