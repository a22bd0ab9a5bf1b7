"""The day at the chair."""

from scheduler.web.pages.therapist import late, roster

HANDLERS = [handler for room in (roster, late) for handler in room.HANDLERS]
