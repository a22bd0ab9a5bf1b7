"""The API, to read."""

from scheduler.web.pages.reference import api_docs

HANDLERS = [handler for room in (api_docs,) for handler in room.HANDLERS]
