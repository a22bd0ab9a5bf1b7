"""The headings of HR exports: which column holds the address, which ones the name.

A heading counts when every word of it is known: "Business E-Mail" is an address,
"Manager E-Mail" and "E-Mail Type" are something else.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, get_args

from msgspec import Struct

from scheduler.domain.text import key

# English, German, French, Spanish, Italian, Dutch; without accents, as _plain() leaves them.
MEANINGS = {
    "mail": "mail email courriel correo posta mel",
    "work": """work business company corporate office professional official
        organisation organization institutional
        geschaftlich geschaftliche geschaeftlich geschaeftliche geschaftl dienstlich dienstliche
        dienst dienstl beruflich berufliche firma firmen arbeit arbeits buro unternehmens
        professionnel professionnelle pro travail entreprise bureau
        trabajo laboral corporativo corporativa institucional profesional empresa oficina
        lavoro aziendale ufficio professionale
        werk zakelijk zakelijke kantoor bedrijf bedrijfs""",
    "second": """private personal home secondary alternate alternative other additional
        privat private privates personlich personliche persoenlich persoenliche weitere
        prive privee personnel personnelle perso secondaire autre
        privado privada particular secundario otro privato privata personale secondario altro
        persoonlijk persoonlijke thuis""",
    "about mail": """e address addresses adresse adressen adres direccion indirizzo electronic
        electronique electronico elettronica elettronico id primary main haupt principal
        principale contact kontakt information info user account""",
    "link": """of the as de del des du di d la le l el y e et ed und and en n s 1 primer field
        required pflichtfeld""",
    "bare": "name names nom noms nombre nombres nome naam",
    "whole": """full display complete formal payroll common vollstandiger vollstaendiger voller
        complet affiche completo visible mostrar para visualizzato volledige weergave""",
    "person": """anzeigename worker employee mitarbeiter mitarbeiterin mitarbeitende
        collaborateur salarie employe empleado trabajador dipendente medewerker werknemer""",
    "legal": "legal",
    "preferred": """preferred chosen bevorzugter bevorzugte prefere preferido preferida preferito
        voorkeurs""",
    "nickname": "known nickname spitzname",
    "first part": "first given fore vor pila",
    "first": """forename firstname givenname vorname vornamen prenom prenoms voornaam voornamen
        prenome""",
    "called": "rufname roepnaam prenomusuel prenomdusage",
    "last part": "last sur family nach zu famille",
    "last": """surname lastname familyname nachname nachnamen familienname zuname patronyme
        nomdusage apellido apellidos cognome cognomi achternaam familienaam""",
    "particle": "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels namensvorsatz vorsatzwort",
}
SIGN_IN_NAMES = {
    "userprincipalname",
    "upn",
    "benutzerprinzipalname",
    "nomdutilisateurprincipal",
    "nombreprincipaldeusuario",
    "nomeprincipaleutente",
}
ONLY_OF_MAIL = {"mail", "work", "second", "about mail"}
OF_MAIL = ONLY_OF_MAIL | {"person"}

# No export has more; a file without line breaks may seem to.
WIDEST_HEADER = 500
LONGEST_HEADING = 100

_meaning_of = {word: what for what, words in MEANINGS.items() for word in words.split()}
_known = re.compile("|".join(sorted(_meaning_of, key=len, reverse=True)))

Kind = Literal[
    "mail",
    "preferred",
    "preferred_first",
    "preferred_last",
    "first",
    "particle",
    "last",
    "whole",
    "bare",
]


class Heading(Struct, frozen=True):
    """Of two columns of a kind the one with the lower rank is used, else the one on the left."""

    kind: Kind
    rank: int = 0
    turned: bool = False


class Columns(Struct, frozen=True):
    """Indexes of columns. `bare` is a plain "Name": what it holds, the rows tell."""

    mail: int
    preferred: int | None = None
    preferred_first: int | None = None
    preferred_last: int | None = None
    first: int | None = None
    particle: int | None = None
    last: int | None = None
    whole: int | None = None
    bare: int | None = None
    turned: frozenset[int] = frozenset()


def find_columns(cells: Sequence[str]) -> Columns | None:
    """The columns that these headings announce; None when none is an e-mail address."""
    headings = [read_heading(cell) for cell in cells[:WIDEST_HEADER]]
    best = {kind: at for kind in get_args(Kind) if (at := _best(headings, kind)) is not None}
    if "mail" not in best:
        return None
    turned = frozenset(at for at, heading in enumerate(headings) if heading and heading.turned)
    return Columns(**best, turned=turned)


def _best(headings: list[Heading | None], kind: Kind) -> int | None:
    found = [(h.rank, at) for at, h in enumerate(headings) if h and h.kind == kind]
    return min(found)[1] if found else None


def read_heading(cell: str) -> Heading | None:
    if len(cell) > LONGEST_HEADING:
        return None
    words = re.findall(r"[^\W_]+", _plain(cell))
    if "".join(words) in SIGN_IN_NAMES:
        return Heading("mail", rank=2)
    meanings = [what for what in _meanings(words) if what != "link"]
    return _mail_heading(set(meanings)) or _name_heading(meanings)


def _plain(cell: str) -> str:
    """Folded and without accents; without [remarks] too, as in "First Name [Required]"."""
    decomposed = unicodedata.normalize("NFD", key(re.sub(r"\[.*?\]", " ", cell)))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _meanings(words: list[str]) -> list[str]:
    """What each word means, run-together ones taken apart; nothing if one is not known."""
    for parts in (words, ["".join(words)]):
        known = [_known.findall(part) for part in parts]
        if all("".join(k) == part for k, part in zip(known, parts, strict=True)):
            return [_meaning_of[word] for k in known for word in k]
    return []


def _mail_heading(meanings: set[str]) -> Heading | None:
    if "mail" not in meanings or not meanings <= OF_MAIL:
        return None
    if "second" in meanings:
        return Heading("mail", rank=3)
    return Heading("mail", rank=0 if "work" in meanings else 1)


def _name_heading(meanings: list[str]) -> Heading | None:
    if not meanings or ONLY_OF_MAIL.intersection(meanings):
        return None
    first, last = _halves(meanings)
    if first is not None and last is not None:
        return Heading("whole", turned=last < first)
    kind = _kind_of_half(set(meanings)) or _kind_of_whole(set(meanings))
    rank = ("legal" in meanings) + 2 * (meanings == ["person"])
    return Heading(kind, rank) if kind else None


def _halves(meanings: list[str]) -> tuple[int | None, int | None]:
    """Where a heading names the first name and the last name, such as "Name, Vorname"."""
    first = _place(meanings, "first part", "first", "called")
    last = _place(meanings, "last part", "last")
    if first is None and "last" in meanings:
        first = _place(meanings, "bare")
    elif last is None and {"first", "called"}.intersection(meanings):
        last = _place(meanings, "bare")
    return first, last


def _place(meanings: list[str], *wanted: str) -> int | None:
    return next((at for at, what in enumerate(meanings) if what in wanted), None)


def _kind_of_half(meanings: set[str]) -> Kind | None:
    if "particle" in meanings:
        return "particle"
    if "called" in meanings:
        return "preferred_first"
    if meanings & {"first", "first part"}:
        return "preferred_first" if "preferred" in meanings else "first"
    if meanings & {"last", "last part"}:
        return "preferred_last" if "preferred" in meanings else "last"
    return None


def _kind_of_whole(meanings: set[str]) -> Kind | None:
    if "nickname" in meanings or {"preferred", "bare"} <= meanings:
        return "preferred"
    if meanings == {"bare"}:
        return "bare"
    return "whole" if meanings & {"bare", "person"} else None
