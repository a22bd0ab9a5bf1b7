"""What an operator is told: one line each, ok or what to do."""

import asyncio
import stat
from pathlib import Path

import pytest

from scheduler import doctor, settings
from tests.commands import Shell, free_port

SUBJECTS = ["settings", "database", "mail", "time zones", "keys"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def examine(**environ: str) -> dict[str, doctor.Finding]:
    async def gather() -> list[doctor.Finding]:
        named = {f"CHAIRTIME_{name}": value for name, value in environ.items()}
        return [finding async for finding in doctor.examine(settings.load(named))]

    return {finding.subject: finding for finding in asyncio.run(gather())}


def wrong(found: dict[str, doctor.Finding]) -> dict[str, str]:
    return {finding.subject: finding.words for finding in found.values() if not finding.well}


def test_all_is_well(database_url: str, folder: Path) -> None:
    shell = Shell(folder, CHAIRTIME_DATABASE_URL=database_url)
    lines = shell.ok("doctor").splitlines()
    assert [line.partition(":")[0].removeprefix("ok    ") for line in lines] == SUBJECTS
    assert lines[1].endswith(", up to date")
    for name in ("chairtime.key", "chairtime-health.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_what_is_wrong_stands_beside_what_is_well(folder: Path) -> None:
    port = free_port()
    done = Shell(folder, CHAIRTIME_MAIL_URL=f"smtp://u:hunter2@127.0.0.1:{port}")("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert [line[:6] for line in lines] == ["ok    ", "NOT OK", "NOT OK", "ok    ", "ok    "]
    assert lines[1] == (
        "NOT OK database: the database is behind this release: run `chairtime migrate`"
    )
    assert lines[2] == f"NOT OK mail: 127.0.0.1:{port}: Connection refused"


def test_a_database_out_of_reach(folder: Path) -> None:
    nowhere = f"sqlite:///{folder}/no/such/folder.db"
    assert wrong(examine(DATABASE_URL=nowhere))["database"].endswith("unable to open database file")
    closed = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/name"
    refused = wrong(examine(DATABASE_URL=closed))
    assert list(refused) == ["database"]
    assert "hunter2" not in refused["database"]


def test_a_folder_that_cannot_hold_mail(sqlite_url: str, folder: Path) -> None:
    (folder / "file").write_text("")
    found = wrong(examine(DATABASE_URL=sqlite_url, MAIL_URL="maildir:file/mail"))
    assert list(found) == ["mail"]
    assert found["mail"].endswith("Not a directory")


@pytest.mark.parametrize("name", ["chairtime.key", "chairtime-health.key"])
def test_keys_that_others_can_read(sqlite_url: str, folder: Path, name: str) -> None:
    assert wrong(examine(DATABASE_URL=sqlite_url)) == {}
    (folder / name).chmod(0o640)
    assert wrong(examine(DATABASE_URL=sqlite_url)) == {
        "keys": f"others can read {name}: run `chmod 600 {name}`"
    }


def test_a_key_that_is_none(sqlite_url: str, folder: Path) -> None:
    (folder / "chairtime.key").write_text("hunter2")
    assert wrong(examine(DATABASE_URL=sqlite_url)) == {
        "keys": "chairtime.key does not hold a key of 32 bytes in hexadecimal digits"
    }


def test_keys_that_are_set_leave_no_files(sqlite_url: str, folder: Path) -> None:
    given = {"SECRET_KEY": "00" * 32, "HEALTH_KEY": "ff" * 32}
    assert wrong(examine(DATABASE_URL=sqlite_url, **given)) == {}
    assert not list(folder.glob("*.key"))
