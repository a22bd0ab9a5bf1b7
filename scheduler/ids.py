"""Identifiers: sorted by time inside, opaque outside; and secrets, of which only a hash is kept."""

import hashlib
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from uuid import UUID

from uuid_utils.compat import uuid7

SECRET_BYTES = 32
# Whatever has to come out the same each time brings ids of its own.
source: ContextVar[Callable[[], UUID]] = ContextVar("source", default=uuid7)


def new_id() -> UUID:
    return source.get()()


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
