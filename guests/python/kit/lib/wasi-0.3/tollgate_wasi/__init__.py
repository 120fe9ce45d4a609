"""The platform as WASI 0.3 has it: calls are asynchronous, and streams and futures are part of the component model."""

import tollgate_wasi.loop  # noqa: F401
from tollgate_wasi.outgoing import dispatch, send, service
from tollgate_wasi.serve import serve
from tollgate_wasi.tasks import background

__all__ = ["background", "dispatch", "send", "serve", "service"]
