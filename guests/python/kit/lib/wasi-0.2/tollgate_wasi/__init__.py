"""The platform as WASI 0.2 has it: a request is served by one call that returns when all is done."""

from tollgate_wasi.outgoing import dispatch, send, service
from tollgate_wasi.serve import serve
from tollgate_wasi.tasks import background

__all__ = ["background", "dispatch", "send", "serve", "service"]
