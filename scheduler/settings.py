"""The environment, read once, as one frozen object."""

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from msgspec import Struct

from scheduler.address import Address
from scheduler.mail.transports import Transport
from scheduler.mail.transports import parse as parse_transport
from scheduler.storage.database import make_engine

T = TypeVar("T")
Network = IPv4Network | IPv6Network
DEFAULT_PORT = 8000
DEFAULTS = {
    "CHAIRTIME_DATABASE_URL": "sqlite:///chairtime.db",
    "CHAIRTIME_MAIL_URL": "maildir:chairtime-mail",
    "CHAIRTIME_MAIL_FROM": "Chairtime <chairtime@localhost>",
    "CHAIRTIME_BASE_URL": f"http://localhost:{DEFAULT_PORT}",
    "CHAIRTIME_SECRET_KEY": "",
    "CHAIRTIME_HEALTH_KEY": "",
    "CHAIRTIME_TRUSTED_PROXIES": "",
    "CHAIRTIME_METRICS_NETWORKS": "",
    "CHAIRTIME_LOG": "console",
}


class WrongSetting(Exception):
    """One line that names the variable and what is wrong with it."""


class Settings(Struct, frozen=True, kw_only=True):
    """`secret_key` and `health_key` are None until a key is made (see keys.py)."""

    database_url: str
    mail_url: str
    mail_from: Address
    base_url: str
    secret_key: bytes | None
    health_key: bytes | None
    trusted_proxies: tuple[Network, ...]
    metrics_networks: tuple[Network, ...]
    log: str

    def __repr__(self) -> str:
        return f"Settings(base_url={self.base_url!r}, …)"  # others may hold a password

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https:")

    def transport(self) -> Transport:
        return parse_transport(self.mail_url)


def load(environ: Mapping[str, str] | None = None, *, port: int = DEFAULT_PORT) -> Settings:
    """From the environment, else from `.env` here, else the defaults. Raises WrongSetting."""
    given = _given(dict(os.environ) if environ is None else environ)
    values = DEFAULTS | {"CHAIRTIME_BASE_URL": f"http://localhost:{port}"} | given

    def read(name: str, check: Callable[[str], T]) -> T:
        try:
            return check(values[name])
        except ValueError as error:
            raise WrongSetting(f"{name} {error}") from None

    return Settings(
        database_url=read("CHAIRTIME_DATABASE_URL", _database_url),
        mail_url=read("CHAIRTIME_MAIL_URL", _mail_url),
        mail_from=read("CHAIRTIME_MAIL_FROM", Address.parse),
        base_url=read("CHAIRTIME_BASE_URL", _base_url),
        secret_key=read("CHAIRTIME_SECRET_KEY", _key),
        health_key=read("CHAIRTIME_HEALTH_KEY", _key),
        trusted_proxies=read("CHAIRTIME_TRUSTED_PROXIES", _networks),
        metrics_networks=read("CHAIRTIME_METRICS_NETWORKS", _networks),
        log=read("CHAIRTIME_LOG", _log),
    )


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    merged = dotenv_values(Path.cwd() / ".env") | dict(environ)
    ours = {
        name: value for name, value in merged.items() if name.startswith("CHAIRTIME_") and value
    }
    if unknown := sorted(set(ours) - set(DEFAULTS)):
        raise WrongSetting(f"{unknown[0]} is not a setting of Chairtime")
    return {name: str(value) for name, value in ours.items()}


def _database_url(value: str) -> str:
    make_engine(value)
    return value


def _mail_url(value: str) -> str:
    parse_transport(value)
    return value


def _base_url(value: str) -> str:
    if not _is_plain_address(value):
        raise ValueError("must be an address such as https://chairtime.example.org")
    return value.rstrip("/")


def _is_plain_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    more = parts.username or parts.query or parts.fragment
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not more


def _key(value: str) -> bytes | None:
    if not value:
        return None
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ValueError("must be 64 hexadecimal digits, as `openssl rand -hex 32` prints them")
    return bytes.fromhex(value)


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part) for part in value.replace(",", " ").split())
    except ValueError:
        raise ValueError("must be networks such as 10.0.0.0/8, separated by commas") from None


def _log(value: str) -> str:
    if value not in {"console", "json"}:
        raise ValueError("must be console or json")
    return value
