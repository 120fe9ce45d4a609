"""A dispatch worker: the first label of the host is the customer's worker."""

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
    """How a customer's worker failed is for the log, which has it, and for no client."""
    return Response("the worker failed" if status == 500 else str(error), status=status)


def status(error):
    match error.code:
        case "worker-not-found" | "invalid-name":
            return 404
        case "limit":
            return 429
        case _:
            return 500
