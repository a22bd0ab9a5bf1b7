"""A draw as a file that anybody can repeat, without a name in it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduler.domain.draw import Draw, Time, Wish, commitment, draw

Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[datetime, Meta(tz=True)]


class RecordedTime(Time, frozen=True, forbid_unknown_fields=True):
    starts_at: Instant


class RecordedWish(Wish, frozen=True, forbid_unknown_fields=True):
    pass


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """`commitment` was published before the wishes closed, `seed` after the draw."""

    chairtime_draw: Literal[1]
    event: UUID
    commitment: Hex
    seed: Hex
    times: list[RecordedTime]
    wishes: list[RecordedWish]
    places: dict[str, str]


class NotARecord(Exception):
    """What cannot be read, and where."""


def written(event: UUID, seed: str, times: list[Time], drawn: Draw) -> bytes:
    """By ticket and time, not in the order in which people came."""
    record = Record(
        chairtime_draw=1,
        event=event,
        commitment=commitment(seed),
        seed=seed,
        times=[
            RecordedTime(time.id, time.starts_at)
            for time in sorted(times, key=lambda time: (time.starts_at, time.id))
        ],
        wishes=[
            RecordedWish(wish.ticket, wish.due, sorted(wish.slots))
            for _, wish in sorted(drawn.wishes.items())
        ],
        places=dict(sorted(drawn.places.items())),
    )
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def read(content: bytes) -> Record:
    try:
        record = msgspec.json.decode(content, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotARecord(f"This is not the file of a draw: {error}.") from None
    for fault in _faults(record):
        raise NotARecord(f"This is not the file of a draw: {fault}.")
    return record


def _faults(record: Record) -> Iterator[str]:
    slots = [time.id for time in record.times]
    yield from (f"time {shown!r} is there twice" for shown in _repeated(slots))
    tickets = [wish.ticket for wish in record.wishes]
    yield from (f"ticket {shown!r} is there twice" for shown in _repeated(tickets))
    for wish in record.wishes:
        named = f"ticket {wish.ticket!r} wishes"
        yield from (f"{named} for {slot!r} twice" for slot in _repeated(wish.slots))
        unknown = sorted(set(wish.slots) - set(slots))
        yield from (f"{named} for {slot!r}, which is no time of this draw" for slot in unknown)


def _repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def differences(record: Record) -> list[str]:
    """What is not as it was promised, or comes out otherwise; nothing when all is well."""
    found = []
    if commitment(record.seed) != record.commitment:
        found.append("The seed is not the one that was promised before the wishes closed.")
    again = draw(record.seed, record.times, record.wishes).places
    for ticket in sorted(again.keys() | record.places.keys()):
        now, then = (places.get(ticket, "nothing") for places in (again, record.places))
        if now != then:
            found.append(f"Ticket {ticket} draws {now}, but the file says {then}.")
    return found
