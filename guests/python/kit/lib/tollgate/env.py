"""`self.env`: a worker's variables, secrets and bindings, and an outbound worker's parameters."""

import json

from tollgate.dispatcher import Namespace
from tollgate.http import Request
from tollgate_wasi import send, service
from wit_world.imports import bindings, store

try:
    from tollgate import parameters
except ImportError:  # Only an outbound worker's world has them.
    parameters = None

ABSENT = object()


class Service:
    """Another worker, or the network by a client certificate: its requests pass no outbound worker."""

    def __init__(self, binding):
        self._way = service(binding)

    async def fetch(self, request, **given):
        """Sends a request, as the function `fetch` does."""
        return await send(request if isinstance(request, Request) else Request(request, **given), self._way)


class Env:
    """`env.NAME`, or `env["NAME"]`. Asked anew each time: what a dispatch attached is never there in the next one."""

    def get(self, name, default=None):
        """What has this name."""
        match bindings.kind(name):
            case "text":
                return store.get(name)
            case "json":
                return json.loads(store.get(name))
            case "dispatch-namespace":
                return Namespace(name)
            case "service" | "mtls-certificate":
                return Service(name)
        return parameters.get(name, default) if parameters else default

    def __getitem__(self, name):
        found = self.get(name, ABSENT)
        if found is ABSENT:
            raise KeyError(name)
        return found

    def __getattr__(self, name):
        found = self.get(name, ABSENT)
        if found is ABSENT:
            raise AttributeError(f"no variable, secret, binding or parameter named {name!r}")
        return found

    def __contains__(self, name):
        return self.get(name, ABSENT) is not ABSENT
