import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.messages import (
    ROOT,
    NotLiteral,
    Text,
    docstrings,
    gathered,
    in_python,
    in_template,
    troubles,
    updated,
)

HEADER = (
    '# Comment\n#\n# more\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
)
TEXTS = [Text("Book {time}"), Text("{n} place", "{n} places"), Text("Chair", context="furniture")]


def python(source: str) -> list[Text]:
    return list(in_python(Path("it.py"), ast.parse(source)))


def catalogue(folder: Path, entries: str) -> Path:
    path = folder / "de.po"
    path.write_text(f"{HEADER}\n{entries}", encoding="utf-8")
    return path


def test_words_are_found_wherever_they_are_said() -> None:
    assert python('f(say("a " "b", x=say("c")), i18n.gettext("d"), 1)') == [
        Text("a b"),
        Text("d"),
        Text("c"),
    ]
    assert python('ngettext("one", "many", n)') == [Text("one", "many")]
    assert python('pgettext("furniture", "Chair")') == [Text("Chair", context="furniture")]
    assert python('FieldError(f"a[{n}]", "Sentence.")') == [Text("Sentence.")]
    assert python('FieldError("a", words(error)), other("x")') == []


@pytest.mark.parametrize(
    "source",
    [
        'say(f"{n} places")',
        "gettext(WORDS)",
        'ngettext("one", many, n)',
        'pgettext(context, "x")',
        "say()",
        'FieldError("a", f"{n} is too much.")',
        'FieldError("a", str(error))',
    ],
)
def test_what_could_never_be_found_in_a_catalogue_is_refused(source: str) -> None:
    with pytest.raises(NotLiteral, match=r"it\.py:1"):
        python(source)


def test_a_template_is_read_like_a_program(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<a title="{{ _(\'Go <{x}>\', x=1) }}">{% set y = _("a") if z else _("b") %}\n'
        '{{ ngettext("one", "many", n) }}{{ other("c") }}',
        encoding="utf-8",
    )
    assert set(in_template(page)) == {
        Text("Go <{x}>"),
        Text("a"),
        Text("b"),
        Text("one", "many"),
    }
    page.write_text("\n{{ _(words) }}", encoding="utf-8")
    with pytest.raises(NotLiteral, match=r"page\.html:2"):
        list(in_template(page))


def test_the_docstrings_of_refusals_are_sentences() -> None:
    modules = [
        'class SlotTaken(Conflict):\n    """Somebody was\n    faster."""',
        'class Conflict(errors.DomainError):\n    """No."""\nclass Other:\n    """Not this."""',
    ]
    found = docstrings([ast.parse(module) for module in modules])
    assert set(found) == {Text("Somebody was faster."), Text("No.")}


def test_our_own_words_are_gathered() -> None:
    found = gathered()
    assert Text("Somebody was faster: this time is taken.") in found
    assert (
        Text("This time does not exist on that day: the clocks skip it. Choose another.") in found
    )
    assert Text("Your massage on {day}, {starts}") in found
    assert Text("EEEE d MMMM", context="date pattern") in found
    assert Text("This break overlaps another one.") in found
    assert len(found) == len(set(found))


def test_an_update_keeps_what_was_translated_and_changes_nothing_twice(tmp_path: Path) -> None:
    path = catalogue(
        tmp_path,
        'msgid "Book {time}"\nmsgstr "{time} buchen"\n\nmsgid "Gone"\nmsgstr "Weg"\n\n'
        '#, fuzzy\nmsgctxt "furniture"\nmsgid "Chair"\nmsgstr "Sessel?"\n\n'
        'msgid "Chair"\nmsgstr "Vorsitz"\n',
    )
    once = updated(path, TEXTS)
    assert once.startswith(HEADER + "\n")
    assert 'msgid "Book {time}"\nmsgstr "{time} buchen"\n' in once
    assert '#, fuzzy\nmsgctxt "furniture"\nmsgid "Chair"\nmsgstr "Sessel?"\n' in once
    assert 'msgid_plural "{n} places"\nmsgstr[0] ""\nmsgstr[1] ""\n' in once
    assert "Gone" not in once
    assert "Vorsitz" not in once
    path.write_text(once, encoding="utf-8")
    assert updated(path, TEXTS[::-1]) == once


def test_a_sentence_that_a_number_decides_about_now_is_translated_anew(tmp_path: Path) -> None:
    path = catalogue(tmp_path, 'msgid "{n} place"\nmsgstr "{n} Platz"\n')
    assert "Platz" not in updated(path, TEXTS)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('msgid "a {x}"\nmsgstr "b {x}"', None),
        ('msgid "a {x}"\nmsgstr ""', "has no translation"),
        ('#, fuzzy\nmsgid "a {x}"\nmsgstr "b {x}"', "is marked as fuzzy"),
        ('msgid "a {x}"\nmsgstr "b {y}"', "has other placeholders"),
        ('msgid "a {x}"\nmsgstr "b"', "has other placeholders"),
        ('msgid "a"\nmsgstr "b {x}"', "has other placeholders"),
        ('msgid "a"\nmsgid_plural "as {n}"\nmsgstr[0] "b"\nmsgstr[1] "{n} b"', None),
        ('msgid "{n} a"\nmsgid_plural "all"\nmsgstr[0] "{n} b"\nmsgstr[1] "c"', None),
        ('msgid "a"\nmsgid_plural "as {n}"\nmsgstr[0] "b"\nmsgstr[1] ""', "has no translation"),
        (
            'msgid "a"\nmsgid_plural "as {n} {x}"\nmsgstr[0] "b"\nmsgstr[1] "{n} {x}"',
            "has other placeholders",
        ),
    ],
)
def test_what_keeps_a_catalogue_from_being_complete(
    tmp_path: Path, entry: str, why: str | None
) -> None:
    found = troubles(catalogue(tmp_path, entry + "\n"))
    assert [one.partition(": ")[2] for one in found] == ([why] if why else [])


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_one_command_and_one_file_make_a_language(tmp_path: Path) -> None:
    for package in ("scheduler", "tools"):
        shutil.copytree(ROOT.parent / package, tmp_path / package)
    begun = run(tmp_path, "-m", "tools.messages", "fr")
    assert begun.returncode == 0, begun.stderr
    path = tmp_path / "scheduler" / "locales" / "fr.po"
    assert '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"' in path.read_text(encoding="utf-8")
    asked = "from scheduler import i18n\nwith i18n.speaking(i18n.choose(None, 'fr-CH')):\n"
    asked += " print(i18n.LANGUAGES['fr'], i18n.gettext('Sign in'), i18n.duration(60))"
    assert run(tmp_path, "-c", asked).stdout == "Français Sign in 1\xa0heure\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"Sign in"\nmsgstr ""', '"Sign in"\nmsgstr "Se connecter"'), "utf-8"
    )
    assert run(tmp_path, "-c", asked).stdout == "Français Se connecter 1\xa0heure\n"


@pytest.mark.parametrize(
    ("code", "why"), [("de", "is there already"), ("xx", "no language"), ("../fr", "no language")]
)
def test_a_language_that_cannot_be_begun(code: str, why: str) -> None:
    refused = run(ROOT.parent, "-m", "tools.messages", code)
    assert refused.returncode == 1
    assert why in refused.stderr
    assert "Traceback" not in refused.stderr
