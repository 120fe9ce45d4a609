"""`self.env`: a worker's variables, secrets and bindings, and an outbound worker's parameters."""

import json

from tollgate.dispatcher import Namespace
from tollgate_wasi import send, service
from wit_world.imports import bindings, store

try:
    from tollgate import parameters
except ImportError:  # Only an outbound worker's world has them.
    parameters = None


class Service:
    """Another worker, or the network by a client certificate: requests that pass no outbound worker."""

    def __init__(self, binding):
        self._binding = binding

    async def fetch(self, request, **given):
        """Sends a request, as the function `fetch` does."""
        from tollgate.http import Request

        request = request if isinstance(request, Request) else Request(request, **given)
        return await send(request, service(self._binding))


class Env:
    """`env.NAME`, or `env["NAME"]`. Asked anew each time: what a dispatch attached is never there in the next one."""

    def __getitem__(self, name):
        match dict(bindings.all()).get(name):
            case bindings.Kind.TEXT:
                return store.get(name)
            case bindings.Kind.JSON:
                return json.loads(store.get(name))
            case bindings.Kind.DISPATCH_NAMESPACE:
                return Namespace(name)
            case bindings.Kind.SERVICE | bindings.Kind.MTLS_CERTIFICATE:
                return Service(name)
        if parameters:
            return parameters.everything()[name]
        raise KeyError(name)

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no variable, secret or binding named {name!r}") from None

    def get(self, name, default=None):
        """What has this name, or else something else."""
        try:
            return self[name]
        except KeyError:
            return default
