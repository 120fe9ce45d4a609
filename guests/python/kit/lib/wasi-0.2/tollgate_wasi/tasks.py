"""What goes on beside the answer: bodies on their way, and what a worker does when its response is out."""

import asyncio

_tasks = set()


def background(coroutine):
    """Begins something that the request's end waits for."""
    task = asyncio.ensure_future(coroutine)
    _tasks.add(task)
    return task


def abandon(task):
    """Takes back what was begun, and gives the exception that it has ended with, if it has."""
    _tasks.discard(task)
    task.cancel()
    return task.exception() if task.done() and not task.cancelled() else None


async def finished():
    """Waits for everything that was begun, also where some of it fails: the first exception comes when all has ended."""
    failed = None
    while _tasks:
        task = _tasks.pop()
        try:
            await task
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
        except Exception as error:
            failed = failed or error
    if failed:
        raise failed
