"""Serves requests: the export `wasi:http/handler`."""

from componentize_py_types import Err
from tollgate import wire
from tollgate.errors import FetchError
from tollgate.http import Headers, Request
from tollgate_wasi.body import Incoming, outgoing
from tollgate_wasi.tasks import guarded
from wit_world import exports
from wit_world.imports import http_types as types


def serve(answer):
    """The exported class; `answer` gives the response to a request."""

    class Handler(exports.Handler):
        async def handle(self, request):
            answered = await guarded(_serve(answer, request))
            if isinstance(answered, Err):
                raise answered
            return answered

    return Handler


async def _serve(answer, raw):
    request = _request(raw)
    head = request.method == "HEAD"
    try:
        response = await answer(request)
    except FetchError as error:
        # Whoever sent the request sees what happened to the one that this worker sent.
        return Err(error.cause)
    arrived = response._whole()
    if arrived:
        return arrived
    answered, _ = types.Response.new(wire.fields(response, head or response.status == 304), *outgoing(response.body))
    wire.set_status(answered, response.status)
    return answered


def _request(raw):
    with raw.get_headers() as fields:
        headers = Headers(wire.pairs(fields.copy_all()))
    verb = wire.method(raw.get_method())
    url = wire.url(raw.get_scheme(), raw.get_authority(), raw.get_path_with_query())
    body = None if wire.bodiless(verb, headers) else Incoming(raw)
    return Request(url, method=verb, headers=headers, body=body)._arrive(raw)
