"""Commands that must be refused: with one line for whoever typed it, and with nothing changed."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from scheduler.app import connected
from scheduler.cli import main
from scheduler.domain.people_file import EMPTY, NO_ROWS
from scheduler.piccolo_app import APP_CONFIG
from tests.facts import fingerprint, migrated

BEHIND = "The database is behind this release. Run `chairtime migrate` first.\n"
READABLE = "write {}://user:password@host:port{}, with / ? # in a password as %2F %3F %23\n"
BASE = "CHAIRTIME_BASE_URL must be an address such as https://chairtime.example.org\n"
NETWORKS = "must be networks such as 10.0.0.0/8, separated by commas\n"
DATABASE = "CHAIRTIME_DATABASE_URL"
MAIL = "CHAIRTIME_MAIL_URL"
NO_ADDRESS = "An email address must have an @-sign."
LIST = "E-Mail;Name\nnew@acme.example;Nina New\n"


class Run(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


SETTINGS = [
    ("CHAIRTIME_COLOUR", "blue", "CHAIRTIME_COLOUR is not a setting of Chairtime\n"),
    (DATABASE, "mysql://localhost/chairtime", f"{DATABASE} must begin with sqlite:/// or postgresql://\n"),
    (DATABASE, "chairtime.db", f"{DATABASE} must begin with sqlite:/// or postgresql://\n"),
    (DATABASE, "postgresql://me:s3cret@localhost:many/chairtime",
     f"{DATABASE} is not readable: {READABLE.format('postgresql', '/name')}"),
    (DATABASE, "postgresql://me:s3cret@[::1/chairtime",
     f"{DATABASE} is not readable: {READABLE.format('postgresql', '/name')}"),
    (MAIL, "ftp://mail.example", f"{MAIL} must start with maildir:, smtp://, smtps://, smtp+starttls://\n"),
    (MAIL, "maildir:", f"{MAIL} names no folder: write maildir:PATH\n"),
    (MAIL, "smtp://me@mail.example", f"{MAIL} needs both a name and a password, or neither\n"),
    (MAIL, "smtp://me:s3cret@mail.example:many",
     f"{MAIL} is not readable: {READABLE.format('smtp', '')}"),
    ("CHAIRTIME_MAIL_FROM", "nobody",
     "CHAIRTIME_MAIL_FROM must be one address, written like Chairtime <chairtime@example.org>\n"),
    ("CHAIRTIME_BASE_URL", "chairtime.example", BASE),
    ("CHAIRTIME_BASE_URL", "javascript:alert(1)", BASE),
    ("CHAIRTIME_BASE_URL", "https://chairtime.example:many", BASE),
    ("CHAIRTIME_SECRET_KEY", "s3cret",
     "CHAIRTIME_SECRET_KEY must be 64 hexadecimal digits, as `openssl rand -hex 32` prints them\n"),
    ("CHAIRTIME_TRUSTED_PROXIES", "300.1.1.1", f"CHAIRTIME_TRUSTED_PROXIES {NETWORKS}"),
    ("CHAIRTIME_METRICS_NETWORKS", "here", f"CHAIRTIME_METRICS_NETWORKS {NETWORKS}"),
    ("CHAIRTIME_LOG", "loud", "CHAIRTIME_LOG must be console or json\n"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CHAIRTIME_")]:
        monkeypatch.delenv(name)


def run(*arguments: str) -> Run:
    """Fails on a traceback: a command may only end by its exit code."""
    result = CliRunner().invoke(main, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


@pytest.mark.parametrize(("name", "value", "sentence"), SETTINGS)
def test_a_wrong_setting_stops_every_command_with_one_line(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    for command in ("migrate", "doctor", "serve", "jobs", "mail status"):
        assert run(*command.split()) == (1, "", sentence)
    assert "s3cret" not in sentence
    assert not list(Path.cwd().iterdir())


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.mark.parametrize("command", ["migrate", "mail status", "serve", "jobs"])
def test_a_database_that_cannot_be_reached(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE, "sqlite:///nowhere/chairtime.db")
    why = "nowhere/chairtime.db: unable to open database file\n"
    assert run(*command.split()) == (1, "", f"The database cannot be reached: {why}")
    monkeypatch.setenv(DATABASE, f"postgresql://me:s3cret@127.0.0.1:{unused_port()}/chairtime")
    refused = run(*command.split())
    assert refused.exit_code == 1
    assert refused.stderr.startswith("The database cannot be reached: ")
    assert "Connect call failed" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "s3cret" not in refused.stderr


def test_a_database_that_does_not_exist(
    postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE, postgres_server.replace("/postgres?", "/nowhere?"))
    why = 'database "nowhere" does not exist\n'
    assert run("migrate") == (1, "", f"The database cannot be reached: {why}")


def test_a_file_that_is_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("notes.txt").write_text("Not a database. " * 100)
    monkeypatch.setenv(DATABASE, "sqlite:///notes.txt")
    why = "notes.txt: file is not a database\n"
    assert run("migrate") == (1, "", f"The database cannot be reached: {why}")
    assert Path("notes.txt").read_text() == "Not a database. " * 100


@pytest.mark.parametrize(
    "command",
    [
        "organisation add Acme --domain acme.example",
        "person add a@b.example --name Ann --role employee",
        "token add a@b.example --organisation Acme",
        "mail status",
        "mail retry",
        "serve",
        "jobs",
    ],
)
def test_a_database_that_was_not_migrated(command: str) -> None:
    assert run(*command.split()) == (1, "", BEHIND)


def test_several_web_processes_on_sqlite() -> None:
    sentence = "SQLite is for one web process. Use PostgreSQL (CHAIRTIME_DATABASE_URL) for more.\n"
    assert run("serve", "--workers", "2") == (1, "", sentence)


def test_migrate_check_says_that_it_is_behind() -> None:
    known = len(list(Path(APP_CONFIG.migrations_folder_path).glob("chairtime_*.py")))
    sentence = f"The database is {known} migrations behind. Run `chairtime migrate`.\n"
    assert run("migrate", "--check") == (1, "", sentence)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Acme, and Other, which has nobody."""
    with (
        migrated(request, tmp_path_factory.mktemp("office")) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv(DATABASE, url)
        assert run("organisation", "add", "Acme", "--domain", "acme.example").exit_code == 0
        assert run("organisation", "add", "Other", "--domain", "other.example").exit_code == 0
        add = ("person", "add", "hana@acme.example", "--name", "Hana", "--role", "coordinator")
        assert run(*add, "--organisation", "Acme").exit_code == 0
        yield url


@pytest.fixture
def unchanged(office: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The office's database, which a test must leave as it was."""
    monkeypatch.setenv(DATABASE, office)
    before = asyncio.run(state(office))
    yield
    assert asyncio.run(state(office)) == before


async def state(url: str) -> str:
    async with connected(url):
        return await fingerprint()


ADD = ("organisation", "add")
ANN = ("person", "add", "ann@acme.example")
ACME = ("--organisation", "Acme")
HIDDEN = "It holds the invisible control character {}. Remove it.\n"
NOWHERE = "There is no organisation “Nowhere”. Add it with `chairtime organisation add`.\n"
WHICH = "There is not exactly one organisation. Say which with --organisation NAME.\n"
REFUSED = [
    ((*ADD, "Acme", "--domain", "x.example"), "There is an organisation of this name already.\n"),
    ((*ADD, "ACME", "--domain", "x.example"), "There is an organisation of this name already.\n"),
    ((*ADD, "", "--domain", "x.example"), "name: It must not be empty.\n"),
    ((*ADD, "m" * 201, "--domain", "x.example"), "name: It has 201 characters; at most 200 fit.\n"),
    ((*ADD, "A\x1b[31m", "--domain", "x.example"), f"name: {HIDDEN.format('U+001B')}"),
    ((*ADD, "A\nB", "--domain", "x.example"), f"name: {HIDDEN.format('U+000A')}"),
    ((*ADD, "A\u202eB", "--domain", "x.example"), f"name: {HIDDEN.format('U+202E')}"),
    ((*ADD, "A\udcff", "--domain", "x.example"), f"name: {HIDDEN.format('U+DCFF')}"),
    ((*ADD, "New", "--domain", "x y"),
     "domains: “x y” is not the part after @ of an address: write it as in example.org.\n"),
    ((*ADD, "New", "--domain", "new.example", "--domain", "a@b.example"),
     "domains: “a@b.example” is not the part after @ of an address: write it as in example.org.\n"),
    ((*ADD, "New", "--domain", "new.example", "--timezone", "Mars/Olympus"),
     "timezone: “Mars/Olympus” is not a time zone. Use a name such as Europe/Berlin.\n"),
    (("person", "add", "ann", "--name", "Ann", "--role", "employee", *ACME),
     f"email: {NO_ADDRESS}\n"),
    (("person", "add", "", "--name", "Ann", "--role", "employee", *ACME),
     "email: The e-mail address is missing.\n"),
    (("person", "add", "ann\n@acme.example", "--name", "Ann", "--role", "employee", *ACME),
     f"email: {HIDDEN.format('U+000A')}"),
    ((*ANN, "--name", " ", "--role", "employee", *ACME), "name: It must not be empty.\n"),
    ((*ANN, "--name", "A\0nn", "--role", "employee", *ACME), f"name: {HIDDEN.format('U+0000')}"),
    ((*ANN, "--name", "Ann", "--role", "employee"), WHICH),
    ((*ANN, "--name", "Ann", "--role", "employee", "--organisation", "Nowhere"), NOWHERE),
    ((*ANN, "--name", "Ann", "--role", "employee", "--organisation", "A\udcff"),
     "There is no organisation “A ”. Add it with `chairtime organisation add`.\n"),
    (("token", "add", "ann@acme.example", *ACME),
     "Nobody in Acme has the address ann@acme.example. Add them with `chairtime person add`.\n"),
    (("token", "add", "hana@acme.example", "--organisation", "Other"),
     "Nobody in Other has the address hana@acme.example. Add them with `chairtime person add`.\n"),
    (("token", "add", "hana@acme.example", "--organisation", "Nowhere"), NOWHERE),
    (("mail", "pause", ""), "reason: It must not be empty.\n"),
    (("mail", "pause", "moving\x07"), f"reason: {HIDDEN.format('U+0007')}"),
    (("serve", "--host", "ä" * 80),
     f"Cannot listen on {'ä' * 80}: this machine has no such address. See --host.\n"),
]  # fmt: skip


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("command", "sentence"), REFUSED)
def test_what_cannot_be_done_is_refused_with_one_line(
    command: tuple[str, ...], sentence: str
) -> None:
    assert run(*command) == (1, "", sentence)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        ("", [f": {EMPTY}"]),
        ("E-Mail;Name\n", [f": {NO_ROWS}"]),
        (LIST + "nobody;Nora\n", [f', line 3: "nobody" is not an e-mail address. {NO_ADDRESS}']),
        (LIST + ";Nora\n;Olaf\n", [
            ", line 3: The e-mail address is missing. Fill it in or remove the row.",
            ", line 4: The e-mail address is missing. Fill it in or remove the row."]),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_imported(content: str, sentences: list[str]) -> None:
    Path("people.csv").write_text(content)
    lines = [*(f"people.csv{sentence}" for sentence in sentences), "Nothing was imported."]
    for more in ((), ("--dry-run",)):
        refused = run("person", "import", "people.csv", *ACME, *more)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.splitlines() == lines


@pytest.mark.usefixtures("unchanged")
def test_of_many_bad_rows_the_first_are_named() -> None:
    Path("people.csv").write_text(LIST + ";Nobody\n" * 500)
    refused = run("person", "import", "people.csv", *ACME)
    lines = refused.stderr.splitlines()
    assert (refused.exit_code, len(lines)) == (1, 22)
    assert lines[-2:] == ["and 480 more", "Nothing was imported."]


@pytest.mark.usefixtures("unchanged")
def test_a_good_list_for_nobody() -> None:
    Path("people.csv").write_text(LIST)
    assert run("person", "import", "people.csv", "--organisation", "Nowhere") == (1, "", NOWHERE)


@pytest.mark.usefixtures("unchanged")
def test_a_file_that_cannot_be_read() -> None:
    file = "/proc/self/mem"  # opens, even for root, and gives nothing
    refused = run("person", "import", file, *ACME)
    assert refused == (1, "", f"{file} cannot be read: Input/output error.\n")


USAGE = [
    ("bogus", "No such command 'bogus'."),
    ("organisation add Acme", "Missing option '--domain'."),
    ("organisation add --domain acme.example", "Missing argument 'NAME'."),
    ("person add ann@acme.example --role employee", "Missing option '--name'."),
    ("person add ann@acme.example --name Ann --role boss",
     "'boss' is not one of 'admin', 'coordinator', 'therapist', 'employee'."),
    ("person import nowhere.csv --organisation Acme", "File 'nowhere.csv' does not exist."),
    ("person import . --organisation Acme", "File '.' is a directory."),
    ("token add ann@acme.example", "Missing option '--organisation'."),
    ("token add ann@acme.example --organisation Acme --days 0",
     "0 is not in the range 1<=x<=3650."),
    ("token add ann@acme.example --organisation Acme --days ten",
     "'ten' is not a valid integer range."),
    ("serve --port 70000", "70000 is not in the range 1<=x<=65535."),
    ("serve --port 0", "0 is not in the range 1<=x<=65535."),
    ("serve --workers 0", "0 is not in the range 1<=x<=64."),
    ("demo --port 70000", "70000 is not in the range 1<=x<=65535."),
    ("migrate --chekc", "No such option '--chekc'."),
    ("mail status now", "Got unexpected extra argument (now)"),
]  # fmt: skip


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("command", "sentence"), USAGE)
def test_wrong_usage_says_what_is_right(command: str, sentence: str) -> None:
    refused = run(*command.split())
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("Usage: ")
    assert sentence in refused.stderr.splitlines()[-1]
    assert not list(Path.cwd().iterdir())


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_in_use(command: str) -> None:
    """As a process of its own, for the exit code and the error output that a shell sees."""
    with socket.socket() as taken_port:
        taken_port.bind(("127.0.0.1", 0))
        taken_port.listen()
        port = taken_port.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "scheduler", command, "--port", str(port)],
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    why = f"Cannot listen on 127.0.0.1 port {port}: Address already in use."
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"{why} Choose another with --port.\n"
