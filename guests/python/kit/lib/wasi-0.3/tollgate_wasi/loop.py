"""What componentize-py's event loop for WASI 0.3 leaves out: time, tasks that are cancelled while they wait, and what is
still under way when a request ends."""

import asyncio
from contextvars import copy_context

import componentize_py_async_support as support
import componentize_py_runtime as runtime
from componentize_py_types import Ok
from wit_world.imports import invocation, monotonic_clock


class Loop(support._Loop):
    """componentize-py's loop, with timers."""

    # `default_exception_handler` looks at it.
    _current_handle = None

    def time(self):
        return monotonic_clock.now() / 1e9

    def call_soon(self, callback, *args, context=None):
        return super().call_soon(callback, *args, context=context or copy_context())

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self.create_task(_ring(timer))
        return timer

    def _timer_handle_cancelled(self, timer):
        """It rings, and nobody hears it."""

    def call_exception_handler(self, context):
        """As asyncio's own loops do, tells it and goes on."""
        asyncio.BaseEventLoop.default_exception_handler(self, context)


async def _ring(timer):
    await monotonic_clock.wait_until(int(timer.when() * 1e9))
    if not timer.cancelled():
        timer._run()


async def await_result(result):
    """Waits for a call's result. A task that is cancelled meanwhile leaves the call to itself: its end is still told."""
    if isinstance(result, Ok):
        return result.value
    state = support._future_state.get()
    waitable, promise = result.value
    told = state.futures[waitable] = support._loop.create_future()
    if state.waitable_set is None:
        state.waitable_set = runtime.waitable_set_new()
    runtime.waitable_join(waitable, state.waitable_set)
    return runtime.promise_get_result(await asyncio.shield(told), promise)


def poll(state):
    """Runs what can run. When the request has ended, what is still under way goes on without it."""
    support._loop.poll(state)
    if state.pending_count == 0:
        _cancel_tasks(state)
        for waitable in state.futures:
            runtime.waitable_join(waitable, 0)
        if reason := getattr(state, "failure", None):
            invocation.fail(reason)
    elif not state.futures:
        invocation.fail("RuntimeError: the worker waits for something that nothing will bring")
    return _poll(state)


def _cancel_tasks(state):
    for task in asyncio.all_tasks(support._loop):
        if task.get_context().get(support._future_state) is state:
            task.cancel()
    support._loop.poll(state)


def fail_at_end(reason):
    """Ends this worker as failed when its request has ended: what is on its way arrives."""
    support._future_state.get().failure = reason


def install():
    """Puts all this in the place of componentize-py's own."""
    support._loop, support._poll, support.await_result = Loop(), poll, await_result
    support._loop.running = True
    asyncio.set_event_loop(support._loop)
    asyncio.events._set_running_loop(support._loop)


_poll = support._poll
install()
