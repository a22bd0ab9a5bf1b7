"""What people type, made clean once: stored in NFC, compared by key()."""

import re
import unicodedata

import email_validator

from scheduler.i18n import say

# The library refuses every special-use domain; an office's own .local mail is delivered all the
# same, and .test is for trying things out. This list is meant to be changed by who uses it.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = ["arpa", "invalid", "onion"]

# What may be trimmed or joined. str.strip() and \s would also swallow what must be refused,
# such as NEL or U+2028.
BLANKS = " \t\r\n\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

MOST_SHOWN = 60
LARGEST_UNFOLDING = 4
NOT_AN_ADDRESS = say("This is not an e-mail address. It looks like anna@example.org.")

# Controls, separators, bidirectional embeddings, overrides and isolates, halves of a pair.
_refused = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
)
_blanks = re.compile(f"[{BLANKS}]+")
_longest_address = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


def clean_line(value: str, *, limit: int) -> str:
    """One trimmed line in NFC; ValueError's text is a sentence for whoever typed it."""
    line = trim(value)
    _refuse_controls(line)
    return _check_key(_check_length(line, limit), LARGEST_UNFOLDING * limit)


def clean_lines(value: str, *, limit: int) -> str:
    """As clean_line, but lines may follow each other, each ended by one line feed."""
    unix = trim(value).replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip(BLANKS) for line in unix.split("\n")]
    for line in lines:
        _refuse_controls(line)
    return _check_length("\n".join(lines), limit)


def clean_email(value: str) -> str:
    """The address as its owner writes it, with its domain in lower case.

    Intranet domains (firma.local) and international ones pass; a domain without a dot does not.
    """
    address = trim(value)
    if not address:
        raise ValueError(say("The e-mail address is missing."))
    if len(address) > _longest_address:
        raise ValueError(
            say("An e-mail address has at most {limit} characters.", limit=_longest_address)
        )
    _refuse_controls(address)
    return _check_key(_validated(address), _longest_address)


def _validated(address: str) -> str:
    try:
        return email_validator.validate_email(address, check_deliverability=False).normalized
    except ValueError as error:
        raise ValueError(NOT_AN_ADDRESS.instead_of(str(error))) from None


def key(value: str) -> str:
    """What spellings of the same address or name have in common; compared, never shown."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return unicodedata.normalize("NFKC", folded)


def trim(value: str) -> str:
    return unicodedata.normalize("NFC", value).strip(BLANKS)


def shown(value: str) -> str:
    """Enough of what somebody typed to find it by, fit for a line of any terminal or log."""
    clipped = value if len(value) <= MOST_SHOWN else value[:MOST_SHOWN] + "…"
    return "".join(letter if letter.isprintable() else " " for letter in clipped)


def one_line(value: str) -> str:
    """Trimmed, each run of blanks and line breaks a single space."""
    return _blanks.sub(" ", trim(value))


def _refuse_controls(value: str) -> None:
    if found := _refused.search(value):
        code = f"U+{ord(found[0]):04X}"
        raise ValueError(
            say("It holds the invisible control character {code}. Remove it.", code=code)
        )


def _check_key(value: str, limit: int) -> str:
    """Some letters stand for many: one for a whole sentence. A column holds so much of a key."""
    if len(key(value)) > limit:
        raise ValueError(say("It is too long when its letters are spelled out."))
    return value


def _check_length(value: str, limit: int) -> str:
    if not any(letter.isprintable() and not letter.isspace() for letter in value):
        raise ValueError(say("It must not be empty."))
    if len(value) > limit:
        raise ValueError(
            say("It has {count} characters; at most {limit} fit.", count=len(value), limit=limit)
        )
    return value
