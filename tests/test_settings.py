"""Every variable, the .env file, what a wrong value says, and what never is printed."""

import io
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest
import structlog

from scheduler import keys, logs, settings
from scheduler.address import Address
from scheduler.settings import WrongSetting, load

KEY = "0f" * 32
PASSWORD = "hunter2"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, so that nobody's `.env` has a say."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_needs_to_be_set() -> None:
    found = load({})
    assert found.database_url == "sqlite:///chairtime.db"
    assert found.mail_url == "maildir:chairtime-mail"
    assert found.mail_from == Address("Chairtime", "chairtime@localhost")
    assert found.base_url == "http://localhost:8000"
    assert (found.secret_key, found.health_key) == (None, None)
    assert (found.trusted_proxies, found.metrics_networks) == ((), ())
    assert found.log == "console"


def test_every_variable_of_the_contract() -> None:
    found = load(
        {
            "CHAIRTIME_DATABASE_URL": "postgresql://user:pass@db:5432/name",
            "CHAIRTIME_MAIL_URL": "smtp+starttls://user:pass@mail:587",
            "CHAIRTIME_MAIL_FROM": "Massage at Acme <massage@acme.example>",
            "CHAIRTIME_BASE_URL": "https://chairtime.example.org/",
            "CHAIRTIME_SECRET_KEY": KEY,
            "CHAIRTIME_HEALTH_KEY": "ab" * 32,
            "CHAIRTIME_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7",
            "CHAIRTIME_METRICS_NETWORKS": "::1 127.0.0.0/8",
            "CHAIRTIME_LOG": "json",
        }
    )
    assert found.database_url == "postgresql://user:pass@db:5432/name"
    assert found.mail_url == "smtp+starttls://user:pass@mail:587"
    assert found.mail_from == Address("Massage at Acme", "massage@acme.example")
    assert found.base_url == "https://chairtime.example.org", "links are joined with a slash"
    assert found.secret_key == bytes.fromhex(KEY)
    assert found.health_key == bytes.fromhex("ab" * 32)
    assert found.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.7/32"))
    assert found.metrics_networks == (ip_network("::1"), ip_network("127.0.0.0/8"))
    assert found.log == "json"
    assert set(settings.DEFAULTS) == {
        f"CHAIRTIME_{name.upper()}" for name in found.__struct_fields__
    }


def test_links_lead_to_the_port_that_is_served() -> None:
    assert load({}, port=8080).base_url == "http://localhost:8080"
    named = {"CHAIRTIME_BASE_URL": "https://chairtime.example.org"}
    assert load(named, port=8080).base_url == "https://chairtime.example.org"


def test_an_empty_value_is_none() -> None:
    assert load(dict.fromkeys(settings.DEFAULTS, "")) == load({})


# .env


def test_the_same_names_in_a_file(folder: Path) -> None:
    lines = ["# ours", "", "CHAIRTIME_LOG=json", 'CHAIRTIME_MAIL_FROM="Grün <g@acme.example>"']
    (folder / ".env").write_text("\n".join(lines), "utf-8")
    found = load({})
    assert (found.log, found.mail_from) == ("json", Address("Grün", "g@acme.example"))


def test_the_environment_goes_first(folder: Path) -> None:
    (folder / ".env").write_text("CHAIRTIME_LOG=json\nCHAIRTIME_BASE_URL=https://file.example\n")
    found = load({"CHAIRTIME_LOG": "console"})
    assert (found.log, found.base_url) == ("console", "https://file.example")


def test_what_is_not_ours_in_the_file_is_left_alone(folder: Path) -> None:
    (folder / ".env").write_text("PATH=/nowhere\nOTHER=1\n")
    assert load({}) == load({"HOME": "/root"})


def test_a_wrong_value_in_the_file_is_named(folder: Path) -> None:
    (folder / ".env").write_text("CHAIRTIME_LOG=xml\n")
    with pytest.raises(WrongSetting, match=r"^CHAIRTIME_LOG must be console or json$"):
        load({})


# Wrong values


