"""The worker's class, and the way out of it."""

import json

from tollgate.env import Env
from tollgate.http import Request, Response
from tollgate_wasi import background, send
from wit_world.imports import invocation


async def fetch(request, **given):
    """Sends a request: `fetch(url, method=…, headers=…, body=…)`, or `fetch(request)`. No redirect is followed."""
    return await send(request if isinstance(request, Request) else Request(request, **given))


class Context:
    """What one request came with."""

    @property
    def props(self):
        """What the dispatch attached for this worker."""
        return json.loads(invocation.props())

    def wait_until(self, coroutine):
        """Goes on with something when the response is out."""
        background(coroutine)


class WorkerEntrypoint:
    """A worker: its subclass `Default` has `async def fetch(self, request)`, which gives a response."""

    def __init__(self, ctx, env):
        self.ctx = ctx
        self.env = env


async def answer(worker, request):
    """The response of a worker's class to a request."""
    response = await worker(Context(), Env()).fetch(request)
    if not isinstance(response, Response):
        raise TypeError(f"the worker's fetch gave {response!r}, expected a Response")
    return response
