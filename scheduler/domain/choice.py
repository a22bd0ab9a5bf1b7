"""Taking what somebody chose on a board, which may have changed since it was drawn."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduler.domain import booking, text
from scheduler.domain.booking import Preferences
from scheduler.domain.errors import Conflict, FieldError, Invalid, NotFound, SlotTaken
from scheduler.i18n import say, words
from scheduler.storage import bookings, events, scope, shifts
from scheduler.storage.rows import Booking, Caller, Event, Slot
from scheduler.storage.transaction import single_write, transaction

NOTHING_CHOSEN = say("Choose a time first.")


class TimeGone(Conflict):
    """The day has changed, and this time is not offered any more. Choose another."""


class Choice(Struct, frozen=True, kw_only=True):
    """A slot, which stands for its time. With a `therapist` it is theirs that is wanted."""

    slot: UUID | None = None
    therapist: UUID | None = None


def check(choice: Choice) -> UUID:
    """The slot that was chosen. Raises Invalid when none was."""
    if choice.slot is None:
        raise Invalid(FieldError("slot", NOTHING_CHOSEN))
    return choice.slot


def check_asked(choice: Choice, email: str) -> None:
    """What a guest says who will be sent a code. Raises Invalid with all that is missing."""
    missing = [] if choice.slot else [FieldError("slot", NOTHING_CHOSEN)]
    try:
        text.clean_email(email)
    except ValueError as error:
        missing.append(FieldError("email", words(error)))
    if missing:
        raise Invalid(*missing)


@single_write
async def claim(caller: Caller, event: UUID, choice: Choice, now: datetime) -> Booking:
    """At the chosen time, in whichever chair is free. What is one's own already stays so."""
    day, wanted = await _chosen(caller, event, choice)
    try:
        return await booking.claim(caller, wanted.id, Preferences(), now)
    except NotFound:
        raise TimeGone from None
    except Conflict as refused:
        if had := await _had(caller, day, wanted):
            return had
        return await booking.claim(
            caller, await _beside(caller, day, wanted, choice, refused), Preferences(), now
        )


@transaction
async def move(caller: Caller, own: UUID, choice: Choice, now: datetime) -> Booking:
    """One's own, to the chosen time, in whichever chair is free."""
    old = await booking.get(caller, own)
    day, wanted = await _chosen(caller, old.event, choice)
    try:
        return await booking.move(caller, old.id, wanted.id, now)
    except NotFound:
        raise TimeGone from None
    except SlotTaken as refused:
        beside = await _beside(caller, day, wanted, choice, refused)
        return await booking.move(caller, old.id, beside, now)


async def _chosen(caller: Caller, event: UUID, choice: Choice) -> tuple[Event, Slot]:
    day = await events.get(scope.event_reader(caller), event)
    if day is None or not day.published_at:
        raise NotFound
    slot = await shifts.slot(day.organisation, check(choice))
    if slot is None or slot.event != day.id:
        raise TimeGone
    return day, slot


async def _had(caller: Caller, day: Event, wanted: Slot) -> Booking | None:
    """A button that was pressed twice."""
    own = await bookings.active_of_person(day.organisation, caller.id, wanted.starts_at)
    same = (one for one in own if (one.event, one.starts_at) == (day.id, wanted.starts_at))
    return next(same, None)


async def _beside(
    caller: Caller, day: Event, wanted: Slot, choice: Choice, refused: Conflict
) -> UUID:
    """Another open slot of the same time; raises what was refused when there is none."""
    if not isinstance(refused, SlotTaken) or choice.therapist:
        raise refused
    beside = await bookings.earliest_open(day, caller.id, wanted.starts_at, wanted.ends_at, None)
    if beside is None:
        raise refused
    return beside
