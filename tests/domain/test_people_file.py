import csv
import io
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.people_file import PeopleFileRefused, PersonRow, read_people, write_people
from scheduler.domain.text import clean_line, key, one_line

EDDA = ("edda@example.org", "Edda Grün")
JORG = ("joerg@example.org", "Jörg Weiß")


def people(data: bytes) -> list[tuple[str, str]]:
    return [(person.email, person.name) for person in read_people(data)]


def problems(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(PeopleFileRefused) as refused:
        read_people(data)
    return refused.value.problems


# Exports as they come


def test_excel_on_a_german_desk() -> None:
    data = (
        "Personalnr.;Nachname;Vorname;E-Mail;Abteilung\r\n"
        "17;Grün;Edda;edda@example.org;Küche\r\n"
        "18;Weiß;Jörg;joerg@example.org;Büro\r\n"
        ";;;;\r\n"
        "\r\n"
    ).encode("cp1252")
    assert people(data) == [EDDA, JORG]


def test_excel_csv_utf8_begins_with_a_mark() -> None:
    data = "E-Mail;Name\r\nedda@example.org;Edda Grün\r\n".encode("utf-8-sig")
    assert people(data) == [EDDA]


def test_letters_that_only_windows_has() -> None:
    data = "E-Mail;Name\r\nz@example.org;Žofie Šœ d\u2019Ÿ €\r\n".encode("cp1252")
    assert people(data) == [("z@example.org", "Žofie Šœ d\u2019Ÿ €")]


@pytest.mark.parametrize(
    ("mark", "encoding"), [("\ufeff", "utf-16-le"), ("\ufeff", "utf-16-be"), ("", "utf-16")]
)
def test_excel_unicode_text(mark: str, encoding: str) -> None:
    text = f"{mark}Vorname\tNachname\tE-Mail\r\nEdda\tGrün\tedda@example.org\r\n"
    assert people(text.encode(encoding)) == [EDDA]


@pytest.mark.parametrize("sep", ["sep=;", '"sep=;"', "SEP=;"])
def test_excel_says_which_separator(sep: str) -> None:
    data = f"{sep}\r\nE-Mail;Name, Vorname\r\nedda@example.org;Grün, Edda\r\n".encode()
    assert read_people(data) == [PersonRow(*EDDA, line=3)]


def test_a_separator_nobody_guesses_can_be_said() -> None:
    assert people("sep=^\nE-Mail^Name\nedda@example.org^Edda Grün\n".encode()) == [EDDA]


# Names


@pytest.mark.parametrize(
    "heading", ["Name, Vorname", "Nachname, Vorname", "Last Name, First Name", "Nom Prénom"]
)
def test_last_names_first_if_the_heading_says_so(heading: str) -> None:
    data = f"E-Mail;{heading}\nedda@example.org;Grün, Edda\nt@example.org;Tara Thoms\n".encode()
    assert people(data) == [EDDA, ("t@example.org", "Tara Thoms")]


def test_last_names_first_if_every_row_has_a_comma() -> None:
    data = "E-Mail;Name\nedda@example.org;Grün, Edda\njoerg@example.org;Weiß, Jörg\n".encode()
    assert people(data) == [EDDA, JORG]


def test_one_comma_proves_nothing() -> None:
    data = b"E-Mail;Name\ne@example.org;Edda Berg, MBA\nt@example.org;Tara Thoms\n"
    assert people(data) == [("e@example.org", "Edda Berg, MBA"), ("t@example.org", "Tara Thoms")]


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("anna.mueller@example.org", "Anna Mueller"),
        ("ANNA_MUELLER@example.org", "Anna Mueller"),
        ("anna-lena.o'neill2+hr@example.org", "Anna-Lena O'Neill"),
        ("Ann.McDonald@example.org", "Ann McDonald"),
        ("4711@example.org", "4711"),
        ("+hr@example.org", "+hr"),
    ],
)
def test_without_a_name_the_address_gives_one(email: str, name: str) -> None:
    assert people(f"E-Mail\n{email}\n".encode()) == [(email, name)]
    assert people(f"E-Mail,Name\n{email}, \n".encode()) == [(email, name)]


