"""Every command, in a process of its own, on both engines."""

import asyncio
import contextlib
import mailbox
import os
import pty
import re
import shlex
import socket
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner

from scheduler import cli, clock
from scheduler.app import connected
from scheduler.domain import booking, event, organisation, person
from scheduler.domain.booking import Preferences
from scheduler.domain.person import Role
from scheduler.domain.plan import EventPlan, Location, ShiftPlan
from scheduler.storage.database import execute
from scheduler.storage.rows import Caller
from tests.commands import Shell, chairtime, empty_database, free_port, until
from tests.facts import fingerprint

ROWS = 5000


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    return Shell(tmp_path, CHAIRTIME_DATABASE_URL=database_url, CHAIRTIME_MAIL_URL="maildir:mail")


@pytest.fixture(params=["sqlite", "postgres"])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request, tmp_path) as url:
        yield url


async def _office() -> Caller:
    """Acme with Hana, Tara and Emil; one of Emil's coming times is taken, so one invite waits."""
    now = clock.now()
    acme = (await organisation.add("Acme", ["acme.example"], "UTC", now)).id

    async def join(email: str, role: Role) -> Caller:
        found = await person.add(acme, email, email, role, now)
        return Caller(id=found, email=email, name=email, organisation=acme, roles=frozenset({role}))

    hana = await join("hana@acme.example", Role.COORDINATOR)
    await join("tara@hands.example", Role.THERAPIST)
    emil = await join("emil@acme.example", Role.EMPLOYEE)
    shift = ShiftPlan(therapist="tara@hands.example", chair="1", starts="09:00", ends="10:00")
    day = (now + timedelta(days=7)).date()
    planned = await event.create(
        hana, EventPlan(title="Massage", date=day, location=Location("Room"), shifts=[shift]), now
    )
    await event.publish(hana, planned.event.id, now)
    [first, *_] = await event.slots(emil, planned.event.id)
    await booking.claim(emil, first.id, Preferences(), now)
    return emil


@pytest.fixture
def office(database_url: str) -> Caller:
    async def prepare() -> Caller:
        async with connected(database_url):
            return await _office()

    return asyncio.run(prepare())


def letters(shell: Shell) -> list[str]:
    folder = shell.folder / "mail"
    if not (folder / "new").exists():
        return []
    return [message["To"] for message in mailbox.Maildir(folder, create=False)]


# Help and usage


def leaves(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name), command


COMMANDS = dict(leaves(cli.main))


def test_the_commands_of_the_contract() -> None:
    assert {" ".join(path) for path in COMMANDS} >= {
        "demo", "serve", "jobs", "migrate", "organisation add", "person add", "person import",
        "token add", "mail status", "mail resume", "mail retry", "doctor",
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_an_example_that_is_right(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli.main, [*path, "--help"])
    assert shown.exit_code == 0
    assert f"Example: chairtime {path[0]}" in shown.output
    command = COMMANDS[path]
    found = re.search(rf"Example: chairtime {' '.join(path)}( .*)?\n", f"{command.help}\n")
    assert found, command.help
    with click.Context(command) as context:
        command.make_parser(context).parse_args(shlex.split(found[1] or ""))


def test_help_in_a_process_of_its_own(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    listed = shell.ok("--help")
    assert all(f"  {path[0]} " in listed for path in COMMANDS)
    assert "--dry-run" in shell.ok("person", "import", "--help")
    assert list(tmp_path.iterdir()) == [], "asking for help leaves nothing behind"


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "nonsense",
        "serve --workers 0",
        "serve --port http",
        "serve --nonsense",
        "migrate now",
        "organisation add Acme",
        "person add edda@acme.example --name Edda --role boss",
        "person add edda@acme.example --role employee",
        "person import missing.csv --organisation Acme",
        "token add edda@acme.example",
        "token add edda@acme.example --organisation Acme --days 0",
        "mail explode",
    ],
)
def test_wrong_usage(arguments: str) -> None:
    assert CliRunner().invoke(cli.main, arguments.split()).exit_code == 2


def test_wrong_usage_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = Shell(tmp_path)("serve", "--workers", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--workers" in done.stderr


# The database


def test_migrate(unmigrated: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, CHAIRTIME_DATABASE_URL=unmigrated)
    behind = r"The database is \d+ migrations behind\. Run `chairtime migrate`\."
    assert re.fullmatch(behind, shell.refused("migrate", "--check"))
    run_first = "The database is behind this release. Run `chairtime migrate` first."
    assert shell.refused("mail", "status") == run_first
    assert shell.refused("serve", "--port", str(free_port())) == run_first
    assert re.fullmatch(r"\d+ migrations run\.\n", shell.ok("migrate"))
    assert shell.ok("migrate") == "The database is up to date.\n"
    assert shell.ok("migrate", "--check") == "The database is up to date.\n"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all.db",
        "sqlite:////etc/hosts",
        "postgresql://somebody:hunter2@127.0.0.1:1/nothing",
    ],
)
def test_a_database_that_is_not_there(url: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, CHAIRTIME_DATABASE_URL=url)
    refused = shell.refused("mail", "status")
    assert refused.startswith("The database cannot be reached: ")
    assert "hunter2" not in refused


