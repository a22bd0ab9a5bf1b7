"""Comma-separated values that a spreadsheet opens as they are meant, and as nothing else."""

import csv
import io
from collections.abc import Iterable, Sequence

from scheduler import i18n

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8, in the language that is being spoken."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=_delimiter())
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def _delimiter() -> str:
    """Where numbers have commas, Excel expects semicolons between cells."""
    return ";" if "," in i18n.number(0.5) else ","


def _harmless(cell: str) -> str:
    """Excel hides the quote, and takes what follows for words."""
    return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell
