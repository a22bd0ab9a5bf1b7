"""Lists of employees that cannot be imported."""

from scheduler.domain import people_file
from tests.web.bad import Bad, Fields, invalid, missing, refused
from tests.web.bad.bodies import JSON, NEEDS_TOKEN, TOO_LARGE
from tests.web.bad.plans import hidden

IMPORT = "POST /people/import"
LIST = b"E-Mail;Name\nnew@acme.example;Nina New\n"
NO_FILE = "This must be one file, in a form sent as multipart/form-data."
NO_FORM = "The body is not a form that can be read. Send multipart/form-data."
LONG_INSIDE = f"{'ﷺ' * 15}@acme.example"
UNFOLDS = "It is too long when its letters are spelled out."
FORM = {"content-type": "multipart/form-data; boundary=m"}


def file(content: bytes, name: str = "people.csv") -> dict[str, tuple[str, bytes]]:
    return {"file": (name, content)}


def bad_file(title: str, content: bytes, *problems: tuple[int, str]) -> Bad:
    fields: Fields = [
        (f"file:{line}", f"Line {line}: {why}") if line else ("file", why) for line, why in problems
    ]
    return invalid(title, "hana", IMPORT, fields, files=file(content))


def no_file(title: str, content: bytes, headers: dict[str, str]) -> Bad:
    return invalid(title, "hana", IMPORT, [("file", NO_FILE)], content=content, headers=headers)


def no_form(title: str, content: bytes, headers: dict[str, str]) -> Bad:
    return invalid(title, "hana", IMPORT, [("", NO_FORM)], content=content, headers=headers)


MISSING = "The e-mail address is missing. Fill it in or remove the row."
CASES = [
    no_file("nothing to import", b"", {}),
    no_form("JSON to import", b'{"file": "new@acme.example"}', JSON),
    no_form("bare CSV", LIST, {"content-type": "text/csv"}),
    no_file("a form without parts", b"--m--\r\n", FORM),
    no_form("a form without a boundary", b"--m--\r\n", {"content-type": "multipart/form-data"}),
    no_form("a form that is none", b"Hello\r\n", FORM),
    no_file("text instead of a file",
            b'--m\r\nContent-Disposition: form-data; name="file"\r\n\r\nnew@acme.example\r\n--m--',
            FORM),
    no_form("a part without a name",
            b"--m\r\nContent-Type: text/csv\r\n\r\nE-Mail\r\n--m--\r\n", FORM),
    invalid("another field's name", "hana", IMPORT, [("file", NO_FILE)],
            files={"csv": ("people.csv", LIST)}),
    invalid("two files", "hana", IMPORT, [("file", NO_FILE)],
            files=[("file", ("a.csv", LIST)), ("file", ("b.csv", LIST))]),
    invalid("an unclear dry run", "hana", f"{IMPORT}?dry_run=perhaps",
            [("dry_run", "This must be true or false.")], files=file(LIST)),
    bad_file("an empty file", b"", (0, people_file.EMPTY)),
    bad_file("headings alone", b"E-Mail;Name\n", (0, people_file.NO_ROWS)),
    bad_file("no headings", b"new@acme.example;Nina New\n", (0, people_file.NO_HEADINGS)),
    bad_file("a workbook", b"PK\x03\x04" + bytes(100),
             (0, f"This is a workbook or a ZIP archive, not a CSV file. {people_file.SAVE_AS}")),
    bad_file("bytes of a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (0, people_file.NOT_TEXT)),
    bad_file("two bad rows", LIST + b";Nobody\nok@acme.example;Olaf\nnobody;Nora\n",
             (3, MISSING),
             (5, '"nobody" is not an e-mail address. An email address must have an @-sign.')),
    bad_file("an escape in a name", LIST + b"m@acme.example;\x1b[31mMona\n",
             (3, f"The name cannot be used. {hidden('U+001B')}")),
    bad_file("an address that unfolds", LIST + f"{LONG_INSIDE};Sali\n".encode(),
             (3, f'"{LONG_INSIDE}" is not an e-mail address. {UNFOLDS}')),
    refused("a file too large", "hana", IMPORT, TOO_LARGE, files=file(b"m" * (17 * 1024 * 1024))),
    refused("a file from nobody", "anonymous", IMPORT, NEEDS_TOKEN, files=file(LIST)),
    missing("a file from an employee", "emil", IMPORT, files=file(LIST)),
]  # fmt: skip
