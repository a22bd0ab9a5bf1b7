"""The house rules that a reviewer should not have to remember (docs/architecture.md says why)."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.handlers.http_handlers import HTTPRouteHandler

import scheduler
from scheduler.app import create_app
from scheduler.demo import PLAYED_BY
from scheduler.settings import load
from scheduler.storage.tables import TABLES
from scheduler.web import access

ROOT = Path(scheduler.__file__).parent
GENERATED = ROOT / "piccolo_migrations"
MOST_LINES = 400
LONGEST_HANDLER = 15

# What each room may use of the others, inside the package. Whoever is not named may use everything.
ARROWS = {
    "address": set(),
    "ids": set(),
    "clock": set(),
    "keys": set(),
    "cipher": set(),
    "seal": set(),
    "sso": set(),
    "logs": set(),
    "i18n": set(),
    "storage": {"storage", "ids"},
    "calendars": {"storage", "address", "i18n"},
    "mail": {"mail", "storage", "calendars", "address", "i18n"},
    "domain": {"domain", "storage", "mail", "calendars", "address", "ids", "clock", "i18n"}
    | {"cipher", "seal", "sso"},
    "jobs": {"jobs", "domain", "clock"},
    "web": {"web", "domain", "storage", "ids", "calendars", "i18n", "settings", "clock"},
}
# Statements that serve every organisation, or are reached by a secret or by a scope's clause.
UNSCOPED = {
    "audit.py": {"record"},
    "boards.py": {"facts"},
    "bookings.py": {
        "ended_between",
        "starting_between",
        "of_others_at",
        "meets_another",
        "_lock",
        "hold_day",
    },
    "draws.py": {"due", "any_wish"},
    "feeds.py": {"find"},
    "links.py": {"use"},
    "idempotency.py": {"answer", "forget"},
    "outbox.py": {"*"},
    "organisations.py": {"*"},
    "identity_providers.py": {"accounts"},
    "people.py": {"by_token", "by_session", "find", "add", "speak", "speak_first"},
    "ratings.py": {"put"},
    "sessions.py": {"end", "end_all", "forget", "is_proven", "count"},
    "signins.py": {"*"},
    "shifts.py": {"busy_elsewhere", "next_at", "working_then"},
}


def modules() -> list[Path]:
    return [path for path in ROOT.rglob("*.py") if GENERATED not in path.parents]


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Dotted names, `from a import b` as a.b."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_run_one_way(path: Path) -> None:
    allowed = ARROWS.get(room(path))
    if allowed is None:
        return
    used = {name.split(".")[1] for name in imports(path) if name.startswith("scheduler.")}
    assert used <= allowed


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("icalendar", {"calendars.py"}),
        ("aiosmtplib", {"mail/transports.py"}),
        ("mailbox", {"mail/transports.py", "web/pages/demo/mailbox.py"}),
        ("apscheduler", {"jobs/runner.py"}),
        ("aiosqlite", {"storage/sqlite.py"}),
        ("asyncpg", {"storage/postgres.py", "storage/transaction.py"}),
        ("babel", {"i18n.py"}),
        ("authlib", {"sso.py"}),
        ("joserfc", {"sso.py"}),
        ("cryptography", {"cipher.py"}),
        ("dateutil", {"domain/series.py"}),
        ("networkx", {"domain/assignment.py"}),
        ("rich", {"cli.py"}),
        ("click", {"cli.py", "demo.py"}),
    ],
)
def test_a_library_has_one_home(library: str, home: set[str]) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users <= home


def test_only_one_place_reads_the_clock() -> None:
    reading = re.compile(r"datetime\.now\(|utcnow\(|time\.time\(|date\.today\(")
    readers = {path.name for path in modules() if reading.search(path.read_text())}
    assert readers == {"clock.py"}


@pytest.mark.parametrize("path", sorted((ROOT / "domain").glob("*.py")), ids=lambda path: path.name)
def test_in_the_domain_def_decides_and_async_def_acts(path: Path) -> None:
    for function in functions(path):
        if isinstance(function, ast.FunctionDef):
            acting = {name for name in called(function) if acts(name)}
            assert not acting, f"{function.name} decides, so it must not act"


def called(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """`module.name` of what it calls so."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=attribute)):
                yield f"{module}.{attribute}"


def acts(name: str) -> bool:
    module, _, attribute = name.partition(".")
    if not (ROOT / "storage" / f"{module}.py").exists():
        return False
    query = getattr(importlib.import_module(f"scheduler.storage.{module}"), attribute, None)
    return inspect.iscoroutinefunction(query)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


def handlers() -> list[HTTPRouteHandler]:
    app = create_app(load({"CHAIRTIME_MAIL_URL": "maildir:unused"}), demo=PLAYED_BY)
    return [
        handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler)
    ]


def ours() -> list[HTTPRouteHandler]:
    return [one for one in handlers() if one.fn.__module__.startswith("scheduler.")]


def test_every_route_declares_who_may_use_it() -> None:
    for handler in ours():
        declared = [
            guard
            for guard in handler.resolve_guards()
            if isinstance(guard, access.Only | access.Visitor) or guard is access.anyone
        ]
        assert len(declared) == 1, f"{handler} needs one of web/access.py's guards"


def test_handlers_are_short() -> None:
    for handler in ours():
        assert len(inspect.getsource(handler.fn).splitlines()) <= LONGEST_HANDLER + 8, handler


@pytest.mark.parametrize(
    "path", sorted((ROOT / "storage").glob("*.py")), ids=lambda path: path.name
)
def test_no_query_of_a_tenant_goes_without_its_tenant(path: Path) -> None:
    tenants = {
        table._meta.tablename  # noqa: SLF001
        for table in TABLES
        if any(column._meta.name == "organisation" for column in table._meta.columns)  # noqa: SLF001
    }
    exempt = UNSCOPED.get(path.name, set())
    for function in functions(path):
        source = ast.unparse(function)
        touches = re.search(
            rf"\b(FROM|UPDATE|JOIN|INTO) ({'|'.join(tenants)})\b|SELECT}}|SHIFT}}|SLOT}}", source
        )
        if touches and "*" not in exempt and function.name not in exempt:
            assert re.search(r"organisation|scope\.sql", source), f"{path.name}: {function.name}"
