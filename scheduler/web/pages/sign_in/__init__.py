"""Coming in and going out."""

from scheduler.web.pages.sign_in import company, signing_in

HANDLERS = [handler for room in (signing_in, company) for handler in room.HANDLERS]
