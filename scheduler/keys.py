"""Keys that nobody set: made once, kept in a file that only we can read."""

import contextlib
import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path

KEY_BYTES = 32
SECRET_FILE, HEALTH_FILE = Path("chairtime.key"), Path("chairtime-health.key")


class Keys:
    """The keys that settings hold, else those in files, made when they are first needed."""

    def __init__(self, secret: bytes | None, health: bytes | None) -> None:
        self._secret, self._health = secret, health

    @cached_property
    def secret(self) -> bytes:
        return self._secret or load_or_make(SECRET_FILE)

    @cached_property
    def health(self) -> bytes:
        return self._health or load_or_make(HEALTH_FILE)


def load_or_make(path: Path) -> bytes:
    """The key in this file, which is made, with mode 600, when it is not there.

    Raises ValueError, without repeating it, when it holds something else.
    """
    if not path.exists():
        _make(path)
    with contextlib.suppress(ValueError):
        key = bytes.fromhex(path.read_text("ascii").strip())
        if len(key) == KEY_BYTES:
            return key
    raise ValueError(f"{path} does not hold a key of {KEY_BYTES} bytes in hexadecimal digits")


def _make(path: Path) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
    with contextlib.suppress(FileExistsError):  # another process was first: its key counts
        os.link(draft, path)
    Path(draft).unlink()
