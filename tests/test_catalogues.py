"""Every language says all that there is to say, and nothing is said past the catalogues."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scheduler.i18n import FOLDER
from tools.messages import ROOT, gathered, troubles, updated

CATALOGUES = sorted(FOLDER.glob("*.po"))
TEMPLATES = sorted([*ROOT.rglob("templates/**/*.html"), *ROOT.rglob("templates/**/*.txt")])
FOR_PROGRAMMERS = {"api_docs.html"}
NAMES = {"Chairtime", "API", "UTC"}
# What Jinja puts in, and the one block that is a name of a class.
PUT_IN = r"\{#.*?#\}|\{\{.*?\}\}|\{% block width %\}\w+|\{%.*?%\}"
ATTRIBUTE = r"[\w-]+=\"[^\"]*\"?"
READ_OUT = {"alt", "aria-label", "aria-description", "placeholder", "title"}

every_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)


@every_catalogue
def test_a_catalogue_holds_what_the_sources_say(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == updated(path, gathered()), "run `make messages`"


@every_catalogue
def test_a_catalogue_is_complete(path: Path) -> None:
    assert troubles(path) == []


class Words(HTMLParser):
    """What a page shows or reads out, from whatever of it stands in the template itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.found += [value for name, value in attrs if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in {"style", "script", "code", "kbd"}:
            self.found.append(data)


def unmarked(source: str) -> set[str]:
    parser = Words()
    parser.feed(re.sub(PUT_IN, " ", source, flags=re.DOTALL))
    parser.close()
    texts = [re.sub(ATTRIBUTE, "", text) for text in parser.found]
    return {word for text in texts for word in re.findall(r"[^\W\d_]{2,}\w*", text)}


def test_words_that_stand_in_a_template_are_seen() -> None:
    source = '<a title="Go {{ _("away") }}" href="here">{% if x %}Now{% endif %} {{ y }}</a>'
    assert unmarked('{% macro attributes(x) %} aria-label="{{ x }}-so"{% endmacro %}') == set()
    assert unmarked(source) == {"Go", "Now"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_is_marked(path: Path) -> None:
    if path.name not in FOR_PROGRAMMERS:
        assert unmarked(path.read_text(encoding="utf-8")) - NAMES == set()
