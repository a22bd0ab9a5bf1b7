"""A time of one's own: found, taken, moved, given back."""

from scheduler.web.pages.employee import (
    board,
    booked,
    mine,
    moving,
    personal_link,
    shared_link,
    wishing,
)

HANDLERS = [
    handler
    for room in (board, booked, mine, moving, personal_link, shared_link, wishing)
    for handler in room.HANDLERS
]
