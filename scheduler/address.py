import email.headerregistry
import re
from email.utils import getaddresses
from typing import Self

from msgspec import Struct

_MAILBOX = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\\,;:\"]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

NOWHERE = "invalid"  # RFC 2606: no mail ever leaves for it


def leads_nowhere(address: str) -> bool:
    """To a walk-in without an account, or somebody who was erased."""
    return address.endswith(f".{NOWHERE}")


class Address(Struct, frozen=True):
    """Somebody who sends or receives mail; `name` may be empty."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `Chairtime <chairtime@example.org>` or a bare address."""
        found = getaddresses([text])
        if len(found) != 1 or _CONTROL.search(text) or not _MAILBOX.fullmatch(found[0][1]):
            raise ValueError("must be one address, written like Chairtime <chairtime@example.org>")
        return cls(*found[0])

    def header(self) -> email.headerregistry.Address:
        """Turn into the value of a From or To header.

        The email package decodes a name that looks like an encoded word, line feeds included; a
        name is only ever meant as it stands.
        """
        mailbox, _, domain = self.address.rpartition("@")
        return email.headerregistry.Address(self.name.replace("=?", "= ?"), mailbox, domain)
