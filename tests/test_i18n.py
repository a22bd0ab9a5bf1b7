import time as stopwatch
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from litestar.serialization import encode_json
from markupsafe import Markup

from scheduler import i18n
from scheduler.domain.errors import FieldError, NotYet, SlotTaken, TherapistHasShifts
from scheduler.i18n import say, speaking, translate, words

BERLIN = "Europe/Berlin"
NOON = datetime(2026, 12, 3, 12, 40, tzinfo=UTC)
LENGTH = "It has {count} characters; at most {limit} fit."


@pytest.fixture(params=[True, False], ids=["html", "text"])
def escapes(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def german() -> Iterator[None]:
    with speaking("de"):
        yield


def render(template: str, *, autoescape: bool = True, **facts: object) -> str:
    return environment(autoescape=autoescape).from_string(template).render(facts)


def environment(*, autoescape: bool = True) -> Environment:
    made = Environment(autoescape=autoescape, undefined=StrictUndefined)  # noqa: S701
    i18n.install(made)
    return made


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("de-AT", "de"),
        ("DE-at-1996", "de"),
        ("fr, de;q=0.4", "de"),
        ("en;q=0.5, de;q=0.7", "de"),
        (" en-GB , de ; q=0.9", "en"),
        ("de;q=0, en", "en"),
        ("de;q=0", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=banana", "en"),
        ("../../de", "en"),
        ("d" * 10_000, "en"),
        (",;q=-" * 2_000, "en"),
        ("a-" * 5_000 + "a", "en"),
        ("de" + " " * 9_998, "de"),
        ("\x00\ud800,ä", "en"),
    ],
)
def test_the_browser_says_which_language_it_would_like(asked: str, answer: str) -> None:
    begun = stopwatch.perf_counter()
    assert i18n.choose(None, asked) == answer
    assert stopwatch.perf_counter() - begun < 0.05


def test_what_a_person_chose_counts_before_what_their_browser_asks_for() -> None:
    assert i18n.choose("de", "en") == "de"
    assert i18n.choose("en", "de") == "en"
    assert i18n.choose("xx", "de") == "de"
    assert i18n.choose("", "") == "en"


def test_languages_are_listed_under_their_own_names() -> None:
    assert i18n.LANGUAGES["en"] == "English"
    assert i18n.LANGUAGES["de"] == "Deutsch"


def test_a_file_is_a_language(tmp_path: Path) -> None:
    (tmp_path / "pt_BR.po").write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgid "It is too early for that."\nmsgstr "É muito cedo."\n\n'
        '#, fuzzy\nmsgid "This time was given back."\nmsgstr "talvez"\n\n'
        'msgid "{n} place"\nmsgid_plural "{n} places"\nmsgstr[0] "{n} lugar"\n'
        'msgstr[1] "{n} lugares"\n',
        encoding="utf-8",
    )
    offered = i18n.discover(tmp_path)
    assert offered == {"en": "English", "pt_BR": "Português (Brasil)"}
    assert i18n.choose(None, "pt-BR,pt;q=0.8", offered) == "pt_BR"
    assert i18n.choose("pt_BR", "de", offered) == "pt_BR"
    catalogue = i18n.read(tmp_path / "pt_BR.po")
    assert catalogue.gettext("It is too early for that.") == "É muito cedo."
    assert catalogue.gettext("This time was given back.") == "This time was given back."
    assert catalogue.ngettext("{n} place", "{n} places", 0) == "{n} lugar"


def test_a_language_is_spoken_until_the_end_of_its_block() -> None:
    with speaking("de"):
        assert i18n.language() == "de"
        with speaking("en"):
            assert i18n.gettext("It is too early for that.") == "It is too early for that."
        with pytest.raises(ZeroDivisionError), speaking("en"):
            raise ZeroDivisionError
        assert i18n.gettext("It is too early for that.") == "Dafür ist es noch zu früh."
    assert i18n.language() == "en"


@pytest.mark.usefixtures("german")
def test_what_has_no_translation_stays_english() -> None:
    assert i18n.gettext("Nobody ever wrote this.") == "Nobody ever wrote this."
    assert not i18n.gettext("")
    assert not render("{{ _('') }}")


