"""What people read, in their language: words by gettext, dates, numbers and plurals by Babel.

A language is one file, locales/<code>.po; docs/languages.md says how to add one. Code and templates
hold English, with `{placeholders}` that are filled in after translating. A catalogue holds plain
text: what is put in is escaped, and so is the text around it, unless it is markup already.

    {{ _("Book {time}", time=slot.starts_at | clock(zone)) }}      13:40, also in English
    {{ ngettext("{n} place is free", "{n} places are free", free) }}    {n} is the number itself
    {{ pgettext("a piece of furniture", "Chair") }}     where one English word means two things
    {% set link %}<a href="{{ url }}">{{ _("the poster") }}</a>{% endset %}
    {{ _("Print {link}.", link=link) }}     markup goes in as a value, never as text
    {{ event.date | day }}   {{ slot.starts_at | when(zone) }}   {{ 15 | duration }}
    {{ error | translate }}     a refusal, or the message of a FieldError

Jinja keeps what it imports without context: words belong into macros there, not into `{% set %}`.

In Python, `gettext(…)`, `ngettext(…)` and `pgettext(…)` translate at once, into the language of
`with speaking(language)`. What is decided before anybody knows who will read it is said with `say`:

    FieldError("title", say("It has {count} characters; at most {limit} fit.", count=…, limit=…))

is English for the API, and `translate(error.message)` says it again in the reader's language. Pass
it on with `words(error)`: str() keeps only the English. Days and lists go in as they are. A
DomainError's sentence is its docstring, filled with what its `__init__` hands to `super()`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, wraps
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from babel import Locale, lists, numbers, units
from babel.dates import parse_pattern
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

FOLDER = Path(__file__).with_name("locales")
ENGLISH = "en"
LONGEST_HEADER = 1000  # no browser's list is longer

_speaking: ContextVar[str] = ContextVar("language", default=ENGLISH)
_range = re.compile(
    r"\s*([a-z0-9]{1,8}(?:-[a-z0-9]{1,8}){0,3})\s*(?:;\s*q=([01](?:\.\d{1,3})?)\s*)?"
)


def discover(folder: Path) -> dict[str, str]:
    """The languages that there are catalogues for, and English: each under its own name."""
    codes = [ENGLISH, *sorted(path.stem for path in folder.glob("*.po"))]
    return {code: _own_name(code) for code in codes}


def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name() or code
    return name[0].upper() + name[1:]


LANGUAGES = discover(FOLDER)


def read(path: Path) -> GNUTranslations:
    """Entries that are marked as fuzzy are left out, as are those without a translation."""
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _catalogue(code: str) -> NullTranslations:
    return NullTranslations() if code == ENGLISH else read(FOLDER / f"{code}.po")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def choose(
    wanted: str | None, accept_language: str = "", offered: Collection[str] = tuple(LANGUAGES)
) -> str:
    """What the person chose, else the best that their browser asks for, else English."""
    if wanted is not None and wanted in offered:
        return wanted
    known = {code.lower(): code for code in offered}
    tags = _by_preference(accept_language)
    return next((code for tag in tags if (code := _best(known, tag))), ENGLISH)


def _by_preference(accept_language: str) -> list[str]:
    parts = accept_language[:LONGEST_HEADER].lower().split(",")
    ranges = [
        (float(found[2] or 1), found[1]) for part in parts if (found := _range.fullmatch(part))
    ]
    ranges.sort(key=lambda weighed: -weighed[0])
    return [tag.replace("-", "_") for weight, tag in ranges if weight]


def _best(known: Mapping[str, str], tag: str) -> str | None:
    """Austrian German is German."""
    while tag and tag not in known:
        tag = tag.rpartition("_")[0]
    return known.get(tag)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """One of LANGUAGES, for everything that is said inside."""
    before = _speaking.set(code)
    try:
        yield
    finally:
        _speaking.reset(before)


def language() -> str:
    """The code of the language that is being spoken, for `lang`."""
    return _speaking.get()


def gettext(text: str, /, **values: object) -> str:
    return _fill(_found(text), values)


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    return _fill(_plural(one, many, n), {"n": number(n)} | values)


def pgettext(context: str, text: str, /, **values: object) -> str:
    return _fill(_found_in(context, text), values)


def _found(text: str) -> str:
    # Under the empty text a catalogue keeps its own header.
    return _catalogue(language()).gettext(text) if text else ""


def _plural(one: str, many: str, n: int) -> str:
    return _catalogue(language()).ngettext(one, many, n)


def _found_in(context: str, text: str) -> str:
    return _catalogue(language()).pgettext(context, text)


def _fill(text: str, values: Mapping[str, object]) -> str:
    return text.format(**values) if values else text


class Sentence(str):
    """English words, together with what they were made of; translate() says them anew."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, text: str, template: str, values: Mapping[str, object]) -> Self:
        sentence = super().__new__(cls, text)
        sentence.template, sentence.values = template, values
        return sentence

    @classmethod
    def of(cls, template: str) -> Self:
        return cls(template, template, {})

    def fill(self, **values: object) -> "Sentence":
        with speaking(ENGLISH):
            return Sentence(_fill_in(self.template, values), self.template, values)

    def instead_of(self, english: str) -> "Sentence":
        """Where a library says it better, but in English only."""
        return Sentence(english, self.template, self.values)

    def translated(self) -> str:
        return str(self) if language() == ENGLISH else _fill_in(_found(self.template), self.values)


