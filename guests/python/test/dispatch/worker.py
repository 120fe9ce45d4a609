"""The conformance suite's dispatcher: its request's headers steer it (guests/rust/test/test-dispatch)."""

import json

from tollgate import DispatchError, Request, Response, WorkerEntrypoint
from tollgate.dispatcher import Namespace

STATUS = {
    "invalid-name": 400,
    "worker-not-found": 404,
    "limit": 429,
    "worker-error": 502,
    "overloaded": 503,
    "depth-exceeded": 508,
}


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        try:
            return await dispatch(request)
        except DispatchError as error:
            return Response(f"{error.code}: {error}", STATUS.get(error.code, 500))


async def dispatch(request):
    headers = request.headers
    name = headers.get("x-worker", request.host.split(".")[0])
    name = "" if name == "-" else name
    # Not by `self.env`, which knows those bindings alone that exist.
    namespace = Namespace(headers.get("x-binding", "dispatcher"))
    worker = namespace.get(name, limits=read(headers, "x-limits"), outbound=outbound(headers), **props(headers))
    if headers.get("x-get-only") == "1":
        return Response("got")
    if headers.get("x-use") == "fetch":
        request = Request(request.url, method=request.method, headers=headers, body=request.body)
    return await worker.fetch(request)


def read(headers, name):
    return json.loads(headers.get(name, "null"))


def props(headers):
    return {"props": read(headers, "x-props")} if "x-props" in headers else {}


def outbound(headers):
    given = read(headers, "x-parameters")
    if "x-parameter-bytes" in headers:
        given["customer_name"] = "x" * int(headers["x-parameter-bytes"])
    return given