def test_line_breaks_and_blanks_in_a_name_are_one_space() -> None:
    data = (
        'E-Mail,Name\nedda@example.org,"Edda\r\n \u00a0Gru\u0308n"\njoerg@example.org,Jörg Weiß\n'
    )
    assert read_people(data.encode()) == [PersonRow(*EDDA, line=2), PersonRow(*JORG, line=4)]


def test_names_are_kept_as_they_are() -> None:
    data = 'Name,E-Mail\n"=Edda ""E"" Grün; | <b>",edda@example.org\n'
    assert people(data.encode()) == [(EDDA[0], '=Edda "E" Grün; | <b>')]


# Addresses


@pytest.mark.parametrize(
    "cell",
    [
        " edda@example.org\u00a0",
        "mailto:edda@example.org",
        "MAILTO: edda@EXAMPLE.org",
        "Edda Grün <edda@example.org>",
        "edda@example.org <mailto:edda@example.org>",
        "<edda@example.org>",
    ],
)
def test_addresses_in_their_usual_clothes(cell: str) -> None:
    assert people(f"E-Mail\n{cell}\n".encode()) == [("edda@example.org", "Edda")]


@pytest.mark.parametrize("email", ["e@firma.local", "e@münchen.example", "E.G@example.org"])
def test_addresses_of_intranets_and_other_scripts(email: str) -> None:
    assert people(f"E-Mail\n{email}\n".encode())[0][0] == email


def test_repeated_addresses_merge() -> None:
    data = (
        "E-Mail;Name\n"
        "joerg@example.org;\n"
        "Edda@Example.org;Edda Grün\n"
        "JOERG@example.org;Jörg Weiß\n"
        "edda@example.org;E. Grün\n"
    ).encode()
    assert read_people(data) == [
        PersonRow("joerg@example.org", "Jörg Weiß", line=2),
        PersonRow("Edda@example.org", "Edda Grün", line=3),
    ]


def test_a_preferred_name_outweighs_an_earlier_one() -> None:
    data = (
        "E-Mail,First Name,Last Name,Preferred Name\n"
        "edda@example.org,Edelgard,Grün,\n"
        "edda@example.org,Edelgard,Grün,Edda\n"
    ).encode()
    assert read_people(data) == [PersonRow(*EDDA, line=2)]


# Refusals


@pytest.mark.parametrize(
    ("data", "what", "help_"),
    [
        (b"", "The file is empty", "Export the employees again"),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty", "Export the employees again"),
        (b"PK\x03\x04\x14\x00\x06\x00", "workbook or a ZIP archive", "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook", "CSV UTF-8"),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF", "CSV UTF-8"),
        (b"{\\rtf1\\ansi", "formatted document", "CSV UTF-8"),
        (b"\n<html><table>", "web page or XML", "CSV UTF-8"),
        (b"E-Mail,Name\nedda@example.org,\x00\n", "not a text file", "CSV UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file", "CSV UTF-8"),
        ("E-Mail\nedda@example.org\n".encode("utf-16-le"), "not a text file", "CSV UTF-8"),
        ("E-Mail\ne@example.org\n".encode("utf-32"), "not a text file", "CSV UTF-8"),
        ("E-Mail\ne@example.org".encode("utf-16")[:-1], "begins as UTF-16", "CSV UTF-8"),
        (b"Name;Telefon\nEdda;1\n", 'begins with "Name;Telefon"', "that heading"),
        (b"x" * 99, f'begins with "{"x" * 60}…"', "that heading"),
        (b";;;\n", 'begins with ";;;"', "that heading"),
        (b"edda@example.org;Edda\n", "where headings should be", '"E-Mail" and "Name"'),
        (b"Title\n" * 10 + b"E-Mail\ne@example.org\n", 'begins with "Title"', "that heading"),
        (b"E-Mail;Name\n;\n\n", "nobody below the headings", "Export the employees again"),
    ],
)
def test_files_that_are_no_list_of_employees(data: bytes, what: str, help_: str) -> None:
    [(line, sentence)] = problems(data)
    assert line == 0
    assert what in sentence
    assert help_ in sentence


