"""The day at the chair."""

from scheduler.web.pages.therapist import late, roster, walk_in

HANDLERS = [handler for room in (roster, late, walk_in) for handler in room.HANDLERS]
