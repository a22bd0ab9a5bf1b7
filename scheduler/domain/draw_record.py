"""A draw as a file that anybody can repeat, without a name in it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduler.domain.draw import Draw, Time, Wish, commitment, draw, in_order, mark, seated

Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[datetime, Meta(tz=True)]


class RecordedTime(Time, frozen=True, forbid_unknown_fields=True):
    starts_at: Instant


class RecordedWish(Wish, frozen=True, forbid_unknown_fields=True):
    pass


class Record(Struct, frozen=True, forbid_unknown_fields=True, tag_field="chairtime_draw", tag=1):
    """All of a draw, for those who may know what counts against whom. `commitment` was published
    before the wishes closed, `seed` after the draw.
    """

    event: UUID
    commitment: Hex
    seed: Hex
    times: list[RecordedTime]
    wishes: list[RecordedWish]
    places: dict[str, str]


class Marked(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody wished for, by their mark."""

    mark: str
    slots: list[str]


class Shown(Struct, frozen=True, forbid_unknown_fields=True, tag_field="chairtime_draw", tag=2):
    """The same for everybody who wished: people in the order of the draw, and not why they are in
    it. Who sits where is seen on the day; how due they were is nobody's business.

    `whole` is the SHA-256 of the whole file.
    """

    event: UUID
    commitment: Hex
    seed: Hex
    whole: Hex
    times: list[RecordedTime]
    order: list[Marked]
    places: dict[str, str]


class NotARecord(Exception):
    """What cannot be read, and where."""


def written(event: UUID, seed: str, times: list[Time], drawn: Draw) -> bytes:
    """By ticket and time, not in the order in which people came."""
    record = Record(
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
    return _file(record)


def shown(content: bytes) -> bytes:
    """What everybody who wished may read, of the whole file."""
    record = read(content)
    marked = Shown(
        event=record.event,
        commitment=record.commitment,
        seed=record.seed,
        whole=sha256(content).hexdigest(),
        times=record.times,
        order=[Marked(mark(one.ticket), one.slots) for one in in_order(record.seed, record.wishes)],
        places=dict(sorted((mark(ticket), slot) for ticket, slot in record.places.items())),
    )
    return _file(marked)


def _file(record: Record | Shown) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def read(content: bytes) -> Record:
    """The whole file."""
    found = read_either(content)
    if isinstance(found, Shown):
        raise NotARecord("This is the file of a draw as everybody may read it, not all of it.")
    return found


def drawn(record: Record) -> Draw:
    order = in_order(record.seed, record.wishes)
    wishes: dict[str, Wish] = {one.ticket: one for one in order}
    return Draw(wishes, list(wishes), record.places)


def read_either(content: bytes) -> Record | Shown:
    try:
        record = msgspec.json.decode(content, type=Record | Shown)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotARecord(f"This is not the file of a draw: {error}.") from None
    for fault in _faults(record):
        raise NotARecord(f"This is not the file of a draw: {fault}.")
    return record


def wishes_of(record: Record | Shown) -> list[tuple[str, list[str]]]:
    """By ticket, or by mark and in order."""
    if isinstance(record, Shown):
        return [(one.mark, one.slots) for one in record.order]
    return [(one.ticket, one.slots) for one in record.wishes]


def _faults(record: Record | Shown) -> Iterator[str]:
    slots, wishes = [time.id for time in record.times], wishes_of(record)
    yield from (f"time {shown!r} is there twice" for shown in _repeated(slots))
    tickets = [who for who, _ in wishes]
    yield from (f"ticket {shown!r} is there twice" for shown in _repeated(tickets))
    for who, wished in wishes:
        named = f"ticket {who!r} wishes"
        yield from (f"{named} for {slot!r} twice" for slot in _repeated(wished))
        unknown = sorted(set(wished) - set(slots))
        yield from (f"{named} for {slot!r}, which is no time of this draw" for slot in unknown)


def _repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def repeated(record: Record | Shown) -> dict[str, str]:
    """Who gets which time. Without the reasons for the order, in the order of the file."""
    if isinstance(record, Shown):
        return seated(record.seed, record.times, wishes_of(record))
    return draw(record.seed, record.times, record.wishes).places


def differences(record: Record | Shown) -> list[str]:
    """What is not as it was promised, or comes out otherwise; nothing when all is well."""
    found = []
    if commitment(record.seed) != record.commitment:
        found.append("The seed is not the one that was promised before the wishes closed.")
    again = repeated(record)
    for ticket in sorted(again.keys() | record.places.keys()):
        now, then = (places.get(ticket, "nothing") for places in (again, record.places))
        if now != then:
            found.append(f"Ticket {ticket} draws {now}, but the file says {then}.")
    return found
