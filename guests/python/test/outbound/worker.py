"""The conformance suite's outbound: answers requests for `outbound.test` by path, and passes the rest on
(guests/rust/test/test-outbound)."""

import json
import os

from tollgate import FetchError, Response, WorkerEntrypoint, fetch, parameters


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        if "REPORT_URL" in self.env:
            await said(self.env.REPORT_URL)
        if request.host == "outbound.test":
            return await answer(request)
        request.headers["x-intercepted-for"] = json.dumps(parameters.get("customer_name"))
        # Appended, so that a request that came by here twice shows it.
        request.headers.append("x-hop", "outbound")
        if "API_KEY" in self.env:
            request.headers["authorization"] = f"Bearer {self.env.API_KEY}"
        return await fetch(request)


async def answer(request):
    match request.path.split("/")[1:]:
        case ["parameters"]:
            return Response.from_json(parameters.as_dict())
        case ["parameter", name]:
            return Response.from_json(parameters.get(name))
        case ["see"]:
            return Response(await see(request))
        case ["env"]:
            return Response("\n".join(sorted(f"env {name}={value}" for name, value in os.environ.items())))
        case ["status", status]:
            return Response("as asked", int(status))
        case ["redirect"]:
            return Response.redirect("http://outbound.test/see")
        case ["trap"]:
            raise RuntimeError("outbound boom")
        case ["no-answer"]:
            return None
        case ["loop"]:
            while True:
                pass
        case ["elsewhere"]:
            # Another target, method and body.
            response = await fetch(request.headers["x-outbound-url"], method="PUT", body="another body")
            return Response("forwarded", response.status)
        case ["fetch-many"]:
            count = int(request.url.partition("?")[2] or 1)
            return Response("\n".join([await said(request.headers["x-outbound-url"]) for _ in range(count)]))
    return Response("counted")


async def see(request):
    """Everything that arrived."""
    headers = sorted(f"{name}: {value}" for name, value in request.headers.pairs())
    return "\n".join([request.method, request.url, *headers, "", await request.text()])


async def said(url):
    """What a fetch gave, in words."""
    try:
        return await (await fetch(url)).text()
    except FetchError as error:
        return str(error)
