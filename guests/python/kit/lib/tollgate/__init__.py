"""What a worker in Python is written with. `tollgate.parameters` is beside it, for outbound workers."""

from tollgate.errors import DispatchError, FetchError
from tollgate.http import Headers, Request, Response
from tollgate.worker import WorkerEntrypoint, fetch

__all__ = ["DispatchError", "FetchError", "Headers", "Request", "Response", "WorkerEntrypoint", "fetch"]
