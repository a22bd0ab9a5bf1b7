"""An HR export as it comes, read into employees: all of them, or the reasons why none."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import astuple, replace

from scheduler.domain.people_headings import Columns, find_columns
from scheduler.domain.text import clean_email, clean_line, key, one_line, shown
from scheduler.i18n import Sentence, say, words

MOST_ROWS = 50_000
LONGEST_NAME = 200
HEADER_WITHIN = 10
DELIMITERS = ",;\t|"

SAVE_AS = say('Save the list as CSV (in Excel: Save As, type "CSV UTF-8") and import that file.')
OTHER_FORMATS = {
    b"PK\x03\x04": say("This is a workbook or a ZIP archive, not a CSV file. {help}", help=SAVE_AS),
    b"\xd0\xcf\x11\xe0": say("This is an old Excel workbook, not a CSV file. {help}", help=SAVE_AS),
    b"%PDF": say("This is a PDF, not a CSV file. {help}", help=SAVE_AS),
    b"{\\rtf": say("This is a formatted document, not a CSV file. {help}", help=SAVE_AS),
    b"<": say("This is a web page or XML, not a CSV file. {help}", help=SAVE_AS),
}
NOT_TEXT = say("This is not a text file. {help}", help=SAVE_AS)
EMPTY = say("The file is empty. Export the employees again and import that file.")
CUT_SHORT = say(
    "The file is damaged: it begins as UTF-16 but does not go on so. {help}", help=SAVE_AS
)
MIXED = say(
    "Letters in this line are damaged: other lines are UTF-8, this one is not. {help}",
    help=SAVE_AS,
)
NO_LETTER = say("The byte {byte} in this line is no letter in UTF-8 or Windows-1252. {help}")
NO_HEADINGS = say(
    "The first line has an e-mail address where headings should be. Put a line above it that "
    'says what each column holds, such as "E-Mail" and "Name", and import the file again.'
)
NO_MAIL_COLUMN = say(
    'No column is headed "E-Mail", "Work Email" or the like; the file begins with "{first}". '
    "Give the column of e-mail addresses that heading and import the file again."
)
NO_ROWS = say(
    "There is nobody below the headings. Export the employees again and import that file."
)
TOO_MANY_ROWS = say("The file has more than 50,000 rows. Split it and import the parts one by one.")
BAD_QUOTES = say(
    "Quotation marks do not match in the row that begins here. A cell that begins with one must "
    "end with one, and each one inside it must be doubled."
)
TOO_MANY_CELLS = say(
    "This row has more cells than there are headings. "
    "A cell that holds the separator itself needs quotation marks around it."
)
NO_ADDRESS = say("The e-mail address is missing. Fill it in or remove the row.")
ADDRESSES = say("There are several e-mail addresses in one cell. Keep one.")
LOST_LETTERS = say("Letters of the name were lost in an earlier conversion. Export the list again.")
WRONG_ADDRESS = say('"{cell}" is not an e-mail address. {why}')
WRONG_NAME = say("The name cannot be used. {why}")

_line_end = re.compile(rb"\r\n|\r|\n")
_undefined_in_cp1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_sep_line = re.compile(r'"?sep=([^\w\s"]|\t)"? *[\r\n]', re.IGNORECASE)
_named_address = re.compile(r"[^<>]*<([^<>]*)>")

Record = tuple[int, list[str]]


class PersonRow(Struct, frozen=True):
    email: str
    name: str
    line: int


class PeopleFileRefused(Exception):
    """Nobody was imported. Mend what is named here and import the file again."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        """Each problem is a line, 0 for the file as a whole, and a sentence; by line."""
        super().__init__(problems)
        self.problems = problems


class Header(Struct, frozen=True):
    line: int
    delimiter: str
    width: int
    columns: Columns


class Found(Struct, frozen=True):
    """Of several names for one address the heaviest is kept: made up 0, given 1, preferred 2."""

    person: PersonRow
    weight: int


def read_people(data: bytes) -> list[PersonRow]:
    """Employees in the order of their first lines. Raises PeopleFileRefused with every bad row."""
    text = _decode(data)
    header = _find_header(text)
    rows = _rows_below(header, text)
    columns = _settle(header.columns, [cells for _, cells in rows])
    found: list[Found] = []
    problems: list[tuple[int, str]] = []
    for line, cells in rows:
        try:
            found.append(_read_row(line, cells, header.width, columns))
        except ValueError as reason:
            problems.append((line, words(reason)))
    if problems:
        raise PeopleFileRefused(problems)
    return _merge(found)


def write_people(rows: Iterable[PersonRow]) -> str:
    """A file that read_people reads as these very people."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    # Not "Name": where all names hold a comma they would be turned around.
    writer.writerow(["E-Mail", "First Name"])
    writer.writerows([row.email, row.name] for row in rows)
    return text.getvalue()


