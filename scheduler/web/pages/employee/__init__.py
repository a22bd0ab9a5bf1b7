"""A time of one's own: found, taken, moved, given back."""

from scheduler.web.pages.employee import (
    board,
    booked,
    keeping,
    mine,
    moving,
    offer,
    personal_link,
    reseated,
    shared_link,
    waiting,
    wishing,
)

ROOMS = (
    board, booked, keeping, mine, moving, offer, personal_link, reseated, shared_link, waiting,
    wishing,
)  # fmt: skip
HANDLERS = [handler for room in ROOMS for handler in room.HANDLERS]
