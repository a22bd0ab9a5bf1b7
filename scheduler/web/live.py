"""Who is looking at a day's board, and that it changed.

Whoever changes a board tells nobody. Each web process asks the database for the versions of the
boards that somebody looks at, all in one statement, a few times a second, and only while somebody
does: it does not matter which process made the change, and a claim costs what it costs without.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import structlog

from scheduler.clock import Clock
from scheduler.domain import board

EVERY_SECONDS = 0.4
AT_MOST_SECONDS = 5.0  # between two tries while the database does not answer
LISTENERS = 1000
LISTENERS_OF_ONE = 8  # a person's open tabs and devices; a tab in the background does not listen
_log = structlog.get_logger()


class Listener:
    """A page that shows a board as it was at version `seen`. However slow, it misses no change."""

    def __init__(self, event: UUID, seen: str, person: UUID | None) -> None:
        self.event, self.seen, self.person = event, seen, person
        self._newest = seen
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    def tell(self, version: str) -> None:
        self._newest = version
        if version != self.seen:
            self.wake()

    async def wait(self, seconds: float) -> bool:
        """Until it is woken, if that happens in this time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        return self._woken.is_set()

    def take(self) -> str:
        """The newest version, which is seen from now on; those between are skipped."""
        self._woken.clear()
        self.seen = self._newest
        return self.seen


class Live:
    """The listeners of this process, and what watches for them."""

    def __init__(self, clock: Clock) -> None:
        self.ended = False
        # Whoever claims meanwhile waits for one board, and not for all of them.
        self.drawing = asyncio.Lock()
        self._clock = clock
        self._listeners: set[Listener] = set()
        self._somebody = asyncio.Event()

    def has_room_for(self, listener: Listener) -> bool:
        person = listener.person
        theirs = [one for one in self._listeners if person and one.person == person]
        return len(theirs) < LISTENERS_OF_ONE and len(self._listeners) < LISTENERS

    @contextlib.contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        self._listeners.add(listener)
        self._somebody.set()
        try:
            yield
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._somebody.clear()

    def end(self) -> None:
        """Lets all listeners go: a server that stops waits for them."""
        self.ended = True
        for listener in self._listeners:
            listener.wake()

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        watcher = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self.end()
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)

    async def _watch(self) -> None:
        pause = EVERY_SECONDS
        while True:
            await self._somebody.wait()
            try:
                await self._look()
                pause = EVERY_SECONDS
            except Exception:  # noqa: BLE001  # whatever the database says, it may be back soon
                _log.exception("boards not read")
                pause = min(2 * pause, AT_MOST_SECONDS)
            await asyncio.sleep(pause)

    async def _look(self) -> None:
        # Whoever comes while the database answers is told the next time: for them this answer may
        # be older than their page.
        asking = list(self._listeners)
        versions = await board.versions({one.event for one in asking}, self._clock())
        for listener in asking:
            listener.tell(versions.get(listener.event, listener.seen))
