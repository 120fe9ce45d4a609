"""An outbound worker: receives what customers' workers fetch. Here it answers by itself, and says for whom."""

from tollgate import Response, WorkerEntrypoint
from tollgate.parameters import account, param_customer_name  # Typed by wit/outbound.wit.


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        if request.path == "/account":
            return Response(described(account()))
        # `self.env.paramCustomerName` is the same; its type is checked when this worker is deployed.
        return Response(f"intercepted a request for {param_customer_name()} by the outbound")


def described(account):
    if account is None:
        return "no account"
    return f"account {account.id} {account.plan.name.lower()} {account.region or '-'}"