def test_a_number_decides_about_its_noun() -> None:
    one, many = "{n} place of {all}", "{n} places of {all}"
    assert i18n.ngettext(one, many, 1, all=7) == "1 place of 7"
    assert i18n.ngettext(one, many, 0, all=7) == "0 places of 7"
    assert i18n.ngettext(one, many, 1200, all=7) == "1,200 places of 7"
    with speaking("de"):
        assert i18n.ngettext(one, many, 1200, all=7).startswith("1.200 ")
        assert render("{{ ngettext('{n} x', '{n} y', 1200) }}") == "1.200 y"
    assert render("{{ ngettext('{n} of {all}', '{n} of {all}s', 2, all='<') }}") == "2 of &lt;s"


def test_values_are_escaped_where_the_template_escapes(escapes: bool) -> None:  # noqa: FBT001
    template = "{{ _('Book <{time}> & go', time=time) }}"
    said = render(template, autoescape=escapes, time="<b>{x}")
    plain = "Book <<b>{x}> & go"
    assert said == (str(Markup.escape(plain)) if escapes else plain)


def test_markup_goes_in_as_a_value() -> None:
    template = "{% set link %}<a>{{ _('R&D') }}</a>{% endset %}{{ _('Print {it}.', it=link) }}"
    assert render(template) == "Print <a>R&amp;D</a>."


@pytest.mark.usefixtures("german")
def test_braces_of_others_are_left_alone() -> None:
    assert render("{{ _('{x}') }}{{ reason | translate }}", reason="{0} {zone}") == "{x}{0} {zone}"


def test_a_value_that_is_missing_is_noticed() -> None:
    with pytest.raises(KeyError):
        render("{{ _('Book {time}', tmie=1) }}")
    with pytest.raises(UndefinedError):
        render("{{ _('Book {time}', time=nothing) }}")


def test_one_template_speaks_every_language() -> None:
    template = environment().from_string(
        "{{ language() }} {{ 15 | duration }} {{ 0.5 | percent }} {{ 1000 | number }}"
    )
    assert template.render() == "en 15 minutes 50% 1,000"
    with speaking("de"):
        assert template.render() == "de 15 Minuten 50\xa0% 1.000"
    assert template.render() == "en 15 minutes 50% 1,000"


def test_days_and_times_are_written_as_people_write_them() -> None:
    template = environment().from_string(
        "{{ at | day(z) }}|{{ at | full_day(z) }}|{{ at | short_day(z) }}|{{ at | clock(z) }}"
        "|{{ at | when(z) }}"
    )
    assert template.render(at=NOON, z=BERLIN) == (
        "Thursday 3 December|Thursday 3 December 2026|Thu 3 Dec|13:40|Thursday 3 December, 13:40"
    )
    with speaking("de"):
        assert template.render(at=NOON, z=BERLIN) == (
            "Donnerstag, 3. Dezember|Donnerstag, 3. Dezember 2026|Do, 3. Dez.|13:40"
            "|Donnerstag, 3. Dezember, 13:40 Uhr"
        )


@pytest.mark.parametrize(
    ("now", "said", "in_german"),
    [
        ("2026-12-03T00:00:00+01:00", "13:40", "13:40 Uhr"),
        ("2026-12-02T23:59:00Z", "13:40", "13:40 Uhr"),
        (
            "2026-12-02T22:59:00Z",
            "Thursday 3 December, 13:40",
            "Donnerstag, 3. Dezember, 13:40 Uhr",
        ),
    ],
)
def test_today_needs_no_day(now: str, said: str, in_german: str) -> None:
    seen = datetime.fromisoformat(now)
    assert i18n.when(NOON, BERLIN, seen) == said
    with speaking("de"):
        assert i18n.when(NOON, BERLIN, seen) == in_german


