"""Requests on their way out."""

from dataclasses import dataclass
from typing import Callable

from componentize_py_types import Err, Ok
from tollgate import wire
from tollgate.errors import FetchError
from tollgate.http import Response
from tollgate_wasi.body import Incoming, cut, write
from tollgate_wasi.loop import ready
from tollgate_wasi.tasks import abandon, background
from wit_world.imports import bindings, outgoing_handler
from wit_world.imports import http_types as types


@dataclass
class Way:
    """A way out: how a request of one's own takes it, what its errors become, and how the request that arrived is handed
    over as it is, where that can be done."""

    send: Callable
    error: Callable = FetchError
    forward: Callable | None = None


NETWORK = Way(lambda request: outgoing_handler.handle(request, None))


def service(binding):
    """The way through a service or mTLS-certificate binding."""
    return Way(lambda request: bindings.fetch(binding, request, None))


def dispatch(worker, error):
    """The way to a customer's worker."""
    return Way(lambda request: worker.fetch(request, None), error, worker.forward)


async def send(request, way=NETWORK):
    """Sends a request, and gives its response. Bodies go on in the background."""
    inbound = way.forward and request._whole()
    if inbound:
        return await _response(way.forward(inbound), request, way)
    raw = types.OutgoingRequest(wire.fields(request))
    wire.aim(raw, request)
    to = None if request.body is None else raw.body()
    writing = to and write(request.body, to)
    try:
        future = way.send(raw)
    except Err as error:
        if writing:
            writing.close()
        raise way.error(error.value) from None
    upload = to and background(_upload(writing, to))
    try:
        return await _response(future, request, way)
    except BaseException:
        error = upload and abandon(upload)
        if error:
            # There is no response because there was no body.
            raise error from None
        raise


async def _upload(writing, to):
    try:
        await writing
    except BaseException:
        # Or the request would have neither an end nor a response.
        cut(to)
        raise


async def _response(future, request, way):
    while (answered := future.get()) is None:
        await ready(future)
    match answered:
        case Ok(Ok(raw)):
            return _arrived(raw, request)
        case Ok(Err(cause)):
            raise way.error(cause)
    raise RuntimeError("the response was taken already")


def _arrived(raw, request):
    with raw.headers() as fields:
        headers = wire.pairs(fields.entries())
    status = raw.status()
    empty = request.method == "HEAD" or status in (204, 304)
    return Response(None if empty else Incoming(raw), status, headers)._arrive(raw)
