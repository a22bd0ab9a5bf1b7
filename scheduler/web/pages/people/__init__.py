"""Who belongs to an organisation."""

from scheduler.web.pages.people import directory, importing

HANDLERS = [handler for room in (directory, importing) for handler in room.HANDLERS]
