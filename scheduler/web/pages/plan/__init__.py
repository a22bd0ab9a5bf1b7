"""A coordinator's days: planned, filled, changed, cancelled, and what they were worth."""

from scheduler.web.pages.plan import (
    bookings,
    chair_cards,
    copying,
    day,
    draw,
    edit,
    fairness,
    home,
    invitations,
    message,
    new,
    nudge,
    outage,
    poster,
    remedies,
    report,
    series,
)

HANDLERS = [
    handler
    for room in (
        home, new, copying, edit, remedies, day, draw, fairness, bookings, invitations, message,
        nudge, poster, chair_cards, report, series, outage,
    )
    for handler in room.HANDLERS
]  # fmt: skip