def _decode(data: bytes) -> str:
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, what in OTHER_FORMATS.items():
        if begins.startswith(mark):
            raise PeopleFileRefused([(0, what)])
    text = _from_utf16(data) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else _from_bytes(data)
    if "\x00" in text:
        raise PeopleFileRefused([(0, NOT_TEXT)])
    if not text.strip():
        raise PeopleFileRefused([(0, EMPTY)])
    return text


def _from_utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise PeopleFileRefused([(0, CUT_SHORT)]) from None


def _from_bytes(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _from_cp1252(data)


def _from_cp1252(data: bytes) -> str:
    """Not UTF-8 as a whole: then no line may be, or its umlauts would be imported as "Ã¼"."""
    if b"\x00" in data:
        raise PeopleFileRefused([(0, NOT_TEXT)])
    lines = list(enumerate(_line_end.split(data), start=1))
    if any(_is_utf8(line) and not line.isascii() for _, line in lines):
        raise PeopleFileRefused([(at, MIXED) for at, line in lines if not _is_utf8(line)])
    bad = [(at, found[0][0]) for at, line in lines if (found := _undefined_in_cp1252.search(line))]
    if bad:
        raise PeopleFileRefused(
            [(at, NO_LETTER.fill(byte=f"0x{byte:02X}", help=SAVE_AS)) for at, byte in bad]
        )
    return data.decode("cp1252")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _records(text: str, delimiter: str) -> Iterator[Record]:
    """Records that hold anything, each with the line on which it begins."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    begins = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise PeopleFileRefused([(begins, BAD_QUOTES)]) from None


def _find_header(text: str) -> Header:
    """The separator and the record, among the first ones, that announce the most columns."""
    sep = _sep_line.match(text)
    delimiters = sep[1] if sep else DELIMITERS
    headers = [header for delimiter in delimiters for header in _headers(text, delimiter)]
    if not headers:
        raise PeopleFileRefused([(0, _why_no_header(text))])
    return max(headers, key=_known_and_all_columns)


def _headers(text: str, delimiter: str) -> Iterator[Header]:
    try:
        for line, cells in islice(_records(text, delimiter), HEADER_WITHIN):
            if columns := find_columns(cells):
                yield Header(line, delimiter, len(cells), columns)
    except PeopleFileRefused:
        return  # another separator may suit; if this one does, reading the rows says so


def _known_and_all_columns(header: Header) -> tuple[int, int]:
    return sum(at is not None for at in astuple(header.columns)), header.width


def _why_no_header(text: str) -> Sentence:
    first = text.strip().splitlines()[0]
    return NO_HEADINGS if "@" in first else NO_MAIL_COLUMN.fill(first=shown(first))


def _rows_below(header: Header, text: str) -> list[Record]:
    records = islice(_records(text, header.delimiter), HEADER_WITHIN + MOST_ROWS + 1)
    rows = [record for record in records if record[0] > header.line]
    if not rows:
        raise PeopleFileRefused([(0, NO_ROWS)])
    if len(rows) > MOST_ROWS:
        raise PeopleFileRefused([(0, TOO_MANY_ROWS)])
    return rows


def _settle(columns: Columns, rows: list[list[str]]) -> Columns:
    """What headings leave open, the rows decide together; a single row could mislead."""
    settled = _settle_preferred(_settle_bare(columns, rows), rows)
    commas = {at for at in (settled.whole, settled.preferred) if _all_have_commas(rows, at)}
    return replace(settled, turned=settled.turned.union(commas))


def _settle_bare(columns: Columns, rows: list[list[str]]) -> Columns:
    """A "Name" beside "Vorname" is the last name, a "Nombre" beside "Apellidos" the first one."""
    first = columns.preferred_first if columns.first is None else columns.first
    last = columns.preferred_last if columns.last is None else columns.last
    if first is not None and last is None and not _mostly_holds(rows, columns.bare, first):
        return replace(columns, last=columns.bare)
    if last is not None and first is None and not _mostly_holds(rows, columns.bare, last):
        return replace(columns, first=columns.bare)
    return replace(columns, whole=columns.bare) if columns.whole is None else columns


def _settle_preferred(columns: Columns, rows: list[list[str]]) -> Columns:
    """Some systems mean the whole name by "Preferred Name", others only the first name."""
    if columns.last is None or _mostly_holds(rows, columns.preferred, columns.last):
        return columns
    first = columns.preferred if columns.preferred_first is None else columns.preferred_first
    return replace(columns, preferred=None, preferred_first=first)


def _mostly_holds(rows: list[list[str]], whole: int | None, part: int) -> bool:
    pairs = [(_words(_cell(cells, part)), _words(_cell(cells, whole))) for cells in rows]
    told = [part < whole for part, whole in pairs if part and whole]
    return sum(told) * 2 > len(told)


def _all_have_commas(rows: list[list[str]], at: int | None) -> bool:
    cells = [cell for row in rows if (cell := _cell(row, at))]
    return bool(cells) and all("," in cell for cell in cells)


def _words(cell: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", key(cell)))


def _cell(cells: list[str], at: int | None) -> str:
    return "" if at is None or at >= len(cells) else one_line(cells[at])


def _read_row(line: int, cells: list[str], width: int, columns: Columns) -> Found:
    if any(map(str.strip, cells[width:])):
        raise ValueError(TOO_MANY_CELLS)
    email = _read_email(_cell(cells, columns.mail))
    name, weight = _read_name(cells, columns)
    person = PersonRow(email, _check_name(name or name_from(email)), line)
    return Found(person, weight)


def _read_email(cell: str) -> str:
    if not cell:
        raise ValueError(NO_ADDRESS)
    parts = re.split(r"[\s,;/|<>]+", re.sub("mailto:", "", cell, flags=re.IGNORECASE))
    if len({key(part) for part in parts if "@" in part}) > 1:
        raise ValueError(ADDRESSES)
    named = _named_address.fullmatch(cell)
    address = re.sub(r"^\s*mailto:", "", named[1] if named else cell, flags=re.IGNORECASE)
    try:
        return clean_email(address)
    except ValueError as reason:
        raise ValueError(WRONG_ADDRESS.fill(cell=shown(cell), why=words(reason))) from None


def _read_name(cells: list[str], columns: Columns) -> tuple[str, int]:
    called = _cell(cells, columns.preferred_first)
    first = _cell(cells, columns.first)
    last = _last_name(cells, columns)
    names = [
        (_whole_name(cells, columns.preferred, columns.turned), 2),
        (f"{called} {last}" if called and last else "", 2),
        (f"{first} {last}" if first and last else "", 1),
        (_whole_name(cells, columns.whole, columns.turned), 1),
        (called or first or last, 1),
    ]
    return next(((name, weight) for name, weight in names if name), ("", 0))


def _last_name(cells: list[str], columns: Columns) -> str:
    last = _cell(cells, columns.preferred_last) or _cell(cells, columns.last)
    return f"{_cell(cells, columns.particle)} {last}".strip() if last else ""


def _whole_name(cells: list[str], at: int | None, turned: frozenset[int]) -> str:
    name = _cell(cells, at)
    if name.isdecimal():
        return ""  # "Employee" may head a column of numbers
    last, _, rest = name.partition(",")
    first, comma, suffix = rest.partition(",")
    if at not in turned or not first.strip() or not last.strip():
        return name
    return one_line(f"{first} {last}{comma}{suffix}")


def _check_name(name: str) -> str:
    if "\ufffd" in name:
        raise ValueError(LOST_LETTERS)
    try:
        return clean_line(name, limit=LONGEST_NAME)
    except ValueError as reason:
        raise ValueError(WRONG_NAME.fill(why=words(reason))) from None


def name_from(email: str) -> str:
    """Somebody to call "anna.mueller+hr@…" by: Anna Mueller."""
    local = email.rpartition("@")[0]
    words = [word.rstrip("0123456789") for word in re.split(r"[._]+", local.partition("+")[0])]
    named = [word if not (word.islower() or word.isupper()) else word.title() for word in words]
    return " ".join(filter(None, named)) or local


def _merge(found: list[Found]) -> list[PersonRow]:
    best: dict[str, Found] = {}
    for row in found:
        known = best.setdefault(key(row.person.email), row)
        if row.weight > known.weight:
            person = replace(known.person, name=row.person.name)
            best[key(row.person.email)] = Found(person, row.weight)
    return [row.person for row in best.values()]
