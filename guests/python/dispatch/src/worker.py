"""A dispatch worker: the first label of the host is the customer's worker."""

import sys

from tollgate import DispatchError, Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        name = request.host.split(".")[0]
        outbound = {"paramCustomerName": name, "account": {"id": 7, "plan": "paid", "region": "eu"}}
        try:
            return await self.env.dispatcher.get(name, outbound=outbound).fetch(request)
        except DispatchError as error:
            return failed(status(error), error)


def failed(status, error):
    """What went wrong is for the log, and for no client."""
    if status != 500:
        return Response(str(error), status=status)
    print(error, file=sys.stderr)
    return Response("the worker failed", status=status)


def status(error):
    match error.code:
        case "worker-not-found" | "invalid-name":
            return 404
        case "limit":
            return 429
        case _:
            return 500
