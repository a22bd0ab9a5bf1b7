"""Refusals. The docstring is the sentence that the person reads; the code is the class's name."""

import re
from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from scheduler.i18n import docstring


class DomainError(Exception):
    """Something was refused, and nothing was changed."""

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, **values: object) -> None:
        super().__init__(docstring(type(self)).fill(**values))


class NotFound(DomainError):
    """There is nothing here, or nothing that you may see."""


class NotSignedIn(DomainError):
    """Send a valid token: "Authorization: Bearer …"."""


class FieldError(Struct, frozen=True):
    """`field` is where it is wrong, such as `shifts[0].starts`; `message` is why and what helps."""

    field: str
    message: str


class Invalid(DomainError):
    """Some of what you sent cannot be used. Nothing was changed."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__()
        self.errors = list(errors)


class IdempotencyKeyReused(DomainError):
    """This Idempotency-Key was used with another request. Choose a new key for a new request."""


class RateLimited(DomainError):
    """That was too much at once. Wait a moment, then try again."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


class Conflict(DomainError):
    """It cannot be done as things stand now."""


class EventCancelled(Conflict):
    """This massage day was cancelled."""


class EventFinished(Conflict):
    """This massage day is over."""


class EventNotOpen(Conflict):
    """Times on this massage day cannot be taken yet."""


class SlotPast(Conflict):
    """This time has already begun."""


class AlreadyBooked(Conflict):
    """You already have all the times that one person may have on this day."""


class OverlapsOwnBooking(Conflict):
    """You have another massage at that time."""


class SlotTaken(Conflict):
    """Somebody was faster: this time is taken."""


class EventFull(Conflict):
    """No open time on this day suits what you asked for."""


class OfferExpired(Conflict):
    """This time is not held for you any more."""


class OfferUsed(Conflict):
    """You have answered this offer already."""


class TooLateToCancel(Conflict):
    """It is too late to move or give back this time yourself. Your coordinator still can."""


class BookingCancelled(Conflict):
    """This time was given back."""


class TherapistUnavailable(Conflict):
    """{name} is not free at that time."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class TherapistHasShifts(Conflict):
    """{name} still has shifts on {days}. Give them to somebody else first."""

    def __init__(self, name: str, days: Sequence[date]) -> None:
        super().__init__(name=name, days=days)


class NeedsAdmin(Conflict):
    """This person is a coordinator or an admin here. Only an admin can take them out."""


class LastCoordinator(Conflict):
    """Somebody has to look after this organisation: make another person coordinator first."""


class LastAdmin(Conflict):
    """This organisation has no other admin: make another person admin first."""


class ConfirmErasure(Conflict):
    """This ends your times ahead and erases what is kept about you, for good. Repeat it with
    ?confirm=true.
    """


class NotYet(Conflict):
    """It is too early for that."""


class ShiftOver(Conflict):
    """This shift is over."""


class AttendanceClosed(Conflict):
    """Attendance for this time can no longer be changed."""


class RatingClosed(Conflict):
    """Ratings for this time are closed."""


class TouchesBookings(Conflict):
    """This change moves or cancels times that people have taken. Repeat it with ?confirm=true."""

    def __init__(self, touched: list[UUID]) -> None:
        super().__init__()
        self.touched = touched
