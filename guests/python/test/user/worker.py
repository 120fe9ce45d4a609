"""The conformance suite's customer: does what the path says (guests/rust/test/test-user)."""

import asyncio
import itertools
import os
import sys

from tollgate import FetchError, Response, WorkerEntrypoint, fetch
from tollgate.env import Service
from wit_world.imports import environment, invocation, store

requests = itertools.count()


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        match request.path:
            case "/hello":
                return Response("hello")
            case "/env":
                return Response(everything())
            case "/props":
                return Response(invocation.props())
            case "/fetch":
                return await target(request, self.env)
            case "/fetch-many":
                return await many(request, int(request.query["n"]), request.query.get("parallel") == "1")
            case "/background":
                self.ctx.wait_until(fetch(request.headers["x-target-url"]))
                return Response("ok")
            case "/forward":
                return await caught(fetch(request))
            case "/sleep":
                await asyncio.sleep(int(request.query["ms"]) / 1000)
                return Response("slept")
            case "/trap":
                # An exception would be told in words; this is the trap itself.
                os.abort()
            case "/counter":
                return Response(str(next(requests)))
            case "/no-answer":
                return None
        return Response("no such path", 404)


def everything():
    """All that a worker can read without asking the network."""
    lines = [f"env {name}={value}" for name, value in os.environ.items()]
    lines += [f"env {name}={value}" for name, value in environment.get_environment()]
    lines += [f"config {name}={value}" for name, value in store.get_all()]
    lines += [f"arg {argument}" for argument in [*sys.argv, *environment.get_arguments()]]
    lines.append(f"props {invocation.props()}")
    return "\n".join(sorted(set(lines)))


async def caught(response):
    """A response, or one of status 599 that names the error."""
    try:
        return await response
    except FetchError as error:
        return Response(str(error), 599)


async def target(request, env):
    """Fetches what `x-target-url` says, with the inbound method, headers and body. With `x-service` it goes through that
    binding; of one that it does not have, the platform says so."""
    headers = request.headers
    request.url = headers.pop("x-target-url")
    request.method = headers.pop("x-target-method", request.method)
    binding = headers.pop("x-service", None)
    if binding is None:
        return await caught(fetch(request))
    return await caught(env.get(binding, Service(binding)).fetch(request))


async def many(request, count, parallel):
    url = request.headers["x-target-url"]

    async def one():
        try:
            response = await fetch(url)
            return str(response.status) if parallel else await response.text()
        except FetchError as error:
            return str(error)

    if parallel:
        lines = await asyncio.gather(*(one() for _ in range(count)))
    else:
        lines = [await one() for _ in range(count)]
    return Response("\n".join(lines))
