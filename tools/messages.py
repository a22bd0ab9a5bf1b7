"""Gathers what people read and brings every language's catalogue up to date.

    python -m tools.messages        sorts, adds and drops entries; the second run changes nothing
    python -m tools.messages fr     begins a language

Our own reading of the sources, not Babel's: it sees docstrings of refusals and calls inside calls,
and it fails where a sentence could never be found, because it is put together by the program.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes
from msgspec import Struct, convert

import scheduler
from scheduler.i18n import FOLDER

ROOT = Path(scheduler.__file__).parent
REFUSALS = {"DomainError", "ValueError"}
# What each argument is.
CALLS = {
    "_": ["one"],
    "say": ["one"],
    "gettext": ["one"],
    "ngettext": ["one", "many"],
    "pgettext": ["context", "one"],
}
HEADER = r"""# {name}. Say here how people are addressed, and which words are used for ours.
msgid ""
msgstr ""
"Project-Id-Version: Chairtime\n"
"Language: {code}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural}\n"
"""


class Text(Struct, frozen=True):
    """`many` is empty but for words that a number decides about."""

    one: str
    many: str = ""
    context: str | None = None


class NotLiteral(Exception):
    """Words that are to be translated must stand there as they are, with {placeholders}."""


def gathered() -> list[Text]:
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}
    del modules[ROOT / "i18n.py"]
    found = {*_patterns(), *docstrings(modules.values())}
    for path, tree in modules.items():
        found |= set(in_python(path, tree))
    for path in sorted([*ROOT.rglob("*.html"), *ROOT.rglob("*.txt")]):
        found |= set(in_template(path))
    return sorted(found, key=lambda text: (text.one, text.many, text.context or ""))


def _patterns() -> Iterator[Text]:
    tree = ast.parse((ROOT / "i18n.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Name("pgettext"), [ast.Constant(str(context)), ast.Constant(str(pattern))]
            ):
                yield Text(pattern, context=context)


def docstrings(trees: Iterable[ast.Module]) -> Iterator[Text]:
    """Of refusals, whichever module they are in."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    refusals, known = REFUSALS, set[str]()
    while refusals != known:
        known = refusals
        refusals = known | {
            one.name for one in classes if known.intersection(map(_last, one.bases))
        }
    for one in classes:
        if one.name in refusals and (sentence := ast.get_docstring(one)):
            yield Text(" ".join(sentence.split()))


def in_python(path: Path, tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _last(node.func)
        if name in CALLS:
            words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            yield _text(f"{path}:{node.lineno}", name, words)
        elif name == "FieldError":
            yield from _field_error(f"{path}:{node.lineno}", node)


def _field_error(place: str, node: ast.Call) -> Iterator[Text]:
    """Its message may stand there alone; one with values is said with `say`, an error's `words`."""
    match node.args[1:]:
        case [ast.Constant(str(sentence))]:
            yield Text(sentence)
        case [ast.JoinedStr() | ast.Call(ast.Name("str"))]:
            raise NotLiteral(place)


def _last(node: ast.expr) -> str:
    """`say` and `i18n.say` are the same."""
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
    return ""


def in_template(path: Path) -> Iterator[Text]:
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for node in tree.find_all(nodes.Call):
        if isinstance(node.node, nodes.Name) and node.node.name in CALLS:
            words = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
            yield _text(f"{path}:{node.lineno}", node.node.name, words)


def _text(place: str, name: str, arguments: Sequence[object]) -> Text:
    parts = dict(zip(CALLS[name], arguments, strict=False))
    if len(parts) < len(CALLS[name]) or not all(isinstance(part, str) for part in parts.values()):
        raise NotLiteral(place)
    return convert(parts, Text)


def updated(path: Path, texts: list[Text]) -> str:
    """The catalogue with exactly these texts, each with the translation that it had."""
    before = path.read_text(encoding="utf-8")
    old, new = _read(path), Catalog(locale=path.stem)
    for text in texts:
        known = old.get(text.one, text.context)
        same = known if known and isinstance(known.id, str) is not bool(text.many) else None
        new.add(
            (text.one, text.many) if text.many else text.one,
            same.string if same else None,
            flags={"fuzzy"} if same and same.fuzzy else (),
            user_comments=same.user_comments if same else (),
            context=text.context,
        )
    entries = BytesIO()
    write_po(entries, new, no_location=True, omit_header=True, sort_output=True, width=96)
    header = before.partition("\n\n")[0].rstrip()
    return f"{header}\n\n{entries.getvalue().decode().rstrip()}\n"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def troubles(path: Path) -> list[str]:
    """What keeps a catalogue from being complete."""
    return [
        f"{message.id}: {why}" for message in _read(path) if message.id and (why := _wrong(message))
    ]


def _wrong(message: Message) -> str:
    sources, said = _forms(message.id), _forms(message.string)
    if not all(said):
        return "has no translation"
    if message.fuzzy:
        return "is marked as fuzzy"
    # "One place is free" need not say the number.
    optional = {"n"} if len(sources) > 1 else set()
    needed = placeholders(sources[-1]) - optional
    known = set().union(*map(placeholders, sources))
    if any(not needed <= placeholders(form) <= known for form in said):
        return "has other placeholders"
    return ""


def _forms(text: object) -> list[str]:
    return (
        [str(form or "") for form in text] if isinstance(text, list | tuple) else [str(text or "")]
    )


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def begin(code: str) -> Path:
    path = FOLDER / f"{code}.po"
    if path.exists():
        sys.exit(f"{path} is there already.")
    try:
        name = Locale.parse(code).get_display_name()
    except (UnknownLocaleError, ValueError):
        sys.exit(f"“{code}” is no language that Babel knows. Write it like fr or pt_BR.")
    header = HEADER.format(name=name, code=code, plural=Catalog(locale=code).plural_forms)
    path.write_text(header, encoding="utf-8")
    return path


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        begin(wanted)
    everything = gathered()
    for catalogue in sorted(FOLDER.glob("*.po")):
        catalogue.write_text(updated(catalogue, everything), encoding="utf-8")
        print(f"{catalogue}: {len(everything)} texts, {len(troubles(catalogue))} to look at")
