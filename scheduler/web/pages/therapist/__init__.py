"""The day at the chair."""

from scheduler.web.pages.therapist import roster

HANDLERS = [handler for room in (roster,) for handler in room.HANDLERS]
