"""The commands. Exit code 0: done; 1: refused, with one line that says why; 2: wrong usage."""

import asyncio
import functools
import socket
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, ParamSpec
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress

from scheduler import clock, doctor, logs, serving
from scheduler.app import connected
from scheduler.demo import run_demo
from scheduler.domain import delivery, draw_record, organisation, person
from scheduler.domain.errors import DomainError, Invalid, NotFound
from scheduler.domain.mailroom import describe_mail
from scheduler.domain.people_file import PeopleFileRefused, PersonRow, read_people
from scheduler.domain.person import Role
from scheduler.domain.text import shown
from scheduler.settings import DEFAULT_PORT, Settings, WrongSetting, load
from scheduler.storage import migrations

P = ParamSpec("P")
SHOWN_PROBLEMS = 20


def refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def on_database(action: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Runs a command against the database that the settings name."""

    @functools.wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(_connected(read_settings(), action(*args, **kwargs)))

    return run


async def _connected(settings: Settings, action: Coroutine[Any, Any, None]) -> None:
    try:
        async with connected(settings.database_url):
            if await migrations.pending():
                refuse("The database is behind this release. Run `chairtime migrate` first.")
            await action
    except DomainError as error:
        refuse(_sentence(error))
    except OSError as error:
        refuse(f"The database cannot be reached: {error}")
    finally:
        action.close()


def _sentence(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return " ".join(f"{one.field}: {one.message}" for one in error.errors)
    return str(error)


def read_settings(port: int = DEFAULT_PORT) -> Settings:
    try:
        return load(port=port)
    except WrongSetting as error:
        refuse(str(error))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chairtime")
def main() -> None:
    """Chairtime: the scheduler that makes office massage days run themselves."""


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="where it listens; 8000 or the next that is free"
)
@click.option("--reset", is_flag=True, help="forget what was tried before, and start afresh")
def demo(port: int | None, *, reset: bool) -> None:
    """Try it: a day in an office, filled with people, in one process. No mail leaves the machine.

    Example: chairtime demo --port 8080
    """
    chosen = port or serving.free_port("127.0.0.1", DEFAULT_PORT)
    try:
        run_demo(_listen("127.0.0.1", chosen), chosen, reset=reset)
    except WrongSetting as error:  # in a `.env` of this folder
        refuse(str(error))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="port to listen on",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="web processes; more than one need PostgreSQL and `chairtime jobs`",
)
@click.option("--no-jobs", is_flag=True, help="leave the background work to `chairtime jobs`")
def serve(host: str, port: int, workers: int, *, no_jobs: bool) -> None:
    """Serve the API and the pages. One worker does the background work as well.

    Example: chairtime serve --host 0.0.0.0 --port 80 --workers 4
    """
    settings = read_settings(port)
    if workers > 1 and settings.database_url.startswith("sqlite"):
        refuse("SQLite is for one web process. Use PostgreSQL (CHAIRTIME_DATABASE_URL) for more.")
    asyncio.run(_connected(settings, _nothing()))
    logs.configure(settings.log)
    serving.serve(settings, _listen(host, port), workers=workers, jobs=not no_jobs)


async def _nothing() -> None:
    """Connecting alone shows whether the database is there and up to date."""


def _listen(host: str, port: int) -> Any:
    try:
        listener = serving.bind(host, port)
    except (socket.gaierror, TypeError, UnicodeError):
        refuse(f"Cannot listen on {host}: this machine has no such address. See --host.")
    except OSError as error:
        refuse(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --port."
        )
    click.echo(f"Chairtime listens on http://{host}:{port}", err=True)
    return listener


@main.command()
def jobs() -> None:
    """Do the background work alone: mail, reminders. Any number may run, anywhere.

    Example: chairtime jobs
    """
    settings = read_settings()
    asyncio.run(_connected(settings, _nothing()))
    logs.configure(settings.log)
    asyncio.run(serving.work(settings))


@main.command()
@click.option("--check", is_flag=True, help="change nothing; exit 1 when the database is behind")
def migrate(*, check: bool) -> None:
    """Bring the database up to date with this release.

    Example: chairtime migrate
    """
    asyncio.run(_migrate(read_settings(), check=check))


async def _migrate(settings: Settings, *, check: bool) -> None:
    try:
        async with connected(settings.database_url):
            behind = await migrations.pending()
            if check and behind:
                refuse(f"The database is {len(behind)} migrations behind. Run `chairtime migrate`.")
            ran = [] if check else await migrations.migrate()
    except OSError as error:
        refuse(f"The database cannot be reached: {error}")
    click.echo(f"{len(ran)} migrations run." if ran else "The database is up to date.")


@main.group("organisation")
def organisation_() -> None:
    """Tenants."""


@organisation_.command("add")
@click.argument("name")
@click.option(
    "--domain",
    "domains",
    multiple=True,
    required=True,
    help="the part after @ of its employees' addresses; may be repeated",
)
@click.option("--timezone", default="Europe/Berlin", show_default=True, help="an IANA zone")
@on_database
async def add_organisation(name: str, domains: tuple[str, ...], timezone: str) -> None:
    """Add a tenant.

    Example: chairtime organisation add "Acme" --domain acme.example --timezone Europe/Berlin
    """
    added = await organisation.add(name, list(domains), timezone, clock.now())
    click.echo(f"Added {added.name} ({', '.join(added.domains)}).")


@main.group("person")
def person_() -> None:
    """People and their roles."""


@person_.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", "tenant", help="may be left out where there is only one")
@on_database
async def add_person(email: str, name: str, role: str, tenant: str | None) -> None:
    """Add a person with a role.

    Example: chairtime person add hana@acme.example --name Hana --role coordinator
    """
    await person.add(await _tenant(tenant), email, name, Role(role), clock.now())
    click.echo(f"{name} is {role} now.")


@person_.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "tenant", required=True)
@click.option("--dry-run", is_flag=True, help="only say what would be done")
@on_database
async def import_people(file: Path, tenant: str, *, dry_run: bool) -> None:
    """Add employees from an HR export: all rows, or none when one is wrong.

    Example: chairtime person import people.csv --organisation Acme --dry-run
    """
    rows = _read(file)
    quiet = not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("Importing", total=len(rows))
        done = await person.import_employees(
            await _tenant(tenant), None, rows, clock.now(), dry_run=dry_run,
            progress=lambda count: bar.advance(task, count),
        )  # fmt: skip
    verb = "Would add" if dry_run else "Added"
    click.echo(
        f"{verb} {done.added}, update {done.updated}, leave {done.unchanged} as they are."
        if dry_run
        else f"{verb} {done.added}, updated {done.updated}, left {done.unchanged} as they were."
    )


def _read(file: Path) -> list[PersonRow]:
    try:
        return read_people(file.read_bytes())
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}.")
    except PeopleFileRefused as error:
        refuse(_problems(file, error))


def _problems(file: Path, error: PeopleFileRefused) -> str:
    lines = [
        f"{file.name}, line {line}: {why}" if line else f"{file.name}: {why}"
        for line, why in error.problems[:SHOWN_PROBLEMS]
    ]
    more = len(error.problems) - SHOWN_PROBLEMS
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else []), "Nothing was imported."])


async def _tenant(name: str | None) -> UUID:
    if name is None:
        only = await organisation.only_one()
        if only is None:
            refuse("There is not exactly one organisation. Say which with --organisation NAME.")
        return only.id
    try:
        return (await organisation.named(name)).id
    except NotFound:
        refuse(
            f"There is no organisation “{shown(name)}”. Add it with `chairtime organisation add`."
        )


@main.group("token")
def token_() -> None:
    """API tokens."""


@token_.command("add")
@click.argument("email")
@click.option("--organisation", "tenant", required=True)
@click.option(
    "--days", type=click.IntRange(1, 3650), help="how long it is valid; for ever otherwise"
)
@on_database
async def add_token(email: str, tenant: str, days: int | None) -> None:
    """Print a new API token, once. It acts as that person.

    Example: chairtime token add hana@acme.example --organisation Acme --days 90
    """
    try:
        secret = await person.add_token(await _tenant(tenant), email, days, clock.now())
    except NotFound:
        refuse(
            f"Nobody in {shown(tenant)} has the address {shown(email)}."
            " Add them with `chairtime person add`."
        )
    click.echo(f"A token for {email}, shown only now: {secret}")


@main.group("draw")
def draw_() -> None:
    """Draws of times, and whether they were fair."""


@draw_.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_draw(file: Path) -> None:
    """Repeat a draw from its published file. Needs neither settings nor database.

    Example: chairtime draw verify draw.json
    """
    try:
        record = draw_record.read_either(file.read_bytes())
    except (OSError, draw_record.NotARecord) as error:
        refuse(f"{file.name}: {error}")
    if wrong := draw_record.differences(record):
        refuse("\n".join(wrong))
    wishes = len(draw_record.wishes_of(record))
    click.echo(f"{wishes} wishes, {len(record.places)} times given: as it must be.")


@main.group("mail")
def mail_() -> None:
    """What waits to be sent, what failed, and why."""


@mail_.command("status")
@on_database
async def mail_status() -> None:
    """Show what waits and what failed, with the mail server's words.

    Example: chairtime mail status
    """
    async for line in describe_mail(clock.now()):
        click.echo(line)


@mail_.command("pause")
@click.argument("reason", default="paused by hand")
@on_database
async def mail_pause(reason: str) -> None:
    """Let no mail leave until `chairtime mail resume`.

    Example: chairtime mail pause "moving to another mail server"
    """
    await delivery.pause(reason, clock.now())
    click.echo("Mail is paused.")


@mail_.command("resume")
@on_database
async def mail_resume() -> None:
    """Let mail leave again.

    Example: chairtime mail resume
    """
    await delivery.resume()
    click.echo("Mail is on its way again.")


@mail_.command("retry")
@on_database
async def mail_retry() -> None:
    """Try everything now that failed or waits for its next try.

    Example: chairtime mail retry
    """
    click.echo(f"{await delivery.retry(clock.now())} messages are due again.")


@main.command("doctor")
def examine() -> None:
    """Check settings, database, mail server, time zones and keys.

    Example: chairtime doctor
    """
    settings = read_settings()
    click.echo("ok    settings: read")
    if not asyncio.run(_examine(settings)):
        sys.exit(1)


async def _examine(settings: Settings) -> bool:
    well = True
    async for finding in doctor.examine(settings):
        click.echo(f"{'ok   ' if finding.well else 'NOT OK'} {finding.subject}: {finding.words}")
        well = well and finding.well
    return well
