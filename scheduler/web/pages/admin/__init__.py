"""An organisation: its settings, sign-in, keepers and log."""

from scheduler.web.pages.admin import log, organisation, pacing, roles, sign_in

HANDLERS = [
    handler for room in (organisation, pacing, sign_in, roles, log) for handler in room.HANDLERS
]
