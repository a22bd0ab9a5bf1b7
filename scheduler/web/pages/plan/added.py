"""A shift that was suggested, filled in on the page for changes; the therapist is to be chosen."""

import re
from typing import Any

import msgspec
from msgspec import Struct

from scheduler.domain import demand, pacing
from scheduler.domain.event import EventDetails
from scheduler.i18n import gettext
from scheduler.storage.rows import Caller

WALL = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Wanted(Struct, frozen=True):
    """Wall-clock times, from the address: what is none is left alone."""

    starts: str = ""
    ends: str = ""
    therapists: str = "1"

    @property
    def is_shift(self) -> bool:
        times = bool(WALL.fullmatch(self.starts) and WALL.fullmatch(self.ends))
        return times and self.starts < self.ends


async def add_shifts(
    caller: Caller, day: EventDetails, typed: dict[str, Any], wanted: Wanted
) -> str:  # fmt: skip
    """The field to go on with, if there is a shift to add."""
    if not wanted.is_shift:
        return ""
    first = len(typed["shifts"])
    free = await demand.free_at(caller, day.event.id, wanted.starts, wanted.ends)
    rules = await pacing.of(caller.organisation)
    breaks = msgspec.to_builtins(pacing.suggested_breaks(wanted.starts, wanted.ends, rules))
    for number in range(first, first + (2 if wanted.therapists == "2" else 1)):
        typed["shifts"].append(
            {
                "chair": gettext("Chair {number}", number=number + 1),
                "starts": wanted.starts,
                "ends": wanted.ends,
                "breaks": [dict(pause) for pause in breaks],
                "free": [one.email for one in free],
            }
        )
    return f"shifts[{first}].therapist"
