"""Words that only we can have made: what they name, and a seal on it that nobody can guess."""

import base64
import hashlib
import hmac

SEAL_BYTES = 16


def seal(named: bytes, purpose: bytes, key: bytes) -> str:
    """As one word for an address, to be opened for the same purpose only."""
    return base64.urlsafe_b64encode(named + _seal(named, purpose, key)).rstrip(b"=").decode()


def opened(word: str, purpose: bytes, key: bytes) -> bytes:
    """What it names. Raises ValueError for a word that we did not make."""
    padded = word + "=" * (-len(word) % 4)
    raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    named, sealed = raw[:-SEAL_BYTES], raw[-SEAL_BYTES:]
    if not hmac.compare_digest(sealed, _seal(named, purpose, key)):
        raise ValueError
    return named


def _seal(named: bytes, purpose: bytes, key: bytes) -> bytes:
    return hmac.digest(key, purpose + named, hashlib.sha256)[:SEAL_BYTES]
