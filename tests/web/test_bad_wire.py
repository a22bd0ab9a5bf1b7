"""What no well-behaved client sends, over a real connection to a real server."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.settings import load
from tests.facts import fingerprint
from tests.served import Served, served


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("wire")
    shutil.copy(sqlite_template, folder / "chairtime.db")
    environ = {
        "CHAIRTIME_DATABASE_URL": f"sqlite:///{folder}/chairtime.db",
        "CHAIRTIME_MAIL_URL": f"maildir:{folder}/mail",
    }
    with served(load(environ)) as running:
        yield running


def exchange(office: Served, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", office.port), timeout=10) as connection:
        connection.sendall(raw)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


HEAD = b"Host: chairtime.test\r\nAuthorization: Bearer TOKEN\r\nConnection: close\r\n"
PLAN = b"POST /api/v1/events HTTP/1.1\r\n" + HEAD
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /api/v1/events/%zz HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /api/v1/events/\xff\xfe HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /api/v1/events/\0 HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /api/v1/events/%00 HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /api/v1/events?after=%ff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /api/v1/events?limit=%zz HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /api/v1/events?\xff=\xfe HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET http:///api/v1/events HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET * HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /api/v1/events HTTP/9.9\r\n" + HEAD + b"\r\n", 400),
        (b"GET /api/v1/events HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
        (b"GET /api/v1/events HTTP/1.1\r\nHost: \xff\xfe\r\nConnection: close\r\n\r\n", 400),
        (b"Hello\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (PLAN + b"Content-Length: -1\r\n\r\n{}", 400),
        (PLAN + b"Content-Length: many\r\n\r\n{}", 400),
        (PLAN + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400),
        (PLAN + b"Content-Length: 10000000\r\n\r\n{}", 413),
        (PLAN + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK * 16 + b"1\r\n \r\n", 413),
        (PLAN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
        (PLAN + b"Idempotency-Key: \xff\r\nContent-Length: 2\r\n\r\n{}", 400),
    ],
)
def test_is_refused_and_changes_nothing(office: Served, raw: bytes, status: int) -> None:
    before = office.run(fingerprint())
    answer = exchange(office, raw.replace(b"TOKEN", office.world.hana.token.encode()))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode()
    assert b"Traceback" not in body
    assert office.run(fingerprint()) == before


def test_a_client_that_leaves_in_the_middle_changes_nothing(
    office: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    before = office.run(fingerprint())
    raw = PLAN.replace(b"TOKEN", office.world.hana.token.encode())
    with socket.create_connection(("127.0.0.1", office.port), timeout=10) as connection:
        connection.sendall(raw + b'Content-Length: 100\r\n\r\n{"title": "Ch')
    assert exchange(office, b"GET /health/live HTTP/1.0\r\n\r\n").endswith(b'{"status":"ok"}')
    assert office.run(fingerprint()) == before
    assert "Traceback" not in "".join(capfd.readouterr())
