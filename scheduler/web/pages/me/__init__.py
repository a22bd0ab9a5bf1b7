"""What is about the reader."""

from scheduler.web.pages.me import about_me, calendar_feed, messages, own_data

HANDLERS = [
    handler for room in (about_me, messages, own_data, calendar_feed) for handler in room.HANDLERS
]