def _fill_in(template: str, values: Mapping[str, object]) -> str:
    return _fill(template, {name: _said(value) for name, value in values.items()})


def _said(value: object) -> object:
    match value:
        case Sentence():
            return value.translated()
        case date():
            return full_day(value)
        case list() | tuple():
            return all_of([str(_said(one)) for one in value])
    return value


def say(template: str, /, **values: object) -> Sentence:
    return Sentence.of(template).fill(**values)


def docstring(of: type) -> Sentence:
    """What a class says of itself, on one line."""
    return Sentence.of(" ".join((of.__doc__ or "").split()))


def words(error: Exception) -> str:
    """What an error says, still to be translated."""
    return next((said for said in error.args if isinstance(said, Sentence)), str(error))


def translate(said: str | Exception) -> str:
    """Whatever is no sentence of ours, such as somebody's own words, stays as it is."""
    text = words(said) if isinstance(said, Exception) else said
    return text.translated() if isinstance(text, Sentence) else _found(text)


def day(value: date, zone: str = "") -> str:
    """Thursday 3 December. An instant, here and below, needs the zone in which it is looked at."""
    return _written(value, zone, pgettext("date pattern", "EEEE d MMMM"))


def full_day(value: date, zone: str = "") -> str:
    """Thursday 3 December 2026."""
    return _written(value, zone, pgettext("date pattern", "EEEE d MMMM y"))


def month(value: date) -> str:
    """December 2026."""
    return _written(value, "", pgettext("date pattern", "MMMM y"))


def short_day(value: date, zone: str = "") -> str:
    """Thu 3 Dec."""
    return _written(value, zone, pgettext("date pattern", "EEE d MMM"))


def clock(instant: datetime, zone: str) -> str:
    """13:40."""
    return _written(instant, zone, pgettext("date pattern", "HH:mm"))


def when(instant: datetime, zone: str, now: datetime | None = None) -> str:
    """Thursday 3 December, 13:40; where `now` is given, 13:40 is enough for today."""
    here = ZoneInfo(zone)
    if now and now.astimezone(here).date() == instant.astimezone(here).date():
        return _written(instant, zone, pgettext("a time of today", "HH:mm"))
    return _written(instant, zone, pgettext("date pattern", "EEEE d MMMM, HH:mm"))


def _written(value: date, zone: str, pattern: str) -> str:
    # Patterns of our own: those that Babel makes from skeletons shorten some weekdays.
    local = value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value
    return parse_pattern(pattern).apply(local, _locale(language()))


def duration(minutes: int) -> str:
    """1 hour, 15 minutes: in words, which screen readers read as such."""
    hours, rest = divmod(minutes, 60)
    parts = [("duration-hour", hours)] if hours else []
    parts += [("duration-minute", rest)] if rest or not hours else []
    said = [units.format_unit(n, unit, locale=_locale(language())) for unit, n in parts]
    return lists.format_list(said, style="unit", locale=_locale(language()))


def all_of(said: Sequence[str]) -> str:
    """Ann, Bob, and Cleo."""
    return lists.format_list(said, locale=_locale(language()))


def number(value: float) -> str:
    return numbers.format_decimal(value, locale=_locale(language()))


def tenths(value: float) -> str:
    """6.0: an average, whichever others stand beside it."""
    return numbers.format_decimal(value, "0.0", locale=_locale(language()))


def percent(share: float) -> str:
    """75% of 0.75."""
    return numbers.format_percent(share, locale=_locale(language()))


def install(environment: Environment) -> None:
    """Give templates `_`, `ngettext`, `pgettext`, `language()` and the filters."""
    environment.globals |= {
        "_": _into_markup(_found),
        "pgettext": _into_markup(_found_in),
        "ngettext": _plural_into_markup,
        "language": language,
    }
    days = (day, full_day, month, short_day, clock, when)
    spoken = (translate, *days, duration, number, tenths, percent)
    environment.filters |= {one.__name__: _at_each_rendering(one) for one in spoken}


def _into_markup(find: Callable[..., str]) -> Callable[..., str]:
    @pass_eval_context
    def found(context: EvalContext, /, *text: str, **values: object) -> str:
        return _fill_markup(context, find(*text), values)

    return found


@pass_eval_context
def _plural_into_markup(
    context: EvalContext, one: str, many: str, n: int, /, **values: object
) -> str:
    return _fill_markup(context, _plural(one, many, n), {"n": number(n)} | values)


def _fill_markup(context: EvalContext, text: str, values: Mapping[str, object]) -> str:
    return _fill(Markup.escape(text) if context.autoescape else text, values)


def _at_each_rendering(spoken: Callable[..., str]) -> Callable[..., str]:
    # Without the context Jinja works out a constant's filter once, while it compiles the template.
    @pass_context
    @wraps(spoken)
    def call(_context: Context, /, *args: Any) -> str:
        return spoken(*args)

    return call
