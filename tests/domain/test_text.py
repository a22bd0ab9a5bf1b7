import unicodedata
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.text import clean_email, clean_line, clean_lines, key, one_line

CONTROLS = [
    "\x00",
    "\x07",
    "\x0b",
    "\x1f",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ud800",
]


def test_a_line_is_trimmed_and_composed() -> None:
    assert clean_line("\u00a0 Zoe\u0308 Weiß\r\n", limit=20) == "Zoë Weiß"


def test_joiners_that_names_need_are_kept() -> None:
    assert clean_line("می\u200cنو", limit=20) == "می\u200cنو"


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("text", ["Ed{}da", "{}Edda", "Edda{}"])
def test_control_characters_are_refused_and_named(control: str, text: str) -> None:
    for clean in (clean_line, clean_lines):
        with pytest.raises(ValueError, match=rf"character U\+{ord(control):04X}\. Remove it"):
            clean(text.format(control), limit=50)


@pytest.mark.parametrize("inner", ["\n", "\r\n", "\t"])
def test_a_line_is_one_line(inner: str) -> None:
    with pytest.raises(ValueError, match="invisible control character"):
        clean_line(f"Hauptstr. 1{inner}Berlin", limit=50)


def test_lines_may_follow_each_other_however_they_end() -> None:
    assert clean_lines(" Hauptstr. 1 \r\nHof 2\r\r\n Berlin\n", limit=50) == (
        "Hauptstr. 1\nHof 2\n\n Berlin"
    )


@pytest.mark.parametrize("empty", ["", "  ", "\n", "\u00a0", "\u200b", "\ufeff \u00ad"])
def test_what_shows_nothing_is_empty(empty: str) -> None:
    for clean in (clean_line, clean_lines):
        with pytest.raises(ValueError, match="It must not be empty"):
            clean(empty, limit=5)


def test_the_limit_counts_what_is_stored() -> None:
    assert clean_line(" " + "e\u0301" * 5, limit=5) == "é" * 5
    with pytest.raises(ValueError, match="It has 6 characters; at most 5 fit"):
        clean_line("éééééé", limit=5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Edda@Example.org", "edda@example.ORG"),
        ("STRASSE", "straße"),
        ("Zoë", "Zoe\u0308"),
        ("ﬁona", "FIONA"),
        ("\uff25dda", "edda"),
    ],
)
def test_spellings_of_the_same_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@settings(deadline=None)
@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert key(key(text)) == key(text)


def test_one_line_joins_what_was_broken_and_hides_nothing() -> None:
    assert one_line(" Edda \r\n\t Grün\u00a0") == "Edda Grün"
    assert one_line("Edda\u2028Grün\x85") == "Edda\u2028Grün\x85"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (" Edda.Gruen@Example.ORG ", "Edda.Gruen@example.org"),
        ("edda@firma.local", "edda@firma.local"),
        ("edda@intern.firma.test", "edda@intern.firma.test"),
        ("edda@münchen.example", "edda@münchen.example"),
        ("edda@xn--mnchen-3ya.example", "edda@münchen.example"),
        ("o'neill+hr@example.org", "o'neill+hr@example.org"),
        ("jo\u0308rg@example.org", "jörg@example.org"),
    ],
)
def test_addresses_that_mail_can_reach(given: str, stored: str) -> None:
    assert clean_email(given) == stored


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "The e-mail address is missing."),
        ("edda", "An email address must have an @-sign."),
        ("edda@", "There must be something after the @-sign."),
        ("@example.org", "There must be something before the @-sign."),
        ("edda@example", "It should have a period."),
        ("edda@nobody.invalid", "special-use or reserved"),
        ("edda@127.0.0.1", "not within a valid top-level domain"),
        ("edda@@example.org", "invalid characters"),
        ("edda gruen@example.org", "invalid characters"),
        ("Edda <edda@example.org>", "display name"),
        ("edda@exam\u200bple.org", "unsafe characters: ZERO WIDTH SPACE"),
        ("edda\n@example.org", r"control character U\+000A"),
        ("edda\u202e@example.org", r"control character U\+202E"),
        ("e" * 300 + "@example.org", "at most 254 characters"),
    ],
)
def test_addresses_that_it_cannot(given: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        clean_email(given)


def cleaned_or_reason(clean: Callable[[], str]) -> tuple[str | None, str]:
    try:
        return clean(), ""
    except ValueError as reason:
        return None, str(reason)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_text_is_cleaned_or_refused_with_a_sentence(text: str) -> None:
    for clean in (
        partial(clean_line, text, limit=100),
        partial(clean_lines, text, limit=100),
        partial(clean_email, text),
        partial(clean_email, f"{text}@example.org"),
        partial(clean_email, f"edda@{text}"),
    ):
        cleaned, reason = cleaned_or_reason(clean)
        if cleaned is None:
            assert reason.endswith(".")
        else:
            assert cleaned == unicodedata.normalize("NFC", cleaned).strip()
