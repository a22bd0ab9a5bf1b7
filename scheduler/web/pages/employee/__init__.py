"""A time of one's own: found, taken, moved, given back."""

from scheduler.web.pages.employee import (
    board,
    booked,
    chair_link,
    keeping,
    mine,
    moving,
    offer,
    personal_link,
    reseated,
    shared_link,
    standing_by,
    waiting,
    wishing,
)

ROOMS = (
    board, booked, keeping, mine, moving, offer, personal_link, reseated, shared_link, waiting,
    standing_by, chair_link, wishing,
)  # fmt: skip
HANDLERS = [handler for room in ROOMS for handler in room.HANDLERS]
