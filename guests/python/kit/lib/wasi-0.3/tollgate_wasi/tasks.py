"""What goes on beside the answer: bodies on their way, and what a worker does when its response is out."""

import traceback

from componentize_py_async_support import spawn
from wit_world.imports import invocation


def background(coroutine):
    """Begins something that the request's end waits for."""
    spawn(guarded(coroutine))


async def guarded(coroutine):
    """What a coroutine gives. An exception that nobody caught ends this worker, with the exception's words."""
    try:
        return await coroutine
    except Exception as error:
        traceback.print_exc()
        invocation.fail(f"{type(error).__name__}: {error}")
