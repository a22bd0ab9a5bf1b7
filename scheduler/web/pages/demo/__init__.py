"""What only a demo has: somebody to be, and the mail that nobody got."""

from scheduler.web.pages.demo import mailbox, playing

HANDLERS = [handler for room in (playing, mailbox) for handler in room.HANDLERS]
