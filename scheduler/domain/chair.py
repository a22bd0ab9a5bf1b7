"""What somebody at a chair needs to know: who is in it, who is next, and what there is to mark."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from scheduler.domain import attendance, wallclock
from scheduler.domain.attendance import Attendance
from scheduler.domain.roster import EntryKind, RosterEntry, RosterShift
from scheduler.domain.slot import USEFUL

# Whoever did not come in all this time after theirs is not waited for any more.
LATE_AT_MOST = timedelta(hours=1)
# Whoever walks in sits down or comes back soon; for later there is the board.
WALKS_IN = timedelta(hours=2)
NOT_MARKED, MISSED = Attendance.CONFIRMED, Attendance.NO_SHOW
HERE, OVER = Attendance.CHECKED_IN, Attendance.COMPLETED


class Turn(StrEnum):
    """What a line of the day is, just now."""

    BREAK = "break"
    FREE = "free"
    LATER = "later"
    NEXT = "next"
    HERE = "here"
    IN_CHAIR = "in_chair"
    DONE = "done"
    NO_SHOW = "no_show"
    NOT_MARKED = "not_marked"


class Line(Struct, frozen=True, kw_only=True):
    """`marks` are what it can be marked as with one tap; `can_undo`: a mark can be taken back.

    `again`: the clocks were set back, and show this time for the second time. `rest` is what is
    left of a time that was missed, and `walk_in` says that whoever stands there may have this one.
    """

    entry: RosterEntry
    shift: RosterShift
    turn: Turn
    marks: tuple[Attendance, ...] = ()
    can_undo: bool = False
    again: bool = False
    rest: RosterEntry | None = None
    walk_in: bool = False


class Chair(Struct, frozen=True, kw_only=True):
    """A therapist's day, in one or several shifts."""

    shifts: list[RosterShift]
    lines: list[Line]
    current: Line | None
    next: Line | None
    booked: int
    seen: int
    missed: int


def by_therapist(shifts: Iterable[RosterShift], first: object) -> list[list[RosterShift]]:
    """Each therapist's shifts together, those of `first` at the beginning."""
    found: dict[object, list[RosterShift]] = {}
    for shift in shifts:
        found.setdefault(shift.therapist.id, []).append(shift)
    return sorted(found.values(), key=lambda theirs: theirs[0].therapist.id != first)


def look(shifts: Sequence[RosterShift], now: datetime) -> Chair:
    """The shifts of one therapist, who does one thing after the other."""
    day = sorted(
        ((entry, shift) for shift in shifts for entry in shift.entries),
        key=lambda one: one[0].starts_at,
    )
    entries = [entry for entry, _ in day]
    current, following = _at_the_chair(entries, now)
    lines = [
        _line(
            entry, shift, _turn(entry, current, following, entries, now), _rest(entry, entries), now
        )
        for entry, shift in day
    ]
    statuses = [entry.booking.status for entry in entries if entry.booking]
    return Chair(
        shifts=list(shifts),
        lines=lines,
        current=next((line for line in lines if line.entry is current), None),
        next=next((line for line in lines if line.entry is following), None),
        booked=len(statuses),
        seen=statuses.count(HERE) + statuses.count(OVER),
        missed=statuses.count(MISSED),
    )


def _at_the_chair(
    entries: Sequence[RosterEntry], now: datetime
) -> tuple[RosterEntry | None, RosterEntry | None]:
    """Of those who are here the first is in the chair. Whoever comes after may be here already."""
    current = next((entry for entry in entries if _status(entry) == HERE), None)
    coming = [
        entry
        for entry in entries
        if entry is not current and (_status(entry) == HERE or _is_waited_for(entry, entries, now))
    ]
    return current, next(iter(coming), None)


def _is_waited_for(entry: RosterEntry, entries: Sequence[RosterEntry], now: datetime) -> bool:
    """Until the time is over, and beyond it as long as nobody who comes later was here."""
    if _status(entry) != NOT_MARKED:
        return False
    if now < entry.ends_at:
        return True
    overtaken = any(
        _status(other) in {HERE, OVER} for other in entries if other.starts_at > entry.starts_at
    )
    return not overtaken and now < entry.ends_at + LATE_AT_MOST


def _status(entry: RosterEntry) -> str | None:
    return entry.booking.status if entry.booking else None


def _turn(
    entry: RosterEntry, current: RosterEntry | None, following: RosterEntry | None,
    entries: Sequence[RosterEntry], now: datetime,
) -> Turn:  # fmt: skip
    if entry.booking is None:
        return Turn.BREAK if entry.kind is EntryKind.BREAK else Turn.FREE
    if entry is current:
        return Turn.IN_CHAIR
    marked = {HERE: Turn.HERE, OVER: Turn.DONE, MISSED: Turn.NO_SHOW}
    if found := marked.get(Attendance(entry.booking.status)):
        return found
    if entry is following:
        return Turn.NEXT
    return Turn.LATER if _is_waited_for(entry, entries, now) else Turn.NOT_MARKED


def _rest(entry: RosterEntry, entries: Sequence[RosterEntry]) -> RosterEntry | None:
    missed = entry.booking.id if entry.booking else None
    return next((one for one in entries if missed and one.instead_of == missed), None)


def may_walk_in(entry: RosterEntry, zone: str, now: datetime) -> bool:
    """On the day itself, soon, while something useful is left."""
    today = wallclock.today(now, zone) == wallclock.to_local(entry.starts_at, zone).date()
    soon = entry.starts_at - now <= WALKS_IN and entry.ends_at - USEFUL > now
    return today and soon and not entry.booking


def _line(
    entry: RosterEntry, shift: RosterShift, turn: Turn, rest: RosterEntry | None, now: datetime
) -> Line:
    over = max(one.ends_at for one in shift.entries)
    markable = bool(entry.booking) and attendance.is_open(entry.starts_at, over, now)
    markable = markable and not (rest and rest.booking)
    return Line(
        entry=entry,
        shift=shift,
        turn=turn,
        marks=_marks(turn, entry, now) if markable else (),
        can_undo=markable and _status(entry) != NOT_MARKED,
        rest=rest,
        walk_in=turn is Turn.FREE and may_walk_in(entry, shift.timezone, now),
        again=bool(wallclock.to_local(entry.starts_at, shift.timezone).fold),
    )


def _marks(turn: Turn, entry: RosterEntry, now: datetime) -> tuple[Attendance, ...]:
    match turn:
        case Turn.IN_CHAIR:
            return (OVER,)
        case Turn.NEXT:
            return (HERE, MISSED)
        case Turn.LATER:
            return (HERE, MISSED) if entry.starts_at <= now else (HERE,)
        case Turn.NO_SHOW if entry.starts_at <= now < entry.ends_at:
            return (HERE,)
        case Turn.NOT_MARKED:
            return (OVER, MISSED)
    return ()
