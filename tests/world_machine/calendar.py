"""Calendars as people keep them: fed with the messages that left, in any order."""

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from email.message import EmailMessage
from typing import Any, NamedTuple

import icalendar

from scheduler.mail.transports import Sender


class Told(NamedTuple):
    """One iTIP message. The later one of a UID is the one with the higher SEQUENCE and DTSTAMP."""

    uid: str
    sequence: int
    stamped_at: datetime
    to: str
    live: bool
    starts_at: datetime
    ends_at: datetime
    words: str

    @property
    def age(self) -> tuple[int, datetime]:
        return self.sequence, self.stamped_at

    @property
    def news(self) -> tuple[Any, ...]:
        """What its reader would notice."""
        return self.live, self.starts_at, self.ends_at, self.words


class Calendars:
    """A way out for mail. Everybody's calendar takes in what arrives."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.letters: list[EmailMessage] = []
        self.told: list[Told] = []
        self.entries: dict[str, Told] = {}
        self.idle = 0  # messages that told of nothing new

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Sender]:
        yield self

    async def check(self) -> str:
        return "into the calendars of a test"

    async def send(self, message: EmailMessage) -> None:
        self.letters.append(message)
        if told := read(message):
            before = self.entries.get(told.uid)
            assert before is None or before.age < told.age, "the newer one came first"
            self.idle += before is not None and before.news == told.news
            self.told.append(told)
            self.entries = after(self.told)

    def live(self) -> dict[str, Told]:
        return {uid: told for uid, told in self.entries.items() if told.live}

    def check_any_order(self, chance: random.Random) -> None:
        shuffled = chance.sample(self.told, len(self.told))
        assert after(shuffled) == self.entries, "the order of arrival decides"


def after(arrived: Iterable[Told]) -> dict[str, Told]:
    """RFC 5546: what is older than what is known, a cancellation included, changes nothing."""
    entries: dict[str, Told] = {}
    for told in arrived:
        if told.uid not in entries or entries[told.uid].age <= told.age:
            entries[told.uid] = told
    return entries


def read(message: EmailMessage) -> Told | None:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return _read(part.get_payload(decode=True), message["To"].addresses[0].addr_spec)
    return None


def _read(content: Any, to: str) -> Told:
    calendar: Any = icalendar.Calendar.from_ical(content)
    (entry,) = calendar.events
    assert entry["ATTENDEE"] == f"mailto:{to}", "sent to somebody else"
    cancelled = calendar["METHOD"] == "CANCEL"
    assert cancelled == (entry["STATUS"] == "CANCELLED")
    seat = "" if cancelled else str(entry["DESCRIPTION"]).partition("\n")[0]
    return Told(
        uid=str(entry["UID"]), sequence=int(entry["SEQUENCE"]), stamped_at=entry["DTSTAMP"].dt,
        to=to, live=not cancelled, starts_at=entry.start, ends_at=entry.end,
        words=f"{entry['SUMMARY']}, {entry['LOCATION']}, {seat}",
    )  # fmt: skip
