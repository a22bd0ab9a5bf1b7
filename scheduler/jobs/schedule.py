"""Every periodic job and how often it runs. Each is one call of the domain, safe to run twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from scheduler.clock import Clock
from scheduler.domain import (
    delivery,
    drawing,
    idempotency,
    nudge,
    promotion,
    reminder,
    rest,
    session,
    signin,
)
from scheduler.domain.delivery import PostOffice


class Job(NamedTuple):
    name: str
    every: timedelta
    run: Callable[[PostOffice, Clock], Awaitable[object]]


JOBS = (
    Job("deliver mail", timedelta(seconds=1), delivery.deliver),
    Job("queue reminders", timedelta(seconds=30), lambda _, clock: reminder.queue_due(clock())),
    Job("tell of free times", timedelta(minutes=1), lambda _, clock: nudge.queue_due(clock())),
    Job("tend waitlists", timedelta(seconds=5), lambda _, clock: promotion.tend(clock())),
    Job("give missed times", timedelta(seconds=5), lambda _, clock: rest.give_due(clock())),
    Job("draw times", timedelta(seconds=10), lambda _, clock: drawing.run_due(clock())),
    Job(
        "forget answers", timedelta(hours=1), lambda _, clock: idempotency.forget_outlived(clock())
    ),
    Job("forget sign-ins", timedelta(hours=1), lambda _, clock: signin.forget_outlived(clock())),
    Job("forget sessions", timedelta(hours=1), lambda _, clock: session.forget_outlived(clock())),
)
