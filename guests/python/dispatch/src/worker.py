"""A dispatch worker: the first label of the host is the customer's worker."""

from tollgate import DispatchError, Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        name = request.host.split(".")[0]
        outbound = {"paramCustomerName": name, "account": {"id": 7, "plan": "paid", "region": "eu"}}
        try:
            return await self.env.dispatcher.get(name, outbound=outbound).fetch(request)
        except DispatchError as error:
            return Response(str(error), status=status(error))


def status(error):
    match error.code:
        case "worker-not-found" | "invalid-name":
            return 404
        case "limit":
            return 429
        case _:
            return 500
