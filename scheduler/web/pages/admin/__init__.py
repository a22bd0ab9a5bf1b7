"""An organisation's own rules."""

from scheduler.web.pages.admin import organisation, sign_in

HANDLERS = [handler for room in (organisation, sign_in) for handler in room.HANDLERS]
