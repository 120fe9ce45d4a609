"""What goes on beside the answer, and what becomes of exceptions that nobody caught."""

import traceback

from componentize_py_async_support import spawn
from tollgate_wasi.loop import fail_at_end
from wit_world.imports import invocation


def background(coroutine):
    """Begins something that the request's end waits for."""
    spawn(_in_background(coroutine))


async def _in_background(coroutine):
    try:
        await coroutine
    except Exception as error:
        fail_at_end(_told(error))


async def guarded(coroutine):
    """What a coroutine gives. An exception that nobody caught ends this worker, with the exception's words."""
    try:
        return await coroutine
    except Exception as error:
        invocation.fail(_told(error))


def _told(error):
    """An exception in words, when its traceback is in the log."""
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}"