def test_a_database_that_the_server_does_not_know(postgres_server: str, tmp_path: Path) -> None:
    url = postgres_server.replace("/postgres?", "/nosuchname?")
    refused = Shell(tmp_path, CHAIRTIME_DATABASE_URL=url).refused("migrate")
    assert refused == 'The database cannot be reached: database "nosuchname" does not exist'


# Organisations, people, tokens


def test_organisations_and_people(shell: Shell) -> None:
    def add(*words: str) -> tuple[str, ...]:
        return ("person", "add", *words)

    edda = add("Edda@acme.example", "--name", "Edda Grün", "--role", "employee")
    assert "not exactly one organisation" in shell.refused(*edda)
    acme = ("organisation", "add", "Acme", "--domain", "ACME.example", "--domain", "acme.test")
    assert shell.ok(*acme) == "Added Acme (acme.example, acme.test).\n"
    assert shell.refused(*acme) == "There is an organisation of this name already."
    assert shell.ok(*edda) == "Edda Grün is employee now.\n"
    assert shell.ok(*edda[:-1], "coordinator", "--organisation", "ACME") == (
        "Edda Grün is coordinator now.\n"
    )
    assert shell.refused("token", "add", "nobody@acme.example", "--organisation", "Acme") == (
        "Nobody in Acme has the address nobody@acme.example. Add them with `chairtime person add`."
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("organisation add B --domain @", "domains: “@” is not the part after @ of an address"),
        ("organisation add B --domain b.example --timezone Mars", "timezone: “Mars” is not"),
        ("organisation add \u2028 --domain b.example", "name: It "),
        ("person add edda --name E --role employee", "email: "),
        ("person add e@b.example --name \u2029 --role employee", "name: It "),
        ("token add e@b.example --organisation Other", "There is no organisation “Other”."),
    ],
)
def test_refusals(command: str, sentence: str, sqlite_url: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, CHAIRTIME_DATABASE_URL=sqlite_url)
    if command.startswith("person"):
        shell.ok("organisation", "add", "Acme", "--domain", "acme.example")
    assert shell.refused(*command.split(" ")).startswith(sentence)


# The HR import


def people(count: int, *more: str) -> str:
    rows = [f"{n};Grün-{n};Edda;edda{n}@acme.example" for n in range(count)]
    return "\r\n".join(["Personalnr.;Nachname;Vorname;E-Mail", *rows, *more, "", ""])


def facts(url: str) -> str:
    async def read() -> str:
        async with connected(url):
            return await fingerprint()

    return asyncio.run(read())


def names(url: str) -> set[str]:
    async def read() -> set[str]:
        async with connected(url):
            return {row["name"] for row in await execute("SELECT name FROM known_as")}

    return asyncio.run(read())


def test_an_hr_import(shell: Shell, office: Caller, database_url: str) -> None:
    before = facts(database_url)
    import_ = ("person", "import", "people.csv", "--organisation", "Acme")
    (shell.folder / "people.csv").write_bytes(people(ROWS).encode("cp1252"))
    assert shell.ok(*import_, "--dry-run") == (
        f"Would add {ROWS}, update 0, leave 0 as they are.\n"
    )
    assert facts(database_url) == before, "a dry run changes nothing"
    assert shell.ok(*import_) == f"Added {ROWS}, updated 0, left 0 as they were.\n"
    assert {f"Edda Grün-{n}" for n in range(ROWS)} | {office.name} <= names(database_url)
    (shell.folder / "people.csv").write_bytes(people(ROWS).replace("-7;", "-77;").encode())
    assert shell.ok(*import_) == f"Added 0, updated 1, left {ROWS - 1} as they were.\n"


@pytest.mark.usefixtures("office")
def test_all_rows_or_none(shell: Shell, database_url: str) -> None:
    before = facts(database_url)
    bad = people(30, "31;;;", "32;Grün;Edda;edda@@acme.example", "33;Grün;Edda;ok@acme.example")
    (shell.folder / "people.csv").write_bytes(bad.encode())
    done = shell("person", "import", "people.csv", "--organisation", "Acme")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines[:-1]] == [
        "people.csv, line 32",
        "people.csv, line 33",
    ]
    assert lines[-1] == "Nothing was imported."
    assert facts(database_url) == before


