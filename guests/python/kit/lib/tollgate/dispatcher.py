"""A dispatch binding: `env.NAME.get(worker, props=…, limits=…, outbound=…).fetch(request)`."""

import json

from componentize_py_types import Err
from tollgate.errors import DispatchError
from tollgate.http import Request
from tollgate_wasi import dispatch, send

try:
    from wit_world.imports import dispatcher
except ImportError:  # Only a dispatch worker's world has it.
    dispatcher = None


LIMITS = ("cpu_ms", "wall_ms", "memory_bytes", "subrequests")


def raised(cause):
    """The platform's error as an exception, in its words."""
    with cause:
        return DispatchError(cause.code(), cause.message(), cause.http_error())


class Namespace:
    """A namespace of customers' workers."""

    def __init__(self, binding):
        self._binding = binding

    def get(self, name, *, props=None, limits=None, outbound=None):
        """A customer's worker. `props` are for it, `outbound` are the parameters of the outbound worker, and `limits` may
        have `cpu_ms`, `wall_ms`, `memory_bytes` and `subrequests`. That no such worker exists shows when it is used."""
        options = _attached(props, limits or {}, outbound)
        try:
            return UserWorker(dispatcher.get(self._binding, name, options))
        except Err as error:
            raise raised(error.value) from None


class UserWorker:
    """A customer's worker, to hand requests to."""

    def __init__(self, worker):
        self._way = dispatch(worker, raised)

    async def fetch(self, request, **given):
        """Hands it a request. The one that this worker got goes over as it is, unless it was changed."""
        return await send(request if isinstance(request, Request) else Request(request, **given), self._way)


def _attached(props, limits, outbound):
    """The platform's options; a limit that is misspelt would limit nothing, and so it is refused."""
    unknown = ", ".join(name for name in limits if name not in LIMITS)
    if unknown:
        raise TypeError(f"limits: expected {', '.join(LIMITS)}, found {unknown}")
    parameters = [(name, json.dumps(value)) for name, value in (outbound or {}).items()]
    props = None if props is None else json.dumps(props)
    options = dispatcher.Options()
    if props is not None:
        options.set_props(props)
    if parameters:
        options.set_parameters(parameters)
    for name, limit in limits.items():
        if limit is not None:
            getattr(options, f"set_{name}")(limit)
    return options
