"""An event loop for asyncio that waits by `wasi:io/poll`."""

import asyncio

from wit_world.imports import monotonic_clock, poll


class PollLoop(asyncio.BaseEventLoop):
    """asyncio's own loop, with this object in the place of its selector."""

    def __init__(self):
        super().__init__()
        self._selector = self
        self._waiting = []

    async def wait(self, pollable):
        """Waits until a pollable is ready."""
        entry = (pollable, self.create_future())
        self._waiting.append(entry)
        try:
            await entry[1]
        finally:
            self._waiting.remove(entry)

    def select(self, timeout):
        """The futures whose pollables are ready. Without a timeout there is nothing else to be done."""
        waiting = [entry for entry in self._waiting if not entry[1].done()]
        if timeout == 0:
            return [future for pollable, future in waiting if pollable.ready()]
        pollables = [pollable for pollable, _ in waiting]
        if timeout is None:
            if not pollables:
                raise RuntimeError("the worker waits for something that nothing will bring")
            return self._ready_of(waiting, poll.poll(pollables))
        with monotonic_clock.subscribe_duration(int(timeout * 1e9)) as clock:
            return self._ready_of(waiting, poll.poll([*pollables, clock]))

    def _ready_of(self, waiting, indexes):
        return [waiting[index][1] for index in indexes if index < len(waiting)]

    def _process_events(self, events):
        for future in events:
            future.set_result(None)

    def _write_to_self(self):
        """Would wake the loop, if it slept while something else ran."""


async def ready(source):
    """Waits until a resource that can be subscribed to has something to say."""
    # A pollable must be gone before that which it was made of.
    with source.subscribe() as pollable:
        await asyncio.get_running_loop().wait(pollable)
