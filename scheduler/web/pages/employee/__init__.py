"""A time of one's own: found, taken, moved, given back."""

from scheduler.web.pages.employee import (
    board,
    booked,
    mine,
    moving,
    offer,
    personal_link,
    shared_link,
    waiting,
    wishing,
)

ROOMS = (board, booked, mine, moving, offer, personal_link, shared_link, waiting, wishing)
HANDLERS = [handler for room in ROOMS for handler in room.HANDLERS]
