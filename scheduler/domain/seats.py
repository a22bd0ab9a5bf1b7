"""The slots that somebody can be moved to: those that a day has, and those that it could have."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from scheduler.domain import plan as planning
from scheduler.domain import wallclock
from scheduler.domain.plan import PlannedShift
from scheduler.domain.reseating import Seat
from scheduler.domain.slot import Interval, overlap
from scheduler.ids import new_id
from scheduler.storage.rows import Event, Shift, Slot


def open_seats(slots: Sequence[Slot], now: datetime) -> Iterator[Seat]:
    for slot in slots:
        if slot.holder is None and slot.starts_at > now:
            time = slot.starts_at, slot.ends_at
            yield Seat(slot.id, slot.shift, time, slot.planned, slot.offered_to)


def as_planned(event: Event, shift: Shift, ends_at: datetime) -> PlannedShift:
    """Its plan with its instants, but for another end."""
    plan = planning.of_shift(shift)

    def instant(wall: str) -> datetime:
        return wallclock.to_instant(event.date, planning.parse_time(wall), event.timezone)

    breaks: list[Interval] = [(instant(one.starts), instant(one.ends)) for one in plan.breaks]
    return PlannedShift(plan, (shift.starts_at, ends_at), breaks)


def missing_seats(
    event: Event, shift: Shift, ends_at: datetime, there: Sequence[Slot], now: datetime
) -> Iterator[Seat]:
    """The slots ahead that a shift would have by its plan, up to this end, and has not."""
    own = [slot.planned for slot in there if slot.shift == shift.id]
    for time in planning.to_slots(event, as_planned(event, shift, ends_at)):
        if time[0] > now and not any(overlap(time, one) for one in own):
            yield Seat(new_id(), shift.id, time, time, extra=time[1] > shift.ends_at)


def extra_seats(
    event: Event, others: Sequence[Shift], limits: Mapping[UUID, datetime],
    there: Sequence[Slot], now: datetime,
) -> Iterator[Seat]:  # fmt: skip
    """What the other shifts gain by going on up to their limits, beside what is late there."""
    for shift in others:
        limit = limits.get(shift.id, shift.ends_at)
        if shift.ends_at > now and shift.out_from is None and limit > shift.ends_at:
            late = [(one.starts_at, one.ends_at) for one in there if one.shift == shift.id]
            for seat in missing_seats(event, shift, limit, there, now):
                if seat.extra and not any(overlap(seat.time, time) for time in late):
                    yield seat


def added(extra: Sequence[Seat], given: Collection[Seat | None]) -> list[Seat]:
    """Those up to the last one that somebody gets: a shift that goes on has no gap."""
    last = longer([seat for seat in given if seat and seat.extra])
    return [seat for seat in extra if seat.time[1] <= last.get(seat.shift, seat.time[0])]


def longer(seats: Sequence[Seat]) -> dict[UUID, datetime]:
    """When the last of these ends, by shift."""
    ends: dict[UUID, datetime] = {}
    for seat in seats:
        ends[seat.shift] = max(seat.time[1], ends.get(seat.shift, seat.time[1]))
    return ends
