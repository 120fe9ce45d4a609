"""Serves one request: the export `wasi:http/incoming-handler`."""

import asyncio
import traceback

from componentize_py_types import Err, Ok
from tollgate import wire
from tollgate.errors import FetchError
from tollgate.http import Headers, Request
from tollgate_wasi.body import Incoming, write
from tollgate_wasi.loop import PollLoop
from tollgate_wasi.tasks import finished
from wit_world.imports import http_types as types
from wit_world.imports import invocation

try:
    from wit_world.imports.dispatcher import reply
except ImportError:  # Only a dispatch worker's world has it.
    reply = None


def serve(answer):
    """The exported class; `answer` gives the response to a request."""

    class IncomingHandler:
        def handle(self, request, response_out):
            try:
                asyncio.run(_serve(answer, request, response_out), loop_factory=PollLoop)
            except Exception as error:
                traceback.print_exc()
                invocation.fail(f"{type(error).__name__}: {error}")

    return IncomingHandler


async def _serve(answer, raw, out):
    request = _request(raw)
    head = request.method == "HEAD"
    try:
        response = await answer(request)
    except FetchError as error:
        # Whoever sent the request sees what happened to the one that this worker sent.
        types.ResponseOutparam.set(out, Err(error.cause))
    else:
        await _respond(response, out, head)
    await finished()


def _request(raw):
    with raw.headers() as fields:
        headers = Headers(wire.pairs(fields.entries()))
    verb = wire.method(raw.method())
    url = wire.url(raw.scheme(), raw.authority(), raw.path_with_query())
    body = None if wire.bodiless(verb, headers) else Incoming(raw)
    return Request(url, method=verb, headers=headers, body=body)._arrive(raw)


async def _respond(response, out, head):
    arrived = reply and response._whole()
    if arrived:
        return reply(out, arrived)
    raw = types.OutgoingResponse(wire.fields(response, head or response.status == 304))
    wire.set_status(raw, response.status)
    # A body that is opened must be as long as `content-length` says: where there is none, it stays closed.
    to = None if response.body is None else raw.body()
    types.ResponseOutparam.set(out, Ok(raw))
    if to:
        await write(response.body, to)
