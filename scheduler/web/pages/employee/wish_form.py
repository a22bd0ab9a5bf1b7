"""What somebody wishes for on a day that is drawn, or in line for one, as a form has it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from scheduler.domain import wallclock
from scheduler.domain.board import Board
from scheduler.domain.plan import WallTime
from scheduler.domain.wish import Wishes


class WishForm(Struct, frozen=True, kw_only=True):
    """`email` is a guest's; with `join` somebody will wait in line."""

    earliest: WallTime | None = None
    latest: WallTime | None = None
    therapist: UUID | None = None
    email: str = ""
    join: str = ""

    def wishes(self) -> Wishes:
        return Wishes(earliest=self.earliest, latest=self.latest, therapist=self.therapist)

    def kept(self) -> dict[str, Any]:
        """What comes back in the address after signing in."""
        wished = {"earliest": self.earliest, "latest": self.latest, "therapist": self.therapist}
        return wished | {"join": self.join}


def own(shown: Board) -> WishForm:
    """As it was put in before, in line or else before the draw."""
    if place := shown.line.place:
        return WishForm(earliest=place.earliest, latest=place.latest, therapist=place.therapist)
    if not shown.draw or not shown.draw.outcome:
        return WishForm()
    wish = shown.draw.outcome.wish
    earliest, latest = (f"{one:%H:%M}" if one else None for one in (wish.earliest, wish.latest))
    return WishForm(earliest=earliest, latest=latest, therapist=wish.therapist)


def choices(shown: Board, wanted: WishForm) -> tuple[list[str], list[str]]:
    """When times of the day begin and when they end, with what is wanted already."""
    starts = [time.starts_at for part in shown.parts.values() for time in part]
    length = timedelta(minutes=shown.event.slot_minutes)
    begins, ends = (
        {f"{wallclock.to_local(one + more, shown.event.timezone):%H:%M}" for one in starts}
        for more in (timedelta(), length)
    )
    earliest, latest = ({one} if one else set[str]() for one in (wanted.earliest, wanted.latest))
    return sorted(begins | earliest), sorted(ends | latest)