def test_every_bad_row_is_named_by_its_line() -> None:
    data = (
        "Employees\n"
        "\n"
        "E-Mail,Name\n"
        'edda@example.org,"Edda\nGrün"\n'
        ",Nobody\n"
        "joerg,Jörg\n"
        "a@example.org; b@example.org,Two\n"
        "c@example.org,Grün, Edda\n"
        "d@example.org,Jo\x07rg\n"
        "e@example.org,Jo\u2028rg\n"
        "f@example.org,J\ufffdrg\n"
        f"g@example.org,{'g' * 201}\n"
        "h@example,H\n"
        "joerg@example.org,Jörg\n"
    ).encode()
    named = problems(data)
    assert [line for line, _ in named] == list(range(6, 15))
    for (_, sentence), expected in zip(
        named,
        [
            "The e-mail address is missing. Fill it in or remove the row.",
            '"joerg" is not an e-mail address. An email address must have an @-sign.',
            "There are several e-mail addresses in one cell. Keep one.",
            "more cells than there are headings",
            "The name cannot be used. It holds the invisible control character U+0007.",
            "U+2028",
            "Letters of the name were lost",
            "The name cannot be used. It has 201 characters; at most 200 fit.",
            '"h@example" is not an e-mail address.',
        ],
        strict=True,
    ):
        assert expected in sentence


@pytest.mark.parametrize(
    "row",
    ['"edda@example.org,Edda', 'edda@example.org,"Edda" Grün', '"e@example.org,' + "x" * 200_000],
)
def test_quotation_marks_that_do_not_match(row: str) -> None:
    data = f"E-Mail,Name\njoerg@example.org,Jörg\n{row}\nt@example.org,Tara\n".encode()
    [(line, sentence)] = problems(data)
    assert (line, sentence[:28]) == (3, "Quotation marks do not match")


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_bytes_that_are_no_letter(byte: bytes) -> None:
    data = b"E-Mail;Name\r\nedda@example.org;Gr\xfcn\r\nx@example.org;X" + byte + b"\r\n"
    [(line, sentence)] = problems(data)
    assert line == 3
    assert f"The byte 0x{byte.hex().upper()} in this line" in sentence


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lines_of_different_encodings_are_refused_rather_than_garbled(mark: bytes) -> None:
    rows = ["edda@example.org;Grün\n".encode(), "joerg@example.org;Weiß\n".encode("cp1252")]
    [(line, sentence)] = problems(mark + b"E-Mail;Name\n" + rows[0] + rows[1])
    assert line == 3
    assert "other lines are UTF-8, this one is not" in sentence


# Size


def many(rows: int) -> bytes:
    lines = (f"Edda;Grün {n};edda{n}@example.org;Küche\r\n" for n in range(rows))
    return "".join(["Vorname;Nachname;E-Mail;Abteilung\r\n", *lines]).encode("cp1252")


def test_five_thousand_rows_at_once() -> None:
    data = many(5_000)
    begun = time.perf_counter()
    rows = read_people(data)
    assert time.perf_counter() - begun < 2
    assert len(rows) == 5_000
    assert rows[-1] == PersonRow("edda4999@example.org", "Edda Grün 4999", line=5_001)


def test_more_rows_than_any_office_has() -> None:
    [(line, sentence)] = problems(many(50_001))
    assert line == 0
    assert "more than 50,000 rows. Split it" in sentence


@pytest.mark.parametrize(
    "data",
    [
        b"e," * 1_000_000,
        b"email" * 200_000,
        b'"' * 1_000_000,
        b"[" * 130_000,
        b"E-Mail\n" + b"a" * 130_000 + b"\n",
        b"E-Mail\n" + b"@" * 130_000 + b"\n",
        b"E-Mail,Name\ne@example.org," + b" " * 130_000 + b"x" * 300 + b"\n",
    ],
    ids=["wide", "long heading", "brackets", "quotes", "long cell", "signs", "blanks"],
)
def test_hostile_files_are_refused_quickly(data: bytes) -> None:
    begun = time.perf_counter()
    problems(data)
    assert time.perf_counter() - begun < 2