def test_progress_is_for_terminals(sqlite_url: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, CHAIRTIME_DATABASE_URL=sqlite_url, TERM="xterm")
    shell.ok("organisation", "add", "Acme", "--domain", "acme.example")
    (tmp_path / "people.csv").write_text(people(ROWS), "utf-8")
    ours, theirs = pty.openpty()
    try:
        done = subprocess.Popen(
            chairtime("person", "import", "people.csv", "--organisation", "Acme"),
            cwd=tmp_path, env=shell.environ, stdout=subprocess.PIPE, stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        seen = _drain(ours)
        output, _ = done.communicate(timeout=60)
    finally:
        os.close(ours)
    assert (done.returncode, output.decode()) == (
        0, f"Added {ROWS}, updated 0, left 0 as they were.\n",
    )  # fmt: skip
    assert "Importing" in seen
    assert "100%" in seen


def _drain(terminal: int) -> str:
    seen = b""
    with contextlib.suppress(OSError):  # Linux says so when the other side is gone
        while part := os.read(terminal, 4096):
            seen += part
    return seen.decode(errors="replace")


# Mail


def test_mail_waits_fails_and_is_tried_again(shell: Shell, office: Caller) -> None:
    status = "1 waiting\n0 given up\n0 sent\n0 not sent, because something newer was\n"
    assert shell.ok("mail", "status") == f"{status}The oldest has waited for 0 minutes.\n"
    closed = f"smtp://127.0.0.1:{free_port()}"
    with shell.start("jobs", CHAIRTIME_MAIL_URL=closed) as process:
        trouble = until(lambda: _last_line(shell, "1 tries"), process)
    assert trouble.startswith(f"invite to {office.email}, 1 tries, will be tried again: 127.0.0.1:")
    assert trouble.endswith("Connection refused")
    assert shell.ok("mail", "pause", "new server") == "Mail is paused.\n"
    assert shell.ok("mail", "retry") == "1 messages are due again.\n"
    with shell.start("jobs") as process:
        until(lambda: _last_line(shell, "Mail is paused: new server. "), process)
        assert letters(shell) == []
        assert shell.ok("mail", "resume") == "Mail is on its way again.\n"
        until(lambda: letters(shell), process)
    assert [office.email in to for to in letters(shell)] == [True]
    assert shell.ok("mail", "status").splitlines()[:3] == ["0 waiting", "0 given up", "1 sent"]


def _last_line(shell: Shell, holding: str) -> str:
    return next((line for line in shell.ok("mail", "status").splitlines() if holding in line), "")


# Servers


def test_serve(shell: Shell, office: Caller, tmp_path: Path) -> None:
    port = free_port()
    token = shell.token(office.email)
    with (
        (tmp_path / "log").open("wb") as log,
        shell.start("serve", "--port", str(port), output=log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as ask,
    ):
        until(lambda: _answers(ask, "/health/ready"), process)
        assert ask.get("/api/v1/bookings").status_code == 401
        found = ask.get("/api/v1/bookings", headers={"Authorization": f"Bearer {token}"}).json()
        assert [one["status"] for one in found["items"]] == ["confirmed"]
        until(lambda: letters(shell), process)
        taken = shell.refused("serve", "--port", str(port))
        assert taken.startswith(f"Cannot listen on 127.0.0.1 port {port}: ")
    assert f"Chairtime listens on http://127.0.0.1:{port}\n" in (tmp_path / "log").read_text()


def _answers(ask: httpx.Client, path: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return ask.get(path).status_code == 200
    return False


@pytest.mark.usefixtures("office")
def test_serve_without_jobs(shell: Shell) -> None:
    port = free_port()
    with (
        shell.start("serve", "--port", str(port), "--no-jobs") as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as ask,
    ):
        until(lambda: _answers(ask, "/health/ready"), process)
        for _ in range(3):  # longer than several ticks of the delivery
            assert shell.ok("mail", "status").startswith("1 waiting\n")
        with shell.start("jobs") as jobs:
            until(lambda: letters(shell), jobs)


def test_several_workers_need_postgres(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    several = ("serve", "--workers", "2", "--port", str(port := free_port()))
    sqlite = Shell(tmp_path, CHAIRTIME_DATABASE_URL=sqlite_url)
    assert sqlite.refused(*several).startswith("SQLite is for one web process. Use PostgreSQL")
    with (
        Shell(tmp_path, CHAIRTIME_DATABASE_URL=postgres_url).start(*several) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as ask,
    ):
        until(lambda: _answers(ask, "/health/ready"), process)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
