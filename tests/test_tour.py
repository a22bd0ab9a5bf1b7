"""Runs docs/tour.md, command by command, and compares every answer and every mail with it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from tests.commands import ROOT, empty_database, environment, free_port

TOUR = ROOT / "docs" / "tour.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END_OF_STEP = "-- end of step --"
HEADER = "set -euo pipefail\ntrap 'jobs=$(jobs -p); [ -z \"$jobs\" ] || kill $jobs' EXIT\n"
MINUTE = timedelta(minutes=1)


class Step(NamedTuple):
    commands: str
    answer: str


class Letter(NamedTuple):
    to: str
    method: str
    sequence: int
    slot: int
    subject: str


# By recipient: two invites of one batch may leave in any order, those for one person may not.
LETTERS = [
    Letter("Edda Okoye <edda@acme.example>", "REQUEST", 0, 1, "Your massage on {}"),
    Letter("Emil Grün <emil@acme.example>", "REQUEST", 0, 0, "Your massage on {}"),
    Letter("Emil Grün <emil@acme.example>", "REQUEST", 1, 2, "Updated: your massage on {}"),
    Letter("Jörg Müller <joerg@acme.example>", "REQUEST", 0, 0, "Your massage on {}"),
    Letter("Jörg Müller <joerg@acme.example>", "CANCEL", 1, 0, "Cancelled: your massage on {}"),
]


def steps() -> list[Step]:
    """Each block of commands, with the block of text that follows it."""
    blocks = BLOCK.findall(TOUR.read_text("utf-8"))
    after = [*blocks[1:], ("sh", "")]
    return [
        Step(content, answer if kind == "text" else "")
        for (language, content), (kind, answer) in zip(blocks, after, strict=True)
        if language == "sh"
    ]


# What another run answers differently, and how far

THINGS = {
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "instant": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{8}T\d{6}Z",
    "day": r"[MTWFS][a-z]+day \d+ [A-Z][a-z]+ \d{4}",
    "clock": r"\b\d\d:\d\d\b",
    "free": r"(?<=127\.0\.0\.1:)\d+|\d+(?= migrations| zones)|(?<=database: )\w+",
}
THING = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in THINGS.items()))


class Reading:
    """Reads a run as the tour: one thing of the tour is always the same thing of the run."""

    def __init__(self) -> None:
        self.same: dict[tuple[str, str], str] = {}
        self.shift: dict[str, set[timedelta]] = {"instant": set(), "clock": set()}

    def compare(self, told: str, happened: str) -> None:
        assert THING.sub("…", happened) == THING.sub("…", told)
        for one, other in zip(THING.finditer(told), THING.finditer(happened), strict=True):
            assert one.lastgroup == other.lastgroup
            self._pair(str(one.lastgroup), one[0], other[0])

    def _pair(self, kind: str, told: str, happened: str) -> None:
        if kind in self.shift:
            self.shift[kind].add(_time(happened) - _time(told))
            assert len(self.shift[kind]) == 1, "all times are moved alike"
        elif kind != "free":
            assert self.same.setdefault((kind, told), happened) == happened
            assert list(self.same.values()).count(happened) == 1, "no two things became one"


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%H:%M") if ":" in text[:3] else datetime.fromisoformat(text)  # noqa: DTZ007  (only differences count)


# The run


@pytest.fixture(params=["sqlite", "postgres"])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request, tmp_path) as url:
        yield url


def walk(folder: Path, database: str) -> list[str]:
    """The output of each step, all of them run by one bash."""
    script = folder / "tour.sh"
    parts = [f"{step.commands}\necho '{END_OF_STEP}'\n" for step in steps()]
    script.write_text(HEADER + "".join(parts), "utf-8")
    done = subprocess.run(
        ["bash", str(script)],
        env=environment(
            TOUR_BIN=str(Path(sys.executable).parent), CHAIRTIME_DATABASE_URL=database,
            HTTP_PORT=str(free_port()), SMTP_PORT=str(free_port()), TOUR_FOLDER=str(folder),
        ),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=180,
        cwd=folder,
    )  # fmt: skip
    logs = "".join(log.read_text() for log in folder.glob("*.log"))
    assert done.returncode == 0, done.stdout + logs
    return done.stdout.split(f"{END_OF_STEP}\n")[:-1]


def test_the_tour(unmigrated: str, tmp_path: Path) -> None:
    reading = Reading()
    answers = walk(tmp_path, unmigrated)
    assert len(answers) == len(steps())
    for step, happened in zip(steps(), answers, strict=True):
        reading.compare(step.answer, happened)
    _check_letters(tmp_path)


def test_a_tour_that_lies_would_be_noticed() -> None:
    """The comparison itself: moved times and other ids pass, anything else does not."""
    id_, other = "01993ca1-5b52-7c9e-8d3f-0a4be1a3b001", "01993ca1-5b52-7c9e-8d3f-0a4be1a3b002"
    for told, happened in [
        (f"{id_} {id_}", f"{id_} {other}"),
        (f"{id_} {other}", f"{id_} {id_}"),
        ("09:00 09:20", "10:00 10:25"),
        ("2026-12-03T09:00:00Z 20261203T092000Z", "2026-12-03T09:00:00Z 20261203T092500Z"),
        ("5 sent", "6 sent"),
        ("booked", "booked\n"),
    ]:
        with pytest.raises(AssertionError):
            Reading().compare(told, happened)
    Reading().compare(f"{id_} 09:00 09:20 2 migrations", f"{other} 10:01 10:21 3 migrations")


# The mails


def _check_letters(folder: Path) -> None:
    slots: list[dict[str, Any]] = json.loads((folder / "slots.json").read_text())["items"]
    zone = ZoneInfo(str(_json(folder / "event.json")["timezone"]))
    uids = []
    for mail, letter in zip(letters(folder), LETTERS, strict=True):
        slot = slots[letter.slot]
        starts, ends = (datetime.fromisoformat(slot[edge]) for edge in ("starts_at", "ends_at"))
        local = starts.astimezone(zone)
        when = f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"
        assert (mail["To"], mail["Subject"]) == (letter.to, letter.subject.format(when))
        assert mail["From"] == "Massage at Acme <massage@acme.example>"
        uids.append(_check_invite(mail, letter, (starts, ends)))
    assert uids[0] == _json(folder / "edda.json")["uid"]
    assert uids[1] == uids[2] == _json(folder / "emil.json")["uid"]
    assert uids[3] == uids[4]
    assert len(set(uids)) == 3


def letters(folder: Path) -> list[EmailMessage]:
    """By recipient, and then in the order in which the mail server took them."""
    paths = sorted((folder / "mail" / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return sorted(found, key=lambda mail: str(mail["To"]))


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _check_invite(mail: EmailMessage, letter: Letter, times: tuple[datetime, datetime]) -> str:
    """Its UID; two readers that know nothing of each other agree about it."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    attached = next(part for part in mail.walk() if part.get_filename() == "invite.ics")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert attached.get_payload(decode=True) == raw
    assert part.get_param("method") == letter.method
    read = icalendar.Calendar.from_ical(raw)
    [entry] = read.events
    other = vobject.readOne(raw.decode())
    assert (str(read["METHOD"]), other.method.value) == (letter.method, letter.method)
    assert (entry["SEQUENCE"], other.vevent.sequence.value) == (
        letter.sequence,
        str(letter.sequence),
    )
    assert (entry.start, entry.end) == times
    assert (other.vevent.dtstart.value, other.vevent.dtend.value) == times
    assert str(entry["UID"]) == other.vevent.uid.value
    assert letter.to.partition("<")[2].rstrip(">") in str(entry["ATTENDEE"])
    return str(entry["UID"])
