"""What is encrypted opens with the same key, purpose and owner, and with nothing else."""

import pytest

from scheduler import cipher
from scheduler.cipher import CannotDecrypt

KEY, OTHER = b"k" * 32, b"o" * 32
SEALED = cipher.encrypt(KEY, "purpose", b"owner", "a secret with ü")


def test_it_opens_with_what_it_was_closed_with() -> None:
    assert cipher.decrypt(KEY, "purpose", b"owner", SEALED) == "a secret with ü"
    assert b"secret" not in SEALED


def test_the_same_text_looks_different_each_time() -> None:
    assert cipher.encrypt(KEY, "purpose", b"owner", "a secret with ü") != SEALED


@pytest.mark.parametrize(
    ("key", "purpose", "owner", "sealed"),
    [
        (OTHER, "purpose", b"owner", SEALED),
        (KEY, "another", b"owner", SEALED),
        (KEY, "purpose", b"another", SEALED),
        (KEY, "purpose", b"owner", SEALED[:-1] + bytes([SEALED[-1] ^ 1])),
        (KEY, "purpose", b"owner", SEALED[:20]),
        (KEY, "purpose", b"owner", b"short"),
        (KEY, "purpose", b"owner", b""),
    ],
    ids=["key", "purpose", "owner", "changed", "cut", "short", "empty"],
)
def test_it_opens_with_nothing_else(key: bytes, purpose: str, owner: bytes, sealed: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        cipher.decrypt(key, purpose, owner, sealed)