# Whatever comes

LATIN = "abcxyzABCXYZäöüÄÖÜßéèñçøåÉ"
words = st.text(LATIN + "'-", min_size=1, max_size=8).filter(lambda w: any(map(str.isalpha, w)))
any_words = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\ufffd"),
    min_size=1,
    max_size=8,
)
locals_ = st.text("abcdefghij0123456789", min_size=1, max_size=8)


@st.composite
def exports(draw: st.DrawFn) -> tuple[bytes, list[tuple[str, str]]]:
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    part = words if encoding == "cp1252" else any_words
    employees = draw(
        st.lists(st.tuples(locals_, part, part), min_size=1, unique_by=lambda one: one[0])
    )
    columns = draw(st.permutations(["E-Mail", "First Name", "Last Name", "Notes"]))
    out = io.StringIO(newline="")
    # A writer that ends lines with CR alone leaves LF in a cell unquoted (Python < 3.13).
    ends = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    delimiter = draw(st.sampled_from(",;\t|"))
    writer = csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=ends,
        quoting=csv.QUOTE_ALL if ends == "\r" else csv.QUOTE_MINIMAL,
    )
    out.write(draw(st.sampled_from(["", "\r\n", "Employees 2026\n\n"])))
    writer.writerow(columns)
    for local, first, last in employees:
        of = {"E-Mail": f"{local}@example.org", "First Name": first, "Last Name": last}
        writer.writerow(
            [of.get(column, draw(st.sampled_from(["", "a\nb", '"']))) for column in columns]
        )
    out.write(draw(st.sampled_from(["", "\n\n", delimiter * 3 + "\n \n"])))
    expected = [
        (f"{local}@example.org", unicodedata.normalize("NFC", f"{first} {last}"))
        for local, first, last in employees
    ]
    return out.getvalue().encode(encoding), expected


@settings(deadline=None)
@given(exports())
def test_what_was_written_is_read(export: tuple[bytes, list[tuple[str, str]]]) -> None:
    data, expected = export
    assert people(data) == expected


csv_like = st.text(st.sampled_from('E-Mail;,\t|"\r\n @.<>abü\u2028\x00'), max_size=60)
any_bytes = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda text: b"E-Mail;Name\n" + text.encode(), csv_like),
    st.builds(lambda text: ("E-Mail,Name\ne@example.org," + text).encode("utf-16"), csv_like),
    st.builds(lambda rest: b"E-Mail|Name\ne@example.org|" + rest, st.binary(max_size=40)),
    st.builds(lambda sep: f"sep={sep}\nE-Mail{sep}Name\n".encode(), st.characters(codec="utf-8")),
)


def read_or_reasons(data: bytes) -> tuple[list[PersonRow], list[tuple[int, str]]]:
    try:
        return read_people(data), []
    except PeopleFileRefused as refused:
        return [], refused.problems


@settings(deadline=None)
@given(any_bytes)
def test_any_bytes_are_read_or_refused_with_reasons(data: bytes) -> None:
    read, reasons = read_or_reasons(data)
    assert bool(read) != bool(reasons)
    assert len({key(person.email) for person in read}) == len(read)
    assert reasons == sorted(reasons)
    assert all(line >= 0 and sentence.endswith(".") for line, sentence in reasons)


def is_name(said: str) -> bool:
    try:
        return one_line(clean_line(said, limit=200)) == said
    except ValueError:
        return False


@given(st.lists(st.text(max_size=20).filter(is_name) | st.just("King, Jr."), min_size=1))
def test_what_is_written_is_read_again(names: list[str]) -> None:
    rows = [PersonRow(f"p{at}@example.org", name, at + 2) for at, name in enumerate(names)]
    assert people(write_people(rows).encode()) == [(row.email, row.name) for row in rows]