@pytest.mark.parametrize(
    ("name", "value", "help_"),
    [
        ("DATABASE_URL", f"mysql://u:{PASSWORD}@h/d", "must begin with sqlite:/// or postgresql"),
        ("DATABASE_URL", "chairtime.db", "must begin with sqlite:/// or postgresql"),
        ("DATABASE_URL", f"postgresql://u:{PASSWORD}/x@h:5432/d", "write postgresql://user:pass"),
        ("DATABASE_URL", f"postgresql://u:{PASSWORD}@h:99999/d", "write postgresql://user:pass"),
        ("MAIL_URL", f"http://u:{PASSWORD}@h", "must start with maildir:, smtp://"),
        ("MAIL_URL", f"smtp://u:{PASSWORD}/x@h", "write smtp://user:password@host:port"),
        ("MAIL_URL", f"smtp://:{PASSWORD}@h", "needs both a name and a password"),
        ("MAIL_URL", "maildir:", "write maildir:PATH"),
        ("MAIL_FROM", "Chairtime", "must be one address"),
        ("MAIL_FROM", "a@acme.example, b@acme.example", "must be one address"),
        ("MAIL_FROM", "Chairtime\r\nBcc: <x@acme.example>", "must be one address"),
        ("BASE_URL", "chairtime.example.org", "must be an address such as https://"),
        ("BASE_URL", "ftp://chairtime.example.org", "must be an address such as https://"),
        ("BASE_URL", "https://", "must be an address such as https://"),
        ("BASE_URL", "https://h:99999", "must be an address such as https://"),
        ("BASE_URL", "http://[::1", "must be an address such as https://"),
        ("BASE_URL", f"https://u:{PASSWORD}@h", "must be an address such as https://"),
        ("BASE_URL", "https://h/?x=1", "must be an address such as https://"),
        ("SECRET_KEY", PASSWORD, "must be 64 hexadecimal digits"),
        ("SECRET_KEY", PASSWORD.ljust(64, "0"), "must be 64 hexadecimal digits"),
        ("HEALTH_KEY", KEY[:-1], "must be 64 hexadecimal digits"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "must be networks such as 10.0.0.0/8"),
        ("TRUSTED_PROXIES", "*", "must be networks such as 10.0.0.0/8"),
        ("METRICS_NETWORKS", "localhost", "must be networks such as 10.0.0.0/8"),
        ("LOG", "xml", "must be console or json"),
        ("DATABSE_URL", f"postgresql://u:{PASSWORD}@h", "is not a setting of Chairtime"),
    ],
)
def test_a_wrong_value_names_its_variable_in_one_line(name: str, value: str, help_: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        load({f"CHAIRTIME_{name}": value})
    sentence = str(refused.value)
    assert re.fullmatch(rf"CHAIRTIME_{name} .+", sentence)
    assert help_ in sentence
    assert PASSWORD not in sentence


def test_a_wrong_value_stops_every_command(folder: Path) -> None:
    environ = os.environ | {"CHAIRTIME_LOG": "xml"}
    commands = (["serve"], ["jobs"], ["migrate"], ["doctor"], ["mail", "status"])

    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scheduler", *command],
            env=environ, cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(run, commands):
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr == "CHAIRTIME_LOG must be console or json\n"


# Secrets


def test_settings_are_not_printed() -> None:
    found = load({"CHAIRTIME_MAIL_URL": f"smtp://u:{PASSWORD}@h", "CHAIRTIME_SECRET_KEY": KEY})
    for text in (repr(found), str(found), repr(found.transport())):
        assert PASSWORD not in text
        assert KEY not in text
        assert repr(bytes.fromhex(KEY)) not in text


@pytest.mark.parametrize("style", ["console", "json"])
def test_the_log_of_a_failure_shows_no_variables(
    style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure(style)
    try:
        _fail(f"smtp://u:{PASSWORD}@h")
    except RuntimeError:
        structlog.get_logger().exception("job failed")
    finally:
        structlog.reset_defaults()
    assert "RuntimeError: on purpose" in written.getvalue()
    assert PASSWORD not in written.getvalue()


def _fail(mail_url: str) -> None:
    assert mail_url
    raise RuntimeError("on purpose")


# Keys that nobody set


def test_a_key_is_made_once_and_kept(folder: Path) -> None:
    path = folder / "chairtime.key"
    key = keys.load_or_make(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.load_or_make(path) == key
    assert path.read_text() == key.hex() + "\n"
    assert [one.name for one in folder.iterdir()] == ["chairtime.key"], "no draft is left behind"
    assert keys.load_or_make(folder / "chairtime-health.key") != key


def test_of_many_that_make_it_at_once_one_wins(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(keys.load_or_make, [folder / "chairtime.key"] * 32))
    assert len(found) == 1


@pytest.mark.parametrize("content", ["", PASSWORD, KEY + "00", "ü"])
def test_a_file_that_holds_something_else(folder: Path, content: str) -> None:
    path = folder / "chairtime.key"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match="does not hold a key of 32 bytes") as refused:
        keys.load_or_make(path)
    assert PASSWORD not in str(refused.value)
    assert path.read_text("utf-8") == content, "it may be all there is to read old data with"
