"""What is kept encrypted: AES-256-GCM, under a key for each purpose that HKDF-SHA256 derives."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """Another key, or another owner, or somebody changed it."""


def encrypt(key: bytes, purpose: str, owner: bytes, plain: str) -> bytes:
    """To be read with the same purpose and owner only."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _derived(key, purpose).encrypt(nonce, plain.encode(), owner)


def decrypt(key: bytes, purpose: str, owner: bytes, sealed: bytes) -> str:
    """Raises CannotDecrypt."""
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return _derived(key, purpose).decrypt(nonce, rest, owner).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt from error


def _derived(key: bytes, purpose: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"chairtime {purpose}".encode())
    return AESGCM(derive.derive(key))