def test_no_weekday_is_shortened_to_something_else() -> None:
    week = [date(2026, 11, day) for day in range(23, 30)]
    assert [i18n.short_day(day)[:3] for day in week] == [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]
    with speaking("de"):
        assert [i18n.short_day(day)[:2] for day in week] == [
            "Mo",
            "Di",
            "Mi",
            "Do",
            "Fr",
            "Sa",
            "So",
        ]


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        ("2026-10-25T00:30:00+00:00", BERLIN, "Sunday 25 October, 02:30"),
        ("2026-10-25T01:30:00+00:00", BERLIN, "Sunday 25 October, 02:30"),
        ("2026-03-29T00:59:00+00:00", BERLIN, "Sunday 29 March, 01:59"),
        ("2026-03-29T01:00:00+00:00", BERLIN, "Sunday 29 March, 03:00"),
        ("2026-12-03T23:30:00+00:00", BERLIN, "Friday 4 December, 00:30"),
        ("2026-12-03T13:40:00+01:00", "America/New_York", "Thursday 3 December, 07:40"),
        ("2026-11-01T05:30:00+00:00", "America/New_York", "Sunday 1 November, 01:30"),
        ("2026-11-01T06:30:00+00:00", "America/New_York", "Sunday 1 November, 01:30"),
        ("2026-04-04T15:00:00+00:00", "Australia/Lord_Howe", "Sunday 5 April, 01:30"),
        ("2026-01-01T00:00:00+00:00", "Asia/Kathmandu", "Thursday 1 January, 05:45"),
    ],
)
def test_an_instant_is_told_where_the_chair_is(instant: str, zone: str, said: str) -> None:
    assert i18n.when(datetime.fromisoformat(instant), zone) == said


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="ZoneInfo"):
        i18n.day(NOON)
    assert i18n.day(NOON.date()) == "Thursday 3 December"


@pytest.mark.parametrize(
    ("minutes", "english", "german"),
    [
        (0, "0 minutes", "0 Minuten"),
        (1, "1 minute", "1 Minute"),
        (15, "15 minutes", "15 Minuten"),
        (60, "1 hour", "1 Stunde"),
        (121, "2 hours, 1 minute", "2 Stunden, 1 Minute"),
    ],
)
def test_durations_are_words(minutes: int, english: str, german: str) -> None:
    assert i18n.duration(minutes) == english
    with speaking("de"):
        assert i18n.duration(minutes) == german


def test_a_sentence_is_english_until_it_is_translated() -> None:
    with speaking("de"):
        said = say(LENGTH, count=1201, limit=1000)
        assert said == "It has 1201 characters; at most 1000 fit."
        assert translate(said) == "Das sind 1201 Zeichen; höchstens 1000 passen hinein."
    assert translate(said) == said


def test_days_and_lists_are_written_in_the_readers_language() -> None:
    error = TherapistHasShifts("Tara", [date(2026, 12, 3), date(2026, 12, 4)])
    english = (
        "Tara still has shifts on Thursday 3 December 2026 and Friday 4 December 2026."
        " Give them to somebody else first."
    )
    assert translate(error) == str(error) == english
    with speaking("de"):
        again = TherapistHasShifts("Tara", [date(2026, 12, 3), date(2026, 12, 4)])
        assert str(again) == english
        assert translate(error) == (
            "Tara hat noch Schichten am Donnerstag, 3. Dezember 2026 und Freitag, 4. Dezember 2026."
            " Geben Sie diese zuerst jemand anderem."
        )


def test_a_program_reads_a_sentence_in_english() -> None:
    error = FieldError("title", say(LENGTH, count=2, limit=1))
    with speaking("de"):
        assert encode_json(error) == (
            b'{"field":"title","message":"It has 2 characters; at most 1 fit."}'
        )


def test_sentences_hold_sentences() -> None:
    said = say("{what} {why}", what=say("It is too early for that."), why="{why}")
    assert said == "It is too early for that. {why}"
    with speaking("de"):
        assert translate(said) == "Dafür ist es noch zu früh. {why}"


@pytest.mark.usefixtures("german")
def test_a_sentence_may_be_filled_in_later_and_outdone_by_a_library() -> None:
    later = say(LENGTH).fill(count=2, limit=1)
    assert later == "It has 2 characters; at most 1 fit."
    better = later.instead_of("Two are too many.")
    assert better == "Two are too many."
    assert translate(better) == translate(later) == "Das sind 2 Zeichen; höchstens 1 passen hinein."


@pytest.mark.usefixtures("german")
def test_an_error_passes_its_sentence_on() -> None:
    error = ValueError(say(LENGTH, count=2, limit=1))
    assert translate(words(error)) == "Das sind 2 Zeichen; höchstens 1 passen hinein."
    assert translate(error) == translate(words(error))
    assert words(ValueError("as it is")) == "as it is"


@pytest.mark.usefixtures("german")
def test_a_refusal_is_translated_by_its_docstring() -> None:
    assert translate(NotYet()) == "Dafür ist es noch zu früh."
    assert translate(SlotTaken()) == "Jemand war schneller: Dieser Termin ist vergeben."
    assert str(SlotTaken()) == "Somebody was faster: this time is taken."
    assert render("{{ error | translate }}", error=NotYet()) == "Dafür ist es noch zu früh."
