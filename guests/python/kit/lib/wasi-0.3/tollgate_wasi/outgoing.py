"""Requests on their way out."""

from dataclasses import dataclass
from typing import Callable

from componentize_py_types import Err
from tollgate import wire
from tollgate.errors import FetchError
from tollgate.http import Response
from tollgate_wasi.body import Incoming, outgoing
from wit_world.imports import bindings, client
from wit_world.imports import http_types as types


@dataclass
class Way:
    """A way out: what takes a request there, and what its errors become."""

    send: Callable
    error: Callable = FetchError


NETWORK = Way(client.send)


def service(binding):
    """The way through a service or mTLS-certificate binding."""
    return Way(lambda request: bindings.fetch(binding, request))


def dispatch(worker, error):
    """The way to a customer's worker."""
    return Way(worker.fetch, error)


async def send(request, way=NETWORK):
    """Sends a request, and gives its response. Bodies go on in the background."""
    try:
        raw = await way.send(request._whole() or _raw(request))
    except Err as error:
        raise way.error(error.value) from None
    with raw.get_headers() as fields:
        headers = wire.pairs(fields.copy_all())
    status = raw.get_status_code()
    empty = request.method == "HEAD" or status in (204, 304)
    return Response(None if empty else Incoming(raw), status, headers)._arrive(raw)


def _raw(request):
    raw, _ = types.Request.new(wire.fields(request), *outgoing(request.body), None)
    wire.aim(raw, request)
    return raw
